/// Programs whose first word may choose which version of them is started, before they read the others.
enum ToolchainWords {
    /// Those that rustup stands in front of.
    private static let programs: Set<String> = [
        "cargo", "cargo-clippy", "cargo-fmt", "cargo-miri", "clippy-driver", "rust-analyzer", "rust-gdb", "rust-lldb",
        "rustc", "rustdoc", "rustfmt",
    ]

    /// The words behind `+nightly`; nil where there is none, or the program knows no such word.
    static func rest(of words: [CommandCall.Word], for program: String) -> ArraySlice<CommandCall.Word>? {
        let name = program.split(separator: "/").last.map(String.init) ?? program
        guard programs.contains(name), case .known(let first)? = words.first, first.hasPrefix("+") else { return nil }
        return words.dropFirst()
    }
}
