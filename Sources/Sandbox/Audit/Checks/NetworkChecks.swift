internal import LinuxSystem

/// What `network` opens.
enum NetworkChecks {
    static let all = [
        wildcard, publicSuffix, privateAddress, anyPort, userContent, plain, localSocket, credentials, unfilteredClient,
    ]

    private static let wildcard = AuditCheck(
        "N01", "network.wildcard", .high, "Every public host may be reached",
        why: "Whatever an agent reads it can send to anybody, and anybody's page can tell it what to do next.",
        fix: "Name the hosts that the work needs: `api.example.org:443`."
    ) { scene in
        scene.hosts.compactMap { scope, rule in
            guard rule.value.host == .any else { return nil }
            // WebFetch sends a URL and nothing else, and no program of the agent's runs there.
            let isFetching = scope.tool == "WebFetch" || scope.tool == "WebSearch"
            return AuditDraft(
                rule, "`\(rule.value.text)` is every public host\(scope.of)", isFetching ? .medium : .high)
        }
    }

    private static let publicSuffix = AuditCheck(
        "N02", "network.public_suffix", .high, "A wildcard covers names that anybody can have",
        why: "Below `com`, `co.uk` or `github.io` everybody can have a name, so everybody can be reached.",
        fix: "Name the host, or the part of the name that has one owner."
    ) { scene in
        scene.hosts.compactMap { scope, rule in
            guard case .below(let base) = rule.value.host else { return nil }
            let name = base.labels.joined(separator: ".")
            if base.labels.count == 1 { return AuditDraft(rule, "`\(rule.value.text)` is every name under `.\(name)`") }
            guard KnownHosts.shared.contains(name) else { return nil }
            return AuditDraft(rule, "anybody can have a name below `\(name)`", .medium)
        }
    }

    private static let privateAddress = AuditCheck(
        "N03", "network.private_address", .medium, "This machine, a private network or a bare address may be reached",
        why:
            "Services there trust whoever reaches them, and those of clouds hand out keys; an address says nothing about who "
            + "has it tomorrow.",
        fix: "Take it out, or name the one service and port that is needed."
    ) { scene in
        scene.hosts.compactMap { _, rule in
            guard case .exact(let host) = rule.value.host else { return nil }
            if KnownHosts.metadata.contains(host.description) {
                return AuditDraft(rule, "`\(rule.value.text)` hands out the machine's keys", .critical)
            }
            if host.isReserved {
                let isHere =
                    host.address.map { $0.description.hasPrefix("127.") || $0.description == "::1" }
                    ?? (host.labels == ["localhost"])
                return AuditDraft(rule, "`\(rule.value.text)` is \(isHere ? "this machine" : "a private network")")
            }
            return host.address == nil ? nil : AuditDraft(rule, "`\(rule.value.text)` is an address, and no name", .low)
        }
    }

    private static let anyPort = AuditCheck(
        "N04", "network.any_port", .medium, "A host may be reached on every port",
        why: "Other ports are other services, among them those that nobody filters: SSH, databases, mail.",
        fix: "Write the port: `example.org:443`."
    ) { scene in
        scene.hosts.filter { $0.rule.value.port == .any }.map { _, rule in
            AuditDraft(rule, "`\(rule.value.text)` is every port")
        }
    }

    private static let userContent = AuditCheck(
        "N05", "network.user_content", .medium, "A host keeps what anybody sends it",
        why: "What leaves to such a host goes to whom the sender chooses, and what comes from there may be by anybody, "
            + "however well known the name is.",
        fix: "Take it out; let a person fetch and push."
    ) { scene in
        scene.hosts.compactMap { _, rule in
            // Every host is another finding.
            guard rule.value.host != .any,
                let known = KnownHosts.userContent.first(where: { rule.value.reaches($0.host) })
            else {
                return nil
            }
            return AuditDraft(rule, "`\(rule.value.text)` keeps \(known.what)")
        }
    }

    private static let plain = AuditCheck(
        "N06", "network.plain_http", .medium, "A host may be reached without encryption",
        why: "Whoever is on the way reads what is sent, and answers in the host's place.",
        fix: "Use port 443."
    ) { scene in
        scene.hosts.compactMap { _, rule in
            guard case .exact(let port) = rule.value.port, let what = KnownHosts.plainPorts[port] else { return nil }
            if case .exact(let host) = rule.value.host, host.isReserved { return nil }
            return AuditDraft(rule, "port \(port) of `\(rule.value.text)` is \(what) without encryption")
        }
    }

