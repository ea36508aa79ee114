internal import JSON
internal import LinuxSystem
internal import MCP
internal import YAML

/// `sidecar mcp call`.
package enum MCPCallCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "call"], summary: "Call a tool of an MCP server",
            details:
                "Prints the text of the result; with --json all of it. The arguments are held against the tool's own schema before the "
                + "server sees them. Where no sidecar runs, the server is run just for this call.",
            flags: [
                .whichSidecar,
                FlagDeclaration(
                    "--timeout", .init("MS"), help: "How long the call may take; else what its entry says, or 5 min."),
            ],
            arguments: [
                .serverName, ArgumentDeclaration("TOOL", isRequired: true, help: "the tool's own name"),
                ArgumentDeclaration(
                    "JSON", help: "its arguments, {} by default; @FILE to read them from, or - for stdin"),
            ],
            hasJSON: true,
            examples: [
                CommandExample(#"sidecar mcp call time get_current_time '{"timezone": "UTC"}'"#, "the text alone"),
                CommandExample("sidecar mcp call git git_status @arguments.json --json", "for a script"),
            ],
            exitCodes: [.failed, .timedOut])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let line = invocation.line
        let (server, tool) = (line.arguments[0], line.arguments[1])
        let arguments: JSONValue
        var limit: TimeSpan?
        do throws(SettingsError) {
            arguments = try JSONArgument.read(line.arguments.count > 2 ? line.arguments[2] : "{}", flag: "JSON")
        } catch {
            return invocation.refuse(error)
        }
        guard arguments.object != nil else { return invocation.refuse("JSON: the arguments are an object, {…}") }
        if let text = line["--timeout"] {
            guard let number = UInt64(text), (1...86_400_000).contains(number) else {
                return invocation.refuse("--timeout `\(text)`: write milliseconds, from 1 to 86400000")
            }
            limit = .milliseconds(number)
        }
        let clock = MonotonicClock()
        let began = clock.now()
        do throws(Invocation.NoAnswer) {
            let result = try invocation.askServer(
                server, .call(server: server, tool: tool, arguments: arguments, limit: limit))
            return show(result, server, tool, clock.now() - began, invocation)
        } catch {
            return invocation.end(error)
        }
    }

    private static func show(
        _ result: JSONValue, _ server: String, _ tool: String, _ taken: TimeSpan, _ invocation: Invocation
    ) -> ExitCode {
        let isError = result["isError"]?.bool == true
        let content = result["content"]?.array ?? []
        if invocation.wantsJSON {
            let json: JSONValue = [
                "server": .string(server), "tool": .string(tool), "is_error": .bool(isError),
                "content": .array(content), "structured": result["structuredContent"] ?? .null,
                "duration_us": .int(taken.nanoseconds / 1000),
            ]
            invocation.console.print(json.text())
            return isError ? .failed : .done
        }
        for block in content {
            if let text = block["text"]?.string {
                invocation.console.write(text.hasSuffix("\n") ? text : "\(text)\n", to: .output)
            } else {
                invocation.console.note("content of the kind \(block["type"]?.string ?? "?"), which --json prints")
            }
        }
        return isError ? .failed : .done
    }
}
