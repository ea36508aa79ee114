internal import LinuxSystem
package import Sandbox

/// The network rules of a policy against what the jail asks for: first the name, then each address that the name leads to.
/// Pure. Names are compared in their one form and at the boundaries of labels, by the same code that `policy explain` uses.
package struct EgressJudge: Sendable {
    private let rules: [PolicyRule<HostPattern>]

    package init(_ rules: NetworkRules) { self.rules = rules.allow }

    /// The rule that lets this name and port be reached. Only then may the name be looked up at all: a question to a name
    /// server is a way out too.
    func rule(for host: HostName, port: UInt16) throws(EgressDenial) -> PolicyRule<HostPattern> {
        if let rule = rules.first(where: { $0.value.covers(host, port: port) }) { return rule }
        let target = "\(host):\(port)"
        var detail = rules.isEmpty ? "there is no network: network.allow is empty" : "no rule names \(target)"
        if host.isReserved {
            detail += "; it is of this machine or a private network, which only its own name grants"
        } else if let near = rules.first(where: { $0.value.host.names(host) }) {
            detail += "; `\(near.value.text)` grants another port"
        }
        throw EgressDenial(
            target: target, rule: "network.allow", detail: detail, addition: EgressDenial.addition(target))
    }

    package func allows(_ request: EgressRequest) -> Bool {
        rules.contains { $0.value.covers(request.host, port: request.port) }
    }

    /// Those of a name's addresses that may be connected to; the first objection where there is none.
    func admitted(
        _ found: [IPAddress], of host: HostName, port: UInt16, granted rule: PolicyRule<HostPattern>
    ) throws(EgressDenial) -> [IPAddress] {
        var objection: EgressDenial?
        let checked = found.filter { address in
            let reason = self.objection(to: address, of: host, port: port, granted: rule)
            objection = objection ?? reason
            return reason == nil
        }
        if checked.isEmpty, let objection { throw objection }
        return checked
    }

    /// Why this address may not be connected to although `rule` grants the name that led to it; nil when it may.
    ///
    /// What a name leads to is up to whoever runs its name server. So an address that is not public needs a rule of its
    /// own, but for one case: a name that cannot be public (`localhost`, `db.internal`) and that a rule names itself
    /// can only have been meant to lead into a private network.
    func objection(
        to address: IPAddress, of host: HostName, port: UInt16, granted rule: PolicyRule<HostPattern>
    ) -> EgressDenial? {
        guard let kind = AddressKind(address) else { return nil }
        if kind != .unspecified && kind != .multicast {
            let address = address.mappedVersion4 ?? address
            let isListed = rules.contains { rule in
                guard case .exact(let listed) = rule.value.host, listed.address == address else { return false }
                return rule.value.covers(listed, port: port)
            }
            if isListed { return nil }
            if host.address == nil, host.isReserved, case .exact = rule.value.host,
                [.loopback, .privateNetwork, .carrier].contains(kind)
            {
                return nil
            }
        }
        let shown = address.isVersion6 ? "[\(address)]" : address.description
        let mayBeListed = kind != .unspecified && kind != .multicast
        return EgressDenial(
            target: "\(host):\(port)", rule: rule.name, place: rule.place,
            detail: host.address == nil
                ? "`\(rule.value.text)` grants the name, but it leads to \(shown), \(kind.rawValue)"
                : "\(shown) is \(kind.rawValue)",
            addition: mayBeListed ? EgressDenial.addition("\(shown):\(port)") : nil)
    }
}

extension HostPattern.Host {
    /// Whether it is meant, whatever the port.
    fileprivate func names(_ name: HostName) -> Bool {
        switch self {
        case .exact(let own): own == name
        case .below(let base): name.isBelow(base)
        case .any: true
        }
    }
}
