internal import LinuxSystem
internal import MCP

/// Versions of Node and Python that are installed beside each other, by whoever put them there.
struct MCPRuntimes {
    /// One that an entry can ask for: `node@20`.
    struct Installed: Equatable {
        let language: MCPRuntimeWish.Language
        let version: String
        /// Who installed it.
        let source: String
        /// To stand first in PATH; nil where it is there already, by another name.
        var folder: String?
        /// What `python3` is called there.
        var program: String?

        var shown: String { "\(language.rawValue)@\(version) (\(source))" }
    }

    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    private typealias Layout = (language: MCPRuntimeWish.Language, source: String, folder: String?, tail: String)

    private func place(_ variable: String, _ usual: String) -> String? {
        if let named = environment[variable], named.hasPrefix("/") { return named }
        return environment["HOME"].map { "\($0)/\(usual)" }
    }

    private var layouts: [Layout] {
        let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let uv = data.map { "\($0)/uv/python" } ?? environment["HOME"].map { "\($0)/.local/share/uv/python" }
        return [
            (.node, "nvm", place("NVM_DIR", ".nvm").map { "\($0)/versions/node" }, "bin"),
            (.node, "volta", place("VOLTA_HOME", ".volta").map { "\($0)/tools/image/node" }, "bin"),
            (.node, "fnm", place("FNM_DIR", ".local/share/fnm").map { "\($0)/node-versions" }, "installation/bin"),
            (.python, "pyenv", place("PYENV_ROOT", ".pyenv").map { "\($0)/versions" }, "bin"),
            (.python, "uv", environment["UV_PYTHON_INSTALL_DIR"] ?? uv, "bin"),
        ]
    }

    var all: [Installed] {
        var found: [Installed] = []
        for layout in layouts {
            guard let folder = layout.folder, let names = try? Directory.entries(folder) else { continue }
            for name in names.sorted() {
                let programs = "\(folder)/\(name)/\(layout.tail)"
                guard let version = MCPRuntimeWish.version(in: name),
                    File.isExecutable("\(programs)/\(layout.language.program)")
                else { continue }
                found.append(
                    Installed(language: layout.language, version: version, source: layout.source, folder: programs))
            }
        }
        return found + system
    }

    /// Python's programs have their version in their name.
    private var system: [Installed] {
        (environment["PATH"] ?? "").split(separator: ":").flatMap { folder in
            ((try? Directory.entries(String(folder))) ?? []).sorted().compactMap { name in
                guard name.hasPrefix("python3."), let version = MCPRuntimeWish.version(in: String(name.dropFirst(6))),
                    version.utf8.count == name.utf8.count - 6
                else { return nil }
                return Installed(
                    language: .python, version: version, source: "\(folder)/\(name)", program: "\(folder)/\(name)")
            }
        }
    }

    func find(_ text: String, in directory: String) throws(MCPSurroundings.Unfound) -> Installed {
        guard let wish = MCPRuntimeWish(text) else { return try folder(text, directory) }
        let all = all
        let fitting = all.filter { $0.language == wish.language && wish.allows($0.version) }
        // The newest that fits, and of one version the first in the order of the layouts.
        if let best = fitting.max(by: { MCPRuntimeWish.isOlder($0.version, $1.version) }) { return best }
        let there = all.filter { $0.language == wish.language }.map(\.shown)
        let list =
            there.isEmpty
            ? "none is installed by nvm, volta, fnm, pyenv or uv" : "there are \(there.joined(separator: ", "))"
        throw .init(
            message: "there is no `\(text)` here: \(list); a path to the folder of its programs can stand there too")
    }

    /// A folder of programs, or one that has such a folder, as a virtual environment does; or one of the programs.
    private func folder(_ text: String, _ directory: String) throws(MCPSurroundings.Unfound) -> Installed {
        let home = environment["HOME"] ?? ""
        let path = text.hasPrefix("~/") ? home + text.dropFirst(1) : text.hasPrefix("/") ? text : "\(directory)/\(text)"
        guard let kind = (try? File.status(path))?.kind else {
            throw .init(
                message:
                    "its runtime `\(text)` is neither node@VERSION nor python@VERSION, and there is nothing at \(path)")
        }
        let language = MCPRuntimeWish.Language.python
        if kind != .directory {
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            return Installed(language: language, version: "", source: path, folder: folder)
        }
        let inner = (try? File.status("\(path)/bin"))?.kind == .directory ? "\(path)/bin" : path
        return Installed(language: language, version: "", source: path, folder: inner)
    }
}
