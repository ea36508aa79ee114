import Digest
import JSON
import LinuxSystem
import Sandbox
import TestSupport
import Testing
import ToolRuntime

/// A folder for a log, removed afterwards.
func withAuditFolder(_ body: (AuditFolder) async throws -> Void) async throws {
    try await withTemporaryFolder { try await body(AuditFolder($0)) }
}

func entry(_ number: Int = 0, input: JSONValue? = nil) -> AuditEntry {
    AuditEntry(
        tool: "Bash", input: AuditInput(input ?? ["command": .string("echo \(number)")]), policy: "default",
        decision: .allow, rule: "commands.allow[0]", outcome: .done)
}

extension AuditFolder {
    func log(fileBytesMax: Int = AuditLog.defaultFileBytesMax) -> AuditLog {
        AuditLog(folder: path, fileBytesMax: fileBytesMax)
    }

    func filled(_ count: Int, fileBytesMax: Int = AuditLog.defaultFileBytesMax) throws {
        let log = log(fileBytesMax: fileBytesMax)
        for number in 0..<count { try log.append(entry(number)) }
    }

    func lines(_ file: Int = 1) throws -> [String] {
        try File.readText(filePath(file)).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            String($0)
        }
    }

    func write(_ lines: [String], _ file: Int = 1) throws {
        try write(lines.map { $0 + "\n" }.joined(), file)
    }

    func write(_ text: String, _ file: Int = 1) throws {
        try File.writeAtomically(filePath(file), Array(text.utf8))
    }

    /// Kinds and lines of what a verification finds.
    func faults() throws -> [String] {
        try verify().findings.map { "\($0.kind) \($0.file ?? "-"):\($0.line.map(String.init) ?? "-")" }
    }
}
