internal import LinuxSystem
package import YAML

/// The keys of a policy file. Decoder, hints, schema and docs/policies.md are read from this.
package enum PolicyKeys {
    package static var root: Section<Policy> {
        Section(
            defaults: Policy(),
            [
                Key("version", \.version, ValueKind<Int>.policyVersion.rule, example: "1", "The form of the file: 1."),
                Key("name", \.name, ValueKind.plainText.rule, example: "team", "What messages call the policy."),
                Key(
                    "description", \.description, ValueKind.text.rule, example: "\"for the build machines\"",
                    "What it is for, in a sentence."),
                Key(
                    "extends", \.extends, ValueKind.plainText.rule, example: "base",
                    "The policy below this one: a built-in name, or a file beside this one. Its rules hold too: lists add "
                        + "to its lists, a value replaces its value, what it denies stays denied."),
                .section("filesystem", \.rules.filesystem, filesystem, "Which files tools and commands may use."),
                .section("commands", \.rules.commands, commands, "Which programs may run, and with which arguments."),
                .section("network", \.rules.network, network, "Which hosts may be reached."),
                .section("environment", \.rules.environment, environment, "Which variables a run sees."),
                .section("limits", \.rules.limits, limits, "What one run may cost."),
                .section("syscalls", \.syscalls, syscalls, "Which calls of the kernel a run may make."),
                Key(
                    "require", \.require, ValueKind<SandboxLayer>.choice.rules, example: "[seccomp, landlock]",
                    "Layers without which nothing runs: where the host lacks one, runs end with exit code 4."),
                Key(
                    "tools", \.tools, .toolRules, example: "{ Bash: { limits: { wall: 600s } } }",
                    "What holds for one tool only, on top of the rest, by the rules of `extends`."),
                Key(
                    "waivers", \.waivers, ValueKind.waiver.rules,
                    example: "[{ check: exec.interpreter, reason: builds, owner: platform, expires: 2027-06-30 }]",
                    "Findings of the audit that somebody accepted, for a reason and for a time."),
                Key(
                    "expect", \.expect, ValueKind.expectation.rules,
                    example: "[{ tool: Bash, input: { command: \"git push\" }, decision: deny }]",
                    "The policy's own truth table, run by `sidecar policy test`."),
            ])
    }

    package static var tool: Section<ToolRules> {
        Section(
            defaults: ToolRules(),
            [
                Key("enabled", \.enabled, ValueKind.boolean.rule, example: "false", "`false` denies the tool."),
                .section("filesystem", \.rules.filesystem, filesystem, "Files, for this tool."),
                .section("commands", \.rules.commands, commands, "Programs, for this tool."),
                .section("network", \.rules.network, network, "Hosts, for this tool."),
                .section("environment", \.rules.environment, environment, "Variables, for this tool."),
                .section("limits", \.rules.limits, limits, "Limits, for this tool."),
            ])
    }

    private static var filesystem: Section<FilesystemRules> {
        Section(
            defaults: FilesystemRules(),
            [
                Key(
                    "read", \.read, ValueKind.pathPattern.rules, example: "[\"${workspace}\", /usr]",
                    "May be read, with all beneath. It is not run from there."),
                Key(
                    "write", \.write, ValueKind.pathPattern.rules, example: "[\"${workspace}\"]",
                    "May be written and read, with all beneath."),
                Key(
                    "execute", \.execute, ValueKind.pathPattern.rules, example: "[/usr/lib/git-core]",
                    "Folders whose files may run, and be read, although `commands` does not name them."),
                Key(
                    "deny", \.deny, ValueKind.deniedPath.rules,
                    example: "[\"**/.env\", { path: \"${workspace}/.git/config\", only: write }]",
                    "Neither read nor written nor run, whatever else is allowed. `{ path: PATH, only: write }` takes away writing alone."
                ),
            ])
    }

    package static var deniedPath: Section<DeniedPathDraft> {
        Section(
            defaults: DeniedPathDraft(),
            [
                Key(
                    "path", \.path, ValueKind.pathPattern.optional, example: "\"${workspace}/.git/config\"",
                    "The path that is denied."),
                Key(
                    "only", \.only, ValueKind<DeniedPathDraft.Only>.choice.optional, example: "write",
                    "`write`: it may still be read where `read` or `write` grants that."),
            ])
    }

    private static var commands: Section<CommandRules> {
        Section(
            defaults: CommandRules(),
            [
                Key(
                    "allow", \.allow, ValueKind.commandPattern(allows: true).rules, example: "[git, \"npm run *\"]",
                    "May run: a name, a path, words with `*`, or `{ name, args, deny_args }`."),
                Key(
                    "deny", \.deny, ValueKind.commandPattern(allows: false).rules, example: "[\"git push *\", sudo]",
                    "May not run, whatever `allow` says. More words behind it, and options between its words, do not help."
                ),
            ])
    }

    static var command: Section<CommandDraft> {
        Section(
            defaults: CommandDraft(),
            [
                Key("name", \.name, .text, example: "make", "The program: a name or a path."),
                Key(
                    "args", \.args, ValueKind.argument.rules.optional, example: "[test, \"build-*\"]",
                    "Each argument must be one of these."),
                Key(
                    "deny_args", \.denyArgs, ValueKind.argument.rules, example: "[\"--force\"]",
                    "No argument may be one of these: such a call is denied."),
            ])
    }

    private static var network: Section<NetworkRules> {
        Section(
            defaults: NetworkRules(),
            [
                Key(
                    "allow", \.allow, ValueKind.hostPattern.rules, example: "[\"*.example.org:443\"]",
                    "Hosts as name:port; without a port, 443. `*.` stands for names below, `*` for every public name, `:*` "
                        + "for every port. Empty: no network. This machine and private networks only by their own name."
                )
            ])
    }

    private static var environment: Section<EnvironmentRules> {
        Section(
            defaults: EnvironmentRules(),
            [
                Key(
                    "pass", \.pass, ValueKind.variableName.rules, example: "[LANG, \"LC_*\"]",
                    "Variables that a run gets from the sidecar's own environment."),
                Key(
                    "set", \.set, .environmentValues, example: "{ GIT_TERMINAL_PROMPT: \"0\" }",
                    "Variables with a value of their own; `${workspace}`, `${home}` and `${tmp}` expand in it."),
            ])
    }

    package static var waiver: Section<Waiver> {
        Section(
            defaults: Waiver(),
            [
                Key("check", \.check, .auditCheck, example: "exec.interpreter", "The finding's id."),
                Key("reason", \.reason, .text, example: "\"builds need it\"", "Why it is accepted."),
                Key("owner", \.owner, .text, example: "platform", "Who answers for it."),
                Key("expires", \.expires, .date, example: "2027-06-30", "The last day on which it is."),
            ])
    }

    package static var expectation: Section<Expectation> {
        Section(
            defaults: Expectation(),
            [
                Key("tool", \.tool, .text, example: "Bash", "The tool that is called; also one that there is not."),
                Key(
                    "input", \.input, .toolInput, example: "{ command: \"git push\" }",
                    "Its input; variables expand in it."),
                Key(
                    "decision", \.decision, ValueKind<Decision.Outcome>.choice.optional, example: "deny",
                    "What must come out."),
                Key(
                    "rule", \.rule, ValueKind.text.optional, example: "commands.deny",
                    "Which rule must have decided: its name, or the beginning of it; of another file: `base.yaml:commands.deny[2]`."
                ),
            ])
    }
}

/// `{ path: …, only: write }`, while it is read.
package struct DeniedPathDraft: Sendable {
    package enum Only: String, Sendable, CaseIterable { case write }
    var path: PathPattern?
    var only: Only?
}
