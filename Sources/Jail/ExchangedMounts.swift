internal import CJail
internal import Confinement
internal import LinuxSystem

/// Mounts that root takes up before it gives itself up, for a user who could not reach them or not own what is in them.
/// For anybody else there are none.
struct ExchangedMounts {
    private var mounts: [String: OwnedDescriptor] = [:]

    init(_ plan: JailPlan) throws(FailedAnswer) {
        if plan.user.exchanged.isEmpty || cjail_user() != 0 { return }
        let owners = try Kernel.descriptor(
            .exchangeOwners, "", cjail_exchange_owners(plan.user.outside, plan.user.outsideGroup))
        for case .bind(let source, let target, let restrictions, let expected) in plan.view
        where plan.user.exchanged.contains(source) {
            let file = try Kernel.descriptor(.exchangeOwners, source, cjail_open_source(source))
            if let expected { try file.mustBe(expected, source) }
            let copy = try Kernel.descriptor(
                .exchangeOwners, source, cjail_copy_mounts(file.raw, restrictions.rawValue))
            try Kernel.step(.exchangeOwners, source, cjail_map_owners(copy.raw, owners.raw))
            mounts[target] = OwnedDescriptor(copy)
        }
    }

    /// The mount for that place.
    func mount(for target: String) -> OwnedDescriptor? { mounts[target] }
}
