/// Hosts against the rules of `network`.
struct NetworkJudge {
    let rules: NetworkRules
    let tool: String

    func decide(url text: String) -> Decision {
        do throws(WebAddressProblem) {
            let address = try WebAddress(text).upgraded(by: rules)
            return decide(address.host, port: address.port)
        } catch {
            return Decision(.deny, rule: "input.url", reason: "the URL \(error.message)")
        }
    }

    func decide(_ host: HostName, port: UInt16) -> Decision {
        let target = "\(host):\(port)"
        if let rule = rules.allow.first(where: { $0.value.covers(host, port: port) }) {
            return .allow(rule, "\(target) is granted by `\(rule.value.text)`")
        }
        var reason = rules.allow.isEmpty ? "there is no network: `network.allow` is empty" : "no rule names \(target)"
        if host.isReserved { reason += "; it is of this machine or a private network, which only its own name grants" }
        return Decision(
            .deny, rule: "network.allow", reason: reason,
            addition: .host(target, for: tool))
    }

    /// Which service searches is the configuration's to say, not the call's. A policy that does not enable the tool by its name
    /// lets it search only where it lets it reach every host.
    func search() -> Decision {
        let rule = rules.allow.first { rule in
            if case .any = rule.value.host { rule.value.port == .any || rule.value.port == .exact(443) } else { false }
        }
        if let rule { return .allow(rule, "any search service is granted by `\(rule.value.text)`") }
        return Decision(
            .deny, rule: "network.allow",
            reason: rules.allow.isEmpty
                ? "there is no network: `network.allow` is empty" : "no rule grants whichever service searches",
            addition: .enabling(tool))
    }
}
