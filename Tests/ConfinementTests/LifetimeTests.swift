import Confinement
import Glibc
import LinuxSystem
import TestSupport
import Testing

/// How runs end, and what is left of them.
@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(2)))
struct LifetimeTests {
    @Test(arguments: Starter.possible) func `Nobody survives the end of a run`(_ starter: Starter) async throws {
        try await jailed(starter) { jail, _ in
            for _ in 0..<5 {
                let ran = try await jail.attack("survivor")
                #expect(ran == ["worked"])
            }
            let background = try await jail.shell("sleep 1000 & sleep 1000 & echo done")
            #expect(background.output == "done\n")
            // The zygote, and the two processes of the run that is prepared.
            #expect(await eventually { jail.processes().count == 3 })
        }
    }

    @Test func `Its time over, a run is asked to go, and then all of it is gone`() async throws {
        try await jailed { jail, _ in
            let polite = try await jail.shell(
                "trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.05; done", wall: .milliseconds(300))
            #expect(polite.output == "ready\nasked\n")
            #expect(polite.outcome.end == .exited(3) && polite.outcome.timedOut)
            let deaf = try await jail.run(
                JailRun(program: Attacker.inside, arguments: ["attacks", "deaf"]), wall: .milliseconds(300))
            #expect(deaf.outcome.end == .killed && deaf.outcome.timedOut)
            #expect(deaf.output == "deaf\n")
        }
    }

    @Test func `A cancelled task ends its run`() async throws {
        try await jailed { jail, _ in
            let running = Task(executorPreference: jail.loop) { try await jail.shell("sleep 1000", wall: nil) }
            await jail.loop.sleep(.milliseconds(100))
            running.cancel()
            let ran = try await running.value
            #expect(ran.outcome.end == .signaled(SIGTERM))
        }
    }

    @Test func `A bomb of processes meets its limit, and others go on`() async throws {
        try await jailed { jail, _ in
            var limits = RunLimits()
            limits.processes = 50
            let bounded = limits
            let bomb = Task(executorPreference: jail.loop) { try await jail.attack("bomb", limits: bounded) }
            let other = try await jail.shell("echo fine")
            #expect(other.output == "fine\n")
            let answer = try await bomb.value
            #expect(answer.last == "EAGAIN")
            let count = answer.first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
            // The jail's own are not held against it, whether they are there at that moment or not.
            #expect((1...58).contains(count))
        }
    }

    @Test func `Memory and time of the processor are limited`() async throws {
        try await jailed { jail, _ in
            var limits = RunLimits()
            limits.memoryBytes = 64 << 20
            limits.cpuSeconds = 1
            let hungry = try await jail.shell("x=$(head -c 200000000 /dev/zero | cat -v); echo ${#x}", limits: limits)
            #expect(!hungry.output.contains("400000000"))
            let busy = try await jail.shell("while :; do :; done", limits: limits)
            #expect(busy.outcome.end == .signaled(SIGXCPU) || busy.outcome.end == .signaled(SIGKILL))
            #expect(busy.outcome.cpuMicroseconds > 500_000)
        }
    }

    @Test func `Output is bounded while it is written, and its end is kept`() async throws {
        try await jailed { jail, _ in
            let ran = try await jail.run(
                JailRun(
                    program: "/usr/bin/bash",
                    arguments: ["bash", "-c", "echo begin; head -c 30000000 /dev/zero; echo; echo end"],
                    environment: ["PATH": "/usr/bin"]), outputMax: 1000)
            #expect(ran.output.utf8.count == 1000)
            #expect(ran.output.hasPrefix("begin\n") && ran.output.hasSuffix("\nend\n"))
        }
    }

    @Test func `Many runs at once`() async throws {
        try await jailed { jail, _ in
            let outputs = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<64 {
                    group.addTask(executorPreference: jail.loop) {
                        try await jail.shell("sleep 0.2; echo \(number)").output
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(outputs == Set((0..<64).map { "\($0)\n" }))
        }
    }

    @Test func `A worker answers on the descriptor that it was given`() async throws {
        try await jailed { jail, _ in
            let pair = try PacketSocket.pair()
            let given = OwnedDescriptor(Descriptor(owning: dup(pair.theirs.raw)))
            let ours = pair.onlyOurs()
            let nothing = try (0..<3).map { _ in OwnedDescriptor(try Descriptor.open("/dev/null", .readWrite)) }
            var run = JailRun(program: Attacker.inside, arguments: ["attacks", "echo"])
            run.isWorker = true
            let streams = RunStreams(
                input: Descriptor(owning: dup(nothing[0].raw)), output: Descriptor(owning: dup(nothing[1].raw)),
                error: Descriptor(owning: dup(nothing[2].raw)), more: [given])
            let program = jail.zygote.begin(run, streams)
            for byte in UInt8(0)..<20 {
                #expect(try ours.send([byte]))
                var answer: UInt8 = 0
                // The test shares the loop's thread, so it must not hold it.
                for _ in 0..<2000 {
                    let received = try withUnsafeMutableBytes(of: &answer) { try ours.receive(into: $0)?.count }
                    if received != nil { break }
                    await jail.loop.sleep(.milliseconds(1))
                }
                try #require(answer == byte + 1)
            }
            program.stop()
            #expect(await program.result().end == .signaled(SIGTERM))
        }
    }

    @Test func `A jail that is stopped takes its runs along`() async throws {
        try await jailed { jail, _ in
            let running = Task(executorPreference: jail.loop) { try await jail.shell("sleep 1000", wall: nil) }
            await jail.loop.sleep(.milliseconds(100))
            #expect(!jail.processes().isEmpty)
            await jail.zygote.stop()
            let ran = try await running.value
            #expect(ran.outcome.end == .lost(.stopped))
            #expect(jail.processes().isEmpty)
            let late = try await jail.shell("echo late")
            #expect(late.outcome.end == .lost(.stopped) && late.output == "")
        }
    }

    @Test func `A program that is not there is said to be so`() async throws {
        try await jailed { jail, _ in
            let ran = try await jail.run(JailRun(program: "/usr/bin/nothing", arguments: ["nothing"]))
            #expect(ran.outcome.end == .refused(.execute, code: ENOENT))
            let folder = try await jail.run(JailRun(program: "/usr/bin/true", arguments: ["true"], folder: "/nowhere"))
            #expect(folder.outcome.end == .refused(.changeFolder, code: ENOENT))
        }
    }
}
