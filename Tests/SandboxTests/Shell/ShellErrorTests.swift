import JSON
import Sandbox
import Testing

@Suite struct ShellErrorTests {
    private func error(_ script: String, _ limits: ShellLimits = ShellLimits()) -> ShellSyntaxError? {
        do throws(ShellSyntaxError) {
            _ = try ShellProgram(parsing: script, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    static let places: [(String, String)] = [
        ("a\nb )", "2:3: unexpected `)`; expected `;` or a newline"),
        ("a 'b", "1:3: a `'` without its end; expected `'`"),
        ("if a\nfi", "2:1: unexpected `fi`; expected a command"),
        ("a &&", "1:5: the script ends in the middle of a command; expected a command"),
        ("a\n$(b", "2:4: the script ends in the middle of a command; expected `)`"),
        ("a `b\n(`", "2:2: the script ends in the middle of a command; expected `)`"),
        ("x=1\n\n  cat <<E\n", "3:7: a here-document without its end; expected a line `E`"),
        ("for 1 in a; do b; done", "1:5: unexpected `1`; expected the name of a variable"),
    ]

    @Test(arguments: places) func itSaysWhatAndWhere(_ script: String, _ expected: String) {
        #expect(error(script)?.description == expected)
    }

    /// Each is accepted by some shell, in some mode; what it runs there is not what it runs elsewhere.
    @Test(arguments: [
        "!(a)", "((a); (b))", "$((a); (b))", "echo {a,$}b", "cat <<E $(a\nb)\nE", "\"${x:-'$(a)'}\"", "echo $((\\$x))",
        "a[1]b", ">f a[1]=2", "{a[1]}>f b",
        "x=$(cat <<E\nEx)\nE\n)", "${ a; }", "@(){ a; }", "$(cat <<E)\nE",
    ])
    func whatShellsDisagreeAboutIsRefused(_ script: String) {
        #expect(error(script)?.kind == .ambiguous)
    }

    @Test(arguments: [
        "$'a'", "$\"a\"", "a &>b", "a |& b", "<(a)", "((1))", "[[ a ]]", "function f { a; }", "a <<<b", "x=(1)", "x+=1",
        "$[1]", "time a", "select x in a; do b; done", "{fd}>x", "a @(b)",
    ])
    func whatOnlyBashHasIsRefusedForOtherShells(_ script: String) throws {
        #expect(throws: ShellSyntaxError.self) { try ShellProgram(parsing: script, dialect: .portable) }
        _ = try ShellProgram(parsing: script)
    }

    @Test func nulsAndBrokenTextAreRefused() {
        #expect(error("a\0b")?.kind == .encoding)
        #expect(throws: ShellSyntaxError.self) { try ShellScript(parsing: [0x61, 0xFF]) }
    }

    @Test(arguments: ["( ", "$(", "\"$(", "{ ", "${x:-", "$((", "if ", "f() { ", "case x in x) ", "$((x[", "a <("])
    func depthHasAnEnd(_ opening: String) {
        #expect(error(String(repeating: opening, count: 100_000))?.kind == .limit)
    }

    @Test(arguments: ["`", "(", "x[", "[[ ( ", "@(", "'", "\"", "\\", "!", "<<", "$", "{", "a=(", "\\\n", "$'", "#"])
    func manyOfASignAreNoTrouble(_ sign: String) {
        _ = error(String(repeating: sign, count: 100_000))
    }

    @Test func lengthAndNumberHaveAnEnd() {
        #expect(error(String(repeating: "a ", count: 600_000))?.kind == .limit)
        #expect(error(String(repeating: "a;", count: 300_000))?.kind == .limit)
        var limits = ShellLimits()
        limits.copiedBytesMax = 1000
        #expect(error(String(repeating: "a {b,c}{b,c}{b,c}{b,c};", count: 100), limits)?.kind == .limit)
    }

    @Test func wrappersInWrappersHaveAnEnd() throws {
        let program = try ShellProgram(parsing: String(repeating: "env ", count: 5000) + "rm")
        #expect(!program.namesAreKnown)
    }

    @Test func anErrorIsJSON() throws {
        let json = try #require(error("a )")).json
        #expect(json["kind"] == "unexpected" && json["position"]?["column"] == 3)
    }
}
