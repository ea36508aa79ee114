internal import JSON

/// A second parser, as plain as can be and written apart from the first: what both agree on is likely right. It reads
/// byte by byte, recursively, straight from the grammar of RFC 8259, and tells nothing about errors.
struct ReferenceParser {
    struct Rejected: Error {}

    private let bytes: [UInt8]
    private var at = 0
    private let depthMax: Int

    static func parse(_ bytes: [UInt8], depthMax: Int = JSONLimits.defaultDepth) -> JSONValue? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var parser = ReferenceParser(bytes: bytes, depthMax: depthMax)
        guard let value = try? parser.value(depth: 0) else { return nil }
        parser.skipSpace()
        return parser.at == bytes.count ? value : nil
    }

    private init(bytes: [UInt8], depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    private var next: Character { at < bytes.count ? Character(Unicode.Scalar(bytes[at])) : "\u{0}" }

    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private mutating func take(_ text: String) throws {
        guard bytes[at...].starts(with: text.utf8) else { throw Rejected() }
        at += text.utf8.count
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        skipSpace()
        defer { skipSpace() }
        switch next {
        case "n":
            try take("null")
            return .null
        case "t":
            try take("true")
            return .bool(true)
        case "f":
            try take("false")
            return .bool(false)
        case "\"": return .string(try string())
        case "[", "{":
            guard depth < depthMax else { throw Rejected() }
            return next == "[" ? try array(depth: depth + 1) : try object(depth: depth + 1)
        default: return .number(try number())
        }
    }

    private mutating func array(depth: Int) throws -> JSONValue {
        var elements: [JSONValue] = []
        try take("[")
        skipSpace()
        if next == "]" {
            at += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth))
            if next == "]" {
                at += 1
                return .array(elements)
            }
            try take(",")
        }
    }

    private mutating func object(depth: Int) throws -> JSONValue {
        var members: [JSONObject.Member] = []
        try take("{")
        skipSpace()
        if next == "}" {
            at += 1
            return .object(JSONObject())
        }
        while true {
            skipSpace()
            let key = try string()
            skipSpace()
            try take(":")
            members.append(JSONObject.Member(key: key, value: try value(depth: depth)))
            if next == "}" {
                at += 1
                return .object(JSONObject(members))
            }
            try take(",")
        }
    }

    private mutating func digits() throws {
        let start = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
        if at == start { throw Rejected() }
    }

    private mutating func number() throws -> JSONNumber {
        let start = at
        if next == "-" { at += 1 }
        if next == "0" { at += 1 } else { try digits() }
        if next == "." {
            at += 1
            try digits()
        }
        if next == "e" || next == "E" {
            at += 1
            if next == "+" || next == "-" { at += 1 }
            try digits()
        }
        guard let number = JSONNumber(String(decoding: bytes[start..<at], as: UTF8.self)) else { throw Rejected() }
        return number
    }

    private mutating func string() throws -> String {
        var units: [UInt16] = []
        var plain: [UInt8] = []
        func flushed() -> [UInt16] { Array(String(decoding: plain, as: UTF8.self).utf16) }
        try take("\"")
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case 0..<0x20: throw Rejected()
            case UInt8(ascii: "\""): return String(decoding: units + flushed(), as: UTF16.self)
            case UInt8(ascii: "\\"):
                units += flushed()
                plain = []
                units.append(try escape())
            default: plain.append(byte)
            }
        }
        throw Rejected()
    }

    private mutating func escape() throws -> UInt16 {
        let letter = next
        at += 1
        switch letter {
        case "\"", "\\", "/": return UInt16(letter.asciiValue ?? 0)
        case "b": return 8
        case "f": return 12
        case "n": return 10
        case "r": return 13
        case "t": return 9
        case "u":
            guard at + 4 <= bytes.count else { throw Rejected() }
            let hex = String(decoding: bytes[at..<(at + 4)], as: UTF8.self)
            guard hex.allSatisfy({ $0.isASCII && $0.isHexDigit }), let unit = UInt16(hex, radix: 16) else {
                throw Rejected()
            }
            at += 4
            return unit
        default: throw Rejected()
        }
    }
}
