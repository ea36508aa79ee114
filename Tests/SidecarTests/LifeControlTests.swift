import JSON
import LinuxSystem
import Sidecar
import Testing

@Suite struct LifeControlTests {
    static func running(_ address: String, pid: Int = 1) -> RunningSidecar {
        RunningSidecar(path: "/r/\(pid).sock", status: ["address": .string("http://\(address)"), "pid": .int(pid)])
    }

    static let first = running("127.0.0.1:3456", pid: 1)
    static let second = running("[::1]:4000", pid: 2)

    @Test func whichOneIsMeant() {
        func choose(_ running: [RunningSidecar], _ listen: ListenAddress?, explicit: Bool = false) -> RunningSidecars {
            RunningSidecars.choose(running, wanted: listen, isExplicit: explicit)
        }
        let usual = ListenAddress(host: "127.0.0.1", port: 3456)
        let other = ListenAddress(host: "::1", port: 4000)
        let nowhere = ListenAddress(host: "127.0.0.1", port: 1)
        let both = [Self.first, Self.second]
        #expect(choose([], usual) == .none)
        #expect(choose([], nil) == .none)
        #expect(choose([Self.second], usual) == .one(Self.second), "the only one, wherever it is")
        #expect(choose([Self.second], nil) == .one(Self.second))
        #expect(choose([Self.second], usual, explicit: true) == .elsewhere([Self.second]), "never another than named")
        #expect(choose(both, usual) == .one(Self.first))
        #expect(choose(both, other, explicit: true) == .one(Self.second))
        #expect(choose(both, nowhere) == .several(both))
        #expect(choose(both, nil) == .several(both))
        #expect(choose(both, nowhere, explicit: true) == .elsewhere(both))
    }

    /// A file that cannot be read any more still says whom it is about.
    @Test func theOneThatRunsByAFile() {
        func running(_ file: String?, _ pid: Int) -> RunningSidecar {
            RunningSidecar(
                path: "/r/\(pid).sock",
                status: ["pid": .int(pid), "configuration": ["file": file.map { .string($0) } ?? .null]])
        }
        let (one, other, bare) = (running("/etc/./a.yaml", 1), running("/etc/b.yaml", 2), running(nil, 3))
        #expect(RunningSidecars.running(by: "/etc/a.yaml", among: [other, one, bare]) == one)
        #expect(RunningSidecars.running(by: "/etc/c.yaml", among: [other, one, bare]) == nil)
        #expect(RunningSidecars.running(by: "/etc/a.yaml", among: [one, running("/etc/a.yaml", 4)]) == nil)
    }

    @Test func whereTheSocketIs() {
        let bare = RuntimeFolder.Host(uid: 7) { _ in false }
        let desktop = RuntimeFolder.Host(uid: 7) { $0 == "/run/user/7" }
        #expect(RuntimeFolder.path(["XDG_RUNTIME_DIR": "/r/"], desktop) == "/r/sidecar")
        #expect(RuntimeFolder.path(["XDG_RUNTIME_DIR": "relative"], desktop) == "/run/user/7/sidecar")
        #expect(RuntimeFolder.path([:], desktop) == "/run/user/7/sidecar")
        #expect(RuntimeFolder.path([:], bare) == "/tmp/sidecar-7")
    }

