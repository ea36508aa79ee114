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
            let kind = try? File.status(given).kind
            if kind == .directory { return AuditFolder(given) }
            let hint = kind == .regular ? "it is a file; name the folder that it lies in" : "there is no such folder"
            console.complain("--folder \(given): \(hint)")
            return nil
        }
        guard let state = Places.state(environment) else {
            console.complain("no state folder: set XDG_STATE_HOME or HOME to an absolute path")
            return nil
        }
        return AuditFolder("\(state)/audit")
    }

    /// As the files of a log are called.
    static let firstLogFile = AuditFolder.fileName(1)

    func complainOfLog(_ error: SystemError) -> ExitCode {
        console.complain("the audit log cannot be read: \(error)")
        return .failed
    }
}
