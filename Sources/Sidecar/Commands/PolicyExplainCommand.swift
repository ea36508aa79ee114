internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime
internal import YAML

package enum PolicyExplainCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "explain"], summary: "Say what a policy decides about a tool's call, and why",
            details:
                "Decides as a run would, without running anything: the rule with its line, the reason, for Bash every program "
                + "that the script would start, what only the kernel can tell, and what to add to allow a call that is "
                + "denied. Exit code 3 means denied.",
            flags: [
                FlagDeclaration("--policy", .init("FILE", .file), help: "A file, or a built-in name; else `default`."),
                FlagDeclaration("--tool", .init("NAME"), help: "The tool, such as Bash or Read."),
                FlagDeclaration("--input", .init("JSON"), help: "The tool's input: JSON, @FILE, or - for stdin."),
                FlagDeclaration("--workspace", .init("DIR", .folder), help: "The workspace; this folder by default."),
            ],
            hasJSON: true,
            examples: [
                CommandExample(
                    "sidecar policy explain --tool Bash --input '{\"command\": \"make && git push\"}'", "a script"),
                CommandExample(
                    "sidecar policy explain --policy strict --tool Read --input '{\"file_path\": \"/etc/passwd\"}'",
                    "a file"),
            ],
            exitCodes: [.denied])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let (line, console) = (invocation.line, invocation.console)
        guard let name = line["--tool"], let text = line["--input"] else {
            let missing = ["--tool", "--input"].filter { line[$0] == nil }
            console.complain("`policy explain` needs \(missing.joined(separator: " and "))")
            return .wrongInput
        }
        do throws(SettingsError) {
            let tool = try invocation.policyTool(name)
            let policy = try invocation.loadPolicy(line["--policy"] ?? "default")
            let input = try readInput(text)
            let report = try report(tool, input, policy, try invocation.policyVariables())
            if invocation.wantsJSON {
                console.print(report.json().text(style: .pretty))
            } else {
                console.write(report.text(console), to: .output)
            }
            return report.decision.outcome == .allow ? .done : .denied
        } catch {
            return invocation.refuse(error)
        }
    }

    private static func report(
        _ tool: String, _ input: JSONValue, _ loaded: LoadedPolicy, _ variables: PolicyVariables
    ) throws(SettingsError) -> DecisionReport {
        let (policy, host) = (loaded.policy, SystemHost())
        try check(tool, input, PolicyJudge(policy, variables: variables, host: host))
        do throws(ToolCallProblem) {
            let decision = try PolicyJudge(policy, variables: variables, host: host).decide(tool: tool, input: input)
            let remedy =
                decision.outcome == .allow
                ? nil : try Remedy(policy, variables: variables, host: host, tool: tool, input: input)
            return DecisionReport(tool: tool, decision: decision, policy: loaded, remedy: remedy)
        } catch {
            throw wrong("--input", error.message)
        }
    }

    /// What no run would take is the caller's mistake here too, in the same words; but a call need not be whole to be judged.
    private static func check(
        _ tool: String, _ input: JSONValue, _ judge: PolicyJudge<SystemHost>
    ) throws(SettingsError) {
        guard let declaration = ToolCatalog.tool(tool) else { return }
        do throws(InputProblems) {
            _ = try declaration.read(input)
        } catch {
            let cannotBeJudged = judge.problem(tool: tool, input: input) != nil
            let wrong = cannotBeJudged ? error.problems : error.problems.filter { $0.code == .relativePath }
            if wrong.isEmpty { return }
            throw SettingsError(
                wrong.map { SettingsProblem(place: .flag("--input"), key: "", message: $0.description) })
        }
    }

    /// More than any tool's input that somebody writes by hand.
    private static let bytesMax = 16 << 20

    private static func readInput(_ text: String) throws(SettingsError) -> JSONValue {
        var text = text
        do throws(SystemError) {
            if text == "-" {
                text = String(decoding: try StandardInput.read(limit: bytesMax), as: UTF8.self)
            } else if text.hasPrefix("@") {
                text = String(decoding: try File.read(String(text.dropFirst()), limit: bytesMax), as: UTF8.self)
            }
        } catch {
            throw wrong("--input", "cannot be read: \(error.reason)")
        }
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw wrong("--input", "is no JSON: \(error)")
        }
    }

    private static func wrong(_ flag: String, _ message: String) -> SettingsError {
        SettingsError([SettingsProblem(place: .flag(flag), key: "", message: message)])
    }
}
