import LinuxSystem

/// A file of the repository, by its path from the top.
struct SourceFile {
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The target that it belongs to: the folder below `Sources`, or below `Sources/Libraries`.
    var module: String {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources" else { return "" }
        return String(parts[1] == "Libraries" ? parts[2] : parts[1])
    }
}

/// Where a rule is broken, and what to do instead.
struct Finding: CustomStringConvertible {
    let path: String
    let line: Int
    let advice: String

    var description: String { "\(path):\(line): \(advice)" }
}

enum SourceTree {
    static let root: String = {
        let folders = #filePath.split(separator: "/").dropLast(3)
        return "/" + folders.joined(separator: "/")
    }()

    static func file(_ path: String) throws -> SourceFile {
        SourceFile(path: path, text: try File.readText("\(root)/\(path)"))
    }

    static func exists(_ path: String) -> Bool { File.exists("\(root)/\(path)") }

    /// Every file below a folder whose name ends in one of the endings.
    static func files(below folder: String, ending endings: [String]) throws -> [SourceFile] {
        var found: [SourceFile] = []
        for name in try Directory.entries("\(root)/\(folder)").sorted() where !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            if try File.status("\(root)/\(path)").kind == .directory {
                found += try files(below: path, ending: endings)
            } else if endings.contains(where: name.hasSuffix) {
                found.append(try file(path))
            }
        }
        return found
    }
}
