internal import CJail
internal import Confinement
internal import LinuxSystem

/// The jail where the host gives no namespaces: Landlock and the filter alone, around processes that are among the host's.
extension Jail {
    /// Before version 6 (Linux 6.12) a run could end any process of its user, the sidecar among them; and what ends a run
    /// would end all of those, too.
    static let landlockVersionNeeded = 6

    static func buildAmongOthers(_ plan: JailPlan) throws(FailedAnswer) -> Jail {
        let version = cjail_landlock_version()
        if version < landlockVersionNeeded {
            throw FailedAnswer(
                .requireLayers, code: SystemError.notPermitted,
                subject: "landlock of version \(landlockVersionNeeded) (there is \(max(0, version)))")
        }
        let layers = plan.isolation.layers
        try demand(plan.required, of: layers)
        if cjail_user() == 0 {
            try Kernel.step(.renouncePrivileges, "", cjail_empty_bounding_set())
            let name = "user \(plan.user.outside)"
            try Kernel.step(.becomeUser, name, cjail_become(plan.user.outside, plan.user.outsideGroup))
        }
        try Kernel.step(.renouncePrivileges, "", cjail_renounce_privileges())
        try Kernel.step(.lockPrivileges, "", cjail_close_to_tracers())
        try Kernel.step(.stayTogether, "", cjail_keep_together())
        let folders = try OwnFolders(plan.freshFolders)
        do throws(FailedAnswer) {
            let rules = try PathRules(plan, [])
            let tables = JailTables(plan, rules, kept: [], landlockVersion: Int32(version))
            try Rehearsal.hold(tables)
            return Jail(
                layers: layers, landlockVersion: Int32(version), outsideUser: cjail_user(), tables: tables,
                standIns: StandIns(), folders: folders, listeners: [])
        } catch {
            folders.remove()
            throw error
        }
    }
}
