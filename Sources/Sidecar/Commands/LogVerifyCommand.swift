internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// `sidecar log verify`.
package enum LogVerifyCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["log", "verify"], summary: "Find records of the audit log that were changed, or are missing",
            details:
                "Each record holds the SHA-256 of the one before. Follows that chain through all files and says where it "
                + "breaks: a record that was changed, is missing, stands elsewhere, or was cut off at the end. Exit code 1 means "
                + "that something is wrong. Prints the end of the chain, NUMBER:DIGEST; noted elsewhere and given as --anchor "
                + "later, it also tells whether the whole log was replaced or taken back to an earlier state.",
            flags: [
                FlagDeclaration("--anchor", .init("NUMBER:DIGEST"), help: "An end that an earlier call has printed."),
                .logFolder,
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar log verify", "this user's log"),
                CommandExample("sidecar log verify --json | jq -r .end", "what to note elsewhere"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        var anchor: AuditEnd?
        if let text = invocation.line["--anchor"] {
            guard let given = AuditEnd(text) else {
                console.complain(
                    "--anchor \(text): write the number of a record, a colon and its 64 hexadecimal digits")
                return .wrongInput
            }
            anchor = given
        }
        guard let folder = invocation.auditFolder() else { return .wrongInput }
        do throws(SystemError) {
            let report = try folder.verify(anchor: anchor)
            if report.files == 0, let named = invocation.line["--folder"] {
                // What nobody named may not be there yet; what is named was meant.
                console.complain("--folder \(named): holds no audit log; there is no file of records in it")
                return .failed
            }
            if invocation.wantsJSON {
                console.print(json(report, folder).text(style: .pretty))
            } else {
                show(report, folder, console)
            }
            return report.isIntact ? .done : .failed
        } catch {
            return invocation.complainOfLog(error)
        }
    }

    private static func show(_ report: AuditReport, _ folder: AuditFolder, _ console: any Console) {
        for finding in report.findings {
            console.print(
                "\(console.styled(finding.kind.rawValue, .red, on: .output)) \(place(finding, folder)): \(finding.message)"
            )
        }
        for remark in report.remarks { console.note("note: \(place(remark, folder)): \(remark.message)") }
        let records = report.records == 1 ? "1 record" : "\(report.records) records"
        let files = report.files == 1 ? "1 file" : "\(report.files) files"
        if report.records == 0 && report.isIntact {
            console.print("no records: \(folder.path)")
        } else if report.isIntact {
            console.print("intact: \(records) in \(files), end \(report.end)")
        } else {
            let count = report.findings.count
            console.complain("\(count == 1 ? "1 fault" : "\(count) faults") in \(records) of \(files)")
        }
    }

    private static func place(_ finding: AuditFinding, _ folder: AuditFolder) -> String {
        guard let file = finding.file else { return folder.path }
        return "\(folder.path)/\(file)" + (finding.line.map { ":\($0)" } ?? "")
    }

    private static func json(_ report: AuditReport, _ folder: AuditFolder) -> JSONValue {
        func list(_ findings: [AuditFinding]) -> JSONValue {
            .array(
                findings.map { finding in
                    [
                        "kind": .string(finding.kind.rawValue), "file": finding.file.map { .string($0) } ?? .null,
                        "line": finding.line.map { .int($0) } ?? .null, "message": .string(finding.message),
                    ]
                })
        }
        return [
            "intact": .bool(report.isIntact), "folder": .string(folder.path), "files": .int(report.files),
            "records": .int(report.records),
            "end": report.end == .beginning ? .null : .string(report.end.description),
            "findings": list(report.findings),
            "remarks": list(report.remarks),
        ]
    }
}
