import JSON
import LinuxSystem
import Sandbox
import Sidecar
import Testing
import ToolRuntime

@Suite struct LogCommandTests {
    /// A state folder with a log of `count` runs; `body` gets the environment and the log's folder.
    private func withLog(_ count: Int, _ body: ([String: String], AuditFolder) throws -> Void) throws {
        try withTemporaryFolder { state in
            let folder = AuditFolder("\(state)/sidecar/audit")
            let log = AuditLog(folder: folder.path, fileBytesMax: 2000)
            defer {
                for name in (try? Directory.entries(folder.path)) ?? [] { try? File.remove("\(folder.path)/\(name)") }
                for path in [folder.path, "\(state)/sidecar"] { try? File.removeFolder(path) }
            }
            for number in 0..<count {
                var entry = AuditEntry(
                    tool: number == 1 ? "=Write" : "Bash",
                    input: AuditInput(["command": .string("echo \(number), \"x\"")]),
                    policy: "default", decision: number == 2 ? .deny : .allow, rule: "commands.allow[\(number)]",
                    outcome: number == 2 ? .denied : .done)
                entry.duration = .milliseconds(12)
                try log.append(entry)
            }
            try body(["XDG_STATE_HOME": state, "XDG_CONFIG_HOME": "/nonexistent"], folder)
        }
    }

    @Test func `tail shows the last records on a line each`() throws {
        try withLog(5) { environment, _ in
            let all = sidecar("log", "tail", environment: environment)
            #expect(all.code == .done && all.errors.isEmpty)
            let lines = all.output.split(separator: "\n")
            #expect(lines.count == 5)
            #expect(
                lines[2].contains(
                    " #3     denied    Bash           12ms commands.allow[2]    {\"command\":\"echo 2, \\\"x\\\"\"}"))
            // In columns, whatever the words are.
            let starts = lines.compactMap { line in
                line.firstRange(of: "commands.").map { line.distance(from: line.startIndex, to: $0.lowerBound) }
            }
            #expect(starts.count == 5 && Set(starts).count == 1)
            let two = sidecar("log", "tail", "-n", "2", environment: environment)
            #expect(two.output.split(separator: "\n") == lines.suffix(2))
            let json = try JSONValue(
                parsing: sidecar("log", "tail", "-n", "2", "--json", environment: environment).output)
            #expect(json.array?.map { $0["seq"]?.int } == [4, 5])
            for wrong in ["x", "-1", "1000001"] {
                let ran = sidecar("log", "tail", "-n", wrong, environment: environment)
                #expect(ran.code == .wrongInput)
                #expect(ran.errors.contains("-n \(wrong): write a number from 0 to 1000000"), "\(ran.errors)")
            }
        }
    }

    @Test func `verify says that all is well, or where it is not`() throws {
        try withLog(6) { environment, folder in
            let fine = sidecar("log", "verify", environment: environment)
            #expect(fine.code == .done && fine.output.hasPrefix("intact: 6 records in ") && fine.errors.isEmpty)
            let end = try folder.verify().end
            let json = try JSONValue(parsing: sidecar("log", "verify", "--json", environment: environment).output)
            #expect(json["intact"] == true && json["end"]?.string == end.description)
            #expect(sidecar("log", "verify", "--anchor", end.description, environment: environment).code == .done)
            #expect(sidecar("log", "verify", "--anchor", "7:x", environment: environment).code == .wrongInput)
            let text = try File.readText(folder.filePath(1))
            try File.writeAtomically(folder.filePath(1), Array(text.replacing("echo 1", with: "echo 9").utf8))
            let broken = sidecar("log", "verify", environment: environment)
            #expect(broken.code == .failed)
            #expect(broken.output.contains("changed \(folder.filePath(1)):2: record 2 was changed"))
            let found = try JSONValue(parsing: sidecar("log", "verify", "--json", environment: environment).output)
            #expect(found["findings"]?[0]?["line"] == 2 && found["intact"] == false)
        }
    }

    @Test func `export prints the bytes of the log, a table, or an array`() throws {
        try withLog(5) { environment, folder in
            var bytes = ""
            for number in try folder.fileNumbers() { bytes += try File.readText(folder.filePath(number)) }
            #expect(sidecar("log", "export", environment: environment).output == bytes)
            let csv = sidecar("log", "export", "--format", "csv", environment: environment).output
            let rows = csv.split(separator: "\r\n")
            #expect(rows.count == 6 && rows[0].hasPrefix("seq,time,kind,notice,tool,"))
            #expect(
                rows[2].contains(",'=Write,allow,done,")
                    && rows[2].hasSuffix("\"{\"\"command\"\":\"\"echo 1, \\\"\"x\\\"\"\"\"}\""))
            let array = try JSONValue(parsing: sidecar("log", "export", "--json", environment: environment).output)
            #expect(array.array?.count == 5)
            #expect(sidecar("log", "export", "--since", "1h", environment: environment).output == bytes)
            #expect(sidecar("log", "export", "--since", "2999-01-01", environment: environment).output.isEmpty)
            for words in [["--since", "yesterday"], ["--format", "xml"], ["--json", "--format", "csv"]] {
                #expect(sidecarWords(["log", "export"] + words, environment).code == .wrongInput, "\(words)")
            }
        }
    }

    @Test func `A log that is not there is empty`() {
        let environment = ["XDG_STATE_HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"]
        #expect(sidecar("log", "tail", environment: environment).errors.hasPrefix("no tool has run yet"))
        #expect(sidecar("log", "verify", environment: environment).code == .done)
        #expect(sidecar("log", "export", environment: environment).output.isEmpty)
        #expect(sidecar("log", "export", "--json", environment: environment).output == "[]\n")
        #expect(sidecar("log", "verify", environment: ["XDG_STATE_HOME": "relative"]).code == .wrongInput)
        #expect(sidecar("log", "verify", "--folder", "/nonexistent", environment: environment).code == .wrongInput)
        let other = sidecar("log", "verify", "--folder", "/usr/share/doc", environment: environment)
        #expect(other.code == .failed && other.errors.contains("holds no audit log"))
    }

    private func sidecarWords(_ words: [String], _ environment: [String: String]) -> CommandOutcome {
        let console = RecordingConsole()
        let code = Program(console: console, environment: environment).run(words)
        return CommandOutcome(code: code, output: console.output, errors: console.errors)
    }
}
