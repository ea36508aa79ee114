internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

extension Invocation {
    /// What an audit is told of this call and this host, beside the policy.
    func auditRequest() throws(SettingsError) -> AuditRequest {
        let variables = try policyVariables()
        let folder = (try? File.currentDirectory()).flatMap { NormalPath($0) } ?? .root
        var request = AuditRequest(variables: variables, today: String(CivilTime.now().timestamp.prefix(10)))
        request.folder = folder
        request.facts = HostFacts.detect()
        request.homeIsKnown = environment["HOME"].map { $0.hasPrefix("/") && $0 != "/" } ?? false
        request.environmentNames = environment.keys.sorted()
        request.ownFiles = Self.programs()
        request.servers = servers(variables.workspace)
        if let name = line["--log"] {
            if (try? File.status(name).kind) == .directory {
                throw wrongFlag(
                    "--log", "\(name) is a folder; name a file of it, such as \(name)/\(Self.firstLogFile)")
            }
            request.usage = AuditUsage(parsing: try readFlag("--log", name))
        } else {
            request.usage = ownLog()
        }
        if let name = line["--baseline"] { request.baseline = try baseline(name) }
        return request
    }

    /// This program, and the one beside it.
    private static func programs() -> [NormalPath] {
        guard let own = (try? File.linkTarget("/proc/self/exe")).flatMap({ NormalPath($0) }) else { return [] }
        return [own, own.parent.appending(["sidecar-jail"])]
    }

    /// Names of MCP servers of the project; nil without a file that says any.
    private func servers(_ workspace: NormalPath) -> Set<String>? {
        guard let text = try? File.readText("\(workspace)/.mcp.json"), let value = try? JSONValue(parsing: text),
            let servers = value["mcpServers"]?.object
        else { return nil }
        return Set(servers.keys)
    }

    /// Log files grow; what is beyond this is for `sidecar log`.
    private static var flagBytesMax: Int { 64 << 20 }

    private func readFlag(_ flag: String, _ name: String) throws(SettingsError) -> String {
        do throws(SystemError) {
            return String(decoding: try File.read(name, limit: Self.flagBytesMax), as: UTF8.self)
        } catch {
            throw wrongFlag(flag, "\(name) cannot be read: \(error.reason)")
        }
    }

    /// The log of runs in the state folder; nil where there is none.
    private func ownLog() -> AuditUsage? {
        guard let state = Places.state(environment), let names = try? Directory.entries("\(state)/audit") else {
            return nil
        }
        let texts = names.filter { $0.hasSuffix(".jsonl") }.sorted().compactMap { name in
            (try? File.read("\(state)/audit/\(name)", limit: Self.flagBytesMax)).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        return texts.isEmpty ? nil : AuditUsage(parsing: texts.joined(separator: "\n"))
    }

    /// What `--write-baseline` wrote, or the policy that was approved.
    private func baseline(_ name: String) throws(SettingsError) -> AuditBaseline {
        if ShippedPolicies.text(of: name) == nil, let own = AuditBaseline(parsing: try readFlag("--baseline", name)) {
            return own
        }
        return AuditBaseline(try loadPolicy(name).policy)
    }

    func wrongFlag(_ flag: String, _ message: String) -> SettingsError {
        SettingsError([SettingsProblem(place: .flag(flag), key: "", message: message)])
    }
}
