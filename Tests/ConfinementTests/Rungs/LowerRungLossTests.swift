import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// What is lost where the host gives no namespaces: each of these is held with them. The table is in
/// docs/decisions/016-rungs.md.
@Suite(.enabled(if: LowerRung.canBe, LowerRung.reason), .timeLimit(.minutes(3)))
struct LowerRungLossTests {
    @Test func `Lost: whether a file is there, how long it is and what it is called can be seen`() async throws {
        try await Workspace.with { outside in
            try outside.write("file", "12345")
            try await LowerRung.with(prepare: { try $0.write(".env/name", "x") }) { rung in
                let seen = try await rung.shell(
                    "stat -c %s \(outside.path)/file; ls .env; stat -c %n .git/config .env/name")
                #expect(seen.output.contains("5\n"))
                #expect(seen.output.contains("name\n"))
                let read = try await rung.shell("cat \(outside.path)/file .env/name")
                #expect(read.output == "")
            }
        }
    }

    @Test func `Lost: code in files that may be read is loaded by programs that may run`() async throws {
        try await LowerRung.with(prepare: { try $0.copy("/usr/bin/true", as: "src/own") }) { rung in
            let direct = try await rung.shell("src/own && echo ran")
            #expect(direct.output == "" && direct.errors.contains("ermission denied"))
            let loaded = try await rung.shell("/lib64/ld-linux-x86-64.so.2 src/own && echo ran")
            #expect(loaded.output == "ran\n")
        }
    }

    @Test func `Lost: the name of the host, its numbers of processes, and a user's own number`() async throws {
        try await LowerRung.with { rung in
            let ran = try await rung.shell("uname -n; echo $$")
            let host = try File.readText("/proc/sys/kernel/hostname").split(separator: "\n").first.map(String.init)
            let lines = ran.output.split(separator: "\n")
            #expect(lines.first.map(String.init) == host)
            #expect(lines.last.flatMap { Int32($0) }.map { kill($0, 0) != 0 } == true)
            #expect(lines.last.flatMap { Int32($0) } ?? 0 > 10)
        }
    }

    @Test func `Lost: /tmp of one's own for each run; there is a folder for the jail, of any size`() async throws {
        try await LowerRung.with { rung in
            let first = try await rung.shell("echo kept > $TMPDIR/x && stat -c %a $TMPDIR")
            #expect(first.output == "700\n")
            #expect(try await rung.output("cat $TMPDIR/x") == "kept\n")
            let filled = try await rung.shell(
                "head -c 100000000 /dev/zero > $TMPDIR/big; stat -c %s $TMPDIR/big; rm $TMPDIR/big")
            #expect(filled.output == "100000000\n")
        }
    }

    @Test func `Lost: making anything new beside what is denied`() async throws {
        try await LowerRung.with(prepare: Self.repository) { rung in
            #expect(rung.compiled.notes.contains { $0.kind == .rung && $0.message.contains(rung.workspace.path) })
            for attempt in ["touch new", "mkdir new", "mv src/a a", "touch .git/index", "git init -q other"] {
                let ran = try await rung.shell("{ \(attempt); } && echo worked")
                #expect(ran.output == "", "\(attempt)")
            }
            let ran = try await rung.shell(
                "echo more >> src/a && mv src/a src/b && mkdir -p .git/refs/x && echo new >> top")
            #expect(ran.outcome.end == .exited(0), "\(ran.errors)")
        }
    }

    @Test func `Lost: modes, owners, times and attributes by name, also of one's own files`() async throws {
        try await LowerRung.with(prepare: Self.repository) { rung in
            for attempt in ["chmod 777 src/a", "touch -d 2001-01-01 src"] {
                let ran = try await rung.shell("{ \(attempt); } && echo worked")
                #expect(ran.output == "", "\(attempt)")
            }
            // By a descriptor they can be changed where the file may be opened.
            #expect(try await rung.output("touch src/a && cp -p src/a src/c && echo worked") == "worked\n")
        }
        try await LowerRung.with(more: "syscalls: { allow: [chmod, fchmodat] }", prepare: Self.repository) { rung in
            let changed = try await rung.output("chmod 755 src/a && echo worked")
            #expect(changed == "worked\n")
        }
    }

    @Test func `Lost: the network, also where a policy grants some`() async throws {
        try await LowerRung.with(more: "network: { allow: [\"example.org:443\"] }") { rung in
            #expect(!rung.compiled.needsNetwork && rung.compiled.environment["https_proxy"] == nil)
            #expect(rung.compiled.notes.contains { $0.kind == .rung && $0.message.contains("network") })
            #expect(rung.jail.zygote.takeListeners().isEmpty)
        }
    }

    @Test func `Lost: a limit of processes that counts this jail alone`() async throws {
        try await LowerRung.with { rung in
            var limits = RunLimits()
            limits.processes = 3
            // The user's others are added when a run begins; what they become later is not.
            let ran = try await rung.shell("true | true | true && echo fine", limits: limits)
            #expect(ran.output == "fine\n", "\(ran.errors)")
        }
    }

    @Test(.enabled(if: getuid() == 0, "only root has root's files")) func `Lost: root's workspace for another user`()
        throws
    {
        try #require(getuid() == 0)
        let path = "/tmp/jail-root-\(getpid())"
        mkdir(path, 0o700)
        defer { rmdir(path) }
        #expect(throws: PlanError.self) {
            try LowerRung.compile(try LowerRung.policy(["true"]), Workspace(path: path), tmp: "/tmp/x")
        }
    }

    private static func repository(_ workspace: Workspace) throws {
        try workspace.write(".git/config", "[core]\n")
        try workspace.write(".git/refs/heads/main", "")
        try workspace.write("src/a", "a\n")
        try workspace.write("top", "top\n")
    }
}

/// What git and agents run or obey stays as it is, although nothing can be laid over it.
@Suite(.enabled(if: LowerRung.canBe, LowerRung.reason), .timeLimit(.minutes(3)))
struct LowerRungProtectionTests {
    @Test func `What is denied cannot be changed, moved, removed, replaced or read around`() async throws {
        try await LowerRung.with(prepare: { workspace in
            try workspace.write(".git/config", "[core]\n")
            try workspace.write(".git/hooks/pre-commit", "#!/bin/sh\n")
            try workspace.write(".git/HEAD", "ref: refs/heads/main\n")
            try workspace.write(".env", "SECRET=1\n")
            try workspace.write("deep/er/.env", "SECRET=2\n")
            try workspace.write("x", "x")
        }) { rung in
            let workspace = rung.workspace
            for attempt in ProtectedPathTests.attempts {
                let ran = try await rung.shell("( \(attempt) ) && echo broke")
                // That it is there, and not empty, can be seen here; and what is not there is gone already.
                if !attempt.hasPrefix("test -s"), !attempt.hasPrefix("rm -f") {
                    #expect(!ran.output.contains("broke"), "\(attempt)")
                }
                #expect(workspace.text(".git/config") == "[core]\n", "\(attempt)")
                #expect(try Directory.entries(workspace.path + "/.git/hooks") == ["pre-commit"], "\(attempt)")
                #expect(workspace.text(".env") == "SECRET=1\n" && workspace.text("deep/er/.env") == "SECRET=2\n")
                #expect(!workspace.exists(".mcp.json") && !workspace.exists(".claude"), "\(attempt)")
                #expect(!workspace.exists(".git/commondir"), "\(attempt)")
            }
            #expect(try await rung.output("cat .env deep/er/.env") == "")
        }
    }
}
