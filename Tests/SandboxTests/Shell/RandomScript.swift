import TestSupport

/// Scripts out of a grammar, the same ones in every run.
struct RandomScript {
    private var random: SeededGenerator
    private var fuel = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func next() -> String {
        fuel = 14
        return list()
    }

    private mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices.randomElement(using: &random)! }

    private mutating func list() -> String {
        let count = Int.random(in: 1...3, using: &random)
        return (0..<count).map { _ in item() }.joined(separator: pick(["; ", "\n", " && ", " || ", " | ", ";\n# x\n"]))
    }

    private mutating func item() -> String {
        fuel -= 1
        if fuel < 0 { return "a" }
        switch Int.random(in: 0..<16, using: &random) {
        case 0: return "{ \(list()); }"
        case 1: return "( \(list()) )"
        case 2: return "if \(item()); then \(list()); else \(list()); fi"
        case 3: return "for v in \(words()); do \(list()); done"
        case 4: return "case \(word()) in \(pick(["x", "*", "a|b"]))) \(list());; *) \(item());; esac"
        case 5:
            return
                "f\(Int.random(in: 0..<3, using: &random))() { \(list()); }; f\(Int.random(in: 0..<3, using: &random))"
        case 6: return "[[ \(word()) == \(word()) ]]"
        case 7: return "\(simple()) > \(pick(["f", "g\"h\"", "/dev/null"])) 2>&1"
        case 8: return pick(["env ", "nice ", "timeout 5 ", "env X=\(word()) ", "command ", "eval "]) + simple()
        case 9: return "bash -c '\(simple().filter { $0 != "'" })'"
        case 10: return "X=\(word()) \(simple())"
        default: return simple()
        }
    }

    private mutating func simple() -> String {
        let name = pick(["a", "b", "c", "r\\m", "\"l\"s", "'cat'", "$'\\x61'", "touch", "{a,b}"])
        return name + " " + words()
    }

    private mutating func words() -> String {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in word() }.joined(separator: " ")
    }

    private mutating func word() -> String {
        fuel -= 1
        if fuel < 0 { return "x" }
        switch Int.random(in: 0..<18, using: &random) {
        case 0: return "$(\(item()))"
        case 1: return "\"y $(\(simple())) z\""
        case 2: return "`b z`"
        case 3: return "${v:-$(\(simple()))}"
        case 4: return "\"${v:-\(pick(["q", "$(c)", "\"p q\""]))}\""
        case 5: return "{p,q\(word())}"
        case 6: return pick(["'s t'", "\"u v\"", "\\ ", "$'\\n'", "''"])
        case 7: return "$((1 + $(echo 2)))"
        case 8: return "<(\(simple()))"
        case 9: return pick(["*", "~", "$v", "\"$v\"", "$HOME", "x=y", "#z", "a#"])
        default: return pick(["x", "y", "-z", "--long=1", "p/q", "w"])
        }
    }
}
