import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// A program of ours that stays in a jail: what it can do, what it cannot when somebody has taken it over, and how it ends.
@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(2)))
struct WorkerTests {
    private static func jailed<Result: Sendable>(
        _ starter: Starter = .ourselves, deny: [String] = [],
        _ body: @escaping @Sendable (JailUnderTest, Workspace) async throws -> Result
    ) async throws -> Result {
        try await ConfinementTests.jailed(
            starter, prepare: { _, plan in plan.workerFilter = try SeccompFilter(workerDenying: deny).bytes }, body)
    }

    @Test(arguments: Starter.possible) func `It reads and writes files as our tools do`(
        _ starter: Starter
    ) async throws {
        try await Self.jailed(starter) { jail, workspace in
            try workspace.write("file", "content\n")
            #expect(try await jail.attack("file-work", workspace.path, "file", isWorker: true) == ["worked"])
            #expect(workspace.text("file") == "content\n")
        }
    }

    /// The attacking program has nothing of Swift in it, whose run time asks the kernel for more.
    @Test func `A program of Swift runs under its filter`() async throws {
        let jail = try ZygoteProgram.besideThisProgram().path
        // By its own path: its libraries may be found by where it is.
        let program = realPath(jail.prefix(upTo: jail.lastIndex(of: "/") ?? jail.startIndex) + "/sidecar")
        try await ConfinementTests.jailed(prepare: { _, plan in
            plan.workerFilter = try SeccompFilter(workerDenying: []).bytes
            try Attacker.add(program, as: program, to: &plan)
            // In a debug build its run time is where this test's own is.
            for line in try File.readText("/proc/self/maps").split(separator: "\n")
            where line.hasSuffix("/libswiftCore.so") {
                let folder = String(line.drop { $0 != "/" }.dropLast("/libswiftCore.so".count))
                plan.view.append(.bind(source: folder, target: folder, .executable, expected: nil))
                plan.rules.append(PathRule(folder, .read))
                break
            }
        }) { jail, _ in
            var run = JailRun(program: program, arguments: ["sidecar", "version"])
            run.isWorker = true
            let ran = try await jail.run(run)
            #expect(ran.outcome.end == .exited(0) && ran.output.hasPrefix("sidecar "), "\(ran)")
        }
    }

    static let refused = [
        ("make-process", "EPERM"), ("internet-socket", "EPERM"), ("path-socket", "EPERM"), ("socket-pair", "EPERM"),
        ("send-descriptor", "EPERM"), ("code-in-memory", "EPERM"), ("code-made-later", "EPERM"),
        ("own-memory-by-name", "EACCES"), ("own-listener", "EPERM"), ("own-filter", "ENOSYS"),
        ("memory-file", "EPERM"), ("kill-all", "EPERM"), ("trace-first", "EPERM"), ("read-first", "EPERM"),
        ("take-descriptor", "EPERM"), ("user-namespace", "EPERM"), ("cloned-namespace", "EPERM"),
        ("clone3-namespace", "ENOSYS"), ("mount", "EPERM"), ("io_uring", "ENOSYS"), ("bpf", "EPERM"),
        ("personality", "EPERM"), ("netlink", "EPERM"), ("type-letter", "ENOSYS"), ("handle", "EPERM"),
    ]

