import JSON
import LinuxSystem
import Sidecar
import TestSupport
import Testing

@Suite struct PolicyAuditCommandTests {
    private func withPolicy<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        try withTemporaryPath { path in
            try File.writeAtomically(path, Array(text.utf8))
            return try body(path)
        }
    }

    private static let risky = "version: 1\ncommands:\n  allow: [ls, sh]\nnetwork: { allow: [\"*:443\"] }\n"

    @Test func textShowsGradeLineAndMend() throws {
        try withPolicy(Self.risky) { path in
            let outcome = sidecar("policy", "audit", path, "--workspace", "/usr/share/doc")
            #expect(outcome.code == .done)
            #expect(outcome.output.hasPrefix("\(path)  "))
            #expect(outcome.output.contains("\nhigh\n  network.wildcard  \(path):4:20\n"))
            #expect(
                outcome.output.contains(
                    "      4 │ network: { allow: [\"*:443\"] }\n        │                    ^^^^^^^\n"))
            #expect(outcome.output.contains("    → Name the hosts that the work needs"))
            #expect(outcome.output.contains("not evaluated\n  exec.changed: no baseline is given"))
            #expect(outcome.output.hasSuffix(" low\n"))
        }
    }

    /// In the workspace, which is the folder that the tests run in, a run could write it.
    @Test(.enabled(if: JailHost.canJail, "without namespaces nothing within a grant is kept"))
    func aFreshPolicyKeepsRunsFromItself() throws {
        let path = ".build/init-\(ProcessInfo.pid).yaml"
        defer { try? File.remove(path) }
        #expect(sidecar("policy", "init", path).code == .done)
        #expect(sidecar("policy", "test", path).code == .done)
        #expect(try File.readText(path).contains("\n    - { path: \"${workspace}/\(path)\", only: write }\n"))
        let outcome = sidecar("policy", "audit", path, "--json")
        // The folder and this program in it are another matter.
        for finding in try JSONValue(parsing: outcome.output)["files"]?[0]?["findings"]?.array ?? []
        where finding["severity"]?.string != "low" {
            let said = (finding["message"]?.text() ?? "") + (finding["evidence"]?.text() ?? "")
            #expect(!said.contains(path))
        }
    }

    /// A policy of one's own is not buried under what the built-in one below it is known for.
    @Test func whatIsInheritedIsCounted() throws {
        try withPolicy("version: 1\nextends: default\ncommands: { allow: [nowhere1, nowhere2] }\n") { path in
            let text = sidecar("policy", "audit", path, "--workspace", "/usr/share/doc").output
            #expect(text.contains("  of built-in:default.yaml\n    exec.archiver, "))
            // Wherever the line ends.
            let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains("See `sidecar policy audit default`."))
            #expect(text.contains("no program `nowhere1` is here; 1 more of this kind in this file"))
            let json = sidecar("policy", "audit", path, "--workspace", "/usr/share/doc", "--json").output
            #expect(json.contains("exec.archiver"))
        }
    }

    @Test func failOnDecidesTheExitCode() throws {
        try withPolicy(Self.risky) { path in
            func code(_ severity: String) -> ExitCode {
                sidecar("policy", "audit", path, "--workspace", "/usr/share/doc", "--fail-on", severity).code
            }
            #expect(code("low") == .denied && code("high") == .denied && code("critical") == .done)
            #expect(sidecar("policy", "audit", path, "--fail-on", "huge").code == .wrongInput)
        }
    }

    @Test func aBrokenPolicyIsRefusedWithItsPlace() throws {
        try withPolicy("version: 1\ncommandos: 1\n") { path in
            let outcome = sidecar("policy", "audit", "strict", path)
            #expect(outcome.code == .wrongInput)
            #expect(outcome.errors.contains("\(path):2:1") && outcome.errors.contains("commands"))
            // What is right is said nevertheless.
            #expect(outcome.output.hasPrefix("strict  "))
            let json = sidecar("policy", "audit", "strict", path, "--format", "json")
            #expect(json.code == .wrongInput)
            let result = try JSONValue(parsing: json.output)
            #expect(result["files"]?.array?.count == 1)
            let error = result["errors"]?[0]
            #expect(error?["line"]?.int == 2 && error?["column"]?.int == 1 && error?["file"]?.string == path)
            let sarif = try JSONValue(parsing: sidecar("policy", "audit", path, "--format", "sarif").output)
            let call = sarif["runs"]?[0]?["invocations"]?[0]
            #expect(call?["executionSuccessful"]?.bool == false)
            let place = call?["toolExecutionNotifications"]?[0]?["locations"]?[0]?["physicalLocation"]
            #expect(place?["region"]?["startLine"]?.int == 2)
        }
    }

    @Test func aWorkspaceThatIsNoneIsRefused() {
        for (path, message) in [("/nonexistent/w", "there is nothing of that name"), ("/etc/passwd", "is no folder")] {
            let outcome = sidecar("policy", "audit", "strict", "--workspace", path)
            #expect(outcome.code == .wrongInput)
            #expect(outcome.errors.contains("--workspace: \(path)") && outcome.errors.contains(message))
        }
    }

    @Test func severalFilesAreOneResult() throws {
        let outcome = sidecar(
            "policy", "audit", "strict", "readonly", "--workspace", "/usr/share/doc", "--format", "json", "--fail-on",
            "high")
        let json = try JSONValue(parsing: outcome.output)
        #expect(json["files"]?.array?.compactMap { $0["file"]?.string } == ["strict", "readonly"])
        let high = try #require(json["summary"]?["high"]?.int)
        let critical = try #require(json["summary"]?["critical"]?.int)
        #expect(outcome.code == (high + critical == 0 ? .done : .denied))
        // Where there are no namespaces, what is missing is one.
        if JailHost.canJail { #expect(high + critical == 0) }
        let short = sidecar("policy", "audit", "strict", "readonly", "--workspace", "/usr/share/doc", "--json")
        #expect(short.output == outcome.output)
        let sarif = sidecar("policy", "audit", "strict", "--workspace", "/usr/share/doc", "--format", "sarif")
        #expect(try JSONValue(parsing: sarif.output)["version"]?.string == "2.1.0")
    }

    @Test func aBaselineIsKeptAndCompared() throws {
        try withTemporaryPath { baseline in
            try withPolicy("version: 1\ncommands: { allow: [ls] }\n") { path in
                #expect(sidecar("policy", "audit", path, "--write-baseline", baseline).code == .done)
                let same = sidecar("policy", "audit", path, "--baseline", baseline, "--json")
                #expect(!same.output.contains("rules.changed") && !same.output.contains("exec.changed"))
                try File.writeAtomically(path, Array("version: 1\ncommands: { allow: [ls, cat] }\n".utf8))
                let other = sidecar("policy", "audit", path, "--baseline", baseline, "--json")
                #expect(other.output.contains("`commands.allow cat` is new since the policy was approved"))
                // What is stricter needs no approval; what was denied and is not does.
                let stricter =
                    "version: 1\nlimits: { wall: 5s, memory: 1MiB }\ncommands: { allow: [], deny: [rm, mv] }\n"
                let looser = "version: 1\nlimits: { wall: 2m, memory: 2MiB }\ncommands: { allow: [], deny: [mv] }\n"
                try File.writeAtomically(
                    path,
                    Array(
                        "version: 1\nlimits: { wall: 1m, memory: 1MiB }\ncommands: { allow: [ls], deny: [rm] }\n".utf8))
                #expect(sidecar("policy", "audit", path, "--write-baseline", baseline).code == .done)
                try File.writeAtomically(path, Array(stricter.utf8))
                #expect(
                    !sidecar("policy", "audit", path, "--baseline", baseline, "--json").output.contains("rules.changed")
                )
                try File.writeAtomically(path, Array(looser.utf8))
                let changes = sidecar("policy", "audit", path, "--baseline", baseline, "--json").output
                for text in [
                    "`limits.wall 120s` is new", "`limits.memory 2097152` is new", "`commands.deny rm` was approved",
                ] {
                    #expect(changes.contains(text), "\(changes)")
                }
            }
        }
    }

    @Test func theLogIsReadWhereItIs() throws {
        let line = #"{"tool":"Bash","input":{"command":"ls"},"decision":"allow"}"# + "\n"
        try withPolicy(String(repeating: line, count: 30)) { log in
            try withPolicy("version: 1\ncommands: { allow: [ls, cat] }\n") { path in
                let outcome = sidecar("policy", "audit", path, "--log", log, "--json")
                #expect(outcome.output.contains("`cat` was used by none of 30 logged runs"))
                #expect(!outcome.output.contains("`ls` was used by none"))
                #expect(sidecar("policy", "audit", path, "--log", "/nonexistent").code == .wrongInput)
            }
        }
    }

    /// The program as users have it.
    @Test func theProgramItselfAudits() throws {
        let words = ["policy", "audit", "open", "--workspace", "/usr/share/doc", "--fail-on", "critical"]
        try withTemporaryPath { path in
            let nothing = try Descriptor.open("/dev/null", .readWrite)
            let output = try Descriptor.open(path, [.writeOnly, .create, .exclusive])
            let child = try ChildProcess(
                ProgramLaunch(path: ProgramUnderTest.sidecar, arguments: words, environment: ["HOME": "/root"]),
                descriptors: [nothing.raw, output.raw, nothing.raw])
            #expect(try child.wait() == ExitCode.denied.rawValue)
            let text = try File.readText(path)
            #expect(text.hasPrefix("open  F  0.0\n"))
            #expect(!text.contains("\u{1B}"))
        }
    }
}
