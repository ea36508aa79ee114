internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// Contents of files, in one of three forms.
struct GrepSearch: Search {
    enum Mode: String {
        case content
        case files = "files_with_matches"
        case count
    }

    let folder: String
    private let input: JSONValue
    private let mode: Mode
    private let limit: Int
    private let offset: Int

    static let limitStandard = 250
    /// Minified files have lines that nobody reads.
    private static let columnsMax = 2000
    private static let textBytesMax = 100_000

    init(_ input: JSONValue, folder: String) {
        self.input = input
        self.folder = folder
        mode = Mode(rawValue: input["output_mode"]?.string ?? "") ?? .files
        let limit = input["head_limit"]?.int ?? Self.limitStandard
        self.limit = limit == 0 ? .max : limit
        offset = input["offset"]?.int ?? 0
    }

    private func has(_ flag: String) -> Bool { input[flag]?.bool == true }

    var arguments: [String] {
        // Messages are wanted here: they tell what is wrong with an expression.
        var words = Self.common
        switch mode {
        case .files: words += ["--files-with-matches", "--null"]
        case .count: words += ["--count", "--with-filename", "--sort=path"]
        case .content:
            words += ["--no-heading", "--with-filename", "--sort=path", "--max-columns=\(Self.columnsMax)"]
            words += ["--max-columns-preview", input["-n"]?.bool == false ? "--no-line-number" : "--line-number"]
            if let around = input["-C"]?.int ?? input["context"]?.int { words.append("--context=\(around)") }
            if let after = input["-A"]?.int { words.append("--after-context=\(after)") }
            if let before = input["-B"]?.int { words.append("--before-context=\(before)") }
            if has("-o") { words.append("--only-matching") }
        }
        if has("-i") { words.append("--ignore-case") }
        if has("multiline") { words += ["--multiline", "--multiline-dotall"] }
        if let type = input["type"]?.string { words.append("--type=\(type)") }
        let glob = input["glob"]?.string
        if glob.map({ GlobPattern($0).namesHidden }) == true { words += Self.hidden }
        if let glob { words.append("--glob=\(glob)") }
        words += Self.never
        return words + ["--regexp=\(input["pattern"]?.string ?? "")", "--", folder]
    }

    func problem(_ host: some HostView) -> ToolOutcome? {
        guard host.kind(host.resolve(folder) ?? NormalPath(parts: [])) == nil else { return nil }
        return .failure("not_found", "There is no file or folder \(folder).")
    }

    func outcome(_ found: Found) -> ToolOutcome {
        guard found.isUsable else {
            let problem = failure(found)
            guard found.outcome.end == .exited(2) else { return problem }
            return .failure("bad_search", found.problem)
        }
        var lines = found.output.split(separator: mode == .files ? 0 : 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        if found.isCut { lines.removeLast() }
        if mode == .files { lines.sort { $0.lexicographicallyPrecedes($1) } }
        let shown = lines.dropFirst(offset).prefix(limit).map { String(decoding: $0, as: UTF8.self) }
        var result = ToolOutcome(structured: structured(lines, shown, found))
        result.content = [.text(text(lines, shown, found))]
        return result
    }

    private func text(_ lines: [ArraySlice<UInt8>], _ shown: [String], _ found: Found) -> String {
        if lines.isEmpty { return mode == .content ? "No matches found" : "No files found" }
        if shown.isEmpty { return "[nothing from offset \(offset) on; there are \(lines.count)]" }
        var text = (mode == .files ? shown.map(ShownText.line) : shown).joined(separator: "\n")
        if text.utf8.count > Self.textBytesMax {
            text =
                String(decoding: Array(text.utf8.prefix(Self.textBytesMax)), as: UTF8.self)
                + "\n[cut at \(Self.textBytesMax) bytes; search for less, or show fewer lines with head_limit]"
        }
        if mode == .files { text = "Found \(lines.count) \(lines.count == 1 ? "file" : "files")\n\(text)" }
        if mode == .count { text += "\n\n\(matches(lines)) matching lines in \(lines.count) files" }
        if shown.count < lines.count || found.isCut {
            let total = found.isCut ? "more than \(lines.count)" : "\(lines.count)"
            text += "\n\n[\(offset + 1) to \(offset + shown.count) of \(total)"
            text += offset + shown.count < lines.count ? "; go on with offset \(offset + shown.count)]" : "]"
        }
        return text
    }

    private func structured(_ lines: [ArraySlice<UInt8>], _ shown: [String], _ found: Found) -> JSONValue {
        var result: JSONValue = [
            "mode": .string(mode.rawValue), "truncated": .bool(shown.count < lines.count || found.isCut),
        ]
        switch mode {
        case .files:
            result["numFiles"] = .int(shown.count)
            result["filenames"] = .array(shown.map { .string($0) })
            result["totalFiles"] = .int(lines.count)
        case .count:
            result["numFiles"] = .int(lines.count)
            result["filenames"] = []
            result["content"] = .string(shown.joined(separator: "\n"))
            result["numMatches"] = .int(matches(lines))
        case .content:
            result["numFiles"] = 0
            result["filenames"] = []
            result["content"] = .string(shown.joined(separator: "\n"))
            result["numLines"] = .int(shown.count)
            result["totalLines"] = .int(lines.count)
        }
        if shown.count < lines.count, limit != .max { result["appliedLimit"] = .int(limit) }
        if offset > 0 { result["appliedOffset"] = .int(offset) }
        return result
    }

    private func matches(_ lines: [ArraySlice<UInt8>]) -> Int {
        lines.reduce(0) { sum, line in
            let digits = line.lastIndex(of: UInt8(ascii: ":")).map { line[($0 + 1)...] } ?? []
            return sum + (Int(String(decoding: digits, as: UTF8.self)) ?? 0)
        }
    }
}
