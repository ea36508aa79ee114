import JSON
import LinuxSystem
import Sandbox
import Sidecar
import TestSupport
import Testing

/// The real program with a workspace, a state folder and a home of its own. Not in /tmp, which a run has a private one of.
struct ToolGround: Sendable {
    let folder: String
    let program: String
    var workspace: String { "\(folder)/workspace" }

    /// Without these there is nothing to test: see `sidecar doctor`.
    static let canJail: Bool = {
        let facts = HostFacts.detect()
        return facts.userNamespace.namespaces?.contains([.pid, .network, .proc]) == true
            && facts.landlock.version != nil && facts.seccomp.filter
    }()
    static let hasRipgrep = File.isExecutable("/usr/bin/rg")

    /// What file tools need; not everybody builds it.
    static let hasWorker: Bool = {
        let folder = try? ProofSettings.folderOfThisProgram()
        return File.isExecutable("\(folder ?? "")/sidecar-worker")
    }()

    /// Everything that can be tried here.
    static var cases: [ToolCase] {
        ToolCase.all + (hasRipgrep ? ToolCase.searches : []) + (hasWorker ? ToolCase.files : [])
    }

    static func with(_ body: (ToolGround) async throws -> Void) async throws {
        let base = SystemHost().resolve("/var/tmp")?.text ?? "/var/tmp"
        let ground = ToolGround(
            folder: try File.makeTemporaryFolder("\(base)/sidecar-tools-"),
            program: ProgramUnderTest.sidecar)
        defer { File.removeTree(ground.folder) }
        try File.changeMode(ground.folder, 0o755)
        for name in ["workspace", "home", "state", "outside"] { try File.makeFolder("\(ground.folder)/\(name)") }
        try await body(ground)
    }

    func write(_ name: String, _ text: String) throws {
        let path = "\(workspace)/\(name)"
        if let cut = path.lastIndex(of: "/") { try File.makeDirectories(String(path[..<cut])) }
        try File.writeAtomically(path, Array(text.utf8), mode: 0o644)
    }

    private var environment: [String: String] {
        [
            "HOME": "\(folder)/home", "XDG_STATE_HOME": "\(folder)/state", "XDG_CONFIG_HOME": "\(folder)/home",
            "XDG_RUNTIME_DIR": "\(folder)/home", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin",
        ]
    }

    struct Ran: Sendable {
        let code: Int32
        let output: String
        let errors: String
        var json: JSONValue { (try? JSONValue(parsing: output)) ?? .null }
    }

    /// To its end.
    func run(_ words: String..., input: String? = nil) throws -> Ran { try run(words, input: input) }

    func run(_ words: [String], input: String? = nil) throws -> Ran {
        let name = "\(folder)/ran-\(UInt32.random(in: 0...(.max)))"
        let child = try start(words, name, input: input)
        let code = try child.wait()
        return Ran(code: code, output: try File.readText("\(name).out"), errors: try File.readText("\(name).err"))
    }

    /// As on a host that gives no namespaces.
    func runWithoutNamespaces(_ words: String...) throws -> Ran {
        let name = "\(folder)/ran-\(UInt32.random(in: 0...(.max)))"
        let child = try start(words, name, by: [Self.namespaceRefuser, "refuse-namespaces", "1"])
        let code = try child.wait()
        return Ran(code: code, output: try File.readText("\(name).out"), errors: try File.readText("\(name).err"))
    }

    /// There can be a jail by rules alone.
    static let canBeWeaker =
        (HostFacts.detect().landlock.version.map { $0 >= 6 } ?? false) && File.isExecutable(namespaceRefuser)
    private static let namespaceRefuser = ((try? ProofSettings.folderOfThisProgram()) ?? "") + "/JailAttacks"

    func launch(_ words: [String], by starter: [String] = []) -> ProgramLaunch {
        let all = starter + [program] + words
        return ProgramLaunch(
            path: all[0], arguments: Array(all.dropFirst()), environment: environment, directory: workspace,
            newSession: true)
    }

    /// Killed, wherever it is by then.
    func runKilled(after time: TimeSpan, _ words: String...) throws {
        let child = try start(words, "\(folder)/killed-\(UInt32.random(in: 0...(.max)))")
        let clock = MonotonicClock()
        _ = try ProcessHandle(pid: child.pid)?.waitForEnd(clock.now() + time, clock: clock)
        try? child.signal(.kill)
        _ = try child.wait()
    }

    private func start(
        _ words: [String], _ name: String, input: String? = nil, by starter: [String] = []
    ) throws -> ChildProcess {
        let given = "\(name).in"
        try File.writeAtomically(given, Array((input ?? "").utf8))
        let stdin = try Descriptor.open(given, .readOnly)
        let out = try Descriptor.open("\(name).out", [.writeOnly, .create])
        let errors = try Descriptor.open("\(name).err", [.writeOnly, .create])
        return try ChildProcess(launch(words, by: starter), descriptors: [stdin.raw, out.raw, errors.raw])
    }

    /// A server for as long as the body runs.
    func serving(_ words: [String] = [], _ body: (ToolServer) async throws -> Void) async throws {
        let name = "\(folder)/serve"
        let child = try start(["serve", "--json", "--listen", "127.0.0.1:0", "--log-format", "json"] + words, name)
        var port: UInt16?
        let isUp = await eventually {
            let text = try? File.readText("\(name).out")
            let address = text.flatMap { try? JSONValue(parsing: $0) }?["address"]?.string
            port = address?.split(separator: ":").last.flatMap { UInt16($0) }
            return port != nil
        }
        let errors = (try? File.readText("\(name).err")) ?? ""
        do {
            try #require(isUp, "\(errors)")
            try await body(ToolServer(port: port ?? 0, pid: child.pid, logFile: "\(name).err"))
        } catch {
            try child.signal(.kill)
            _ = try child.wait()
            throw error
        }
        try child.signal(.terminate)
        #expect(try child.wait() == 0)
    }
}

struct ToolServer: Sendable {
    let port: UInt16
    let pid: Int32
    let logFile: String

    var log: String { (try? File.readText(logFile)) ?? "" }

    func signal(_ signal: Signal) throws { try Signal.send(signal, to: pid) }

    func ask(_ method: String, _ path: String, _ body: String = "", session: String? = nil) throws -> TestMessage {
        let socket = try TestSocket(connectingTo: port)
        let field = session.map { "x-sidecar-session: \($0)\r\n" } ?? ""
        #expect(
            socket.send(
                "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(field)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            ))
        return try #require(socket.readAnswer())
    }

    /// A call whose answer is not waited for.
    func begin(_ name: String, _ input: JSONValue) throws -> TestSocket {
        let socket = try TestSocket(connectingTo: port)
        let body = input.text()
        #expect(
            socket.send(
                "POST /v1/tools/\(name) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            ))
        return socket
    }

    func tool(_ name: String, _ input: JSONValue, session: String? = nil) throws -> JSONValue {
        let answer = try ask("POST", "/v1/tools/\(name)", input.text(), session: session)
        return try JSONValue(parsing: answer.text)
    }
}
