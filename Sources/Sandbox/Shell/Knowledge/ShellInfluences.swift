/// Variables that change how programs are found, what they load or what they run.
enum ShellInfluences {
    static func effect(of name: String) -> String? {
        exact[name] ?? prefixes.first { name.hasPrefix($0.prefix) }?.effect
    }

    /// Their values are expanded, with what is in them, by a shell.
    static let expanded: Set<String> = ["BASH_ENV", "ENV", "PROMPT_COMMAND", "PS0", "PS1", "PS2", "PS4"]
    /// A shell that starts runs the file, or the text, that they name.
    static let runFiles: Set<String> = ["BASH_ENV", "ENV", "PROMPT_COMMAND"]

    private static let programs = "where programs are found"
    private static let shell = "what the shell does"
    private static let loaded = "code that programs load"
    private static let options = "options of programs"
    private static let helpers = "which program others start"
    private static let places = "which files programs read"

    private static let exact: [String: String] = [
        "PATH": programs, "BASH_CMDS": programs, "EXECIGNORE": programs, "COREPACK_HOME": programs,
        "BASH_ENV": shell, "ENV": shell, "IFS": shell, "PROMPT_COMMAND": shell, "PS0": shell, "PS1": shell,
        "PS2": shell, "PS4": shell, "SHELLOPTS": shell, "BASHOPTS": shell, "BASH_ALIASES": shell,
        "BASH_COMPAT": shell, "BASH_LOADABLES_PATH": shell, "POSIXLY_CORRECT": shell, "CDPATH": shell,
        "GLOBIGNORE": shell, "HISTFILE": places, "HOME": places, "TMPDIR": places, "XDG_CONFIG_HOME": places,
        "NODE_OPTIONS": loaded, "NODE_PATH": loaded, "PERL5LIB": loaded, "PERL5OPT": loaded, "RUBYLIB": loaded,
        "RUBYOPT": loaded, "JAVA_TOOL_OPTIONS": loaded, "_JAVA_OPTIONS": loaded, "CLASSPATH": loaded,
        "LUA_PATH": loaded, "LUA_CPATH": loaded, "LUA_INIT": loaded, "OPENSSL_CONF": loaded, "GCONV_PATH": loaded,
        "MAKEFLAGS": options, "GNUMAKEFLAGS": options, "GOFLAGS": options, "TAR_OPTIONS": options, "LESS": options,
        "RUSTFLAGS": options, "EDITOR": helpers, "VISUAL": helpers, "PAGER": helpers, "MANPAGER": helpers,
        "LESSOPEN": helpers, "LESSCLOSE": helpers, "SHELL": helpers, "BROWSER": helpers, "SSH_ASKPASS": helpers,
        "SUDO_ASKPASS": helpers, "RSYNC_RSH": helpers, "RSYNC_CONNECT_PROG": helpers, "CVS_RSH": helpers,
        "RUSTC_WRAPPER": helpers, "RUSTC": helpers, "CC": helpers, "CXX": helpers, "AR": helpers, "LD": helpers,
    ]
    private static let prefixes: [(prefix: String, effect: String)] = [
        ("LD_", loaded), ("GLIBC_", loaded), ("BASH_FUNC_", shell), ("GIT_", helpers), ("PYTHON", loaded),
        ("GCC_", programs), ("COMPILER_PATH", programs), ("CARGO_", options), ("NPM_CONFIG_", options),
        ("npm_config_", options), ("PIP_", options), ("DYLD_", loaded), ("DOTNET_", loaded),
    ]
}