    private static let localSocket = AuditCheck(
        "N07", "network.local_socket", .high, "A socket of a service of this machine is granted",
        why:
            "Such services do what they are asked, with their own rights, outside of the jail; no network rule holds for them.",
        fix: "Take the path or the variable out."
    ) { scene in
        scene.scopes.flatMap { scope -> [AuditDraft] in
            var found: [AuditDraft] = []
            var seen: Set<String> = []
            for socket in KnownHosts.sockets {
                guard let path = scene.place(of: socket.path), let rule = scope.grant(of: path, .read, scene),
                    seen.insert(rule.name).inserted
                else { continue }
                let exists = scene.host.kind(path) != nil
                found.append(
                    AuditDraft(
                        rule, "`\(rule.value.text)` opens \(path): \(socket.what)", exists ? socket.severity : .medium,
                        evidence: [exists ? "\(path) is there" : "\(path) is not on this host now"]))
            }
            for rule in scope.own.environment.pass {
                let pattern = Wildcard(rule.value)
                let names = KnownHosts.socketVariables.keys.filter { pattern.matches($0) }.sorted()
                guard let first = names.first, let what = KnownHosts.socketVariables[first] else { continue }
                // The variable alone opens nothing: the socket has to be in the view.
                found.append(
                    AuditDraft(
                        rule, "`\(rule.value)` passes \(AuditScene.listed(names)), which leads to \(what)", .medium))
            }
            return found
        }
    }

    private static let credentials = AuditCheck(
        "N08", "network.credentials", .high, "A run sees a credential, and reaches hosts",
        why: "A token in the environment is read by every program of the run; with a host to send it to, it is gone.",
        fix: "Do not pass it: let a person, or a tool outside of the jail, do what needs it."
    ) { scene in
        scene.credentials.compactMap { found in
            guard found.scope.containment.network != .none else { return nil }
            let hosts = found.scope.effective.network.allow
            let own = KnownHosts.credentialHosts.first { found.variable.hasPrefix($0.prefix) }
            let accepting = own.flatMap { known in hosts.first { $0.value.reaches(known.host) } }
            let isAny = found.scope.containment.network == .any
            let host = accepting?.value.text ?? hosts.first?.value.text ?? ""
            return AuditDraft(
                rule: found.rule, place: found.place,
                message:
                    "\(found.variable) is \(found.isWritten ? "written here" : "passed on"), and `\(host)` may be reached",
                accepting != nil || isAny ? .high : .medium)
        }
    }

    private static let unfilteredClient = AuditCheck(
        "N09", "network.unfiltered_client", .high, "A program of the agent's choice uses a credential",
        why:
            "A program that speaks to hosts by itself sends the credential in any form, encrypted, in pieces: no proxy that "
            + "judges requests can tell.",
        fix: "Take the client, the interpreter or the credential out of this tool's rules."
    ) { scene in
        let clients = [PowerfulPrograms.network, CodePrograms.interpreters, SpawningPrograms.remote]
            .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        let exposed = scene.credentials.filter { $0.scope.containment.network != .none }
        guard let credential = exposed.first else { return [] }
        let parts = Set(exposed.map { $0.scope.tool ?? "" })
        return scene.programs(
            clients, { _ in .high }, where: { parts.contains($0.scope.tool ?? "") || $0.scope.tool == nil }
        )
        .map { draft in
            var draft = draft
            draft.message += ", and sees \(credential.variable)"
            return draft
        }
    }
}

extension AuditScope {
    /// Behind a sentence.
    var of: String { tool.map { " for \($0)" } ?? "" }
}

extension AuditScene {
    /// `*` stands for each user that is logged in; without any, for one that could be.
    fileprivate func place(of text: String) -> NormalPath? {
        guard let pattern = try? PathPattern.parse(text) else { return nil }
        var expansion = PathExpansion(host, variables)
        return expansion.paths(pattern).first ?? NormalPath(text)
    }

    var hosts: [(scope: AuditScope, rule: PolicyRule<HostPattern>)] {
        scopes.flatMap { scope in scope.own.network.allow.map { (scope, $0) } }
    }

    struct CredentialRule {
        let scope: AuditScope
        let variable: String
        let rule: String
        let place: RulePlace
        /// Its value stands in the policy.
        let isWritten: Bool
    }

    /// Variables with keys in them that a run gets.
    var credentials: [CredentialRule] {
        scopes.flatMap { scope -> [CredentialRule] in
            let passed = scope.own.environment.pass.compactMap { rule -> CredentialRule? in
                let pattern = Wildcard(rule.value)
                let names =
                    request.environmentNames.filter { pattern.matches($0) } + (pattern.isLiteral ? [rule.value] : [])
                guard let name = names.first(where: Secrets.isCredential) else { return nil }
                return CredentialRule(
                    scope: scope, variable: name, rule: rule.name, place: rule.place, isWritten: false)
            }
            let written = scope.own.environment.set.filter {
                Secrets.isCredential($0.value.name) && $0.value.text.count >= 8
            }
            .map {
                CredentialRule(scope: scope, variable: $0.value.name, rule: $0.name, place: $0.place, isWritten: true)
            }
            return passed + written
        }
    }
}
