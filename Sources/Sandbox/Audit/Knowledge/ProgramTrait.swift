/// What a program can do beside its own work, and the calls that show it. Each call is tried against the rules: a trait
/// counts only where at least one of them would be granted.
struct ProgramTrait {
    /// The end of `python3 …`.
    let does: String
    let calls: [[String]]

    init(_ does: String, _ calls: [String]...) {
        self.does = does
        self.calls = calls.isEmpty ? [["x"], []] : calls
    }
}

extension Dictionary where Key == String, Value == ProgramTrait {
    /// The same for many names.
    init(_ groups: (String, ProgramTrait)...) {
        self.init()
        for (names, trait) in groups { for name in names.split(separator: " ") { self[String(name)] = trait } }
    }

    /// By the whole name, else by the name without version and architecture.
    func trait(of name: String) -> ProgramTrait? { self[name] ?? self[ProgramName.family(name)] }
}
