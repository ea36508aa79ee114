import Sidecar
import Testing

@Suite struct CommandLineParserTests {
    /// Every declared command, those that are not plugged in yet included.
    private static var catalog: CommandCatalog {
        CommandCatalog(
            commands: [
                ServeCommand.declaration, StopCommand.declaration, StatusCommand.declaration, EnvCommand.declaration,
                CodeCommand.declaration, DoctorCommand.declaration, ConfigCheckCommand.declaration,
                ConfigShowCommand.declaration, CompletionsCommand.declaration,
            ],
            groups: CommandRegistry.catalog.groups, notYet: CommandRegistry.catalog.notYet)
    }

    private func parse(_ words: [String]) -> CommandLineRequest { CommandLineParser(Self.catalog).parse(words) }

    private func line(_ words: String...) throws -> ParsedCommandLine {
        guard case .run(let line) = parse(words) else {
            Issue.record("\(words) does not parse: \(parse(words))")
            throw CancellationError()
        }
        return line
    }

    @Test func flagsAndArguments() throws {
        let serve = try line("serve", "--listen", "127.0.0.1:1", "--log-format=json", "--detach")
        #expect(serve["--listen"] == "127.0.0.1:1")
        #expect(serve["--log-format"] == "json")
        #expect(serve.has("--detach"))
        #expect(!serve.has("--workspace"))
        let check = try line("config", "check", "--json", "file.yaml")
        #expect(check.declaration.path == ["config", "check"])
        #expect(check.arguments == ["file.yaml"])
        #expect(try line("config", "check", "-").arguments == ["-"])
        #expect(try line("config", "check", "--", "--odd-name").arguments == ["--odd-name"])
        #expect(try line("status", "--config=-x").flags["--config"] == "-x")
    }

    @Test func whatFollowsTheDashesIsHandedOn() throws {
        let code = try line("code", "--config", "c.yaml", "--", "-p", "--help", "x", "--")
        #expect(code.passedOn == ["-p", "--help", "x", "--"])
        #expect(code.arguments.isEmpty)
    }

    @Test func flagsOverrideTheConfiguration() throws {
        let serve = try line("serve", "--provider", "offline", "--log-level", "warn", "--workspace", "/w")
        let expected = [
            ConfigurationOverride(key: "workspace", text: "/w", flag: "--workspace"),
            ConfigurationOverride(key: "routes.default", text: "offline", flag: "--provider"),
            ConfigurationOverride(key: "log.level", text: "warn", flag: "--log-level"),
        ]
        #expect(serve.configurationOverrides == expected)
        let loaded = try load(
            "providers: { offline: { type: scripted, script: s }, b: { type: anthropic } }", overrides: expected
        ).get()
        #expect(loaded.configuration.routes.default == ModelTarget(provider: "offline"))
        #expect(loaded.configuration.log.level == .warn)
    }

