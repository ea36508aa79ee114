internal import JSON
internal import LinuxSystem

/// One entry, with every reference to a variable replaced. Goes on after a mistake, to tell all of them.
struct MCPEntryReader {
    var entry: MCPServerEntry
    private(set) var problems: [(element: JSONElement, message: String)] = []
    private var variables: MCPVariables

    init(_ name: String, _ environment: [String: String]) {
        entry = MCPServerEntry(name)
        variables = MCPVariables(environment)
    }

    mutating func read(_ element: JSONElement) {
        guard element.isObject else { return problems.append((element, "its entry has to be an object, {…}")) }
        entry.json = JSONValue(element)
        entry.transport = transport(element)
        switch entry.transport {
        case .stdio:
            if let command = required("command", in: element) { entry.command = variables.expand(command) }
            entry.arguments = texts(element["args"], "args")?.map { variables.expand($0) } ?? []
            entry.environment = fields(element["env"], "env")
        case .http, .sse:
            if let url = required("url", in: element) { entry.url = variables.expand(url) }
            entry.headers = fields(element["headers"], "headers")
            if let oauth = element["oauth"] { readLogin(oauth) }
            let lower = entry.url.lowercased()
            if let place = element["url"], variables.missing.isEmpty, !lower.hasPrefix("http://"),
                !lower.hasPrefix("https://")
            {
                problems.append((place, "`url` has to begin with http:// or https://"))
            }
        }
        if let time = element["timeout"] { entry.callTime = span(time, "timeout") }
        if let own = element["sidecar"] { readOwn(own) }
        if !variables.missing.isEmpty {
            let names = variables.missing.map { "`\($0)`" }.joined(separator: ", ")
            let verb = variables.missing.count == 1 ? "is" : "are"
            entry.problem =
                "\(names) \(verb) not set; set \(variables.missing.count == 1 ? "it" : "them"), or write ${NAME:-default}"
        }
    }

    /// Where no type is said, an address is HTTP and a program is stdio.
    private mutating func transport(_ element: JSONElement) -> MCPServerEntry.Transport {
        guard let type = element["type"] else {
            return element["url"] != nil && element["command"] == nil ? .http : .stdio
        }
        switch type.string {
        case "stdio": return .stdio
        case "http", "streamable-http", "streamableHttp": return .http
        case "sse": return .sse
        default:
            problems.append((type, "`type` is one of stdio, http, sse"))
            return .stdio
        }
    }

    private mutating func readOwn(_ own: JSONElement) {
        guard own.isObject else { return problems.append((own, "`sidecar` has to be an object, {…}")) }
        for member in own.members {
            let (key, value) = (member.key.string ?? "", member.value)
            switch key {
            case "enabled": entry.isEnabled = flag(value, key) ?? true
            case "lazy": entry.isLazy = flag(value, key) ?? false
            case "restart":
                let policy = value.string.flatMap { MCPRestarts.Policy(rawValue: $0) }
                if policy == nil { problems.append((value, "`restart` is one of always, on-failure, never")) }
                entry.restart = policy ?? .onFailure
            case "directory": entry.directory = text(value, key)
            case "start_timeout": entry.openingTime = span(value, key) ?? entry.openingTime
            case "runtime": entry.runtime = text(value, key)
            case "policy": entry.policy = text(value, key)
            case "limits": readLimits(value)
            case "tools": entry.tools = filter(value, key)
            case "prompts": entry.prompts = filter(value, key)
            case "resources": entry.resources = filter(value, key)
            case "sampling": readSampling(value)
            default:
                let known =
                    "enabled, lazy, restart, directory, runtime, policy, limits, start_timeout, tools, prompts, resources, "
                    + "sampling"
                problems.append((member.key, "`sidecar` has no key `\(key.prefix(60))`; it has \(known)"))
            }
        }
    }

    /// In Claude Code's own form, which may have more than we know.
    private mutating func readLogin(_ oauth: JSONElement) {
        guard oauth.isObject else { return problems.append((oauth, "`oauth` has to be an object, {…}")) }
        entry.oauth.clientID = oauth["clientId"].flatMap { text($0, "clientId") }
        entry.oauth.clientSecret = oauth["clientSecret"].flatMap { text($0, "clientSecret") }
        entry.oauth.scopes = oauth["scopes"].flatMap { text($0, "scopes") }
        if let issuer = oauth["issuer"] {
            entry.oauth.issuer = text(issuer, "issuer")
            if entry.oauth.issuer.flatMap({ OAuthAddress($0) }) == nil {
                problems.append((issuer, "`issuer` is the address of who gives the tokens, https://…"))
            }
        }
        guard let port = oauth["callbackPort"] else { return }
        entry.oauth.port = port.number?.int.flatMap { UInt16(exactly: $0) }
        if entry.oauth.port ?? 0 == 0 { problems.append((port, "`callbackPort` is a number from 1 to 65535")) }
    }

