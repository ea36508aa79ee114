internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// `sidecar log tail`.
package enum LogTailCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["log", "tail"], summary: "Show the last runs of tools",
            details:
                "Prints the last records of the audit log, one a line: time, number, outcome, tool, duration, the rule "
                + "that decided, and the input without its secrets. A line that is no record is shown as such. With --json an "
                + "array of the records; with -f too, one record a line as they come.",
            flags: [
                FlagDeclaration("--lines", short: "-n", .init("N"), help: "So many records; 20 when it is not given."),
                FlagDeclaration("--follow", short: "-f", help: "Go on with what is added, until it is interrupted."),
                .logFolder,
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar log tail -f", "watch what an agent does"),
                CommandExample("sidecar log tail -n 100 --json", "for scripts"),
            ],
            exitCodes: [.failed])
    }

    private static let defaultCount = 20
    private static let countMax = 1_000_000
    /// New records are looked for so often; nobody reads faster.
    private static let pause = TimeSpan.milliseconds(200)

    package static func run(_ invocation: Invocation) -> ExitCode {
        var count = defaultCount
        if let text = invocation.line["--lines"] {
            guard let number = Int(text), (0...countMax).contains(number) else {
                invocation.console.complain("-n \(text): write a number from 0 to \(countMax)")
                return .wrongInput
            }
            count = number
        }
        guard let folder = invocation.auditFolder() else { return .wrongInput }
        let follows = invocation.line.has("--follow")
        var follower = AuditFollower(folder)
        do throws(SystemError) {
            let lines = try follower.last(count)
            if invocation.wantsJSON && !follows {
                let records = lines.map { line in
                    AuditRecord.read(line.bytes).map { JSONValue.object($0.object) } ?? unreadable(line)
                }
                invocation.console.print(JSONValue.array(records).text(style: .pretty))
                return .done
            }
            show(lines, invocation)
            if lines.isEmpty && !follows { invocation.console.note("no tool has run yet: \(folder.path)") }
            while follows {
                if StandardStream.output.waitForReaderToLeave(pause) { break }
                show(try follower.more(), invocation)
            }
            return .done
        } catch {
            return invocation.complainOfLog(error)
        }
    }

    private static func show(_ lines: [AuditLine], _ invocation: Invocation) {
        let console = invocation.console
        for line in lines {
            let record = AuditRecord.read(line.bytes)?.object
            if invocation.wantsJSON {
                console.print((record.map { .object($0) } ?? unreadable(line)).text())
            } else if let record {
                console.print(AuditRecordText.text(record, console))
            } else {
                let place = "\(AuditFolder.fileName(line.fileNumber)):\(line.number)"
                console.print(console.styled("\(place): no record; `sidecar log verify` says more", .red, on: .output))
            }
        }
    }

    private static func unreadable(_ line: AuditLine) -> JSONValue {
        ["kind": "unreadable", "file": .string(AuditFolder.fileName(line.fileNumber)), "line": .int(line.number)]
    }
}
