import LinuxSystem
import Sidecar
import Testing
import YAML

@Suite struct ConfigurationLoaderTests {
    @Test func withoutAFileEverythingHasItsDefault() throws {
        let loaded = try ConfigurationLoader.load(nil, environment: [:]).get()
        #expect(loaded.configuration == Configuration())
        #expect(loaded.configuration.routes.default == ModelTarget(provider: "anthropic"))
        #expect(loaded.configuration.providers.map(\.name) == ["anthropic"])
        #expect(loaded.origins.isEmpty)
        #expect(loaded.file == nil)
    }

    @Test(arguments: ["", "# nothing\n", "limits:\n", "providers:\nmodels:\n"])
    func anEmptyFileChangesNothing(_ text: String) throws {
        #expect(try configuration(text) == Configuration())
    }

    @Test func everyKeyIsRead() throws {
        let text = """
            listen: "[::]:8080"
            auth: { keys: ["${KEY}", second-key] }
            workspace: /srv/work
            providers:
              main:
                type: anthropic
                key: ${KEY}
                base_url: HTTPS://Api.Example.org:8443/base/
                ca_file: ca.pem
                proxy: none
                headers: { x-team: infra }
              offline: { type: scripted, script: demo.yaml }
            models: { big: main/vendor/claude, small: big, "claude-haiku-*": small }
            routes: { default: small }
            limits: { request_bytes: 64MiB, header_bytes: 128 KiB, header_time: 1500ms, idle_time: 5m,
                      connections: 10, streams_per_connection: 7 }
            upstream: { connect_time: 1s, first_byte_time: 2m, idle_time: 1h, keep_alive_time: 3s,
                        idle_connections: 5, http2: false, ca_file: /ca, proxy: "http://u:p@proxy:3128" }
            streams: { keep_alive: 0s, keep_alive_interval: 2s }
            shutdown: { grace: 1m }
            event_loops: 2
            log: { format: json, level: warn }
            debug: true
            """
        let result = try load(text, environment: ["KEY": "k-1"], name: "etc/s.yaml").get().configuration
        #expect(result.listen == ListenAddress(host: "::", port: 8080))
        #expect(result.auth.keys == [Secret("k-1"), Secret("second-key")])
        #expect(result.workspace == "/srv/work")
        guard case .anthropic(let main) = result.provider(named: "main")?.kind else {
            Issue.record("no provider main")
            return
        }
        #expect(main.key == Secret("k-1"))
        #expect(main.baseURL == BaseURL(scheme: "https", host: "api.example.org", port: 8443, path: "/base"))
        #expect(main.caFile == "etc/ca.pem")
        #expect(main.proxy == ProxySetting.none)
        #expect(main.headers == [ProviderHeader(name: "x-team", value: Secret("infra"))])
        var script = ScriptedProvider()
        script.script = "etc/demo.yaml"
        #expect(result.provider(named: "offline")?.kind == .scripted(script))
        #expect(result.models.target(for: "claude-haiku-4-5") == ModelTarget(provider: "main", model: "vendor/claude"))
        #expect(result.models.target(for: "claude-opus") == nil)
        #expect(result.routes.default == ModelTarget(provider: "main", model: "vendor/claude"))
        #expect(result.limits.requestBytes == 64 << 20)
        #expect(result.limits.headerBytes == 128 << 10)
        #expect(result.limits.headerTime == .milliseconds(1500))
        #expect(result.limits.idleTime == .seconds(300))
        #expect(result.limits.connections == 10)
        #expect(result.limits.streamsPerConnection == 7)
        #expect(result.upstream.connectTime == .seconds(1))
        #expect(result.upstream.firstByteTime == .seconds(120))
        #expect(result.upstream.idleTime == .seconds(3600))
        #expect(result.upstream.keepAliveTime == .seconds(3))
        #expect(result.upstream.idleConnections == 5)
        #expect(result.upstream.http2 == false)
        #expect(result.upstream.caFile == "/ca")
        guard case .url(let proxy) = result.upstream.proxy else {
            Issue.record("no proxy")
            return
        }
        #expect(proxy.reveal() == "http://u:p@proxy:3128")
        #expect(result.streams.keepAlive == .zero)
        #expect(result.streams.keepAliveInterval == .seconds(2))
        #expect(result.shutdown.grace == .seconds(60))
        #expect(result.eventLoops == 2)
        #expect(result.log.format == .json)
        #expect(result.log.level == .warn)
        #expect(result.debug)
    }

