import Confinement
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// `git push` under the shipped policy, by every way that leads to an execve.
@Suite(
    .enabled(if: Host.canJail, Host.reason), .enabled(if: File.isExecutable("/usr/bin/git"), "no git here"),
    .timeLimit(.minutes(5)))
struct PolicyArgumentTests {
    private static let ways: [String] = [
        "git push origin main", "sh -c 'git push'", "env -i PATH=/usr/bin git push", "echo push | xargs git",
        "find . -maxdepth 0 -exec git push ';'", "printf 'all:\\n\\tgit push\\n' > Makefile; make",
        "python3 -c 'import os; os.execv(\"/usr/bin/git\", [\"git\", \"push\"])'",
        "python3 -c 'import subprocess, sys; sys.exit(subprocess.call([\"git\", \"push\", \"x\"]))'",
        "printf 'git push\\n' > s; sh s", "a=pu; b=sh; git $a$b", "p=$(printf 'p%sh' us); git \"$p\"",
        "shopt -s expand_aliases; alias gp='git push'\ngp", "/usr/bin/git push", "/bin/git push",
        "ln -s /usr/bin/git g; ./g push", "git -c x=y push", "git -C . push --force", "git --no-pager push",
        "(exec -a other git push)", "(exec -a git-push git origin)", "/usr/lib/git-core/git push",
        "/usr/lib/git-core/git-push origin", "git -c alias.x='!git push' x", "timeout 9 git push", "nice git push",
        "git status & git push; r=$?; wait; exit $r",
    ]

    private static func repository(_ workspace: Workspace) throws {
        let launch = ProgramLaunch(
            path: "/usr/bin/setpriv",
            arguments: ["--"] + ["/bin/bash", "-c", "git init -q . && chown -R 65534:65534 . 2>/dev/null || true"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"], directory: workspace.path, newSession: true)
        #expect(try ChildProcess(launch, descriptors: [0, 1, 2]).wait() == 0)
    }

    @Test func `Nothing is pushed, whoever asks for it`() async throws {
        try await PolicyJail.with("default") {
            try Self.repository($0)
        } _: { jail in
            let number = try #require(jail.compiled.argumentRules.firstIndex { $0.text == "git push *" })
            for way in Self.ways {
                let ran = try await jail.shell(way)
                // `find` has its own idea of success.
                #expect(ran.outcome.end != .exited(0) || way.hasPrefix("find"), "\(way): \(ran.output) \(ran.errors)")
                #expect(ran.outcome.refusedPrograms.contains { $0.rule == UInt32(number) }, "\(way): \(ran.errors)")
                // What a push would say when it began.
                #expect(!ran.errors.contains("fatal"), "\(way): \(ran.errors)")
                for refused in ran.outcome.refusedPrograms {
                    let denial = jail.compiled.denial(refused)
                    #expect(denial.rule.hasPrefix("commands.deny[") && denial.place != nil, "\(denial)")
                }
            }
        }
    }

    @Test func `A loader that is called as a program runs nothing`() async throws {
        try await PolicyJail.with("default") {
            try Self.repository($0)
        } _: { jail in
            let loader = "$(ls /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.* 2>/dev/null | head -n 1)"
            for way in [
                "\(loader) /usr/bin/git push", "l=\(loader); exec \"$l\" --argv0 x /usr/bin/git push origin",
                "python3 -c 'import os, sys; os.execv(sys.argv[1], [\"git\", \"/usr/bin/git\", \"push\"])' \(loader)",
            ] {
                let ran = try await jail.shell(way)
                #expect(ran.outcome.end != .exited(0), "\(way): \(ran.output) \(ran.errors)")
                #expect(ran.outcome.refusedPrograms.contains { $0.rule == nil }, "\(way): \(ran.errors)")
                #expect(!ran.errors.contains("fatal"), "\(way): \(ran.errors)")
            }
        }
    }

    @Test func `What is not a push goes on`() async throws {
        try await PolicyJail.with("default") {
            try Self.repository($0)
        } _: { jail in
            let ran = try await jail.shell(
                """
                set -e
                export GIT_AUTHOR_NAME=me GIT_AUTHOR_EMAIL=m@e GIT_COMMITTER_NAME=me GIT_COMMITTER_EMAIL=m@e
                git status; echo push > push; git add push; git commit -qm push; git log --oneline -- push | cat
                git grep push; git branch pushed; git stash list; git -c x.y=push status
                """)
            #expect(ran.outcome.end == .exited(0), "\(ran.output) \(ran.errors)")
            #expect(ran.outcome.refusedPrograms.isEmpty)
        }
    }
}
