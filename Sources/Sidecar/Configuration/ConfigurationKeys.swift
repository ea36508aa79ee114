internal import LinuxSystem
internal import YAML

/// Every key of `sidecar.yaml`, declared once.
enum ConfigurationKeys {
    static var root: Section<ConfigurationDraft> {
        Section(
            defaults: ConfigurationDraft(),
            [
                Key(
                    "listen", \.configuration.listen, .listenAddress, example: "127.0.0.1:3456",
                    "Where clients connect. Anything but a loopback address needs `auth.keys`. Port 0 takes a free one."
                ),
                .section("auth", \.configuration.auth, auth, "Who may use the sidecar."),
                Key(
                    "workspace", \.configuration.workspace, .path, example: ".",
                    "The folder that tools work in, which must be there; a relative one starts where the sidecar was started."
                ),
                Key(
                    "policy", \.configuration.policy, ValueKind.path.optional, example: "default",
                    "What tools may do: a policy file, or the name of a built-in policy. A relative path starts where the "
                        + "sidecar was started. A file in the workspace counts only if --policy or --config names it."
                ),
                Key(
                    "providers", \.configuration.providers, .providers,
                    example: "{ anthropic: { type: anthropic } }",
                    "The model APIs behind the sidecar, each under a name of your choice."),
                Key(
                    "models", \.aliases, .aliases,
                    example: "{ big: anthropic/claude-opus-4-1, \"claude-haiku-*\": big }",
                    "Further names that clients may ask for: each stands for `provider/model` or for another of these "
                        + "names. A `*` in a name stands for any characters."),
                .section("routes", \.routes, routes, "Which provider answers which request."),
                .notYet("fallbacks", example: "{ big: [openai/gpt-5] }", "Models to try when one fails."),
                .section("limits", \.configuration.limits, limits, "What one client may cost."),
                .section("upstream", \.configuration.upstream, upstream, "Connections to providers."),
                .section("streams", \.configuration.streams, streams, "Streamed answers, which never idle silently."),
                .section("shutdown", \.configuration.shutdown, shutdown, "How the sidecar ends."),
                Key(
                    "event_loops", \.configuration.eventLoops, .integer(0...eventLoopsMax), example: "0",
                    "Threads that serve requests; 0 means one a core."),
                .notYet("circuit_breaker", example: "{ failures: 5, window: 30s }", "When to stop asking a provider."),
                .section("tokens", \.configuration.tokens, tokens, "How tokens are counted for providers that do not."),
                .section("mcp", \.configuration.mcp, mcp, "The MCP servers that the sidecar runs."),
                .section("tools", \.configuration.tools, tools, "How the tools run."),
                .notYet("cache", example: "{ responses: false }", "The response cache."),
                .section("search", \.configuration.search, search, "What WebSearch asks."),
                .notYet("state", example: "sqlite", "Where state is kept."),
                .notYet("telemetry", example: "{ otlp: \"http://127.0.0.1:4318\" }", "Where traces go."),
                .section("log", \.configuration.log, log, "What is logged, to stderr."),
                Key(
                    "debug", \.configuration.debug, .boolean, example: "false",
                    "Opens the routes under `/debug`, which show recent errors."),
            ])
    }

    /// More threads than any machine has cores: a larger number is a slip of the keyboard.
    private static let eventLoopsMax = 1024
    private static let oneDay = TimeSpan.seconds(24 * 3600)
    /// A clock tick of zero would mean "give up at once".
    private static let shortest = TimeSpan.milliseconds(1)

    private static var auth: Section<Configuration.Auth> {
        Section(
            defaults: Configuration.Auth(),
            [
                Key(
                    "keys", \.keys, ValueKind.secret.list, example: "[\"${SIDECAR_KEY}\"]",
                    "Clients need one of these as `x-api-key` or `Authorization: Bearer`. With none, everybody who can "
                        + "connect is served.")
            ])
    }

    private static var routes: Section<ConfigurationDraft.Routes> {
        Section(
            defaults: ConfigurationDraft.Routes(defaultRoute: .init(.init("anthropic"))),
            [
                Key(
                    "default", \.defaultRoute, ValueKind.route.optional, example: "anthropic",
                    "Where a request goes that nothing else routes: a provider, `provider/model`, or a name of "
                        + "`models`. Left out, it is the only provider, or else the one named anthropic; with neither, it "
                        + "is refused. `{ model: anthropic, parameters: { … } }` says what such requests get besides what "
                        + "they say themselves."),
                .notYet("background", example: "small", "The model for background requests."),
                .notYet("think", example: "big", "The model for requests that ask for thinking."),
                .notYet("long_context", example: "{ over_tokens: 60000, model: big }", "The model for long requests."),
                .notYet("web_search", example: "big", "The model for requests that search the web."),
                .notYet("image", example: "big", "The model for requests with images."),
                .notYet("rules", example: "[]", "Rules on headers and bodies."),
            ])
    }