    @Test func flagsWinOverTheFile() throws {
        let overrides = [
            ConfigurationOverride(key: "listen", text: "127.0.0.1:1", flag: "--listen"),
            ConfigurationOverride(key: "log.level", text: "debug", flag: "--log-level"),
        ]
        let loaded = try load("listen: 127.0.0.1:2\nlog: { level: warn }\n", overrides: overrides).get()
        #expect(loaded.configuration.listen.port == 1)
        #expect(loaded.configuration.log.level == .debug)
        #expect(loaded.origins["listen"] == .flag("--listen"))
        #expect(loaded.origins["log.level"] == .flag("--log-level"))
    }

    @Test func aWrongFlagIsNamed() {
        let override = ConfigurationOverride(key: "listen", text: "nowhere", flag: "--listen")
        #expect(
            problems("", overrides: [override]) == [
                "--listen: listen: `nowhere` has no port; write HOST:PORT, such as 127.0.0.1:3456 or [::1]:3456"
            ])
    }

    @Test func variablesExpand() throws {
        let environment = ["A": "a", "EMPTY": "", "DOLLAR": "${A}"]
        let table = [
            ("x${A}y", "xay"), ("${UNSET:-d}", "d"), ("${EMPTY:-d}", "d"), ("x${EMPTY}", "x"), ("$${A}", "${A}"),
            ("$A $", "$A $"), ("${DOLLAR}", "${A}"), ("${UNSET:-a:-b}", "a:-b"), ("${A}${A}", "aa"),
        ]
        for (text, expected) in table {
            #expect(try configuration("workspace: '\(text)'", environment: environment).workspace == expected)
        }
        #expect(try configuration("debug: ${D:-true}").debug)
        #expect(try configuration("limits: { connections: \"${N}\" }", environment: ["N": "9"]).limits.connections == 9)
    }

    @Test func theOnlyProviderIsTheDefaultRoute() throws {
        let result = try configuration("providers: { offline: { type: scripted, script: s.yaml } }")
        #expect(result.routes.default == ModelTarget(provider: "offline"))
    }

    @Test func amongSeveralOnlyAnthropicIsMeantWithoutBeingNamed() throws {
        let two = "providers: { a: { type: anthropic }, b: { type: anthropic }"
        #expect(try configuration("\(two) }").routes.default == nil)
        let three = try configuration("\(two), anthropic: { type: anthropic } }")
        #expect(three.routes.default == ModelTarget(provider: "anthropic"))
    }

    @Test(arguments: [
        ("127.0.0.1:0", true), ("127.9.9.9:80", true), ("[::1]:80", true), ("[0:0::0:1]:80", true),
        ("localhost:1", true),
        ("0.0.0.0:80", false), ("[::]:80", false), ("192.168.1.1:80", false),
    ])
    func loopbackIsKnown(_ address: String, _ isLoopback: Bool) throws {
        let result = try configuration("listen: \"\(address)\"\nauth: { keys: [k] }")
        #expect(result.listen.isLoopback == isLoopback)
        #expect(problems("listen: \"\(address)\"").isEmpty == isLoopback)
    }

    @Test(arguments: [
        ("environment", nil), ("none", ""), ("http://u:p@[::1]:3128", "http://u:p@[::1]:3128"),
        ("socks5h://proxy", "socks5h://proxy"),
    ])
    func proxiesReachTheTransferLibrary(_ text: String, _ expected: String?) throws {
        #expect(try configuration("upstream: { proxy: \"\(text)\" }").upstream.proxy.textForTransfers == expected)
    }
}
