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
        var words = [
            time, number, console.styled(shown(outcome), style, on: .output), shown(record["tool"]?.string ?? "-"),
        ]
        if let duration = record["duration_us"]?.int {
            words.append(TimeSpan.microseconds(UInt64(max(0, duration))).description)
        }
        words.append(shown(record["rule"]?.string ?? "-"))
        if let input = record["input"] { words.append(shown(input.text())) }
        return words.joined(separator: " ")
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
