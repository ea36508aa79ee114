import JSON
import Sandbox
import Testing

@Suite struct ShellProgramTests {
    /// `rm x { child }`, `?reason`; what is not known of a word is `‹…›`.
    static func outline(_ script: String, dialect: ShellDialect = .bash) throws -> String {
        outline(try ShellProgram(parsing: script, dialect: dialect).runs)
    }

    private static func outline(_ runs: [ShellRun]) -> String { runs.map(outline).joined(separator: "; ") }

    private static func outline(_ run: ShellRun) -> String {
        let words = run.words.map(\.shown).joined(separator: " ")
        let head: String =
            switch run.kind {
            case .unknown(let unknown): "?" + unknown.reason.rawValue
            case .definition(let name): "\(name)()"
            case .function(_, let isCertain): isCertain ? "call \(words)" : "perhaps \(words)"
            case .compound(let name): name
            case .assignment: "="
            case .program, .builtin: words
            }
        return run.children.isEmpty ? head : "\(head) { \(outline(run.children)) }"
    }

    static let spellings: [(String, String)] = [
        (#"r\m -rf x"#, "rm -rf x"), (#""r"m x"#, "rm x"), (#"$'\x72m' x"#, "rm x"), ("{rm,-rf,/}", "rm -rf /"),
        ("{,rm} x", "rm x"),
        ("r\\\nm x", "rm x"), ("rm {a,b}{1..2}", "rm a1 a2 b1 b2"), ("rm {01..3}", "rm ‹braces›"),
        ("rm${IFS}-rf", "‹variable: IFS›"),
        ("rm *.c [ab] [", "rm ‹glob› ‹glob› '['"), ("rm ~/x", "rm ‹home directory›"), ("rm '' \"\"", "rm '' ''"),
        ("rm \"$x\" a$y", "rm ‹variable: x› ‹variable: y›"),
        ("rm $'a\\0b'", "rm ‹locale: an escape that depends on locale or version›"), ("a #b\nc", "a; c"),
        ("a#b", "'a#b'"),
    ]

    @Test(arguments: spellings) func wordsBecomeWhatTheShellMakesOfThem(_ script: String, _ expected: String) throws {
        #expect(try Self.outline(script) == expected)
    }

    static let hidden: [(String, String)] = [
        (
            "echo $[ x='a[$(touch FLAG)]', x ]",
            "echo ‹result of arithmetic› { touch FLAG; ?value evaluated as arithmetic }"
        ),
        ("(( a[$(rm x)] ))", "rm x; ?value evaluated as arithmetic"),
        ("a[$(rm x)]=1", "= { rm x; ?value evaluated as arithmetic }"),
        ("echo \"${x:-$(rm `ls`)}\"", "echo ‹variable: x› { rm ‹output of a command› { ls } }"),
        ("cat <<E\n$(rm x)\nE", "cat { rm x }"), ("cat <<'E'\n$(rm x)\nE", "cat"),
        ("diff <(a) >(b)", "diff ‹process substitution› ‹process substitution› { a; b }"),
        ("printf -v 'x[$(rm y)]' z", "printf -v 'x[$(rm y)]' z { rm y; ?value evaluated as arithmetic }"),
        ("[ -v \"$x\" ]", "'[' -v ‹variable: x› ']' { ?name of a variable that is not known }"),
        ("echo ${!x}", "echo ‹variable: x› { ?indirect expansion }"),
        ("echo ${x@P}", "echo ‹variable: x› { ?expanded as a prompt }"),
        ("n=1; echo $((n+1))", "=; echo ‹result of arithmetic›"),
        ("read n; echo $((n+1))", "read n; echo ‹result of arithmetic› { ?value evaluated as arithmetic }"),
        ("PS4='$(rm x)'; set -x", "= { rm x }; set -x"), ("x=$(rm y) a", "a { rm y }"),
        ("echo $((1+`rm x`))", "echo ‹result of arithmetic› { rm x; ?value evaluated as arithmetic }"),
    ]

    @Test(arguments: hidden) func whatRunsInsideOfWordsIsFound(_ script: String, _ expected: String) throws {
        #expect(try Self.outline(script) == expected)
    }

    static let texts: [(String, String)] = [
        ("eval 'rm x' ';' ls", "eval 'rm x' ';' ls { rm x; ls }"),
        ("eval $x", "eval ‹variable: x› { ?text that is not known }"),
        ("trap 'rm x' EXIT", "trap 'rm x' EXIT { rm x }"), ("bash -ec 'a; b'", "bash -ec 'a; b' { a; b }"),
        ("sh -c \"$x\"", "sh -c ‹variable: x› { ?text that is not known }"),
        ("curl x | sh", "curl x; sh { ?commands from standard input }"), (". ./f", ". ./f { ?commands from a file }"),
        ("bash f", "bash f { ?commands from a file }"),
        ("sh -c '((rm x))'", "sh -c '((rm x))' { ?text that cannot be read }"),
        ("bash <<'E'\nrm x\nE", "bash { rm x }"), ("zsh -c 'rm x'", "zsh -c 'rm x' { ?text that is not known }"),
        ("git -c alias.x='!rm y' x", "git -c 'alias.x=!rm y' x { rm y }"),
        ("mapfile -C 'rm x' y", "mapfile -C 'rm x' y { rm x ‹variable: 1› ‹variable: 2› }"),
        ("shopt -s expand_aliases; alias a=b", "shopt -s expand_aliases; alias a=b; ?aliases"),
        ("alias a=b", "alias a=b"),
    ]

    @Test(arguments: texts) func textIsReadAsAScript(_ script: String, _ expected: String) throws {
        #expect(try Self.outline(script) == expected)
    }

    static let wrappers: [(String, String)] = [
        ("env -i X=1 nice -n 5 rm x", "env -i X=1 nice -n 5 rm x { nice -n 5 rm x { rm x } }"),
        ("env -S 'rm x'", "env -S 'rm x' { ?options that are not understood }"),
        ("timeout -k 1 5 rm", "timeout -k 1 5 rm { rm }"),
        ("timeout $t rm", "timeout ‹variable: t› rm { ?options that are not understood }"),
        ("xargs -I{} rm {}", "xargs -I{} rm {} { rm ‹arguments from elsewhere› ‹arguments from elsewhere› }"),
        ("find . -exec rm {} + -ok ls \\;", "find . -exec rm {} + -ok ls ';' { rm ‹arguments from elsewhere›; ls }"),
        ("find . $x rm \\;", "find . ‹variable: x› rm ';' { ?options that are not understood }"),
        ("command rm x", "command rm x { rm x }"), ("command -v rm", "command -v rm"),
        ("exec -a n rm x", "exec -a n rm x { rm x }"), ("sudo -u a rm", "sudo -u a rm { rm }"),
        ("watch -n 1 'rm x'", "watch -n 1 'rm x' { rm x }"),
        ("parallel rm", "parallel rm { ?a program that runs others }"),
        ("flock f -c 'rm x'", "flock f -c 'rm x' { rm x }"), ("/usr/bin/env rm", "/usr/bin/env rm { rm }"),
        ("chroot / rm x", "chroot / rm x { rm x }"),
    ]

    @Test(arguments: wrappers) func programsBehindProgramsAreFound(_ script: String, _ expected: String) throws {
        #expect(try Self.outline(script) == expected)
    }

    static let functions: [(String, String)] = [
        ("f() { rm x; }; f y", "f() { rm x }; call f y"), ("f y; f() { rm; }", "perhaps f y; f() { rm }"),
        ("f() { rm; }; unset -f f; f", "f() { rm }; unset -f f; perhaps f"),
        ("f() { rm; }; env f", "f() { rm }; env f { f }"), ("(f() { a; }); f", "f() { a }; perhaps f"),
        ("f() { \"$@\"; }; f rm", "f() { ‹variable: @› }; perhaps f rm"),
    ]

    @Test(arguments: functions) func functionsLeadToTheirBodies(_ script: String, _ expected: String) throws {
        #expect(try Self.outline(script) == expected)
    }

    @Test func everyOneOfManyCommandsIsThere() throws {
        let program = try ShellProgram(parsing: String(repeating: "ls x; ", count: 200) + "rm y")
        #expect(program.runs.count == 201 && program.runs.last?.name == "rm")
    }

    @Test func redirectionsSayWhatTheyDo() throws {
        let run = try #require(
            try ShellProgram(parsing: "a <in >out 2>>log &>all 3<>both >&2 >&$x <<<text {v}>|force").runs.first)
        #expect(
            run.redirections.map(\.mode) == [
                .read, .write, .append, .write, .readWrite, .descriptor, .write, .text, .write,
            ])
        #expect(
            run.redirections.compactMap(\.target.known) == ["in", "out", "log", "all", "both", "2", "text\n", "force"])
    }

    @Test func reachSaysHowACommandIsComeBy() throws {
        func reach(_ script: String) throws -> [ShellReach] {
            try #require(try ShellProgram(parsing: script).everyRun.last { $0.name == "rm" }).reach
        }
        #expect(try reach("a | rm") == [.pipeline])
        #expect(try reach("(rm) &") == [.background, .subshell])
        #expect(try reach("a && rm") == [.conditional])
        #expect(try reach("while a; do rm; done") == [.loop])
        #expect(try reach("echo $(rm)") == [.substitution])
        #expect(try reach("f() { rm; }") == [.function])
        #expect(try reach("eval rm") == [.text])
        #expect(try reach("env rm") == [.wrapper])
        #expect(try reach("coproc rm") == [.coprocess])
    }

    @Test(arguments: [
        "PATH=.", "export LD_PRELOAD=x", "env GIT_SSH=x a", "declare PYTHONPATH=x", "read PATH",
        "for IFS in a; do b; done", ": ${NODE_OPTIONS:=x}", "printf -v PATH x", "sudo PATH=x a", "export PATH=$x:$PATH",
    ])
    func influencesAreNamed(_ script: String) throws {
        #expect(try ShellProgram(parsing: script).influences.count == 1)
    }

    @Test(arguments: ["X=1", "env Y=1 a", "PATHS=1"]) func otherVariablesAreNone(_ script: String) throws {
        #expect(try ShellProgram(parsing: script).influences.isEmpty)
    }

    @Test func itIsShownALineACommand() throws {
        let program = try ShellProgram(parsing: "PATH=.\nls 'a\nb\u{1b}[2J' |\n  xargs rm > $x")
        #expect(
            program.text == """
                1:1  assignment with PATH=.
                2:1  program ls 'a\\nb\\u{1b}[2J'  [pipeline]
                4:3  program xargs rm (write ‹variable: x›)  [pipeline]
                  4:3  program rm ‹arguments from elsewhere›  [pipeline, wrapper]
                1:1  sets PATH to .: where programs are found

                """)
    }

    @Test func itIsJSON() throws {
        let json = try ShellProgram(parsing: "rm $x").json
        #expect(json["runs"]?[0]?["kind"] == "program")
        #expect(json["runs"]?[0]?["words"]?[0] == "rm")
        #expect(json["runs"]?[0]?["words"]?[1]?["unknown"]?["reason"] == "variable")
        #expect(json["runs"]?[0]?["start"] == ["offset": 0, "line": 1, "column": 1])
    }
}
