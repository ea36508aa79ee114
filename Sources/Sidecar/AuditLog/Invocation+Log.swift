internal import LinuxSystem
internal import ToolRuntime

extension FlagDeclaration {
    static let logFolder = FlagDeclaration(
        "--folder", .init("DIR", .folder), help: "A copy of the log; else audit in the state folder of this user.")
}

extension Invocation {
    /// The log that a command is about; nil when that was wrong, and is said.
    func auditFolder() -> AuditFolder? {
        if let given = line["--folder"] {
            if (try? File.status(given).kind) == .directory { return AuditFolder(given) }
            console.complain("--folder \(given): there is no such folder")
            return nil
        }
        guard let state = Places.state(environment) else {
            console.complain("no state folder: set XDG_STATE_HOME or HOME to an absolute path")
            return nil
        }
        return AuditFolder("\(state)/audit")
    }

    func complainOfLog(_ error: SystemError) -> ExitCode {
        console.complain("the audit log cannot be read: \(error)")
        return .failed
    }
}
