import Glibc
import LinuxSystem
import Sandbox
import Sidecar
import TestSupport
import Testing

enum JailHost {
    /// Without these there is nothing to test: see `sidecar doctor`.
    static let canJail: Bool = {
        let facts = HostFacts.detect()
        return facts.userNamespace.namespaces?.contains([.pid, .network, .proc]) == true
            && facts.landlock.version != nil && facts.seccomp.filter
    }()

    static func has(_ programs: String...) -> Bool {
        programs.allSatisfy { name in SystemHost().program(named: name) != nil }
    }
}

/// A folder with a workspace, a home and a place that no policy names, and policies in files of their own beside them.
struct JailGround: Sendable {
    let folder: String
    var workspace: String { "\(folder)/workspace" }
    var outside: String { "\(folder)/outside" }

    static func with(_ body: (JailGround) async throws -> Void) async throws {
        // Where a run has a private folder, rules for that would hold for all of this as well.
        let base = SystemHost().resolve("/var/tmp")?.text ?? "/var/tmp"
        let ground = JailGround(folder: try File.makeTemporaryFolder("\(base)/sidecar-tests-"))
        defer { File.removeTree(ground.folder) }
        try File.changeMode(ground.folder, 0o755)
        for name in ["workspace", "home", "outside"] { try File.makeFolder("\(ground.folder)/\(name)") }
        try await body(ground)
    }

    var variables: PolicyVariables {
        PolicyVariables(
            workspace: NormalPath(workspace) ?? .root, home: NormalPath("\(folder)/home") ?? .root,
            tmp: NormalPath(parts: ["tmp"]))
    }

    /// `text` is what stands behind `version`.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try File.writeAtomically("\(folder)/\(name)", Array("version: 1\n\(text)\n".utf8))
        return "\(folder)/\(name)"
    }

    /// The jail of the policy in a file, for as long as `body` runs.
    func jail<Result: Sendable>(
        _ file: String, tool: String = "Bash", ownPrograms: [NormalPath] = [],
        _ body: @escaping @Sendable (PolicyJail) async throws -> Result
    ) async throws -> Result {
        let policy = try PolicyLoader.load(.file("\(folder)/\(file)"), SystemPolicyFiles()).get().policy
        return try await withLoop { loop in
            try await Task(executorPreference: loop) {
                let jail = try await PolicyJail.start(
                    policy, tool: tool, variables, ownPrograms: ownPrograms, on: loop)
                do {
                    let result = try await body(jail)
                    await jail.stop()
                    return result
                } catch {
                    await jail.stop()
                    throw error
                }
            }.value
        }
    }
}

/// The program as it is installed, beside the tests.
enum RealProgram {
    struct Ran {
        let code: Int32
        let output: String
        let errors: String
        /// Folders that it has made for itself, and that are still there.
        let left: [String]
    }

    /// `endingOnce`: it is told to end when there is such a file.
    static func run(
        _ words: [String], in folder: String = "/", environment: [String: String] = [:], endingOnce mark: String? = nil
    ) throws -> Ran {
        let base = SystemHost().resolve("/var/tmp")?.text ?? "/var/tmp"
        let place = try File.makeTemporaryFolder("\(base)/sidecar-tests-")
        defer { File.removeTree(place) }
        try File.changeMode(place, 0o755)
        try File.makeFolder("\(place)/tmp")
        for name in ["output", "errors"] { try File.writeNew("\(place)/\(name)", []) }
        let nothing = try Descriptor.open("/dev/null", .readOnly)
        let output = try Descriptor.open("\(place)/output", .writeOnly)
        let errors = try Descriptor.open("\(place)/errors", .writeOnly)
        let own = [
            "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent",
            "TMPDIR": "\(place)/tmp",
        ]
        let launch = ProgramLaunch(
            path: ProgramUnderTest.sidecar, arguments: words,
            environment: own.merging(environment) { $1 }, directory: folder, newSession: true)
        let child = try ChildProcess(launch, descriptors: [nothing.raw, output.raw, errors.raw])
        if let mark {
            let clock = MonotonicClock()
            let end = clock.now() + .seconds(60)
            while !File.exists(mark), clock.now() < end { usleep(10_000) }
            try child.signal(.terminate)
        }
        let code = try child.wait()
        return Ran(
            code: code, output: try File.readText("\(place)/output"), errors: try File.readText("\(place)/errors"),
            left: try Directory.entries("\(place)/tmp"))
    }
}
