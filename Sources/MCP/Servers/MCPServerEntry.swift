package import JSON
package import LinuxSystem

/// A server as a file names it: how it is reached, and what we do with it. Plain data.
package struct MCPServerEntry: Sendable, Equatable {
    package enum Scope: String, Sendable, CaseIterable {
        /// `.mcp.json` of the folder: it wins.
        case project
        case user
    }

    package enum Transport: String, Sendable, CaseIterable {
        case stdio, http, sse
    }

    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package let name: String
    package var scope = Scope.project
    package var file = ""
    package var line = 0
    package var transport = Transport.stdio
    package var command = ""
    package var arguments: [String] = []
    /// Beside what every server gets.
    package var environment: [Field] = []
    package var url = ""
    package var headers: [Field] = []
    package var oauth = MCPLoginSettings()
    /// Of a call; nil: the standard, which progress prolongs.
    package var callTime: TimeSpan?

    // Ours, under "sidecar".
    package var isEnabled = true
    /// Started by the first call.
    package var isLazy = false
    package var restart = MCPRestarts.Policy.onFailure
    package var directory: String?
    package var openingTime = TimeSpan.seconds(30)
    /// `node@20`, `python@3.11`, or a path.
    package var runtime: String?
    /// The policy of the jail that it runs in; nil: it runs as itself.
    package var policy: String?
    /// Of all its processes together; nil: nobody looks.
    package var memoryMax: Int?
    /// Percent of one core, over half a minute.
    package var processorMax: Int?
    package var tools = MCPToolFilter()
    package var prompts = MCPToolFilter()
    /// By their addresses; nothing is renamed.
    package var resources = MCPToolFilter()
    /// The sidecar asks a model for it; nil: only clients do.
    package var sampling: MCPSamplingSettings?

    /// It came from elsewhere and waits for a person to look at it: why, and what to do.
    package var pending: String?
    package var mayRun: Bool { isEnabled && pending == nil }

    /// Why it cannot be started as it is written; the others can.
    package var problem: String?
    /// As it stands in the file.
    package var json: JSONValue = [:]

    package init(_ name: String) { self.name = name }

    /// Whether a running server has to be started anew to be what this says: what only says whether it runs does not count.
    package func isSameProgram(as other: MCPServerEntry) -> Bool {
        var (left, right) = (self, other)
        for key in ["enabled", "lazy", "tools", "prompts", "resources"] {
            left.json["sidecar"]?[key] = nil
            right.json["sidecar"]?[key] = nil
        }
        return left.transport == right.transport && left.command == right.command
            && left.arguments == right.arguments && left.environment == right.environment && left.url == right.url
            && left.headers == right.headers && left.directory == right.directory && left.problem == right.problem
            && left.openingTime == right.openingTime && left.callTime == right.callTime
            && left.runtime == right.runtime && left.policy == right.policy && left.memoryMax == right.memoryMax
            && left.processorMax == right.processorMax && left.sampling == right.sampling
    }

    /// Letters, digits, `_` and `-`, as everybody else has it.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= nameBytesMax
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }

    package static let nameBytesMax = 64
    package static let nameRule = "a server's name is made of letters, digits, `_` and `-`, and of at most 64 of them"
}

/// Which model the sidecar asks when a server wants one to say something, and how much of it.
package struct MCPSamplingSettings: Sendable, Equatable {
    package var model: String
    package var tokensMax = 1024
    package var perHour = 60

    package init(model: String) { self.model = model }
}

/// How a person logs in to a server behind an address: `oauth` of the entry, as Claude Code has it, and a secret.
package struct MCPLoginSettings: Sendable, Equatable {
    /// Registered by hand; nil: whoever gives the tokens registers us.
    package var clientID: String?
    package var clientSecret: String?
    /// Who may get them: whoever a server names could be anybody.
    package var issuer: String?
    /// Where the browser comes back to, when that was registered with a port.
    package var port: UInt16?
    package var scopes: String?

    package init() {}
}

/// Which of a server's tools, prompts or resources are offered, and how they are called.
package struct MCPToolFilter: Sendable, Equatable {
    /// nil: all. Patterns may have `*`.
    package var allow: [String]?
    package var deny: [String] = []
    /// A tool's own name to the one it is offered by.
    package var rename: [String: String] = [:]

    package init() {}

    package func offers(_ name: String) -> Bool {
        if deny.contains(where: { Self.matches(name, $0) }) { return false }
        return allow?.contains { Self.matches(name, $0) } ?? true
    }

    static func matches(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return text == pattern }
        guard text.utf8.count >= first.utf8.count + last.utf8.count, text.hasPrefix(first), text.hasSuffix(last) else {
            return false
        }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return true
    }
}
