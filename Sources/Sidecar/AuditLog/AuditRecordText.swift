internal import JSON
internal import LinuxSystem
internal import YAML

/// A record on one line, for people.
enum AuditRecordText {
    private static let inputCharactersMax = 100

    static func text(_ record: JSONObject, _ console: any Console) -> String {
        let number = record["seq"]?.int.map { "#\($0)" } ?? "#?"
        let time = shown(record["time"]?.string ?? "-")
        if let notice = record["notice"]?.string {
            return "\(time) \(number) \(console.styled("notice", .yellow, on: .output)) \(shown(notice))"
        }
        let decision = record["decision"]?.string ?? "-"
        let outcome = record["outcome"]?.string ?? "-"
        let style: TextStyle = decision == "deny" || outcome == "denied" ? .red : outcome == "done" ? .green : .yellow
        let duration = record["duration_us"]?.int.map { spent(max(0, $0)) } ?? ""
        var words = [
            time, padded(number, 6),
            console.styled(shown(outcome), style, on: .output) + padding(shown(outcome), Self.outcomeWidth),
            padded(shown(record["tool"]?.string ?? "-"), 12), padding(duration, 6) + duration,
            padded(shown(record["rule"]?.string ?? "-"), 20),
        ]
        if let input = record["input"] { words.append(shown(input.text())) }
        return words.joined(separator: " ")
    }

    private static let outcomeWidth = 9

    private static func padding(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count))
    }

    private static func padded(_ text: String, _ width: Int) -> String { text + padding(text, width) }

    /// In three digits or so, as people tell times: 812us, 12ms, 3.1s, 125s.
    private static func spent(_ microseconds: Int) -> String {
        if microseconds < 1000 { return "\(microseconds)us" }
        let milliseconds = microseconds / 1000
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        let tenths = (milliseconds + 50) / 100
        return tenths < 1000 ? "\(tenths / 10).\(tenths % 10)s" : "\(tenths / 10)s"
    }

    /// What an agent has made up must not move the cursor, or stand in another order than it is written.
    private static func shown(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(inputCharactersMax) {
            let isPlain =
                scalar.value >= 0x20 && scalar.value != 0x7F && !scalar.properties.isBidiControl
                && !(0x80...0x9F).contains(scalar.value) && scalar.properties.generalCategory != .format
            result.unicodeScalars.append(isPlain ? scalar : "?")
        }
        return text.unicodeScalars.count > inputCharactersMax ? result + "…" : result
    }
}
