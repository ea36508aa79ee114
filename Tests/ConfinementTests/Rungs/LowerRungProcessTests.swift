import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// Runs among the host's own processes: they reach nobody, and nobody of them stays.
@Suite(.enabled(if: LowerRung.canBe, LowerRung.reason), .timeLimit(.minutes(3)))
struct LowerRungProcessTests {
    /// A process of the user that runs are, outside of the jail.
    private func withNeighbour<Result>(
        _ body: @escaping @Sendable (Int32) async throws -> Result
    ) async throws -> Result {
        let command =
            getuid() == 0
            ? ProgramLaunch(
                path: "/usr/bin/setpriv",
                arguments: ["--reuid=65534", "--regid=65534", "--clear-groups", "--", "/usr/bin/sleep", "1000"],
                environment: [:])
            : ProgramLaunch(path: "/usr/bin/sleep", arguments: ["1000"], environment: [:])
        let nothing = try Descriptor.open("/dev/null", .readWrite)
        let child = try ChildProcess(command, descriptors: [nothing.raw, nothing.raw, nothing.raw])
        defer {
            try? child.signal(.kill)
            _ = try? child.wait()
        }
        #expect(
            await eventually { (try? File.readText("/proc/\(child.pid)/cmdline"))?.hasPrefix("/usr/bin/sleep") == true }
        )
        let result = try await body(child.pid)
        #expect(kill(child.pid, 0) == 0, "the neighbour is gone")
        return result
    }

    @Test func `Nobody outside is signalled, watched, limited, slowed or moved`() async throws {
        try await withNeighbour { neighbour in
            try await LowerRung.with { rung in
                for (name, error) in [
                    ("kill-other", "EPERM"), ("read-other", "EPERM"), ("limit-other", "ENOSYS"),
                    ("slow-other", "ENOSYS"),
                    ("place-other", "ENOSYS"),
                ] {
                    #expect(try await rung.attack(name, "\(neighbour)") == [error], "\(name)")
                    #expect(try await rung.attack(name, "\(rung.jail.zygote.pid)") == [error], "\(name) on the zygote")
                }
                // So the kernel says also where it has reached nobody.
                #expect(try await rung.attack("kill-all") == ["worked"])
                let ran = try await rung.shell("kill -9 -1; kill -9 \(neighbour); kill -9 $PPID; echo alive")
                #expect(ran.output == "alive\n")
            }
        }
    }

    @Test(arguments: Starter.possible) func `Nobody survives the end of a run, and nobody else ends with it`(
        _ starter: Starter
    ) async throws {
        try await withNeighbour { _ in
            try await LowerRung.with(starter) { rung in
                for _ in 0..<5 { #expect(try await rung.attack("survivor") == ["worked"]) }
                let ran = try await rung.shell(
                    "for i in 1 2 3 4 5 6 7 8; do (setsid sleep 1000 & setsid bash -c 'sleep 1000 & sleep 1000' &) ; done; echo done"
                )
                #expect(ran.output == "done\n")
                // The zygote, and the two processes of the run that is prepared.
                #expect(await eventually { rung.jail.processes().count == 2 }, "\(rung.jail.processes())")
            }
        }
    }

    @Test func `Two runs at once do not end each other`() async throws {
        try await LowerRung.with { rung in
            let long = Task(executorPreference: rung.jail.loop) { try await rung.shell("sleep 1; echo long") }
            for _ in 0..<10 { _ = try await rung.attack("survivor") }
            let ran = try await long.value
            #expect(ran.output == "long\n")
        }
    }

    @Test func `Its time over, a run is asked to go, and then all of it is gone`() async throws {
        try await LowerRung.with { rung in
            let polite = try await rung.shell(
                "trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.05; done", wall: .milliseconds(300))
            #expect(polite.output == "ready\nasked\n")
            #expect(polite.outcome.end == .exited(3) && polite.outcome.timedOut)
            let deaf = try await rung.jail.run(
                JailRun(program: try Attacker.outside(), arguments: ["attacks", "deaf"], folder: rung.workspace.path),
                wall: .milliseconds(300))
            #expect(deaf.outcome.end == .killed && deaf.outcome.timedOut)
            #expect(deaf.output == "deaf\n")
            #expect(await eventually { rung.jail.processes().count == 2 })
        }
    }

    @Test func `A bomb of processes meets its limit and is cleared away`() async throws {
        try await LowerRung.with { rung in
            var limits = RunLimits()
            limits.processes = 50
            let answer = try await rung.attack("bomb", limits: limits)
            #expect(answer.last == "EAGAIN")
            let count = answer.first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
            #expect((1...70).contains(count))
            #expect(await eventually { rung.jail.processes().count == 2 })
        }
    }

    @Test func `A jail that is stopped, or killed, takes its runs and its folder along`() async throws {
        try await LowerRung.with { rung in
            let running = Task(executorPreference: rung.jail.loop) { try await rung.shell("sleep 1000") }
            await rung.jail.loop.sleep(.milliseconds(100))
            #expect(File.exists(rung.tmp))
            await rung.jail.zygote.stop()
            let ran = try await running.value
            #expect(ran.outcome.end == .lost(.stopped))
            #expect(rung.jail.processes().isEmpty && !File.exists(rung.tmp))
        }
        try await LowerRung.with { rung in
            let (file, tmp) = (rung.workspace.path + "/src/pid", rung.tmp)
            let running = Task(executorPreference: rung.jail.loop) {
                try await rung.shell("(setsid sleep 1000 & echo $! > src/pid); echo x > $TMPDIR/x; sleep 1000")
            }
            #expect(await eventually { (try? File.readText(file))?.isEmpty == false && File.exists(tmp + "/x") })
            let survivor = try #require(Int32(try File.readText(file).dropLast()))
            kill(rung.jail.zygote.pid, SIGKILL)
            _ = try await running.value
            #expect(await eventually { kill(survivor, 0) != 0 && errno == ESRCH })
            // Nobody is left to remove it but the next jail.
            #expect(File.exists(tmp))
            try await LowerRung.with { _ in }
            #expect(!File.exists(tmp))
        }
    }
}
