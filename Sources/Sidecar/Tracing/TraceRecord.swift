internal import JSON

/// What a recorder wrote down: lines of a kind and fields, as Sources/Probe/calls.c explains them. It was inside of the jail,
/// so what it says may be anything; what makes no sense is left out.
struct TraceRecord {
    struct Program: Hashable {
        /// The file that runs. Of a script, its interpreter.
        let file: String
        let called: String
        let words: [String]
        let isCut: Bool
    }

    enum Use: Character {
        case read = "r"
        case write = "w"
        /// A file that was not there before.
        case make = "n"
        /// Made, moved or removed: something in a folder.
        case change = "m"
        case run = "e"
    }

    struct File: Hashable {
        let path: String
        let use: Use
        /// It worked.
        let isDone: Bool
        /// Nothing was there to be seen.
        let isMissing: Bool
    }

    var programs: [Program] = []
    var files: [File] = []
    /// `ADDRESS:PORT`, or the path of a socket.
    var connections: [String] = []
    /// Numbers of system calls that did something.
    var calls: [Int32] = []
    var unknownCalls: [Int32] = []
    /// nil where it did not get to its end.
    var exitCode: Int?
    var signal: Int?
    /// There was more than is kept.
    var isCut = false

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: false).map { Self.unescape($0) }
            if let kind = fields.first { take(kind, Array(fields.dropFirst())) }
        }
    }

    private mutating func take(_ kind: String, _ fields: [String]) {
        switch (kind, fields.count) {
        case ("E", 4...):
            programs.append(
                Program(file: fields[0], called: fields[1], words: Array(fields[3...]), isCut: fields[2] != "0"))
        case ("-", 2):
            guard let use = fields[0].lowercased().first.flatMap({ Use(rawValue: $0) }) else { return }
            files.append(File(path: fields[1], use: use, isDone: false, isMissing: true))
        case ("A", 2): connections.append("\(fields[0]):\(fields[1])")
        case ("U", 1): connections.append(fields[0])
        case ("C", 1): if let number = Int32(fields[0]) { calls.append(number) }
        case ("c", 1): if let number = Int32(fields[0]) { unknownCalls.append(number) }
        case ("X", 2): if fields[0] == "exited" { exitCode = Int(fields[1]) } else { signal = Int(fields[1]) }
        case ("T", _): isCut = true
        case (_, 1):
            guard kind.utf8.count == 1, let use = kind.lowercased().first.flatMap({ Use(rawValue: $0) }) else { return }
            files.append(File(path: fields[0], use: use, isDone: kind != kind.lowercased(), isMissing: false))
        default: return
        }
    }

    /// `%20` and the like, by the byte.
    private static func unescape(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                rest = rest.dropFirst(2)
                bytes.append(value)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
