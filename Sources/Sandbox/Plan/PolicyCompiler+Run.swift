internal import Confinement
internal import LinuxSystem

extension PolicyCompiler {
    /// Never inherited: what `pass` names of ours, then what `set` says, then what no program can do without.
    var environment: [String: String] {
        var result: [String: String] = [:]
        for (name, value) in settings.hostEnvironment where passes(name) { result[name] = value }
        for rule in rules.environment.set { result[rule.value.name] = variables.expand(rule.value.text) }
        let defaults = [
            "PATH": TrustedFolders.texts.filter { NormalPath($0).flatMap { host.kind($0) } == .folder }.joined(
                separator: ":"),
            "HOME": variables.tmp.text, "TMPDIR": variables.tmp.text, "USER": "sidecar", "LOGNAME": "sidecar",
        ]
        result.merge(defaults) { own, _ in own }
        if let path = result["PATH"] {
            result["PATH"] = ([path] + foldersOfRules(besides: path)).joined(separator: ":")
        }
        if network != .none { result.merge(proxy) { own, _ in own } }
        return result
    }

    /// A program that a rule names by its path can be called by its name too, wherever it lies.
    private func foldersOfRules(besides path: String) -> [String] {
        var known = Set(path.split(separator: ":").map(String.init))
        return rules.commands.allow.compactMap { rule in
            guard case .path(let pattern) = rule.value.program, let program = pattern.literal(variables),
                host.kind(program) == .file
            else { return nil }
            return known.insert(program.parent.text).inserted ? program.parent.text : nil
        }
    }

    private func passes(_ name: String) -> Bool {
        rules.environment.pass.contains { Wildcard($0.value).matches(name) }
    }

    private var proxy: [String: String] {
        let address = "http://127.0.0.1:\(settings.proxyPort)"
        let names = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        return Dictionary(uniqueKeysWithValues: names.map { ($0, address) })
    }

    var limits: RunLimits {
        let rules = rules.limits
        var result = RunLimits()
        result.cpuSeconds = rules.cpu.map { UInt64(max(1, ($0.value.milliseconds + 999) / 1000)) }
        result.memoryBytes = rules.memory.map { UInt64($0.value) }
        result.processes = rules.processes.map { UInt64($0.value) }
        if let files = rules.openFiles { result.openFiles = UInt64(files.value) }
        result.fileBytes = rules.fileSize.map { UInt64($0.value) }
        return result
    }
}

extension SandboxLayer {
    /// As the jail names what it has.
    var jailLayers: JailLayers { JailLayers(name: rawValue) ?? [] }
}
