internal import CJail
internal import Confinement
internal import LinuxSystem

/// What Landlock will be told in each run. What is the same for all runs is opened once; the folders that each run mounts
/// for itself can only be named by path.
final class PathRules {
    private let opened: [OwnedDescriptor]
    /// Valid as long as this object.
    let raw: FixedArray<cjail_rule>
    private let paths: CStrings

    init(_ plan: JailPlan, _ kept: [KeptMount]) throws(FailedAnswer) {
        let fresh = ["/proc"] + plan.freshFolders.map(\.path)
        let root = try Kernel.descriptor(.openRules, "/", cjail_open_source("/"))
        var opened: [OwnedDescriptor] = []
        var rules: [cjail_rule] = []
        paths = CStrings(plan.rules.map(\.path))
        for (index, rule) in plan.rules.enumerated() {
            let isKept = kept.contains { rule.path == $0.path || rule.path.isBeneath($0.path) }
            if !isKept && fresh.contains(where: { rule.path == $0 || rule.path.isBeneath($0) }) {
                rules.append(cjail_rule(fd: -1, path: paths[index], rights: rule.rights.landlock))
                continue
            }
            let file = try Kernel.descriptor(.openRules, rule.path, cjail_open_target(root.raw, rule.path))
            let isFolder = try file.describe(.openRules, rule.path).is_folder == 1
            let rights = isFolder ? rule.rights.landlock : rule.rights.landlock & PathRights.landlockOfFiles
            rules.append(cjail_rule(fd: file.raw, path: nil, rights: rights))
            opened.append(OwnedDescriptor(file))
        }
        self.opened = opened
        raw = FixedArray(rules)
    }
}
