package import LinuxSystem
package import ToolRuntime
package import Translation

/// Everything that `sidecar.yaml` says, as values. What a key is called, what it takes and what it is for is declared
/// in Configuration+Keys.swift; the defaults are the initial values here.
package struct Configuration: Sendable, Equatable {
    /// Where clients connect.
    package var listen = ListenAddress(host: "127.0.0.1", port: 3456)
    package var auth = Auth()
    /// Where the tools work, relative to the folder that the sidecar was started in.
    package var workspace = "."
    /// A policy file, relative to that folder too, or a built-in name; nil: `default`.
    package var policy: String?
    /// In the order of the file; never empty, names unique.
    package var providers = [ProviderConfiguration(name: "anthropic", kind: .anthropic(AnthropicProvider()))]
    /// The names that clients may ask for beside the providers' own.
    package var models = ModelAliases()
    /// What the file says of models.
    package var modelEntries: [ModelEntry] = []
    package var routes = Routes()
    package var limits = Limits()
    package var upstream = Upstream()
    package var streams = Streams()
    package var shutdown = Shutdown()
    /// 0: one a core.
    package var eventLoops = 0
    package var mcp = MCP()
    package var tools = Tools()
    package var search = Search()
    package var tokens = Tokens()
    package var log = Log()
    /// Opens `/debug`.
    package var debug = false

    package init() {}

    package func provider(named name: String) -> ProviderConfiguration? {
        providers.first { $0.name == name }
    }

    package struct Tools: Sendable, Equatable {
        /// Changed files are on the disk before the answer is out.
        package var fsync = true
        /// What cannot be recorded in the audit log is not run.
        package var requireAudit = true
        package init() {}
    }

    package struct Auth: Sendable, Equatable {
        /// Empty: everybody who can connect is served.
        package var keys: [Secret] = []
        package init() {}
    }

    package struct Routes: Sendable, Equatable {
        /// For requests that nothing else routes: aliases are resolved, so this names an existing provider. nil: such
        /// requests are refused.
        package var `default`: ModelTarget? = ModelTarget(provider: "anthropic")
        package init() {}
    }

    /// What one client may cost. Every limit is enforced before memory is spent on what exceeds it.
    package struct Limits: Sendable, Equatable {
        /// As large as Anthropic's own limit for a request, so that no request fails here that would work there.
        package var requestBytes = 32 << 20
        package var headerBytes = 64 << 10
        /// From the first byte of a request to the end of its headers.
        package var headerTime = TimeSpan.seconds(10)
        /// Between two requests on a kept connection, and between two pieces of a body.
        package var idleTime = TimeSpan.seconds(75)
        package var connections = 4096
        /// Concurrent HTTP/2 streams on one upstream connection.
        package var streamsPerConnection = 100
        package init() {}
    }

    package struct Upstream: Sendable, Equatable {
        package var connectTime = TimeSpan.seconds(10)
        /// Models think for minutes before the first byte of an answer that does not stream.
        package var firstByteTime = TimeSpan.seconds(600)
        package var idleTime = TimeSpan.seconds(600)
        /// How long an unused connection is kept for the next request.
        package var keepAliveTime = TimeSpan.seconds(60)
        package var idleConnections = 1024
        package var http2 = true
        /// nil: the system's certificates.
        package var caFile: String?
        package var proxy = ProxySetting.environment
        package init() {}
    }

    /// Streams never idle silently.
    package struct Streams: Sendable, Equatable {
        /// After this much quiet the client gets a first sign of life; zero: never.
        package var keepAlive = TimeSpan.seconds(10)
        /// Between two signs of life.
        package var keepAliveInterval = TimeSpan.seconds(15)
        package init() {}
    }

    package struct Shutdown: Sendable, Equatable {
        /// What streams may take to finish after SIGTERM.
        package var grace = TimeSpan.seconds(30)
        package init() {}
    }

    /// What WebSearch asks.
    package struct Search: Sendable, Equatable {
        /// nil: nothing.
        package var provider: SearchProvider?
        package var baseURL: BaseURL?
        package var key: Secret?
        package var engine: String?
        package var results = 10
        package init() {}
    }

    /// What tokens are told from.
    package struct Tokens: Sendable, Equatable {
        /// A file in tiktoken's form; nil: what was installed.
        package var vocabulary: String?
        /// nil: by the name of the file.
        package var pattern: TokenPattern?
        package init() {}
    }

    package struct Log: Sendable, Equatable {
        package enum Format: String, Sendable, CaseIterable { case pretty, json }
        package enum Level: String, Sendable, CaseIterable, Comparable {
            case debug, info, warn, error
            package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
            private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
        }

        /// nil: pretty on a terminal, JSON otherwise.
        package var format: Format?
        package var level = Level.info
        package init() {}
    }
}
