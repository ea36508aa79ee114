internal import JSON
internal import LinuxSystem
internal import Sandbox

/// Files by their names, newest first. ripgrep lists them, so that .gitignore counts; the pattern is held against the list
/// here, because a pattern that ripgrep gets would bring back what .gitignore names; when they were changed is asked of those that fit.
struct GlobSearch: Search {
    let folder: String
    private let pattern: GlobPattern
    private let text: String
    private let began = MonotonicClock().now()

    static let filesMax = 100

    init(_ input: JSONValue, folder: String) {
        var (folder, text) = (folder, input["pattern"]?.string ?? "")
        // A pattern with a root of its own: its fixed part is the folder.
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        let fixed = parts.dropLast().prefix { part in !part.contains { "*?[{\\".contains($0) } }
        if text.hasPrefix("/") || fixed.contains("..") {
            let base = text.hasPrefix("/") ? "" : "\(folder)/"
            folder = NormalPath("/\(base)/\(fixed.joined(separator: "/"))")?.text ?? folder
            text = parts.dropFirst(fixed.count).joined(separator: "/")
        }
        self.folder = folder
        self.text = text
        pattern = GlobPattern(text)
    }

    var arguments: [String] {
        Self.common + ["--no-messages", "--files", "--null"]
            + (pattern.namesHidden ? Self.hidden : []) + Self.never + ["--", folder]
    }

    func problem(_ host: some HostView) -> ToolOutcome? {
        switch host.kind(host.resolve(folder) ?? NormalPath(parts: [])) {
        case .folder: nil
        case nil: .failure("not_found", "There is no folder \(folder).")
        default: .failure("not_a_folder", "\(folder) is no folder; `path` names the folder to look in.")
        }
    }

    func outcome(_ found: Found) -> ToolOutcome {
        guard found.isUsable else { return failure(found) }
        let prefix = Array((folder.hasSuffix("/") ? folder : "\(folder)/").utf8)
        var paths: [[UInt8]] = []
        var rest = found.output[...]
        while let end = rest.firstIndex(of: 0) {
            let path = rest[..<end]
            rest = rest[(end + 1)...]
            if path.starts(with: prefix), pattern.matches(path.dropFirst(prefix.count)) { paths.append(Array(path)) }
        }
        let names = Self.newest(paths).map { String(decoding: $0, as: UTF8.self) }
        let count = paths.count
        let isTruncated = count > names.count || found.isCut
        var lines = names.isEmpty ? ["No files found"] : names.map(ShownText.line)
        if isTruncated {
            let more = found.isCut ? "more than \(count)" : "\(count)"
            lines.append("[the \(names.count) newest of \(more) files; use a more specific path or pattern for others]")
        }
        return .text(
            lines.joined(separator: "\n"),
            [
                "durationMs": .int((MonotonicClock().now() - began).milliseconds), "numFiles": .int(names.count),
                "filenames": .array(names.map { .string($0) }), "truncated": .bool(isTruncated),
                "totalMatches": .int(count), "countIsComplete": .bool(!found.isCut),
            ])
    }

    // MARK: Newest first

    /// ripgrep would sort with one thread, and all files instead of those that fit.
    private static func newest(_ paths: [[UInt8]]) -> [[UInt8]] {
        let timed = paths.map { path in
            (path, (try? FileFacts.read(String(decoding: path, as: UTF8.self)))?.version.modifiedNanoseconds ?? 0)
        }
        return timed.sorted { $0.1 == $1.1 ? $0.0.lexicographicallyPrecedes($1.0) : $0.1 > $1.1 }.prefix(filesMax).map(
            \.0)
    }
}