    @Test(arguments: [
        (["sevre"], ["`sevre` is no command; did you mean `serve`?"]),
        (["xyzzy"], ["`xyzzy` is no command"]),
        (["batch", "list"], ["`batch` is not yet in this version"]),
        (["bacth"], ["`bacth` is no command; did you mean `batch`?"]),
        (["--listen", "x"], ["a command comes before its flags: sidecar COMMAND --listen"]),
        (["config"], ["`config` needs one of check, show behind it"]),
        (["config", "shwo"], ["`config` has no command `shwo`; did you mean `show`?"]),
        (["config", "zzz"], ["`config` has no command `zzz`; it has check, show"]),
        (
            ["serve", "--lisen", "x"],
            ["`--lisen` is no flag of `serve`; did you mean `--listen`?", "`serve` has no place for `x`"]
        ),
        (["serve", "--listen"], ["`--listen` needs a value: --listen HOST:PORT"]),
        (["serve", "--listen", "--detach"], ["`--listen` needs a value: --listen HOST:PORT"]),
        (["serve", "--listen="], ["`--listen` needs a value: --listen HOST:PORT"]),
        (["serve", "--detach=yes"], ["`--detach` takes no value"]),
        (["serve", "--detach", "--detach"], ["`--detach` is given twice"]),
        (
            ["serve", "--log-level", "wran"],
            ["`--log-level` takes one of debug, info, warn, error, not `wran`; did you mean `warn`?"]
        ),
        (["stop", "now"], ["`stop` has no place for `now`"]),
        (
            ["code", "--json"],
            ["`--json` is no flag of `code`", "put `--` before what is handed on: sidecar code -- --json"]
        ),
        (
            ["code", "-p", "x"],
            ["`-p` is no flag of `code`", "put `--` before what is handed on: sidecar code -- -p x"]
        ),
        (
            ["code", "--listen", "127.0.0.1:1", "explain this", "--continue"],
            [
                "`code` has no place for `explain this`",
                "put `--` before what is handed on: sidecar code --listen 127.0.0.1:1 -- 'explain this' --continue",
            ]
        ),
        (
            ["code", "--modle=x", "--", "-p", "it's"],
            [
                "`--modle` is no flag of `code`; did you mean `--model`?",
                "put `--` before what is handed on: sidecar code -- --modle=x -p 'it'\\''s'",
            ]
        ),
        (["completions"], ["`completions` needs SHELL: bash, zsh or fish."]),
        (["completions", "bahs"], ["SHELL is one of bash, zsh, fish, not `bahs`; did you mean `bash`?"]),
        (["config", "check", "a", "b"], ["`config check` has no place for `b`"]),
        (
            ["serve", "--detahc", "--lgo-level=info", "x"],
            [
                "`--detahc` is no flag of `serve`; did you mean `--detach`?",
                "`--lgo-level` is no flag of `serve`; did you mean `--log-level`?", "`serve` has no place for `x`",
            ]
        ),
        (["help", "nope"], ["`nope` is no command"]),
        (["help", "serve", "x"], ["`serve` has no commands below it"]),
    ])
    func mistakesNameTheNearest(_ words: [String], _ expected: [String]) {
        guard case .wrong(let errors, _) = parse(words) else {
            Issue.record("\(words) is taken: \(parse(words))")
            return
        }
        #expect(errors == expected)
    }

    @Test(arguments: [
        ["--help"], ["-h"], ["help"], [], ["help", "serve"], ["serve", "--help"], ["serve", "--nonsense", "-h"],
        ["config", "--help"], ["help", "config"], ["help", "help"],
        ["help", "--help"], ["help", "config", "show"], ["code", "-p", "x", "--help"], ["config", "show", "-h"],
    ])
    func helpIsEverywhere(_ words: [String]) {
        guard case .help = parse(words) else {
            Issue.record("\(words): \(parse(words))")
            return
        }
    }

    @Test func everyHelpSaysEverything() {
        let help = CommandHelp(Self.catalog)
        for command in Self.catalog.commands {
            let text = help.text(for: .command(command))
            for part in [
                "Usage: sidecar \(command.name)", "Flags:", "Examples:", "Exit codes:", "--help", "--config FILE",
            ] {
                #expect(text.contains(part), "\(command.name): \(part)")
            }
            for flag in command.allFlags { #expect(text.contains(flag.name)) }
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(text)")
            #expect(command.hasJSON == text.contains("--json"))
            #expect(!command.examples.isEmpty)
        }
        let all = help.text(for: .program)
        for (word, summary) in Self.catalog.firstWords { #expect(all.contains("\n  \(word)") && all.contains(summary)) }
    }

    @Test func everyOverriddenKeyExists() throws {
        for command in Self.catalog.commands {
            for flag in command.flags {
                guard let key = flag.configurationKey else { continue }
                // A key that does not exist would be reported as unknown, whatever the value.
                let override = ConfigurationOverride(key: key, text: "anthropic", flag: flag.name)
                #expect(!problems("", overrides: [override]).joined().contains("unknown key"))
            }
        }
    }

    @Test(arguments: ShellCompletions.Shell.allCases) func completionsKnowEveryFlag(_ shell: ShellCompletions.Shell) {
        let script = ShellCompletions.script(for: shell, Self.catalog)
        for command in Self.catalog.commands {
            for word in command.path { #expect(script.contains(word)) }
            for flag in command.allFlags { #expect(script.contains(flag.name.dropFirst(2))) }
        }
        for word in ["pretty", "debug", "bash"] { #expect(script.contains(word)) }
    }
}
