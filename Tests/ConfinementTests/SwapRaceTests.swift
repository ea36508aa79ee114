import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// A file or folder of the workspace is swapped for a link to elsewhere while a tool opens it. All of it is in one view here, so
/// that nothing but the tool's own way of opening stands between: beneath the workspace or not at all.
@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(5)))
struct SwapRaceTests {
    private static let tries = 100_000

    /// What a race printed: inside, outside, nothing, written.
    private struct Counts {
        let inside, outside, nothing, written: Int

        init?(_ text: String) {
            let numbers = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
            guard numbers.count == 4 else { return nil }
            (inside, outside, nothing, written) = (numbers[0], numbers[1], numbers[2], numbers[3])
        }
    }

    private static func furnish(_ around: Workspace) throws {
        for (place, text) in [("inside/tree/file", "inside"), ("inside/leaf", "inside"), ("outside/file", "outside")] {
            try around.write(place, text)
        }
        try around.write("outside/leaf", "outside")
        try around.write("leaf", "outside")
        try around.folder("inside/tree/deep")
        try around.folder("outside/deep")
        symlink(around.path + "/outside", around.path + "/inside/tree-link")
        symlink("../outside/leaf", around.path + "/inside/leaf-link")
    }

    private static func strays(_ around: Workspace) throws -> [String] {
        try Directory.entries(around.path + "/outside").filter { !["file", "leaf", "deep"].contains($0) }
    }

    @Test func `Somebody in the jail swaps, and a worker never leaves the workspace`() async throws {
        try await jailed { around, plan in
            plan.workerFilter = try SeccompFilter(workerDenying: []).bytes
            try Self.furnish(around)
        } _: { jail, around in
            let inside = around.path + "/inside"
            let swapping = Task(executorPreference: jail.loop) {
                try await jail.run(
                    JailRun(program: Attacker.inside, arguments: ["attacks", "swap", inside], folder: "/"), wall: nil)
            }
            let raced = try await jail.attack("race", inside, "\(Self.tries)", "beneath", isWorker: true)
            swapping.cancel()
            // It swapped until it was told to stop.
            #expect(try await swapping.value.outcome.end == .signaled(SIGTERM))
            let counts = try #require(Counts(raced.first ?? ""), "\(raced)")
            #expect(counts.outside == 0)
            #expect(try Self.strays(around) == [])
            // There was a race: both ways were met. How often is the scheduler's affair.
            #expect(counts.inside > 0 && counts.nothing > 0 && counts.written > 0)
        }
    }

    /// The same swaps against somebody who opens by the whole path, and outside of any jail: it has to be seen to work.
    @Test func `Without "beneath" the same program is led out`() async throws {
        try await Workspace.with { around in
            try Self.furnish(around)
            let inside = around.path + "/inside"
            let swapping = try start(["swap", inside], output: try Descriptor.open("/dev/null", .readWrite))
            let output = try Descriptor.pipe()
            let racing = try start(["race", inside, "20000", "anywhere"], output: output.writing)
            let reading = output.onlyReading()
            let text = try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { room in
                let count = try reading.read(into: room) ?? 0
                return String(decoding: room[..<count], as: UTF8.self)
            }
            _ = try racing.wait()
            try swapping.signal(.kill)
            _ = try swapping.wait()
            let counts = try #require(Counts(text), "\(text)")
            #expect(counts.outside > 0)
        }
    }

    /// As nobody: what it does to its own folder needs no more.
    private func start(_ arguments: [String], output: borrowing Descriptor) throws -> ChildProcess {
        let nothing = try Descriptor.open("/dev/null", .readWrite)
        let program = [try Attacker.outside()] + arguments
        let drop = getuid() == 0 ? ["--reuid=65534", "--regid=65534", "--clear-groups"] : []
        let launch = ProgramLaunch(
            path: "/usr/bin/setpriv", arguments: drop + ["--"] + program, environment: [:], directory: "/")
        return try ChildProcess(launch, descriptors: [nothing.raw, output.raw, nothing.raw])
    }
}
