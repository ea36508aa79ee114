import JSON
import LinuxSystem
import Sidecar
import Testing

/// Errors of commands that were asked for JSON.
@Suite struct CommandLineFailureTests {
    /// Where no sidecar of the machine is found.
    private static let alone = ["XDG_CONFIG_HOME": "/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent"]

    private func error(_ words: [String]) throws -> (ExitCode, JSONValue) {
        let console = RecordingConsole()
        let code = Program(console: console, environment: Self.alone).run(words)
        #expect(console.errors.hasPrefix("error: "), "the words stay on stderr")
        return (code, try #require(try JSONValue(parsing: console.output)["error"]))
    }

    @Test(arguments: ["serve", "stop", "status", "env", "config show", "config schema", "doctor", "version"])
    func everyCommandHasOneShape(_ name: String) throws {
        let words = name.split(separator: " ").map { String($0) }
        let command = try #require(CommandRegistry.catalog.command(words))
        #expect(command.hasJSON)
        let (code, error) = try error(words + ["--json", "--bogus", "--worse"])
        #expect(code == .wrongInput)
        #expect(error["kind"] == "wrong_input")
        #expect(error["exit_code"] == 2)
        #expect(error["message"]?.string?.hasPrefix("`--bogus` is no flag of `\(name)`") == true)
        #expect(error["details"]?[0]?.string?.hasPrefix("`--worse` is no flag") == true)
    }

    @Test func aConfigurationThatIsWrong() throws {
        try withTemporaryPath { path in
            try File.writeAtomically(path, Array("debug: 1\nlimitz: {}\n".utf8))
            for words in [["serve"], ["serve", "--detach"], ["env"], ["config", "show"]] {
                let (code, error) = try error(words + ["--json", "--config", path])
                #expect(code == .wrongInput)
                #expect(error["message"]?.string?.hasPrefix("\(path):1:8: debug: ") == true)
                #expect(error["details"]?[0]?.string?.hasPrefix("\(path):2:1: limitz: ") == true)
            }
        }
    }

    @Test func nothingRuns() throws {
        let (code, error) = try error(["stop", "--json"])
        #expect(code == .failed)
        #expect(error == ["kind": "failed", "exit_code": 1, "message": "no sidecar is running", "details": []])
        let (statusCode, statusError) = try self.error(["status", "--json"])
        #expect(statusCode == .failed)
        #expect(statusError == error)
    }

    @Test func withoutTheFlagNothingChanges() {
        #expect(sidecar("stop", environment: Self.alone).output.isEmpty)
        #expect(sidecar("stop", "--bogus").output.isEmpty)
        // Commands without a result do not know the flag; what is handed on is not ours.
        #expect(sidecar("code", "--json").output.isEmpty)
        #expect(sidecar("completions", "--json").output.isEmpty)
    }
}