    @Test func aFolderThatIsNotOursIsRefused() throws {
        try withTemporaryFolder { path in
            let environment = ["XDG_RUNTIME_DIR": path]
            #expect(try RuntimeFolder.existing(environment) == nil)
            let made = try RuntimeFolder.prepare(environment)
            #expect(made == path + "/sidecar")
            #expect(try File.status(made).mode == 0o700)
            #expect(try RuntimeFolder.existing(environment) == made)
        }
        try withTemporaryFolder { path in
            try File.writeAtomically(path + "/sidecar", [])
            let refused = #expect(throws: RuntimeFolder.Unusable.self) {
                try RuntimeFolder.prepare(["XDG_RUNTIME_DIR": path])
            }
            #expect(refused?.message.contains("is no folder") == true)
        }
    }

    @Test func factsSurviveTheSocket() throws {
        let facts = [
            ClientFacts(url: "http://127.0.0.1:1"),
            ClientFacts(url: "u", key: Secret("k\"ey"), needsCredentials: false, model: "local/x"),
        ]
        for each in facts { #expect(ClientFacts(try JSONValue(parsing: each.json.text())) == each) }
        #expect(ClientFacts(["error": "x"]) == nil)
    }

    @Test func factsOfAConfiguration() throws {
        let plain = ClientFacts(Configuration(), address: "0.0.0.0:3456")
        #expect(plain == ClientFacts(url: "http://127.0.0.1:3456"))
        #expect(ClientFacts.url(listening: "[::]:80") == "http://[::1]:80")
        #expect(ClientFacts.url(listening: "[::1]:80") == "http://[::1]:80")
        let text = """
            auth: { keys: [a, b] }
            providers: { x: { type: anthropic }, y: { type: anthropic, key: k } }
            routes: { default: y/qwen }
            """
        let loaded = try load(text, environment: [:]).get()
        #expect(
            ClientFacts(loaded.configuration, address: "127.0.0.1:1")
                == ClientFacts(url: "http://127.0.0.1:1", key: Secret("a"), needsCredentials: false, model: "y/qwen"))
    }

    @Test func reportsSurviveThePipe() throws {
        let reports: [StartReport] = [
            .ready(address: "127.0.0.1:3456"), .failed(message: "no\nport", code: .failed),
            .failed(message: "bad", code: .wrongInput),
        ]
        for each in reports {
            let line = each.json.text()
            #expect(!line.contains("\n"))
            #expect(StartReport(try JSONValue(parsing: line)) == each)
        }
        #expect(StartReport(["hello": 1]) == nil)
        #expect(StartReport(["error": "x", "code": 77]) == .failed(message: "x", code: .failed))
    }

    @Test func statusForPeople() {
        let text = StatusText.text([
            "version": "1.2", "state": "running", "address": "http://127.0.0.1:3456", "pid": 7, "uptime_seconds": 3725,
            "providers": [["name": "a", "type": "anthropic"]], "default_route": .null,
            "requests": ["total": 5, "in_flight": 2, "streams": 1], "memory_bytes": 22_020_096,
            "configuration": ["file": "/x.yaml", "problem": "line 3"],
        ])
        for part in [
            "sidecar 1.2 is running at http://127.0.0.1:3456 (pid 7)\n", "1 h 2 min", "a (anthropic)", "none: models",
            "5 answered, 2 open, 1 of them streaming", "21.0 MiB", "/x.yaml", "the old one is in force: line 3",
        ] { #expect(text.contains(part)) }
        #expect(StatusText.text([:]).hasPrefix("sidecar  is running"))
        #expect([0, 59, 60, 86_400 + 7_200].map(StatusText.duration) == ["0 s", "59 s", "1 min", "1 d 2 h"])
    }

    @Test func flagsBecomeWordsAgain() throws {
        let words = ["serve", "--detach", "--json", "--listen", "127.0.0.1:0", "--workspace=-x"]
        guard case .run(let line) = CommandLineParser(CommandRegistry.catalog).parse(words) else {
            Issue.record("not parsed")
            return
        }
        #expect(line.words(without: ["--detach", "--json"]) == ["--listen=127.0.0.1:0", "--workspace=-x"])
    }

    @Test func commandsSayThatNoneRuns() throws {
        try withTemporaryFolder { path in
            let environment = ["XDG_CONFIG_HOME": "/nonexistent", "XDG_RUNTIME_DIR": path]
            for command in ["stop", "status"] {
                let outcome = sidecar(command, environment: environment)
                #expect(outcome.code == .failed)
                #expect(outcome.output.isEmpty)
                #expect(outcome.errors == "error: no sidecar is running\n")
            }
            #expect(sidecar("status", "--json", environment: environment).output.contains("\"stopped\""))
            let shown = sidecar("env", environment: environment)
            #expect(shown.code == .done)
            #expect(shown.output.contains("export ANTHROPIC_BASE_URL=http://127.0.0.1:3456\n"))
            #expect(shown.errors.contains("no sidecar is running at 127.0.0.1:3456"))
            #expect(
                sidecar("code", environment: environment.merging(["PATH": "/nonexistent"]) { $1 }).errors.contains(
                    "claude"))
            #expect(sidecar("env", "--context-tokens", "5", environment: environment).code == .wrongInput)
        }
    }
}
