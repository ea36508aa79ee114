import JSON
import LinuxSystem
import Sidecar
import Testing

@Suite struct CommandLineProgramTests {
    @Test func versionIsPrinted() throws {
        for words in [["version"], ["--version"], ["-V"]] {
            let console = RecordingConsole()
            #expect(Program(console: console, environment: [:]).run(words) == .done)
            #expect(console.output == "sidecar \(Version.current)\n")
            #expect(console.errors.isEmpty)
        }
        let json = try JSONValue(parsing: sidecar("version", "--json").output)
        #expect(json["version"]?.string == Version.current)
        #expect(json["libraries"]?["libyaml"]?.string?.isEmpty == false)
    }

    @Test func mistakesGoToStandardErrorWithCode2() {
        let outcome = sidecar("verison")
        #expect(outcome.code == .wrongInput)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errors
                == "error: `verison` is no command; did you mean `version`?\n`sidecar --help` lists the commands.\n")
    }

    @Test func helpThatWasAskedForIsTheResult() {
        #expect(sidecar("--help").code == .done)
        #expect(sidecar("--help").output.contains("Usage: sidecar COMMAND"))
        #expect(sidecar().code == .wrongInput)
        #expect(sidecar().output.isEmpty)
        #expect(sidecar().errors.contains("Usage: sidecar COMMAND"))
    }

    @Test func everyRegisteredCommandIsFound() {
        let catalog = CommandRegistry.catalog
        #expect(Set(catalog.commands.map(\.name)).count == catalog.commands.count)
        for command in catalog.commands {
            #expect(CommandRegistry.command(for: command) != nil)
            #expect(!catalog.notYet.contains(command.path[0]))
            if command.path.count > 1 { #expect(catalog.group(command.path[0]) != nil) }
        }
    }

    @Test func checkTellsAllProblems() throws {
        try withTemporaryPath { path in
            try File.writeAtomically(path, Array("debug: 1\nlimitz: {}\n".utf8))
            let outcome = sidecar("config", "check", path)
            #expect(outcome.code == .wrongInput)
            #expect(outcome.output.isEmpty)
            #expect(
                outcome.errors == "error: \(path):1:8: debug: `1` is neither true nor false\n"
                    + "error: \(path):2:1: limitz: unknown key; did you mean `limits`?\n")
            let json = try JSONValue(parsing: sidecar("config", "check", "--json", path).output)
            #expect(json["valid"]?.bool == false)
            #expect(json["problems"]?[1]?["line"]?.int == 2)
            #expect(json["problems"]?[1]?["key"]?.string == "limitz")
            try File.writeAtomically(path, Array("debug: true\n".utf8))
            #expect(sidecar("config", "check", "--config", path).output == "\(path): valid\n")
        }
    }

    @Test func aNamedFileMustExist() {
        let outcome = sidecar("config", "show", "--config", "/nonexistent/s.yaml")
        #expect(outcome.code == .wrongInput)
        #expect(outcome.errors == "error: /nonexistent/s.yaml: cannot be read: No such file or directory\n")
        let named = sidecar("config", "check", environment: ["SIDECAR_CONFIG": "/nonexistent/e.yaml"])
        #expect(named.code == .wrongInput)
        #expect(named.errors.contains("/nonexistent/e.yaml"))
    }

    @Test func showRedactsAndNamesOrigins() throws {
        try withTemporaryPath { path in
            let text = """
                auth: { keys: ["${KEY}", literal-PLANTED] }
                providers:
                  main: { type: anthropic, key: "${KEY}", proxy: "http://u:${KEY}@p:1", headers: { x-k: "${KEY}" } }
                upstream: { proxy: "http://u:${KEY}@p:1" }
                debug: true
                """
            try File.writeAtomically(path, Array(text.utf8))
            let environment = ["KEY": "sk-PLANTED"]
            for words in [["config", "show", "--config", path], ["config", "show", "--json", "--config", path]] {
                let console = RecordingConsole()
                #expect(Program(console: console, environment: environment).run(words) == .done)
                #expect(!console.output.contains("PLANTED"))
                #expect(!console.errors.contains("PLANTED"))
                #expect(console.output.contains("…"))
            }
            let shown = sidecar("config", "show", "--config", path, environment: environment).output
            let lines = shown.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
            #expect(lines.contains(["debug:", "true", "#", "\(path):5:1"]))
            #expect(lines.contains(["providers.main.headers.x-k:", "…", "#", "\(path):3:84"]))
            #expect(lines.contains(["event_loops:", "0", "#", "default"]))
            #expect(lines.contains(["routes.default:", "main", "#", "default"]))
            #expect(lines.contains(["upstream.proxy:", "http://…@p:1", "#", "\(path):4:13"]))
            let json = try JSONValue(
                parsing: sidecar("config", "show", "--json", "--config", path, environment: environment).output)
            let debug = json["values"]?.array?.first { $0["key"]?.string == "debug" }
            #expect(debug?["from"]?.string == "file")
            #expect(debug?["line"]?.int == 5)
            #expect(debug?["value"]?.bool == true)
        }
    }

    @Test func initWritesOnceAndTheFileChangesNothing() throws {
        try withTemporaryPath { path in
            #expect(sidecar("config", "init", path).output == "wrote \(path)\n")
            #expect(try File.status(path).mode == 0o600)
            let loaded = try ConfigurationLoader.load(
                ConfigurationSource(name: path, bytes: try File.read(path)), environment: [:]
            ).get()
            #expect(loaded.configuration == Configuration())
            let again = sidecar("config", "init", path)
            #expect(again.code == .failed)
            #expect(again.errors.contains("File exists; it stays as it is"))
        }
    }

    @Test func initTakesTheFlagForTheFile() throws {
        try withTemporaryPath { path in
            let both = sidecar("config", "init", "\(path).other", "--config", path)
            #expect(both.code == .wrongInput)
            #expect(both.errors.contains("give one"))
            #expect(!File.exists(path) && !File.exists("\(path).other"))
            #expect(sidecar("config", "init", "--config", path).output == "wrote \(path)\n")
            #expect(File.exists(path))
        }
    }

    @Test func theStarterIsValidOnceItsCommentsAreTakenAway() throws {
        let lines = sidecar("config", "init", "-").output.split(separator: "\n", omittingEmptySubsequences: false)
        let text = lines.map { line in
            let isProse = line.hasPrefix("# ") && line.dropFirst(2).first != " "
            return isProse ? String(line) : String(line.dropFirst())
        }.joined(separator: "\n")
        // Whatever keys it names, somebody has set.
        var environment = ["SIDECAR_KEY": "k"]
        for part in text.split(separator: "${").dropFirst() {
            let name = String(part.prefix { $0.isLetter || $0 == "_" })
            if environment[name] == nil { environment[name] = "set" }
        }
        let loaded = try load(text, environment: environment).get()
        #expect(loaded.configuration.auth.keys == [Secret("k")])
        #expect(
            loaded.configuration.providers.map(\.name) == [
                "anthropic", "scripted", "openai", "openrouter", "deepseek", "openai-compatible", "bedrock", "gemini",
                "vertex", "ollama",
            ])
        #expect(loaded.configuration.limits == Configuration().limits)
        #expect(loaded.configuration.upstream.proxy == .environment)
    }
}
