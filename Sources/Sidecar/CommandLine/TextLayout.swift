/// Text in columns that fit a terminal of the usual width.
enum TextLayout {
    /// Wide enough for tables, narrow enough for half a screen. The same everywhere, so that help can be diffed.
    static let width = 100

    static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }

    static func paragraph(_ text: String) -> String { wrap(text, width: width).joined(separator: "\n") }

    /// Two columns, indented; a left side that is too long gets a line of its own.
    static func table(_ rows: [(String, String)]) -> String {
        let leftMax = 34
        let left = min(leftMax, rows.map(\.0.count).max() ?? 0)
        var text = ""
        for (name, meaning) in rows {
            let lines = wrap(meaning, width: width - left - 4)
            let padding = String(repeating: " ", count: left + 4)
            if name.count > left {
                text += "  \(name)\n" + lines.map { "\(padding)\($0)\n" }.joined()
            } else {
                text += "  \(name)\(String(repeating: " ", count: left - name.count))  \(lines.first ?? "")\n"
                text += lines.dropFirst().map { "\(padding)\($0)\n" }.joined()
            }
        }
        return text
    }
}