    private mutating func readLimits(_ value: JSONElement) {
        guard value.isObject else { return problems.append((value, "`limits` has to be an object, {…}")) }
        for member in value.members {
            switch member.key.string {
            case "memory":
                entry.memoryMax = member.value.string.flatMap { Self.bytes($0) }
                if entry.memoryMax == nil { problems.append((member.value, "`memory` is a text such as \"512MiB\"")) }
            case "cpu":
                entry.processorMax = member.value.number?.int.flatMap { (1...100_000).contains($0) ? $0 : nil }
                if entry.processorMax == nil {
                    problems.append((member.value, "`cpu` is a number: percent of one core, over half a minute"))
                }
            default: problems.append((member.key, "`limits` has memory and cpu"))
            }
        }
    }

    private mutating func readSampling(_ value: JSONElement) {
        guard value.isObject else { return problems.append((value, "`sampling` has to be an object, {…}")) }
        guard let model = value["model"].flatMap({ text($0, "model") }) else {
            return problems.append(
                (value, "`sampling` needs a `model`, by a name of the configuration or of a provider"))
        }
        var sampling = MCPSamplingSettings(model: model)
        for member in value.members {
            switch member.key.string {
            case "model": break
            case "max_tokens": sampling.tokensMax = count(member.value, "max_tokens") ?? sampling.tokensMax
            case "per_hour": sampling.perHour = count(member.value, "per_hour") ?? sampling.perHour
            default: problems.append((member.key, "`sampling` has model, max_tokens and per_hour"))
            }
        }
        entry.sampling = sampling
    }

    private mutating func count(_ value: JSONElement, _ key: String) -> Int? {
        let number = value.number?.int.flatMap { (1...1_000_000).contains($0) ? $0 : nil }
        if number == nil { problems.append((value, "`\(key)` is a number, at least 1")) }
        return number
    }

    private static func bytes(_ text: String) -> Int? {
        for (unit, shift) in [("KiB", 10), ("MiB", 20), ("GiB", 30)] where text.hasSuffix(unit) {
            guard let number = Int(text.dropLast(unit.count)), (1...1_000_000).contains(number) else { return nil }
            return number << shift
        }
        return nil
    }

    private mutating func filter(_ value: JSONElement, _ key: String) -> MCPToolFilter {
        var filter = MCPToolFilter()
        guard value.isObject else {
            problems.append((value, "`\(key)` has to be an object, {…}"))
            return filter
        }
        let renames = key != "resources"
        for member in value.members {
            switch member.key.string {
            case "allow": filter.allow = texts(member.value, "allow")
            case "deny": filter.deny = texts(member.value, "deny") ?? []
            case "rename" where renames:
                for field in fields(member.value, "rename") { filter.rename[field.name] = field.value }
            default:
                problems.append((member.key, "`\(key)` has \(renames ? "allow, deny and rename" : "allow and deny")"))
            }
        }
        return filter
    }

    // MARK: Values

    private mutating func required(_ key: String, in element: JSONElement) -> String? {
        guard let value = element[key] else {
            problems.append((element, "`\(key)` is missing"))
            return nil
        }
        guard let text = value.string, !text.isEmpty else {
            problems.append((value, "`\(key)` has to be a text"))
            return nil
        }
        return text
    }

    private mutating func texts(_ value: JSONElement?, _ key: String) -> [String]? {
        guard let value else { return nil }
        let texts = value.isArray ? value.elements.map(\.string) : [nil]
        guard !texts.contains(nil) else {
            problems.append((value, "`\(key)` has to be a list of texts"))
            return nil
        }
        return texts.compactMap { $0 }
    }

    private mutating func fields(_ value: JSONElement?, _ key: String) -> [MCPServerEntry.Field] {
        guard let value else { return [] }
        guard value.isObject else {
            problems.append((value, "`\(key)` has to be an object of texts"))
            return []
        }
        var fields: [MCPServerEntry.Field] = []
        for member in value.members {
            guard let name = member.key.string, let text = member.value.string else {
                problems.append((member.value, "`\(key)` has to be an object of texts"))
                continue
            }
            fields.append(MCPServerEntry.Field(name, variables.expand(text)))
        }
        return fields
    }

    private mutating func text(_ value: JSONElement, _ key: String) -> String? {
        if value.string?.isEmpty != false { problems.append((value, "`\(key)` has to be a text")) }
        return value.string.map { variables.expand($0) }
    }

    private mutating func flag(_ value: JSONElement, _ key: String) -> Bool? {
        if value.bool == nil { problems.append((value, "`\(key)` is true or false")) }
        return value.bool
    }

    /// Milliseconds, as others write them too.
    private mutating func span(_ value: JSONElement, _ key: String) -> TimeSpan? {
        guard let number = value.number?.int, (1...86_400_000).contains(number) else {
            problems.append((value, "`\(key)` is a number of milliseconds, from 1 to 86400000"))
            return nil
        }
        return .milliseconds(UInt64(number))
    }
}
