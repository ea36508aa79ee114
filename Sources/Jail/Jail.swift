internal import CJail
internal import Confinement
internal import LinuxSystem

/// A jail that is built: what each run in it is made from.
struct Jail {
    let layers: JailLayers
    let landlockVersion: Int32
    let outsideUser: UInt32
    let tables: JailTables
    let standIns: StandIns
    let folders: OwnFolders
    /// For the host to answer; closed here once it has them.
    var listeners: [OwnedDescriptor]

    /// The irreversible steps, in order. The first that fails is the last: there is no half a jail.
    static func build(_ plan: JailPlan) throws(FailedAnswer) -> Jail {
        switch plan.isolation {
        case .namespaces: try buildApart(plan)
        case .rules: try buildAmongOthers(plan)
        }
    }

    private static func buildApart(_ plan: JailPlan) throws(FailedAnswer) -> Jail {
        let landlockVersion = max(0, cjail_landlock_version())
        let taken = try ExchangedMounts(plan)
        let outsideUser = try enterNamespaces(plan)
        let layers = layers(of: plan, landlockVersion: landlockVersion)
        try demand(plan.required, of: layers)
        try Kernel.step(.becomeFirstProcess, "", cjail_become_first_process())
        let listeners = try openNetwork(plan.network)
        try Kernel.step(.separateMounts, "", cjail_separate_mounts())
        let builder = try ViewBuilder(taken)
        try builder.build(plan)
        do throws(FailedAnswer) {
            return try finish(plan, layers, Int32(landlockVersion), outsideUser, builder, listeners)
        } catch {
            builder.standIns.remove()
            throw error
        }
    }

    private static func finish(
        _ plan: JailPlan, _ layers: JailLayers, _ landlockVersion: Int32, _ outsideUser: UInt32, _ builder: ViewBuilder,
        _ listeners: [OwnedDescriptor]
    ) throws(FailedAnswer) -> Jail {
        try Kernel.step(.lockPrivileges, "", cjail_lock_privileges())
        try Kernel.step(.lockPrivileges, "", cjail_close_to_tracers())
        let rules = try PathRules(plan, builder.kept)
        let tables = JailTables(plan, rules, kept: builder.kept, landlockVersion: landlockVersion)
        try Rehearsal.hold(tables)
        return Jail(
            layers: layers, landlockVersion: landlockVersion, outsideUser: outsideUser, tables: tables,
            standIns: builder.standIns, folders: OwnFolders(), listeners: listeners)
    }

    static func demand(_ required: JailLayers, of layers: JailLayers) throws(FailedAnswer) {
        let missing = required.subtracting(layers)
        if missing.isEmpty { return }
        throw FailedAnswer(
            .requireLayers, code: SystemError.notPermitted, subject: missing.names.joined(separator: ", "))
    }

    /// Who we are outside.
    private static func enterNamespaces(_ plan: JailPlan) throws(FailedAnswer) -> UInt32 {
        if cjail_user() == 0 {
            let name = "user \(plan.user.outside)"
            try Kernel.step(.becomeUser, name, cjail_become(plan.user.outside, plan.user.outsideGroup))
        }
        let user = cjail_user()
        let group = cjail_group()
        var more: UInt32 = CJAIL_IPC.rawValue | CJAIL_UTS.rawValue | CJAIL_CGROUP.rawValue
        if plan.network != .host { more |= CJAIL_NET.rawValue }
        try Kernel.step(.enterNamespaces, "", cjail_enter_namespaces(more))
        try Kernel.step(
            .mapUser, "user \(user)", cjail_write_maps(plan.user.inside, plan.user.insideGroup, user, group))
        try Kernel.step(.closeUserNamespaces, "", cjail_close_user_namespaces())
        try Kernel.step(.nameHost, plan.hostName, cjail_set_host_name(plan.hostName))
        return user
    }

    private static func openNetwork(_ network: JailPlan.Network) throws(FailedAnswer) -> [OwnedDescriptor] {
        guard case .own(let ports) = network else { return [] }
        try Kernel.step(.openNetwork, "lo", cjail_raise_loopback())
        var listeners: [OwnedDescriptor] = []
        for port in ports {
            listeners.append(OwnedDescriptor(try Kernel.descriptor(.openNetwork, "port \(port)", cjail_listen(port))))
        }
        return listeners
    }

    private static func layers(of plan: JailPlan, landlockVersion: Int) -> JailLayers {
        var layers: JailLayers = [
            .userNamespace, .mountNamespace, .pidNamespace, .ipcNamespace, .hostNameNamespace, .controlGroupNamespace,
        ]
        if plan.network != .host { layers.insert(.networkNamespace) }
        if landlockVersion > 0 { layers.insert(.landlock) }
        if !plan.filter.isEmpty { layers.insert(.seccomp) }
        return layers
    }
}
