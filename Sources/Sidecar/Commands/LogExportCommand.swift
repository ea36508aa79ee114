internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// `sidecar log export`.
package enum LogExportCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["log", "export"], summary: "Print records of the audit log for other programs",
            details:
                "Prints all records, or those since a time, as they stand in the log (jsonl), so that the chain can be "
                + "followed elsewhere too, or as a table (csv). With --json, one array. Lines that are no records are left out "
                + "and counted on stderr.",
            flags: [
                FlagDeclaration(
                    "--since", .init("TIME"),
                    help: "Only records from then on: 2026-11-21, 2026-11-21T09:30:00Z, or so long ago: 90m, 24h."),
                FlagDeclaration(
                    "--format", .init("jsonl|csv", .choice(["jsonl", "csv"])), help: "jsonl when it is not given."),
                .logFolder,
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar log export --since 24h > day.jsonl", "the last day"),
                CommandExample("sidecar log export --format csv > runs.csv", "for a spreadsheet"),
            ],
            exitCodes: [.failed])
    }

    private enum Format: String { case jsonl, csv, array }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        var since: AuditSince?
        if let text = invocation.line["--since"] {
            guard let given = AuditSince(text) else {
                console.complain("--since \(text): \(AuditSince.form)")
                return .wrongInput
            }
            since = given
        }
        var format = invocation.wantsJSON ? Format.array : .jsonl
        if let text = invocation.line["--format"] {
            guard let given = Format(rawValue: text), given != .array else {
                console.complain("--format \(text): write jsonl or csv")
                return .wrongInput
            }
            if invocation.wantsJSON {
                console.complain("--json and --format each say what to print; leave one out")
                return .wrongInput
            }
            format = given
        }
        guard let folder = invocation.auditFolder() else { return .wrongInput }
        do throws(SystemError) {
            let leftOut = try export(folder, since, format, console)
            if leftOut > 0 {
                console.note(
                    "\(leftOut) \(leftOut == 1 ? "line is no record and was" : "lines are no records and were") left out; `sidecar log verify` says which"
                )
            }
            return .done
        } catch {
            return invocation.complainOfLog(error)
        }
    }

    /// Pieces of this size are written at a time.
    private static let pieceBytes = 64 << 10

    private static func export(
        _ folder: AuditFolder, _ since: AuditSince?, _ format: Format, _ console: any Console
    ) throws(SystemError) -> Int {
        var leftOut = 0
        var count = 0
        var text = format == .csv ? AuditTable.heading : format == .array ? "[" : ""
        try AuditReader.allLines(folder) { line in
            guard line.isWhole, let record = AuditRecord.read(line.bytes) else {
                leftOut += 1
                return
            }
            if let since, !since.includes(record.object["time"]?.string ?? "") { return }
            switch format {
            case .jsonl: text += String(decoding: line.bytes, as: UTF8.self) + "\n"
            case .csv: text += AuditTable.row(record.object)
            case .array: text += (count == 0 ? "\n" : ",\n") + String(decoding: line.bytes, as: UTF8.self)
            }
            count += 1
            if text.utf8.count >= pieceBytes {
                console.write(text, to: .output)
                text = ""
            }
        }
        if format == .array { text += count == 0 ? "]\n" : "\n]\n" }
        console.write(text, to: .output)
        return leftOut
    }
}
