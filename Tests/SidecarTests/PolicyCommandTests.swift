import JSON
import LinuxSystem
import Sandbox
import Sidecar
import Testing
import YAML

@Suite struct PolicyCommandTests {
    private func withPolicy<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        try withTemporaryPath { path in
            try File.writeAtomically(path, Array(text.utf8))
            return try body(path)
        }
    }

    // MARK: explain

    @Test func explainHasThePromisedShapeAndCodes() throws {
        let input = #"{"command":"git push origin main"}"#
        let outcome = sidecar("policy", "explain", "--policy", "default", "--tool", "Bash", "--input", input, "--json")
        #expect(outcome.code == .denied)
        let json = try JSONValue(parsing: outcome.output)
        #expect(json["decision"]?.string == "deny")
        #expect(json["rule"]?.string == "commands.deny[0]")
        #expect(json["file"]?.string == "built-in:default.yaml")
        #expect((json["line"]?.int ?? 0) > 1 && json["column"]?.int == 7)
        #expect(json["reason"]?.string?.contains("git push") == true)
        #expect(json["programs"]?[0]?["verdict"]?.string == "deny")
        let allowed = sidecar("policy", "explain", "--tool", "Bash", "--input", #"{"command":"git log"}"#, "--json")
        #expect(allowed.code == .done)
        #expect(try JSONValue(parsing: allowed.output)["decision"]?.string == "allow")
    }

    @Test func explainUnderlinesTheRule() throws {
        try withPolicy("version: 1\ncommands:\n  deny: [perl, \"git push *\"]\n") { path in
            let outcome = sidecar(
                "policy", "explain", "--policy", path, "--tool", "Bash", "--input", #"{"command":"x=$(git -C . push)"}"#
            )
            #expect(outcome.code == .denied)
            #expect(outcome.output.contains("commands.deny[1]  \(path):3:16"))
            #expect(
                outcome.output.contains(
                    "    3 │   deny: [perl, \"git push *\"]\n      │                ^^^^^^^^^^^^\n"))
            #expect(outcome.output.contains("✗ git -C . push  commands.deny[1]  \(path):3:16\n"))
        }
    }

    @Test func explainSaysWhatToAddAndWhatIsNotKnown() {
        let outcome = sidecar(
            "policy", "explain", "--tool", "Bash", "--input", #"{"command":"$TOOL; perl -v"}"#)
        #expect(outcome.code == .denied)
        #expect(outcome.output.contains("allow: [\"perl\"]"))
        #expect(outcome.output.contains("Left to the kernel"))
        #expect(outcome.output.contains("? ‹variable: TOOL›"))
    }

    @Test func explainSaysWhatStandsInTheWay() throws {
        let call = ["policy", "explain", "--tool", "Bash", "--input", #"{"command":"perl -v; git push"}"#]
        let console = RecordingConsole()
        #expect(Program(console: console, environment: [:]).run(call) == .denied)
        #expect(console.output.contains("No rule that is added allows it\n  `git push` is denied by `git push *`"))
        #expect(!console.output.contains("To allow it"))
        let json = try JSONValue(
            parsing: sidecar(
                "policy", "explain", "--tool", "Read", "--input", #"{"file_path":"/etc/shadow"}"#, "--json"
            ).output)
        #expect(json["warnings"]?[0]?.string?.contains("passwords") == true && json["obstacle"] == .null)
    }

    @Test(arguments: [
        (["--tool", "Bash"], "needs --input"), (["--tool", "Bash", "--input", "{"], "--input: is no JSON"),
        (["--tool", "Bash", "--input", "{}"], "--input: `command` is missing"),
        (["--tool", "Bash", "--input", "{\"cmd\":\"x\"}"], "--input: `cmd` is no field"),
        (["--tool", "Bash", "--input", "{\"cmd\":\"x\"}"], "--input: `command` is missing"),
        (["--tool", "Read", "--input", "{\"file_path\":\"a/b\"}"], "--input: `file_path` is a relative path"),
        (["--tool", "Read", "--input", "@/nonexistent/x"], "--input: cannot be read"),
        (["--tool", "Read", "--input", "{}", "--policy", "strickt"], "strickt: the policy cannot be read"),
        (["--tool", "Bsh", "--input", "{}"], "--tool: there is no tool `Bsh`"),
        (["--tool", "Bsh", "--input", "{}"], "did you mean `Bash`?"),
        (["--tool", "LS", "--input", "{}", "--workspace", "/nope"], "--workspace: /nope is no folder"),
    ])
    func explainRefusesWrongCalls(_ words: [String], _ message: String) {
        let console = RecordingConsole()
        let code = Program(console: console, environment: [:]).run(["policy", "explain"] + words)
        #expect(code == .wrongInput)
        #expect(console.errors.contains(message), "\(console.errors)")
    }

    @Test func explainSaysWhoseHomeATildeIs() {
        let input = #"{"command":"cat ~/.ssh/id_rsa"}"#
        let outcome = sidecar(
            "policy", "explain", "--tool", "Bash", "--input", input, environment: ["HOME": "/home/me"])
        #expect(outcome.output.contains("`~` is the run's HOME, /tmp, and not /home/me"), "\(outcome.output)")
        let plain = sidecar("policy", "explain", "--tool", "Bash", "--input", #"{"command":"cat /tmp/x"}"#)
        #expect(!plain.output.contains("HOME"))
    }

    // MARK: check, show, schema, init

    @Test func checkTellsEverythingOfEveryFile() throws {
        try withPolicy("version: 1\ncomands: {}\nlimits: { wall: 5 }\n") { path in
            let outcome = sidecar("policy", "check", "strict", path)
            #expect(outcome.code == .wrongInput)
            #expect(outcome.output == "strict: valid\n")
            #expect(outcome.errors.contains("\(path):2:1: comands: unknown key; did you mean `commands`?"))
            #expect(outcome.errors.contains("\(path):3:17: limits.wall: `5` has no unit"))
            let json = try JSONValue(parsing: sidecar("policy", "check", "strict", path, "--json").output)
            #expect(json["files"]?[0]?["valid"]?.bool == true)
            #expect(json["files"]?[1]?["problems"]?[1]?["line"]?.int == 3)
        }
    }

    /// Also what needs the rest of the file: inputs that no tool takes, rules that there are not, days that never come.
    @Test func checkTellsOfTheTableWithTheRest() throws {
        let text = """
            version: 1
            limits: { wall: 5 }
            expect:
              - { tool: Read, input: { path: /x }, decision: deny }
              - { tool: Read, input: { file_path: /x }, decision: deny, rule: "commands.denny" }
            waivers: [{ check: exec.link, owner: b, reason: c, expires: 2027-02-30 }]
            """
        try withPolicy(text) { path in
            let lines = sidecar("policy", "check", path).errors.split(separator: "\n")
            let wanted = [
                "2:17: limits.wall", "4:26: expect[0].input", "5:67: expect[1].rule", "6:61: waivers[0].expires",
            ]
            #expect(lines.count == wanted.count, "\(lines)")
            for (line, start) in zip(lines, wanted) { #expect(line.contains("\(path):\(start)"), "\(line)") }
        }
        // A rule that could not be read is not missing.
        try withPolicy(
            "version: 1\ncommands: { deny: [\"a|b\"] }\n"
                + "expect: [{ tool: Bash, input: { command: a }, decision: deny, rule: \"commands.deny[0]\" }]\n"
        ) { path in
            #expect(sidecar("policy", "check", path).errors.split(separator: "\n").count == 1)
        }
    }

    /// Valid, and yet not what was meant: the jail makes a named program read-only.
    @Test func checkWarnsOfAProgramThatRunsWrite() throws {
        let text = "version: 1\nextends: default\ncommands: { allow: [\"${workspace}/hello\", /opt/tool] }\n"
        try withPolicy(text) { path in
            let outcome = sidecar("policy", "check", path)
            #expect(outcome.code == .done && outcome.output == "\(path): valid\n")
            #expect(outcome.errors.hasPrefix("warning: \(path):3:21: commands.allow[0]: `${workspace}/hello` may be"))
            #expect(outcome.errors.contains("execute: [\"${workspace}\"]"))
            let json = try JSONValue(parsing: sidecar("policy", "check", path, "--json").output)
            #expect(json["files"]?[0]?["warnings"]?.array?.count == 1)
        }
        for name in ShippedPolicies.names { #expect(sidecar("policy", "check", name).errors == "") }
    }

    /// One mistake of the text does not hide the others.
    @Test func checkLooksPastWhatIsNoYAML() throws {
        let text = "version: 1\nname: a\u{202E}b\nname: c\nlimits:\n\twall: 5\ncomands: {}\n"
        try withPolicy(text) { path in
            let lines = sidecar("policy", "check", path).errors.split(separator: "\n")
            let wanted = [
                "2:8: the invisible character", "3:1: the key `name`", "5:1: ", "5:", "6:1: comands: unknown key",
            ]
            #expect(lines.count == wanted.count, "\(lines)")
            for (line, start) in zip(lines, wanted) { #expect(line.contains("\(path):\(start)"), "\(line)") }
        }
    }

    @Test func showTellsWhatOnlyTheUsersFilesWiden() throws {
        #expect(!sidecar("policy", "show", "default").errors.contains("allows more than"))
        try withPolicy("version: 1\nextends: default\ncommands: { allow: [cargo] }\n") { path in
            let lines = sidecar("policy", "show", path).errors.split(separator: "\n")
            #expect(lines.count == 2, "\(lines)")
            #expect(lines.last?.contains("\(path):3:21: commands.allow[0] allows more than") == true)
        }
    }

    /// What is shown is a policy that extends nothing and decides alike.
    @Test(arguments: ShippedPolicies.names) func whatIsShownMeansTheSame(_ name: String) throws {
        let shown = sidecar("policy", "show", name)
        #expect(shown.code == .done)
        try withPolicy(shown.output) { path in
            let diff = try JSONValue(parsing: sidecar("policy", "diff", name, path, "--json").output)
            #expect(diff["only_a"]?.array?.isEmpty == true && diff["only_b"]?.array?.isEmpty == true, "\(diff.text())")
            let rules = { (policy: String) in
                try JSONValue(parsing: sidecar("policy", "show", policy, "--json").output)["rules"]?.array?.compactMap {
                    [$0["key"], $0["value"]].map { $0?.text() ?? "" }
                }
            }
            #expect(try rules(name) == rules(path))
        }
    }

    @Test func schemaKnowsTheKeysOfTheFile() throws {
        let schema = try JSONValue(parsing: sidecar("policy", "schema").output)
        #expect(
            schema["properties"]?.object?.keys == [
                "version", "name", "description", "extends", "filesystem", "commands", "network", "environment",
                "limits",
                "syscalls", "require", "tools", "waivers", "expect",
            ])
        #expect(schema["additionalProperties"]?.bool == false)
        #expect(schema["required"]?[0]?.string == "version")
        let tool = schema["properties"]?["tools"]?["additionalProperties"]
        #expect(tool?["properties"]?["limits"]?["properties"]?["wall"] != nil)
    }

    @Test func initWritesAPolicyThatMeansDefault() throws {
        try withTemporaryPath { path in
            let wrote = sidecar("policy", "init", path)
            #expect(wrote.output == "wrote \(path)\n" && wrote.errors.contains("--policy \(path) with `serve`"))
            #expect(sidecar("policy", "check", path).code == .done)
            #expect(sidecar("policy", "test", path).code == .done)
            #expect(sidecar("policy", "diff", "default", path).output == "default and \(path) allow the same\n")
            let again = sidecar("policy", "init", path)
            #expect(again.code == .failed && again.errors.contains("it stays as it is"))
        }
        // Every key, uncommented, is one that the decoder takes.
        let text = sidecar("policy", "init", "-").output
        let start = try #require(
            text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.hasPrefix("#filesystem") })
        let keys = text.split(separator: "\n", omittingEmptySubsequences: false)[start...]
            .filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }.map { $0.dropFirst() }.joined(separator: "\n")
        try withPolicy("version: 1\n" + keys + "\n") { path in
            let outcome = sidecar("policy", "check", path)
            #expect(outcome.code == .done, "\(outcome.errors)\n\(keys)")
        }
    }

    // MARK: test, diff, list

    @Test func testFailsWhereTheTableIsWrong() throws {
        let text = """
            version: 1
            commands: { allow: [git] }
            expect:
              - { tool: Bash, input: { command: git log }, decision: allow, rule: commands.allow }
              - { tool: Bash, input: { command: git log }, decision: deny }
              - { tool: Bash, input: { command: git log }, decision: allow, rule: commands.deny }
            """
        try withPolicy(text) { path in
            let outcome = sidecar("policy", "test", path)
            #expect(outcome.code == .failed)
            #expect(outcome.output.contains("\(path):5:5: Bash"))
            let found = "found allow by commands.allow[0] (\(path):2:21): "
            #expect(outcome.output.contains("expected deny, \(found)"))
            #expect(outcome.output.contains("expected allow by commands.deny, \(found)"))
            #expect(outcome.output.hasSuffix("\(path): 1 as expected, 2 not\n"))
            let json = try JSONValue(parsing: sidecar("policy", "test", path, "--json").output)
            #expect(json["passed"]?.int == 1 && json["failed"]?.int == 2)
            #expect(json["files"]?[0]?["results"]?[1]?["line"]?.int == 5)
        }
        try withPolicy("version: 1\nexpect: [{ tool: x }]\n") { path in
            let outcome = sidecar("policy", "test", path, "base")
            #expect(outcome.code == .wrongInput)
            #expect(outcome.errors.contains("\(path):2:10: expect[0]"))
            #expect(outcome.output.contains("base: ") && outcome.output.contains("as expected, 0 not"))
        }
    }

    /// Names are counted in each file: an index is of the nearest, and a file makes it certain.
    @Test func anExpectationNamesTheRuleOfOneFile() throws {
        let line = { (rule: String) in
            "  - { tool: Bash, input: { command: \"sudo x\" }, decision: deny, rule: \"\(rule)\" }\n"
        }
        let text = "version: 1\nextends: base\ncommands: { deny: [perl] }\nexpect:\n"
        let rules = ["commands.deny", "base.yaml:commands.deny[0]", "built-in:base.yaml:commands.deny"]
        try withPolicy(text + rules.map(line).joined()) { path in
            let outcome = sidecar("policy", "test", path)
            #expect(outcome.code == .done, "\(outcome.output)")
        }
        try withPolicy(text + line("commands.deny[0]")) { path in
            let outcome = sidecar("policy", "test", path)
            #expect(outcome.code == .failed)
            #expect(outcome.output.contains("found deny by commands.deny[0] (built-in:base.yaml:"))
        }
        // A name that only the parent has is the parent's.
        try withPolicy("version: 1\nextends: base\nexpect:\n" + line("commands.deny[0]")) { path in
            #expect(sidecar("policy", "test", path).code == .done)
        }
        try withPolicy(text + line("base.yaml:commands.deny[99]")) { path in
            let outcome = sidecar("policy", "check", path)
            #expect(outcome.code == .wrongInput)
            #expect(outcome.errors.contains("names no rule of built-in:base.yaml"), "\(outcome.errors)")
        }
    }

    @Test func diffSpeaksInMeanings() throws {
        let text = sidecar("policy", "diff", "default", "ci").output
        #expect(text.contains("ci allows, and default does not:\n  + execute\n      ${tmp}, ${workspace}, "))
        #expect(text.contains("  + Bash, limit\n      wall\u{A0}3600s\u{A0}instead\u{A0}of\u{A0}600s\n"))
        #expect(!text.contains("default allows, and ci does not"))
    }

    @Test func listKnowsTheBuiltInOnes() throws {
        let json = try JSONValue(parsing: sidecar("policy", "list", "--json").output)
        #expect(json.array?.compactMap { $0["name"]?.string }.prefix(6) == ShippedPolicies.names[...])
        #expect(json[1]?["extends"]?.string == "base")
    }
}