    private static var limits: Section<Configuration.Limits> {
        Section(
            defaults: Configuration.Limits(),
            [
                .notYet("requests_per_minute", example: "600", "Requests that one client may make in a minute."),
                .notYet("concurrent", example: "64", "Requests that one client may have open."),
                Key(
                    "request_bytes", \.requestBytes, .size(1...(1 << 30)), example: "32MiB",
                    "The largest body of a request; a larger one gets 413."),
                Key(
                    "header_bytes", \.headerBytes, .size(1024...(1 << 24)), example: "64KiB",
                    "The largest head of a request; a larger one gets 431."),
                Key(
                    "header_time", \.headerTime, .time(shortest...oneDay), example: "10s",
                    "How long the head of a request may take to arrive."),
                Key(
                    "idle_time", \.idleTime, .time(shortest...oneDay), example: "75s",
                    "How long a connection may stay silent between requests, or within the body of one."),
                Key(
                    "connections", \.connections, .integer(1...1_000_000), example: "4096",
                    "Clients connected at the same time."),
                Key(
                    "streams_per_connection", \.streamsPerConnection, .integer(1...10_000), example: "100",
                    "Requests that share one HTTP/2 connection to a provider."),
            ])
    }

    private static var upstream: Section<Configuration.Upstream> {
        Section(
            defaults: Configuration.Upstream(),
            [
                Key(
                    "connect_time", \.connectTime, .time(shortest...oneDay), example: "10s",
                    "How long a connection to a provider may take, TLS included."),
                Key(
                    "first_byte_time", \.firstByteTime, .time(shortest...oneDay), example: "600s",
                    "How long a provider may take to begin its answer."),
                Key(
                    "idle_time", \.idleTime, .time(shortest...oneDay), example: "600s",
                    "How long a provider may fall silent within an answer."),
                Key(
                    "keep_alive_time", \.keepAliveTime, .time(shortest...oneDay), example: "60s",
                    "How long an unused connection to a provider is kept."),
                Key(
                    "idle_connections", \.idleConnections, .integer(1...65_535), example: "1024",
                    "Unused connections that each event loop keeps for the next request. There are as many as requests need."
                ),
                Key("http2", \.http2, .boolean, example: "true", "Speak HTTP/2 to providers that offer it."),
                Key(
                    "ca_file", \.caFile, ValueKind.pathBesideFile.optional, example: "certificates.pem",
                    "Certificates to trust in place of the system's; a relative path starts at this file's folder."),
                Key(
                    "proxy", \.proxy, .proxy, example: "http://proxy.example.org:3128",
                    "The way out: a URL, `none`, or `environment` for HTTPS_PROXY, HTTP_PROXY and NO_PROXY."),
            ])
    }

    private static var streams: Section<Configuration.Streams> {
        Section(
            defaults: Configuration.Streams(),
            [
                Key(
                    "keep_alive", \.keepAlive, .time(.zero...oneDay), example: "10s",
                    "After this much silence of a provider the client gets a first sign of life; 0s means never."),
                Key(
                    "keep_alive_interval", \.keepAliveInterval, .time(shortest...oneDay), example: "15s",
                    "The time between two signs of life."),
            ])
    }

    private static var shutdown: Section<Configuration.Shutdown> {
        Section(
            defaults: Configuration.Shutdown(),
            [
                Key(
                    "grace", \.grace, .time(.zero...oneDay), example: "30s",
                    "What open requests may take to finish once the sidecar is told to stop.")
            ])
    }

    private static var log: Section<Configuration.Log> {
        Section(
            defaults: Configuration.Log(),
            [
                Key(
                    "format", \.format, ValueKind.choice.optional, example: "pretty",
                    "Left out, it is pretty on a terminal and json elsewhere."),
                Key("level", \.level, .choice, example: "info", "The least important lines that are written."),
            ])
    }

    /// Dotted paths of all keys of that name.
    static func paths(endingIn name: String) -> [String] {
        func search(_ keys: [KeyDescription], _ prefix: String) -> [String] {
            keys.flatMap { key in
                (key.name == name ? [prefix + key.name] : []) + search(key.children, "\(prefix)\(key.name).")
            }
        }
        return search(root.descriptions, "")
    }
}
