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
        // Without namespaces there is nothing that a run would have for itself.
        let fresh = plan.isolation == .rules ? [] : ["/proc"] + plan.freshFolders.map(\.path)
        let root = try Kernel.descriptor(.openRules, "/", cjail_open_source("/"))
        var opened: [OwnedDescriptor] = []
        var rules: [cjail_rule] = []
        paths = CStrings(plan.rules.map(\.path))
        let claims = Self.claims(plan)
        for (index, rule) in plan.rules.enumerated() {
            let isKept = kept.contains { rule.path == $0.path || rule.path.isBeneath($0.path) }
            if !isKept && fresh.contains(where: { rule.path == $0 || rule.path.isBeneath($0) }) {
                rules.append(cjail_rule(fd: -1, path: paths[index], rights: rule.rights.landlock))
                continue
            }
            let found = cjail_open_target(root.raw, rule.path)
            // An entry of a folder that is gone, or what our user cannot reach (root's own state, where root has started us): then
            // there is nothing to grant.
            if found < 0, let claims, claims[rule.path] == nil || found == -Int(SystemError.accessDenied) { continue }
            let file = try Kernel.descriptor(.openRules, rule.path, found)
            if let expected = claims?[rule.path] { try file.mustBe(expected, rule.path) }
            let isFolder = try file.describe(.openRules, rule.path).is_folder == 1
            let rights = isFolder ? rule.rights.landlock : rule.rights.landlock & PathRights.landlockOfFiles
            rules.append(cjail_rule(fd: file.raw, path: nil, rights: rights))
            opened.append(OwnedDescriptor(file))
        }
        self.opened = opened
        raw = FixedArray(rules)
    }

    /// What must be there, and be the file that was meant, where the rules are about the host's own files; nil where a view
    /// was built, which has seen to that.
    private static func claims(_ plan: JailPlan) -> [String: ExpectedFile]? {
        if plan.isolation == .namespaces { return nil }
        var result: [String: ExpectedFile] = [:]
        for case .bind(let source, _, _, let expected?) in plan.view { result[source] = expected }
        return result
    }
}
