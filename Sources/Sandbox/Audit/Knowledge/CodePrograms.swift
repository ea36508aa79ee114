/// Programs that run code of the caller's choice. Granting one grants all that code can do within the jail.
enum CodePrograms {
    static let interpreters = [String: ProgramTrait](
        ("python perl ruby lua luajit php Rscript R julia guile tclsh wish expect osascript pypy", any),
        (
            "node nodejs deno bun",
            ProgramTrait("runs code that it is given", ["-e", "1"], ["eval", "1"], ["x.js"], [])
        ),
        ("jshell ghci irb iex erl elixir scala groovy ocaml sbcl gst gnuplot octave", any),
        ("emacs", ProgramTrait("runs Lisp that it is given", ["--batch", "--eval", "1"], ["x"])),
        ("sqlite3", ProgramTrait("runs programs by `.shell` and loads libraries", [":memory:", ".shell x"], [])),
        ("m4", ProgramTrait("runs programs by `syscmd`", ["x"], [])),
        ("busybox toybox", ProgramTrait("is many programs in one, a shell among them", ["sh", "-c", "x"])),
        ("zsh ksh mksh fish csh tcsh yash nu elvish xonsh pwsh", any))

    private static let any = ProgramTrait(
        "runs code that it is given", ["-c", "x"], ["-e", "x"], ["-r", "x"], ["x"], [])

    static let shells: Set<String> = [
        "bash", "rbash", "sh", "dash", "ash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "yash", "busybox", "toybox",
    ]

    static let compilers = [String: ProgramTrait](
        ("gcc g++ cc c++ cpp clang clang++ tcc c89 c99 icc", makes),
        ("rustc ghc ocamlopt gnat fpc javac kotlinc dmd", makes),
        ("swift swiftc nasm yasm as gas ld ld.bfd ld.gold ld.lld lld gold mold ar objcopy patchelf", makes),
        ("gdb lldb strace ltrace perf bpftrace rr valgrind", ProgramTrait("looks into and steers other processes")))

    private static let makes = ProgramTrait("makes machine code of what it is given")
    static let debuggers: Set<String> = ["gdb", "lldb", "strace", "ltrace", "perf", "bpftrace", "rr"]

    static let packageManagers = [String: ProgramTrait](
        ("npm pnpm yarn corepack", installs),
        ("npx bunx uvx pipx", ProgramTrait("fetches a package and runs it", ["x"])),
        ("pip pip3 uv poetry pdm conda mamba easy_install", installs),
        ("gem bundle cpan cpanm composer luarocks", installs),
        (
            "cargo go opam stack cabal mix",
            ProgramTrait("runs code of packages while it builds them", ["install", "x"])
        ),
        ("apt apt-get aptitude dpkg dnf yum rpm zypper apk pacman brew snap flatpak nix-env guix", installs))

    private static let installs = ProgramTrait(
        "runs scripts of the packages that it installs", ["install", "x"], ["add", "x"], ["-i", "x"])

    static let builders = [String: ProgramTrait](
        ("make gmake bmake ninja meson cmake ctest scons waf just task rake", builds),
        ("ant mvn mvnw gradle gradlew sbt bazel buck bundle tox nox pytest", builds),
        ("npm pnpm yarn bun", ProgramTrait("runs scripts of package.json", ["run", "x"], ["test"], ["install"])),
        (
            "cargo go swift dotnet mix stack cabal",
            ProgramTrait("builds and runs code of the workspace", ["build"], ["test"])
        ),
        ("jest mocha vitest eslint tsc prettier webpack vite", ProgramTrait("loads settings that are code")),
        ("pre-commit lefthook husky direnv", builds))

    private static let builds = ProgramTrait("does what files of the workspace say")
}
