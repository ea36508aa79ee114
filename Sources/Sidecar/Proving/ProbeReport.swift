/// What sidecar-probe said in its one line. It comes from inside of a jail that may have been broken: it is believed where
/// it admits to have got out, and looked at twice where it does not.
package struct ProbeReport: Sendable, Equatable {
    package enum Outcome: String, Sendable { case worked, refused, impossible }

    package let outcome: Outcome
    /// `EACCES`; nil for none.
    package let error: String?
    package let note: String

    private static let start = "=probe\t"
    private static let noteBytesMax = 400

    package init(outcome: Outcome, error: String? = nil, note: String = "") {
        self.outcome = outcome
        self.error = error
        self.note = note
    }

    /// nil where the line is missing, is there twice, or is not of the form that ours has.
    package init?(parsing output: String) {
        let lines = output.split(separator: "\n").filter { $0.hasPrefix(Self.start) }
        guard lines.count == 1 else { return nil }
        let fields = lines[0].split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 4, let outcome = Outcome(rawValue: String(fields[1])), Self.isName(fields[2]),
            fields[3].utf8.count <= Self.noteBytesMax
        else { return nil }
        self.outcome = outcome
        error = fields[2] == "-" ? nil : String(fields[2])
        note = EvidenceText.clean(String(fields[3]))
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 32
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }
}

/// Text from inside of a jail, made fit to be shown.
package enum EvidenceText {
    private static let lettersMax = 160

    package static func clean(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isPlain = scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
            result.unicodeScalars.append(isPlain && scalar != "\u{FFFD}" ? scalar : " ")
        }
        let words = result.split(separator: " ").joined(separator: " ")
        return words.count > lettersMax ? "\(words.prefix(lettersMax - 1))…" : words
    }

    /// The last line that says something: where programs tell why they failed.
    package static func lastLine(of text: String) -> String? {
        text.split(separator: "\n").map { clean(String($0)) }.last { !$0.isEmpty }
    }
}
