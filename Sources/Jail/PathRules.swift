internal import CJail
internal import Confinement
internal import LinuxSystem

/// What Landlock will be told in each run. What is the same for all runs is opened once; the folders that each run mounts
/// for itself can only be named by path.
final class PathRules {
    private let opened: [Opened]
    /// Valid as long as this object.
    let raw: UnsafeMutableBufferPointer<cjail_rule>
    private let paths: CStrings

    private final class Opened {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }

    init(_ plan: JailPlan) throws(FailedAnswer) {
        let fresh = ["/proc"] + plan.freshFolders.map(\.path)
        let root = try Kernel.descriptor(.openRules, "/", cjail_open_source("/"))
        var opened: [Opened] = []
        var rules: [cjail_rule] = []
        paths = CStrings(plan.rules.map(\.path))
        for (index, rule) in plan.rules.enumerated() {
            if fresh.contains(where: { rule.path == $0 || rule.path.hasPrefix($0 + "/") }) {
                rules.append(cjail_rule(fd: -1, path: paths[index], rights: rule.rights.landlock))
                continue
            }
            let file = try Kernel.descriptor(.openRules, rule.path, cjail_open_target(root.raw, rule.path))
            let isFolder = try file.describe(.openRules, rule.path).is_folder == 1
            let rights = isFolder ? rule.rights.landlock : rule.rights.landlock & PathRights.landlockOfFiles
            rules.append(cjail_rule(fd: file.raw, path: nil, rights: rights))
            opened.append(Opened(file))
        }
        self.opened = opened
        raw = .allocate(capacity: rules.count)
        _ = raw.initialize(from: rules)
    }

    deinit { raw.deallocate() }
}
