package import JSON
internal import LinuxSystem

/// What is wrong in a file of servers, and where.
package struct MCPServersProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int
    /// nil: the whole file.
    package let server: String?
    package let message: String

    package init(file: String, line: Int, column: Int, server: String? = nil, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.server = server
        self.message = message
    }

    package var description: String {
        "\(file):\(line):\(column): \(server.map { "server `\($0)`: " } ?? "")\(message)"
    }

    package var json: JSONValue {
        [
            "file": .string(file), "line": .int(line), "column": .int(column),
            "server": server.map { .string($0) } ?? .null, "message": .string(message),
        ]
    }
}

/// A file in Claude Code's own format: `{"mcpServers": {NAME: ENTRY}}`. Its other keys are others' business.
package struct MCPServersFile: Sendable {
    package private(set) var entries: [MCPServerEntry] = []
    package private(set) var problems: [MCPServersProblem] = []

    package init() {}

    /// Of one that could not even be read.
    package mutating func fail(_ problem: MCPServersProblem) { problems.append(problem) }

    package init(
        _ bytes: [UInt8], file: String, scope: MCPServerEntry.Scope, environment: [String: String]
    ) {
        // An empty file is what `touch` leaves behind.
        if bytes.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) { return }
        do throws(JSONError) {
            let document = try JSONParser().parse(copying: bytes)
            document.withRoot { read($0, bytes, file, scope, environment) }
        } catch {
            problems = [
                MCPServersProblem(
                    file: file, line: error.line, column: error.column, message: "no JSON: \(error.reason)")
            ]
        }
    }

    private mutating func read(
        _ root: JSONElement, _ bytes: [UInt8], _ file: String, _ scope: MCPServerEntry.Scope,
        _ environment: [String: String]
    ) {
        func problem(at element: JSONElement, _ server: String?, _ message: String) -> MCPServersProblem {
            let (line, column) = Self.place(element.sourceRange.lowerBound, bytes)
            return MCPServersProblem(file: file, line: line, column: column, server: server, message: message)
        }
        guard root.isObject else { return problems.append(problem(at: root, nil, "the file has to be an object, {…}")) }
        guard let servers = root["mcpServers"] else { return }
        guard servers.isObject else {
            return problems.append(problem(at: servers, nil, "`mcpServers` has to be an object, {\"name\": {…}}"))
        }
        let members = Array(servers.members)
        for (index, member) in members.enumerated() {
            let name = member.key.string ?? ""
            guard MCPServerEntry.isName(name) else {
                problems.append(problem(at: member.key, name, MCPServerEntry.nameRule))
                continue
            }
            guard !members[(index + 1)...].contains(where: { $0.key.string == name }) else {
                problems.append(problem(at: member.key, name, "it is there twice; the last one counts"))
                continue
            }
            var reader = MCPEntryReader(name, environment)
            reader.read(member.value)
            reader.entry.scope = scope
            reader.entry.file = file
            reader.entry.line = Self.place(member.key.sourceRange.lowerBound, bytes).line
            let found = reader.problems.map { problem(at: $0.element, name, $0.message) }
            problems += found
            // What cannot be read cannot be started; what stays unset is told by the server itself.
            if let first = found.first { reader.entry.problem = first.description }
            entries.append(reader.entry)
        }
    }

    private static func place(_ offset: Int, _ bytes: [UInt8]) -> (line: Int, column: Int) {
        let before = bytes[..<min(offset, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return (line, before.count - start + 1)
    }

    /// Of several files the first that has a name has it whole.
    package static func merged(_ files: [MCPServersFile]) -> [MCPServerEntry] {
        var seen: Set<String> = []
        return files.flatMap(\.entries).filter { seen.insert($0.name).inserted }
    }
}
