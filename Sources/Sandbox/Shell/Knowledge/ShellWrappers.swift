/// Programs that run the program which their arguments name.
struct ShellWrapper {
    /// As getopt(3) writes them.
    var short = ""
    /// Long options; `=` for those that take a value, which may stand in the next word.
    var long: [String] = []
    /// Words between the options and the program: a time, a lock file.
    var operands = 0
    /// Takes `NAME=value` before the program.
    var assigns = false
    /// Adds words of its own to the program's.
    var appends = false
    /// Joins its words to a text for `sh`, unless it is given this option.
    var textUnless: String?
    /// A lone hyphen between options and program is an option, too.
    var takesHyphen = false
    var mark: ShellMark?

    static let table: [String: ShellWrapper] = [
        "env": ShellWrapper(
            short: "i0u:C:v",
            long: [
                "ignore-environment", "null", "unset=", "chdir=", "block-signal?", "default-signal?",
                "ignore-signal?", "list-signal-handling", "debug",
            ], assigns: true, takesHyphen: true),
        "nice": ShellWrapper(short: "n:0123456789", long: ["adjustment="]),
        "nohup": ShellWrapper(),
        "timeout": ShellWrapper(
            short: "k:s:v", long: ["kill-after=", "signal=", "preserve-status", "foreground", "verbose"], operands: 1),
        "setsid": ShellWrapper(short: "cfw", long: ["ctty", "fork", "wait"]),
        "stdbuf": ShellWrapper(short: "i:o:e:", long: ["input=", "output=", "error="]),
        "ionice": ShellWrapper(short: "c:n:t", long: ["class=", "classdata=", "ignore"]),
        "chrt": ShellWrapper(
            short: "abdfiorRT:P:D:v",
            long: [
                "all-tasks", "batch", "deadline", "fifo", "idle", "other", "rr",
                "reset-on-fork", "sched-runtime=", "sched-period=", "sched-deadline=", "verbose",
            ], operands: 1),
        "taskset": ShellWrapper(short: "c", long: ["cpu-list"], operands: 1),
        "time": ShellWrapper(
            short: "apqvf:o:", long: ["append", "portability", "quiet", "verbose", "format=", "output="]),
        "xargs": ShellWrapper(
            short: "0oprtxa:d:E:I:L:n:P:s:e::i::l::",
            long: [
                "null", "arg-file=", "delimiter=", "eof?", "max-args=", "max-procs=", "max-chars=", "max-lines?",
                "replace?", "interactive", "open-tty", "no-run-if-empty", "verbose", "exit",
            ], appends: true),
        "sudo": ShellWrapper(
            short: "AbEHnPSBu:g:h:p:C:r:t:T:U:D:R:",
            long: [
                "askpass", "background", "non-interactive", "stdin", "set-home", "user=", "group=", "host=",
                "prompt=", "chdir=", "preserve-env?",
            ], assigns: true, mark: .privilege),
        "doas": ShellWrapper(short: "nu:C:", mark: .privilege),
        "unshare": ShellWrapper(
            short: "imnpuUCTrcfS:G:R:w:",
            long: [
                "ipc?", "mount?", "net?", "pid?", "uts?", "user?", "cgroup?", "time?", "fork", "map-root-user",
                "map-current-user", "map-user=", "map-group=", "mount-proc?", "kill-child?", "keep-caps", "root=",
                "wd=",
                "setuid=", "setgid=", "propagation=", "setgroups=",
            ], mark: .privilege),
        "chroot": ShellWrapper(long: ["userspec=", "groups=", "skip-chdir"], operands: 1, mark: .privilege),
        "strace": ShellWrapper(
            short: "cCdfFhiknqrtTvVwxyzZDYb:e:a:o:O:p:s:S:u:E:X:P:I:U:",
            long: ["follow-forks", "trace=", "output=", "quiet?", "summary-only", "summary"]),
        "watch": ShellWrapper(
            short: "bcdegtpwxrn:q:",
            long: [
                "beep", "color", "differences?", "errexit", "chgexit", "no-title", "precise",
                "no-wrap", "exec", "interval=",
            ], textUnless: "x"),
    ]