    @Test(arguments: Starter.possible) func `Who has taken it over gets nothing but its files`(
        _ starter: Starter
    ) async throws {
        try await Self.jailed(starter) { jail, workspace in
            for (name, error) in Self.refused {
                let answer = try await jail.attack(name, "/x", isWorker: true)
                #expect(answer == [error], "\(name)")
            }
            #expect(try await jail.attack("written-code", Attacker.inside, isWorker: true) == ["EPERM"])
            #expect(try await jail.attack("set-user-bit", workspace.path, isWorker: true) == ["EPERM"])
            #expect(
                try await jail.attack("made-with-user-bit", workspace.path + "/new", isWorker: true) == ["EPERM"])
        }
    }

    @Test func `Once it runs, nothing is executed again, not even itself`() async throws {
        try await Self.jailed { jail, workspace in
            for program in ["/usr/bin/true", Attacker.inside, "/usr/bin/absent"] {
                let answer = try await jail.attack("run-program", program, isWorker: true)
                #expect(answer == ["ENOSYS"], "\(program)")
            }
            // Those who are no workers do, in the same jail.
            #expect(try await jail.shell("echo ran").output == "ran\n")
        }
    }

    /// The second one is prepared before anybody asks for it.
    @Test func `In a jail for workers alone every run is held as one`() async throws {
        try await ConfinementTests.jailed(prepare: { _, plan in
            plan.workerFilter = try SeccompFilter(workerDenying: []).bytes
            plan.filter = plan.workerFilter
            plan.reporting = CallReporting()
        }) { jail, workspace in
            try workspace.write("file", "content\n")
            for isWorker in [true, true, false, false] {
                #expect(try await jail.attack("file-work", workspace.path, "file", isWorker: isWorker) == ["worked"])
                #expect(try await jail.attack("run-program", Attacker.inside, isWorker: isWorker) == ["ENOSYS"])
                for (name, error) in Self.refused {
                    #expect(try await jail.attack(name, "/x", isWorker: isWorker) == [error], "\(name)")
                }
            }
        }
    }

    @Test func `One that is not there, or not to be run, says so`() async throws {
        try await Self.jailed { jail, _ in
            var run = JailRun(program: "/usr/bin/absent", arguments: ["absent"])
            run.isWorker = true
            let absent = try await jail.run(run)
            #expect(absent.outcome.end == .refused(.execute, code: ENOENT))
            run.folder = "/nowhere"
            let nowhere = try await jail.run(run)
            #expect(nowhere.outcome.end == .refused(.changeFolder, code: ENOENT))
        }
    }

    @Test func `It answers for as long as it is asked, whatever time that takes, and goes when it is told to`()
        async throws
    {
        try await Self.jailed { jail, _ in
            let nothing = OwnedDescriptor(try Descriptor.open("/dev/null", .readWrite))
            let run = JailRun(program: Attacker.inside, arguments: ["attacks", "echo"])
            let worker = try PacketWorker(run, in: jail.zygote, error: nothing)
            for round in 0..<300 {
                let byte = UInt8(round % 200)
                #expect(try worker.socket.send([byte]))
                #expect(try await answer(worker, jail.loop) == byte + 1)
                // Idle for longer than a run of this length would be given.
                if round % 100 == 99 { await jail.loop.sleep(.milliseconds(150)) }
            }
            worker.stop()
            #expect(await worker.program.result().end == .signaled(SIGTERM))
            #expect(await eventually { jail.processes().count == 3 })
        }
    }

    /// The test shares the loop's thread, so it must not hold it.
    private func answer(_ worker: PacketWorker, _ loop: EventLoop) async throws -> UInt8? {
        var byte: UInt8 = 0
        for _ in 0..<5000 {
            if try withUnsafeMutableBytes(of: &byte, { try worker.socket.receive(into: $0)?.count }) != nil {
                return byte
            }
            await loop.sleep(.milliseconds(1))
        }
        return nil
    }

    @Test func `One whose host has gone away sees the end of its socket`() async throws {
        try await Self.jailed { jail, _ in
            let nothing = OwnedDescriptor(try Descriptor.open("/dev/null", .readWrite))
            let run = JailRun(program: Attacker.inside, arguments: ["attacks", "echo"])
            let program = try PacketWorker(run, in: jail.zygote, error: nothing).program
            #expect(await program.result().end == .exited(0))
        }
    }

    @Test func `A policy's denials hold for it too`() async throws {
        try await Self.jailed(deny: ["openat2", "execve"]) { jail, workspace in
            try workspace.write("file")
            #expect(try await jail.attack("file-work", workspace.path, "file", isWorker: true) == ["EPERM"])
        }
    }
}
