internal import JSON
package import LinuxSystem

/// The log: one line an event, for people or for programs. What is logged is named field by field by whoever logs it; there
/// is no way to log a request or a header wholesale, so there is no way for a key to slip in.
package final class Log: Sendable {
    package typealias Level = Configuration.Log.Level
    package typealias Format = Configuration.Log.Format

    package enum Value {
        case text(String)
        case int(Int)
        case milliseconds(TimeSpan)
        case flag(Bool)
    }

    private let writer: LineWriter
    package let format: Format
    package let level: Level
    private let isColoured: Bool

    package init(_ writer: LineWriter, format: Format, level: Level, isColoured: Bool) {
        self.writer = writer
        self.format = format
        self.level = level
        self.isColoured = isColoured
    }

    package func flush() { writer.flush() }

    @inline(__always)
    package func writes(_ level: Level) -> Bool { level >= self.level }

    package func debug(_ message: String, request: String? = nil, _ fields: [(String, Value)] = []) {
        log(.debug, message, request, fields)
    }
    package func info(_ message: String, request: String? = nil, _ fields: [(String, Value)] = []) {
        log(.info, message, request, fields)
    }
    package func warn(_ message: String, request: String? = nil, _ fields: [(String, Value)] = []) {
        log(.warn, message, request, fields)
    }
    package func error(_ message: String, request: String? = nil, _ fields: [(String, Value)] = []) {
        log(.error, message, request, fields)
    }

    package func log(_ level: Level, _ message: String, _ request: String?, _ fields: [(String, Value)]) {
        guard writes(level) else { return }
        let line =
            switch format {
            case .json: jsonLine(level, message, request, fields)
            case .pretty: prettyLine(level, message, request, fields)
            }
        line.withUnsafeBytes { writer.write($0) }
    }

    private func jsonLine(
        _ level: Level, _ message: String, _ request: String?, _ fields: [(String, Value)]
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("time")
        writer.string(CivilTime.now().timestamp)
        writer.key("level")
        writer.string(level.rawValue)
        writer.key("message")
        writer.string(message)
        if let request {
            writer.key("request_id")
            writer.string(request)
        }
        for (name, value) in fields {
            writer.key(name)
            switch value {
            case .text(let text): writer.string(text)
            case .int(let number): writer.int(number)
            case .milliseconds(let span): writer.double(Double(span.nanoseconds / 1000) / 1000)
            case .flag(let flag): writer.bool(flag)
            }
        }
        writer.endObject()
        writer.append("\n")
        return Self.escapingRest(writer.take())
    }

    /// JSON lets two kinds of control characters stand as they are, DEL and U+0080 to U+009F, and a terminal obeys some of
    /// them. In JSON they can be nowhere but in strings, where an escape means the same.
    private static func escapingRest(_ line: [UInt8]) -> [UInt8] {
        // In UTF-8 the second kind begins with C2, as do a few harmless ones.
        if !line.contains(where: { $0 == 0x7f || $0 == 0xc2 }) { return line }
        var result: [UInt8] = []
        var last: UInt8 = 0
        for byte in line {
            if byte == 0x7f {
                result += Array("\\u007f".utf8)
            } else if last == 0xc2, byte < 0xa0 {
                result.removeLast()
                result += Array("\\u00\(String(byte, radix: 16))".utf8)
            } else {
                result.append(byte)
            }
            last = byte
        }
        return result
    }

    private func prettyLine(
        _ level: Level, _ message: String, _ request: String?, _ fields: [(String, Value)]
    ) -> [UInt8] {
        var line = "\(styled(CivilTime.now().timeOfDay, 2)) \(levelWord(level)) \(Self.printable(message))"
        for (name, value) in fields {
            let text =
                switch value {
                case .text(let text): Self.printable(text)
                case .int(let number): String(number)
                case .milliseconds(let span):
                    span.nanoseconds < 10_000_000 ? span.milliseconds(decimals: 1) : span.rounded
                case .flag(let flag): flag ? "yes" : "no"
                }
            line += " \(styled("\(name)=", 2))\(text)"
        }
        if let request { line += " \(styled("request_id=\(request)", 2))" }
        return Array((line + "\n").utf8)
    }

    private func levelWord(_ level: Level) -> String {
        switch level {
        case .debug: styled("debug", 2)
        case .info: styled("info ", 32)
        case .warn: styled("warn ", 33)
        case .error: styled("error", 31)
        }
    }

    private func styled(_ text: String, _ code: Int) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// A line stays a line, and nothing that a client sends drives somebody's terminal.
    private static func printable(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) ? "�" : $0 }))
    }
}

extension TimeSpan {
    fileprivate func milliseconds(decimals: Int) -> String {
        "\(nanoseconds / 1_000_000).\(nanoseconds / 100_000 % 10)ms"
    }
}
