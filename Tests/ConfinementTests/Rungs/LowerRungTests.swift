import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// What still holds where the host gives no namespaces.
@Suite(.enabled(if: LowerRung.canBe, LowerRung.reason), .timeLimit(.minutes(3)))
struct LowerRungTests {
    @Test(arguments: [EPERM, ENOSYS, ENOSPC])
    func `A jail of namespaces ends there, and says that it is for want of them`(
        _ code: Int32
    ) async throws {
        try await Workspace.with { workspace in
            let plan = try HandPlan.make(commonTools, workspace: workspace)
            do {
                try await JailUnderTest.with(plan, try Starter.ourselves.program(refusing: code)) { _ in }
                Issue.record("there is a jail")
            } catch let error as ZygoteError {
                #expect(error == .stepFailed(.enterNamespaces, code: code, subject: ""))
                #expect(error.isForWantOfNamespaces)
                #expect(error.description.contains("sidecar doctor"))
            }
        }
    }

    @Test func `What a policy requires beyond Landlock and seccomp is not to be had`() async throws {
        try await Workspace.with { workspace in
            var plan = try LowerRung.compile(try LowerRung.policy(["true"]), workspace, tmp: "/tmp/x").plan
            #expect(plan.required == [.landlock, .seccomp])
            plan.required.insert(.pidNamespace)
            let strict = plan
            await #expect(throws: ZygoteError.stepFailed(.requireLayers, code: EPERM, subject: "pid_namespace")) {
                try await JailUnderTest.with(strict, try Starter.ourselves.program(refusing: EPERM)) { _ in }
            }
        }
    }

    @Test(arguments: Starter.possible) func `A run has its output, input, environment, folder and exit code`(
        _ starter: Starter
    ) async throws {
        try await LowerRung.with(starter) { rung in
            #expect(rung.jail.zygote.layers == [.landlock, .seccomp])
            #expect(rung.jail.zygote.outsideUser != 0)
            let ran = try await rung.shell("pwd; echo $TMPDIR; id -u; id -G; echo wrong >&2; exit 7")
            #expect(ran.outcome.end == .exited(7))
            let user = rung.jail.zygote.outsideUser
            #expect(ran.output == "\(rung.workspace.path)\n\(rung.tmp)\n\(user)\n\(user)\n")
            #expect(ran.errors == "wrong\n")
            let made = try await rung.shell(
                "echo a > src/a && mkdir src/b && mv src/a src/b/ && cat src/b/a && ls src/b")
            #expect(made.output == "a\na\n", "\(made.errors)")
        }
    }

    static let refused = [
        ("user-namespace", "EPERM"), ("mount-namespace", "EPERM"), ("cloned-namespace", "EPERM"),
        ("clone3-namespace", "ENOSYS"), ("mount", "EPERM"), ("new-mount", "EPERM"), ("chroot", "EPERM"),
        ("io_uring", "ENOSYS"), ("userfaultfd", "EPERM"), ("bpf", "EPERM"), ("keys", "EPERM"), ("counters", "EPERM"),
        ("handle", "EPERM"), ("raw-socket", "EAFNOSUPPORT"), ("packet-socket", "EAFNOSUPPORT"),
        ("virtual-socket", "EAFNOSUPPORT"), ("netlink", "EAFNOSUPPORT"), ("unknown-call", "ENOSYS"),
        ("type-letter", "EPERM"), ("type-letter-high", "EPERM"), ("trace-first", "EPERM"), ("read-first", "EPERM"),
        ("take-descriptor", "EPERM"), ("trace-child", "EPERM"), ("kill-first", "EPERM"), ("become-root", "EPERM"),
        ("leaked-descriptors", "EBADF"),
    ]

    @Test(arguments: Starter.possible) func `The kernel is asked in vain`(_ starter: Starter) async throws {
        try await LowerRung.with(starter) { rung in
            for (name, error) in Self.refused {
                let answer = try await rung.attack(name)
                #expect(answer == [error], "\(name)")
            }
        }
    }

    @Test func `Nothing of the host is read, written, made, moved or removed`() async throws {
        try await Workspace.with { outside in
            try outside.write("file", "secret\n", mode: 0o666)
            try outside.folder("folder")
            chmod(outside.path, 0o777)
            let path = outside.path
            try await LowerRung.with { rung in
                for attempt in [
                    "cat \(path)/file", "echo x >> \(path)/file", "echo x > \(path)/new", "rm \(path)/file",
                    "mv \(path)/file src/", "mkdir \(path)/made", "rmdir \(path)/folder", "ls \(path)",
                    "ln \(path)/file src/linked", "cp src/x \(path)/", "truncate -s 0 \(path)/file",
                    "ln -s \(path)/file src/link && cat src/link",
                    "cat ../\(path.split(separator: "/").last ?? "")/file",
                    "chmod 777 \(path)/file", "touch \(path)/file", "touch -d 2001-01-01 \(path)/file",
                    "cat /proc/self/root\(path)/file", "cat /etc/shadow", "ls /", "cat /etc/hostname", "ls /proc",
                    "cat /proc/\(getpid())/cmdline", "cat /proc/\(getpid())/environ", "ls /tmp", "touch /tmp/x",
                    "touch /dev/shm/x", "ls /sys", "cat /dev/tty",
                ] {
                    let ran = try await rung.shell("echo x > src/x; { \(attempt); } && echo broke")
                    #expect(!ran.output.contains("broke") && !ran.output.contains("secret"), "\(attempt)")
                }
                #expect(outside.text("file") == "secret\n")
                #expect(Set(try Directory.entries(path)) == ["file", "folder"])
            }
        }
    }

    @Test func `A program that is not granted does not run, whoever is asked`() async throws {
        for bypass in Bypass.all where bypass.worksWhenGranted || bypass.needsFilter {
            try await LowerRung.with { rung in
                let ran = try await rung.shell(bypass.script)
                #expect(!ran.output.contains("42perl") && !ran.errors.contains("42perl"), "\(bypass.name)")
            }
        }
    }

    @Test func `And cannot be copied to be run`() async throws {
        try await LowerRung.with { rung in
            for way in ["cp /usr/bin/perl src/p", "cat /usr/bin/perl > src/p", "ln /usr/bin/perl src/p"] {
                let ran = try await rung.shell("rm -f src/p; \(way); test -s src/p && echo copied")
                #expect(ran.output == "", "\(way)")
            }
            // A copy of what may be read is a file that nobody may execute.
            let ran = try await rung.shell("cp /usr/lib/os-release src/s; chmod u+x src/s; src/s")
            #expect(ran.errors.contains("ermission denied"))
        }
    }

    @Test func `There is no network, no socket of anybody, no shared memory and nobody else's message`() async throws {
        try await LowerRung.with { rung in
            let ran = try await rung.shell(
                """
                for place in tcp/127.0.0.1/22 tcp/1.1.1.1/53 udp/1.1.1.1/53 udp/127.0.0.1/53; do
                    (: > /dev/$place) 2>/dev/null && echo reached $place
                done; true
                """)
            #expect(ran.output == "")
            for name in ["path-socket", "abstract-socket"] {
                #expect(try await rung.attack(name, "/run/x") == ["EAFNOSUPPORT"])
            }
            for name in ["shared-memory", "messages", "watching"] {
                #expect(try await rung.attack(name, rung.workspace.path) == ["EPERM"], "\(name)")
            }
        }
    }
}
