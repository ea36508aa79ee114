/// Programs that start others because of their arguments. What they start has to be granted itself; that a rule about
/// arguments sees it is another matter.
enum SpawningPrograms {
    static let spawners = [String: ProgramTrait](
        (
            "find",
            ProgramTrait(
                "starts programs and writes files by its options", [".", "-exec", "x", ";"],
                [".", "-execdir", "x", ";"],
                [".", "-ok", "x", ";"], [".", "-okdir", "x", ";"], [".", "-fprintf", "x", "y"])
        ),
        ("fd fdfind", ProgramTrait("starts programs", ["-x", "x"], ["--exec", "x"])),
        ("xargs parallel env nice nohup timeout setsid stdbuf watch time ionice chrt taskset", starts),
        ("flock script entr run-parts chpst start-stop-daemon unbuffer rlwrap faketime eatmydata hyperfine", starts))

    private static let starts = ProgramTrait("starts the program that its arguments name", ["x"], ["1", "x"])

    static let archivers = [String: ProgramTrait](
        (
            "tar bsdtar gtar",
            ProgramTrait(
                "starts programs by its options", ["-xf", "x", "--to-command=x"],
                ["-cf", "x", "y", "--checkpoint=1", "--checkpoint-action=exec=x"], ["-I", "x", "-xf", "y"],
                ["-xf", "x", "--rsh-command=x"], ["-xf", "x", "--use-compress-program=x"])
        ), ("zip", ProgramTrait("starts a program by `-TT`", ["x", "y", "-T", "-TT", "x"])),
        ("cpio", ProgramTrait("starts a program by `--rsh-command`", ["--rsh-command=x", "-i"])))

    static let git = [String: ProgramTrait](
        (
            "git",
            ProgramTrait(
                "starts programs by its options", ["-c", "core.pager=x", "log"], ["-c", "core.fsmonitor=x", "status"],
                ["-c", "core.sshCommand=x", "fetch"], ["-c", "alias.x=!x", "x"], ["-c", "diff.external=x", "diff"],
                ["-c", "core.editor=x", "commit"], ["-c", "core.hooksPath=x", "commit"], ["clone", "ext::x"],
                ["grep", "-Ox", "y"], ["--exec-path=x", "log"], ["rebase", "--exec", "x"],
                ["submodule", "foreach", "x"], ["fetch", "--upload-pack=x", "y"], ["difftool", "--extcmd=x"])
        ))

    static let editors = [String: ProgramTrait](
        (
            "sed gsed",
            ProgramTrait("starts programs by `e` and writes files by `w`", ["1e x", "y"], ["-n", "w x", "y"])
        ),
        (
            "awk gawk mawk nawk",
            ProgramTrait("starts programs by `system` and writes files", ["BEGIN{system(\"x\")}"], ["-f", "x"])
        ))

    static let searchers = [String: ProgramTrait](
        (
            "rg",
            ProgramTrait(
                "starts programs by its options", ["--pre", "x", "y"], ["--pre=x", "y"], ["--hostname-bin=x", "y"],
                ["-z", "y"])
        ), ("ugrep ug", ProgramTrait("starts programs by `--filter`", ["--filter=*:x", "y"])))

    static let remote = [String: ProgramTrait](
        (
            "ssh scp sftp autossh sshfs mosh",
            ProgramTrait("starts a program by `-o ProxyCommand=…`", ["-o", "ProxyCommand=x", "y"], ["y"])
        ), ("rsync", ProgramTrait("starts a program by `-e`", ["-e", "x", "y", "z"], ["--rsh=x", "y", "z"])))

    static let helpers = [String: ProgramTrait](
        ("sort", ProgramTrait("starts a program by `--compress-program`", ["--compress-program=x", "y"])),
        ("split", ProgramTrait("starts a program by `--filter`", ["--filter=x", "y"])),
        ("man", ProgramTrait("starts a program by `-P`", ["-P", "x", "y"])),
        ("less more most pg", ProgramTrait("starts programs by `!` and by LESSOPEN", ["x"])),
        ("vi vim nvim view ex ed nano pico joe mc micro", ProgramTrait("is an editor, which starts programs", ["x"])),
        ("pr lpr mail mailx mutt screen tmux dialog ncdu", ProgramTrait("starts programs when it is told to", ["x"])),
        ("install", ProgramTrait("starts a program by `--strip-program`", ["-s", "--strip-program=x", "y", "z"])))
}
