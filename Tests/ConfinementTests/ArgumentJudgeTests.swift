import CJail
import Confinement
import TestSupport
import Testing

@testable import Sandbox

/// What the jail asks of arguments is what `CommandPattern` says of them.
struct ArgumentJudgeTests {
    private struct Case {
        var random: SeededGenerator
        static let words = ["push", "-f", "--x=y", "-C", ".", "status", "", "p", "pp", "é", "-", "pushpush", "a*"]
        static let patterns = ["push", "-f", "--*", "*", "p*", "*p", "p*p", "st*us", "-C", ".", "**", "é", "-"]

        mutating func some(_ from: [String], max: Int) -> [String] {
            (0..<Int.random(in: 0...max, using: &random)).map { _ in from.randomElement(using: &random) ?? "" }
        }

        mutating func arguments() -> CommandPattern.Arguments {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: .any
            case 1, 2: .words(some(Self.patterns, max: 4).map { Wildcard($0) }, open: Bool.random(using: &random))
            default:
                .each(
                    allowed: Bool.random(using: &random) ? some(Self.patterns, max: 3).map { Wildcard($0) } : nil,
                    denied: some(Self.patterns, max: 2).map {
                        PolicyRule(Wildcard($0), name: "", place: RulePlace(file: "", line: 1, column: 1))
                    })
            }
        }
    }

    private func planned(_ arguments: CommandPattern.Arguments, _ number: UInt32, denies: Bool) -> ArgumentRule {
        switch arguments {
        case .any: ArgumentRule(number: number, denies: denies, .any)
        case .words(let words, let open):
            ArgumentRule(number: number, denies: denies, .inOrder(words.map(\.text), open: open))
        case .each(let allowed, let denied):
            ArgumentRule(
                number: number, denies: denies, allowed.map { .each($0.map(\.text)) } ?? .any,
                denied: denies ? [] : denied.map(\.value.text))
        }
    }

    /// As ProgramJudge does it.
    private func expected(
        _ denied: [CommandPattern], _ allowed: [CommandPattern], _ words: [CommandCall.Word], others: Bool
    ) -> Int64 {
        for (index, rule) in denied.enumerated() where rule.denies(words) == .yes { return Int64(index) }
        for (index, rule) in allowed.enumerated() {
            if rule.deniedArgument(words) != nil { return Int64(denied.count + index) }
            if rule.allows(words) == .yes { return -1 }
        }
        return others ? -1 : -2
    }

    private func judge(_ rules: [UInt8], _ argv: [String], inode: UInt64 = 6) -> Int64 {
        var words: [CChar] = []
        for word in argv { words += word.utf8CString }
        return cjail_judge(rules, rules.count, 5, inode, words, words.count)
    }

    @Test func `Any rules and any words are judged alike`() {
        var some = Case(random: SeededGenerator(seed: 11))
        var answers: [Int64: Int] = [:]
        for _ in 0..<20_000 {
            let denied = (0..<Int.random(in: 0...2, using: &some.random)).map { _ in
                CommandPattern(text: "x", program: .name(Wildcard("x")), arguments: some.arguments())
            }
            let allowed = (0..<Int.random(in: 0...3, using: &some.random)).map { _ in
                CommandPattern(text: "x", program: .name(Wildcard("x")), arguments: some.arguments())
            }
            let others = Bool.random(using: &some.random)
            let program = ProgramRules(
                file: ExpectedFile(device: 5, inode: 6), name: "x",
                rules: denied.enumerated().map { planned($1.arguments, UInt32($0), denies: true) }
                    + allowed.enumerated().map { planned($1.arguments, UInt32(denied.count + $0), denies: false) },
                allowsOthers: others)
            let rules = ProgramRules.encode([program])
            for _ in 0..<5 {
                let words = some.some(Case.words, max: 5)
                let wanted = expected(denied, allowed, words.map { .known($0) }, others: others)
                let found = judge(rules, ["x"] + words)
                answers[min(found, 0), default: 0] += 1
                #expect(found == wanted, "\(denied) \(allowed) \(words)")
                if found != wanted { return }
            }
        }
        // All three kinds of answers came up.
        #expect(answers.count == 3)
    }

    @Test func `A name that says more than the program's is its first argument as well`() {
        let rules = ProgramRules.encode([
            ProgramRules(
                file: ExpectedFile(device: 5, inode: 6), name: "git",
                rules: [
                    ArgumentRule(number: 3, denies: true, .inOrder(["push"], open: true)),
                    ArgumentRule(number: 4, denies: false, .any),
                ])
        ])
        #expect(judge(rules, ["/usr/lib/git-core/git-push", "origin"]) == 3)
        #expect(judge(rules, ["git-push"]) == 3)
        #expect(judge(rules, ["git-status", "push"]) == 3)
        #expect(judge(rules, ["git-upload-pack", "x"]) == -1)
        #expect(judge(rules, ["push"]) == -1)
        #expect(judge(rules, ["git", "push"], inode: 7) == -1)
        #expect(judge(rules, []) == -2)
    }

    @Test func `Rules that end too early are read to their end and no further`() {
        let whole = ProgramRules.encode(WireTests.plan().programRules)
        for count in 0..<whole.count { _ = judge(Array(whole[..<count]), ["git", "push", "x"]) }
    }
}