    /// They run others in ways that are not looked into here.
    static let opaque: Set<String> = [
        "at", "batch", "bpftrace", "bwrap", "capsh", "chpst", "crontab", "daemonize", "dbus-run-session", "docker",
        "eatmydata", "entr", "expect", "fakeroot", "firejail", "gdb", "hyperfine", "kubectl", "ltrace", "ncat",
        "netcat",
        "nc", "nsenter", "parallel", "perf", "pkexec", "podman", "prlimit", "proot", "proxychains", "rlwrap",
        "run-parts",
        "runc", "runuser", "screen", "script", "setarch", "linux32", "linux64", "setpriv", "socat", "softlimit", "ssh",
        "start-stop-daemon", "su", "systemd-run", "tmux", "toybox", "unbuffer", "valgrind", "xvfb-run",
    ]

    static let privileged: Set<String> = ["pkexec", "runuser", "su", "sudo", "doas", "nsenter", "capsh", "setpriv"]

    /// They do what files of the workspace say.
    static let workspace: Set<String> = [
        "ant", "bazel", "bun", "bundle", "cargo", "cmake", "composer", "conda", "dotnet", "go", "gradle", "gradlew",
        "just",
        "make", "gmake", "meson", "mvn", "mvnw", "ninja", "nox", "npm", "npx", "pip", "pip3", "pipx", "pnpm", "poetry",
        "pytest", "rake", "swift", "task", "tox", "uv", "uvx", "yarn",
    ]

    /// They run text that they are given, or files.
    static let interpreters: Set<String> = [
        "awk", "bun", "deno", "ed", "emacs", "ex", "gawk", "guile", "julia", "lua", "luajit", "mawk", "nawk", "node",
        "nodejs", "osascript", "perl", "php", "python", "python2", "python3", "R", "Rscript", "ruby", "sed", "tclsh",
        "vi",
        "vim", "nvim", "gdb", "sqlite3", "m4", "bc", "dc", "irb", "ghci", "erl", "elixir", "scala", "groovy", "jshell",
    ]

    static let shells: [String: ShellDialect] = [
        "bash": .bash, "rbash": .bash, "sh": .portable, "dash": .portable, "ash": .portable,
    ]
    /// Shells with a grammar of their own.
    static let otherShells: Set<String> = [
        "zsh", "ksh", "ksh93", "mksh", "fish", "csh", "tcsh", "yash", "nu", "elvish", "xonsh", "pwsh", "rc", "es",
    ]

    /// Options by which a program starts another; a long one may be shortened.
    static let spawning: [String: [String]] = [
        "tar": [
            "--to-command", "--checkpoint-action", "-I", "--use-compress-program", "--rsh-command", "-F",
            "--info-script", "--new-volume-script",
        ],
        "rsync": ["-e", "--rsh", "--rsync-path"], "sort": ["--compress-program"], "split": ["--filter"],
        "rg": ["--pre", "--hostname-bin"], "man": ["-P", "--pager"],
        "scp": ["-o", "-S", "-F"], "sftp": ["-o", "-S", "-F"], "zip": ["-T", "--unzip-command"],
        "git": [
            "--exec-path", "--config-env", "--upload-pack", "--receive-pack", "-O", "--open-files-in-pager",
            "--ext-diff", "--textconv", "--exec", "--tool", "--extcmd", "--sendmail-cmd", "--upload-archive",
        ],
        "dpkg": ["--pre-invoke", "--post-invoke"], "apt": ["-o"], "apt-get": ["-o"], "pv": ["-d"],
        "install": ["--strip-program"],
        "gcc": ["-wrapper", "-B"], "cc": ["-wrapper", "-B"], "clang": ["-B", "-fplugin"],
        "g++": ["-wrapper", "-B"],
        "openssl": ["-engine", "-provider"], "wget": ["--use-askpass"],
    ]

    /// Settings of git whose values it runs: by their last part, in lower case.
    static let gitCommands: Set<String> = [
        "pager", "editor", "sshcommand", "fsmonitor", "external", "helper", "textconv", "cmd", "command", "program",
        "gitproxy", "askpass", "clean", "smudge", "process", "driver", "proxycommand", "uploadpack", "receivepack",
    ]
}
