import Confinement
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// Rules on arguments against those who know of them: `echo` may print anything but `secret`.
@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(5)))
struct ArgumentAttackTests {
    private static func rule(_ plan: inout JailPlan, _ program: String, _ rules: [ArgumentRule]) throws {
        let path = try #require(NormalPath(realPath(program)))
        let file = try #require(SystemHost().file(path))
        plan.programRules.append(
            ProgramRules(
                file: ExpectedFile(device: file.device, inode: file.inode),
                name: String(program.split(separator: "/").last ?? ""), rules: rules, allowsOthers: true))
    }

    private func attack(_ arguments: String...) async throws -> Ran {
        try await jailed { _, plan in
            try Self.rule(
                &plan, "/usr/bin/echo", [ArgumentRule(number: 7, denies: true, .inOrder(["secret"], open: false))])
        } _: { jail, workspace in
            try await jail.run(
                JailRun(program: Attacker.inside, arguments: ["attacks"] + arguments, folder: workspace.path))
        }
    }

    /// Words that change while the kernel copies them may run into each other; then they are other words.
    private func lines(_ ran: Ran) -> Set<Substring> { Set(ran.output.split(separator: "\n")) }

    /// ran, killed, refused, failed
    private func counts(_ ran: Ran) -> [Int] {
        ran.errors.split(separator: "\n").last.map { $0.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) } }
            ?? []
    }

    @Test(arguments: ["argument-by-thread", "argument-by-process"])
    func `An argument that changes between the look and the execve does not get through`(
        _ attack: String
    ) async throws {
        let ran = try await self.attack(attack, "/usr/bin/echo", "plain", "secret")
        #expect(!lines(ran).contains("secret"), "\(ran.errors)")
        let counts = counts(ran)
        #expect(counts.count == 4 && counts[3] == 0 && counts[0] > 0, "\(ran.errors)")
        // It is a race: that somebody was caught lying shows that there was one.
        #expect(counts.count == 4 && counts[1] > 0, "\(ran.errors)")
        #expect(ran.outcome.refusedPrograms.contains { $0.rule == 7 && $0.arguments.last == "secret" })
    }

    @Test func `A program that changes between the look and the execve does not get through`() async throws {
        let ran = try await attack("changed-program", "/usr/bin/true", "/usr/bin/echo", "secret")
        #expect(!ran.output.contains("secret"), "\(ran.output)")
        #expect(counts(ran).first ?? 0 > 0, "\(ran.errors)")
    }

    @Test func `A link that changes between the look and the execve does not get through`() async throws {
        let ran = try await attack("changed-link", "link", "/usr/bin/true", "/usr/bin/echo", "secret")
        #expect(!ran.output.contains("secret"), "\(ran.output)")
        #expect(counts(ran).first ?? 0 > 0, "\(ran.errors)")
    }

    @Test func `Who cannot be looked at executes nothing`() async throws {
        let ran = try await attack("hidden-caller", "/usr/bin/echo", "plain")
        #expect(ran.output == "EACCES\n")
    }

    @Test func `Many threads at once get one program, or none`() async throws {
        let ran = try await attack("many-threads", "/usr/bin/echo", "secret")
        #expect(ran.output == "EACCES\n")
        for _ in 0..<5 {
            let ran = try await attack("many-threads", "/usr/bin/echo", "plain")
            #expect(ran.output == "plain\n" && ran.outcome.end == .exited(0), "\(ran.outcome)")
        }
    }

    /// Of stops behind an execve that come while another caller is about to be followed, none may be left standing.
    @Test func `Many programs at once, one started after another, all come to run`() async throws {
        try await jailed { _, plan in
            try Self.rule(
                &plan, "/usr/bin/echo", [ArgumentRule(number: 7, denies: true, .inOrder(["secret"], open: false))])
        } _: { jail, workspace in
            let ran = try await jail.shell(
                """
                for i in {1..100}; do echo $i | env echo | env env echo & env echo; wait; done > /dev/null
                env echo done
                """, in: workspace.path)
            #expect(ran.output == "done\n" && ran.outcome.end == .exited(0), "\(ran.outcome)")
        }
    }

    @Test func `Callers that go away while they are asked about harm nobody`() async throws {
        let ran = try await attack("vanishing", "/usr/bin/echo", "plain")
        #expect(ran.outcome.end == .exited(0))
        #expect(ran.output.hasSuffix("worked\n"))
    }

    @Test func `A file by another name is the same program`() async throws {
        try await jailed { _, plan in
            try Self.rule(
                &plan, "/usr/bin/echo", [ArgumentRule(number: 7, denies: true, .inOrder(["secret"], open: false))])
        } _: { jail, workspace in
            for script in [
                "/usr/bin/echo secret", "/bin/echo secret", "/usr/bin/../bin/echo secret x", "env -- echo -n secret",
                "ln -s /usr/bin/echo l; ./l secret", "exec -a other /usr/bin/echo secret",
                "exec -a echo-secret /usr/bin/echo", "echo() { /usr/bin/echo \"$@\"; }; echo se''cret",
                "/proc/self/root/usr/bin/echo secret", "cd /usr/bin; ./echo secret",
            ] {
                let ran = try await jail.shell(script, in: workspace.path)
                #expect(!ran.output.contains("secret"), "\(script): \(ran.output)")
                #expect(ran.outcome.end != .exited(0), "\(script)")
                #expect(ran.outcome.refusedPrograms.first?.rule == 7, "\(script): \(ran.outcome)")
            }
            let ran = try await jail.shell(
                "/usr/bin/echo open; nothing; (exec /usr/bin/echo child) & wait; exec /usr/bin/echo last",
                in: workspace.path)
            #expect(ran.output == "open\nchild\nlast\n")
            #expect(ran.outcome.refusedPrograms.isEmpty)
        }
    }

    @Test func `Signals, stops and the end of a run are what they are without rules`() async throws {
        try await jailed { _, plan in
            try Self.rule(&plan, "/usr/bin/echo", [ArgumentRule(number: 7, denies: true, .inOrder(["x"], open: false))])
        } _: { jail, workspace in
            let stopped = try await jail.shell(
                "set -m; sleep 100 & kill -STOP %1; kill -CONT %1; kill %1; wait %1; exit $?")
            #expect(stopped.outcome.end == .exited(143))
            let killed = try await jail.shell("trap '' TERM; sleep 1000 & sleep 1000", wall: .milliseconds(300))
            #expect(killed.outcome.timedOut)
            #expect(killed.outcome.end == .killed || killed.outcome.end == .signaled(15))
            let absent = try await jail.run(JailRun(program: "/usr/bin/absent", arguments: ["absent"]))
            #expect(absent.outcome.end == .refused(.execute, code: 2))
            let denied = try await jail.run(JailRun(program: "/usr/bin/echo", arguments: ["echo", "x"]))
            #expect(denied.outcome.end == .refused(.execute, code: 13))
            #expect(
                denied.outcome.refusedPrograms == [
                    RefusedProgram(program: "/usr/bin/echo", arguments: ["echo", "x"], rule: 7)
                ])
            // Found only in the second folder: the first execve fails, and the caller is followed through it.
            let path = try await jail.shell("env echo found", environment: ["PATH": "/etc:/usr/lib:/usr/bin"])
            #expect(path.output == "found\n")
        }
    }
}
