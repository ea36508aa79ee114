internal import JSON
internal import LinuxSystem

/// LS: a folder as a tree.
enum ListTool {
    static let charactersMax = 40_000

    static func run(_ call: ToolCall) throws(ToolFailure) -> ToolReply {
        let view = FileView(workspace: call.workspace)
        let path = try view.absolute(try call.string("path"))
        var patterns: [GlobPattern] = []
        if let ignored = call.input["ignore"], !ignored.isNull {
            guard let given = ignored.array else { throw call.wrong("ignore", "a list of patterns") }
            for pattern in given {
                guard let pattern = pattern.string else { throw call.wrong("ignore", "a list of strings") }
                patterns.append(GlobPattern(pattern))
            }
        }
        let tree: FolderTree
        do throws(SystemError) {
            tree = try FolderTree(
                try view.open(path, [.placeOnly, .directory]), ignoring: patterns, characterMax: charactersMax)
        } catch {
            if error.isNotFound { throw PathTrouble.missing(path, view) }
            if error.isNotADirectory {
                throw ToolFailure(.notADirectory, "\(path) is a file, not a directory. Use Read to see what is in it.")
            }
            throw PathTrouble.failure(error, path)
        }
        var text = tree.text(path)
        let isCut = tree.isCut || text.unicodeScalars.count > charactersMax
        if isCut {
            text = "\(cutNote)\n\(String(String.UnicodeScalarView(text.unicodeScalars.prefix(charactersMax))))"
        }
        return ToolReply(
            [.text(text)],
            structured: [
                "path": .string(path), "numEntries": .int(tree.entryCount), "truncated": .bool(isCut),
            ])
    }

    private static let cutNote =
        "There are more than \(charactersMax) characters in the repository (ie. either there are lots of files, or there are many long filenames). Use the LS tool (passing a specific path), Bash tool, and other tools to explore nested directories. The first \(charactersMax) characters are included below:"
}
