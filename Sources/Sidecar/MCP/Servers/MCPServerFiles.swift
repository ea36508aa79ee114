internal import JSON
internal import LinuxSystem
internal import MCP

/// Where servers are written down, and the one way to change that: under a lock, the rest of the file as it was.
struct MCPServerFiles: Sendable {
    let project: String
    /// nil: no home, and so no file of the user's.
    let user: String?
    private let environment: [String: String]
    let approvals: MCPApprovals

    static let projectName = ".mcp.json"
    private static let bytesMax = 16 << 20

    init(folder: String, environment: [String: String], approval: MCPApprovals.Rule = .foreign) {
        self.environment = environment
        approvals = MCPApprovals(approval, environment)
        project = "\(folder)/\(Self.projectName)"
        user = Places.configuration(environment).map { "\($0)/mcp.json" }
    }

    func path(_ scope: MCPServerEntry.Scope) -> String? {
        switch scope {
        case .project: project
        case .user: user
        }
    }

    /// What both say, the project's first.
    func read() -> (entries: [MCPServerEntry], problems: [MCPServersProblem], broken: Set<String>) {
        var files: [MCPServersFile] = []
        var broken: Set<String> = []
        var projects: [MCPServerEntry] = []
        for scope in MCPServerEntry.Scope.allCases {
            guard let path = path(scope) else { continue }
            let file = read(path, scope)
            if file.entries.isEmpty, !file.problems.isEmpty { broken.insert(path) }
            if scope == .project { projects = approvals.mark(file.entries, of: path) }
            files.append(file)
        }
        let merged = MCPServersFile.merged(files).map { entry in
            entry.scope == .project ? projects.first { $0.name == entry.name && $0.line == entry.line } ?? entry : entry
        }
        return (merged, files.flatMap(\.problems), broken)
    }

    private func read(_ path: String, _ scope: MCPServerEntry.Scope) -> MCPServersFile {
        do throws(SystemError) {
            let bytes = try File.read(path, limit: Self.bytesMax)
            return MCPServersFile(bytes, file: path, scope: scope, environment: environment)
        } catch {
            // A jail keeps the place of what is not there by a folder.
            if error.isNotFound || Self.isFolder(path) { return MCPServersFile() }
            var file = MCPServersFile()
            file.fail(MCPServersProblem(file: path, line: 1, column: 1, message: "cannot be read: \(error.reason)"))
            return file
        }
    }

    /// For whoever looks whether something has changed.
    var identities: [File.Identity?] {
        [project, user, approvals.path].map { path in path.flatMap { try? File.status($0).identity } }
    }

    struct CannotEdit: Error { let message: String }

    /// Two that edit at once wait for each other; a reader sees the file before or after, never between.
    func edit(
        _ scope: MCPServerEntry.Scope, _ change: (inout JSONTextEdit) throws(JSONError) -> Void
    ) throws(CannotEdit) {
        guard let path = path(scope) else {
            throw CannotEdit(
                message: "no place for the user's servers: set HOME or XDG_CONFIG_HOME to an absolute path")
        }
        do throws(SystemError) {
            if scope == .user { try File.makeDirectories(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])) }
            let lock = try File.lock(lockPath(path))
            defer { withExtendedLifetime(lock) {} }
            // A link stays one: what it leads to is changed.
            let target =
                (try? File.linkTarget(path)).map { $0.hasPrefix("/") ? $0 : "\(Self.folder(path))/\($0)" } ?? path
            if Self.isFolder(target) {
                throw SystemError(
                    call:
                        "\(path) is a folder: a jail keeps the place while tools run, and for five minutes after that; "
                        + "try again then, or remove the folder if it stays", code: 0)
            }
            let bytes = File.exists(target) ? try File.read(target, limit: Self.bytesMax) : []
            var edit = JSONTextEdit(bytes)
            do throws(JSONError) {
                try change(&edit)
            } catch {
                throw SystemError(call: "\(path):\(error.line):\(error.column): no JSON: \(error.reason)", code: 0)
            }
            let mode = (try? File.status(target).mode) ?? (scope == .user ? 0o600 : 0o644)
            try File.writeAtomically(target, edit.bytes, mode: mode)
        } catch {
            throw CannotEdit(message: error.code == 0 ? error.call : "\(path) cannot be changed: \(error)")
        }
    }

    private static func isFolder(_ path: String) -> Bool { (try? File.status(path).kind) == .directory }

    private static func folder(_ path: String) -> String { String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) }

    /// Not beside the file: a project's folder is for its own things.
    private func lockPath(_ path: String) throws(SystemError) -> String {
        guard let state = Places.state(environment) else { return path + ".lock" }
        try File.makeDirectories("\(state)/mcp")
        return "\(state)/mcp/edit.lock"
    }
}
