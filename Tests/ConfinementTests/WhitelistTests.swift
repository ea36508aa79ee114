import Confinement
import TestSupport
import Testing

/// A program that is not granted, by every way that a shell has to run one. The same script is tried where it is granted,
/// which shows that it would have worked.
struct Bypass: Sendable, CustomTestStringConvertible {
    let name: String
    /// Prints 42perl when it works.
    let script: String
    /// Whether it works where the program is granted: a copy of it is another file.
    var worksWhenGranted = true
    /// Held by the filter alone; the others are held without it too.
    var needsFilter = false
    var testDescription: String { name }

    private static let code = "-e 'print 6*7,\"perl\"'"

    static let all: [Bypass] = [
        Bypass(name: "by path", script: "/usr/bin/perl \(code)"),
        Bypass(name: "by its place in a folder", script: "cd /usr/bin && ./perl \(code)"),
        Bypass(name: "through /proc", script: "/proc/self/root/usr/bin/perl \(code)"),
        Bypass(name: "by alias", script: "shopt -s expand_aliases\nalias p=/usr/bin/perl\np \(code)"),
        Bypass(name: "by a variable, letter by letter", script: "a=/usr/b; b=in/pe; $a${b}rl \(code)"),
        Bypass(name: "by a pattern", script: "/usr/bin/p[e]rl \(code)"),
        Bypass(name: "by exec under another name", script: "exec -a cat /usr/bin/perl \(code)"),
        Bypass(name: "by an open descriptor", script: "exec 9< /usr/bin/perl; /proc/self/fd/9 \(code)"),
        Bypass(name: "by the loader", script: "/lib64/ld-linux-x86-64.so.2 /usr/bin/perl \(code)"),
        Bypass(name: "by a symbolic link", script: "ln -s /usr/bin/perl p; ./p \(code)"),
        Bypass(name: "by a hard link", script: "ln /usr/bin/perl q; ./q \(code)", worksWhenGranted: false),
        Bypass(name: "by a copy", script: "cp /usr/bin/perl r; chmod +x r; ./r \(code)", worksWhenGranted: false),
        Bypass(
            name: "by a copy in /tmp", script: "cp /usr/bin/perl /tmp/r; chmod +x /tmp/r; /tmp/r \(code)",
            worksWhenGranted: false),
        Bypass(
            name: "by a copy in /dev/shm", script: "cp /usr/bin/perl /dev/shm/r; /dev/shm/r \(code)",
            worksWhenGranted: false),
        Bypass(
            name: "by a copy and the loader", script: "cp /usr/bin/perl s; /lib64/ld-linux-x86-64.so.2 ./s \(code)",
            worksWhenGranted: false),
        Bypass(
            name: "by a binary that is written", script: "cat < /usr/bin/perl > t; chmod 755 t; ./t \(code)",
            worksWhenGranted: false),
        Bypass(
            name: "out of memory", script: "attacks memory-program /usr/bin/perl \(code)", worksWhenGranted: false,
            needsFilter: true),
        Bypass(
            name: "by its first line", script: "printf '#!/usr/bin/perl\\nprint 6*7,\"perl\"' > u; chmod +x u; ./u",
            worksWhenGranted: false),
        Bypass(name: "by env", script: "env perl \(code)"),
        Bypass(name: "by env with another PATH", script: "env -i PATH=/usr/bin perl \(code)"),
        Bypass(name: "by xargs", script: "echo x | xargs perl \(code)"),
        Bypass(name: "by find", script: "find . -maxdepth 0 -exec perl \(code) ';'"),
        Bypass(name: "by sed", script: "echo x | sed '1e perl -e \"print 6*7,chr(112).q(erl)\"'"),
        Bypass(
            name: "by tar's checkpoints",
            script: "printf 'print 6*7,\"perl\"' > c.pl; "
                + "tar cf /tmp/x.tar --checkpoint=1 --checkpoint-action=exec='perl c.pl' . >/dev/null; "
                + "tar xf /tmp/x.tar --to-command='perl c.pl' ./c.pl"),
        Bypass(
            name: "by an alias of git", script: "git -c alias.x='!perl -e \"print 6*7,chr(112).q(erl)\"' x"),
        Bypass(
            name: "by git's watcher of files",
            script: "git init -q . && printf 'print STDERR 6*7,\"perl\"' > g.pl && "
                + "git -c core.fsmonitor='perl g.pl' status 2>&1"),
        Bypass(name: "by a shell in a shell", script: "sh -c 'bash -c \"exec perl -e \\\"print 6*7,q(perl)\\\"\"'"),
        Bypass(name: "in a child of a child", script: "( ( perl \(code) & wait ) & wait )"),
    ]
}

@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(3)))
struct WhitelistTests {
    static let tools =
        commonTools + ["sh", "git", "tar", "find", "sed", "xargs"].map { "/usr/bin/\($0)" }
    static let perl = "/usr/bin/perl"

    private func run(_ bypass: Bypass, granted: Bool) async throws -> Ran {
        // Without the filter where it can be, so that the view and Landlock are what holds.
        try await jailed(
            .ourselves, programs(granted), readable: granted ? [] : [Self.perl] + (try HandPlan.closure(of: Self.perl)),
            filter: bypass.needsFilter
        ) { jail, workspace in
            try await jail.shell(bypass.script, in: workspace.path, environment: ["HOME": "/tmp"])
        }
    }

    private func programs(_ granted: Bool) -> [String] { granted ? Self.tools + [Self.perl] : Self.tools }

    @Test(arguments: Bypass.all) func `A program that is not granted does not run`(_ bypass: Bypass) async throws {
        let ran = try await run(bypass, granted: false)
        #expect(!ran.output.contains("42perl"), "\(ran.output) \(ran.errors)")
        #expect(!ran.errors.contains("42perl"))
    }

    @Test(arguments: Bypass.all) func `It would have run if it were granted`(_ bypass: Bypass) async throws {
        let ran = try await run(bypass, granted: true)
        #expect(ran.output.contains("42perl") == bypass.worksWhenGranted, "\(ran.output) \(ran.errors)")
    }

    @Test func `A library that is not granted is not loaded into a program that is`() async throws {
        let library = "/lib/x86_64-linux-gnu/libz.so.1"
        try await jailed(readable: [library], filter: false) { jail, workspace in
            try workspace.copy(library, as: "mine.so")
            for preload in [library, "./mine.so"] {
                let ran = try await jail.shell(
                    "LD_PRELOAD=\(preload) cat /proc/self/maps; enable -f \(preload) x", in: workspace.path)
                let mapped = ran.output.split(separator: "\n").filter { $0.contains("mine.so") || $0.contains("libz") }
                #expect(!mapped.contains { $0.contains("r-xp") })
                #expect(ran.errors.contains("failed to map segment"), "\(ran.errors)")
            }
        }
    }
}
