/// The headers of one message of Amazon's event streams, as far as anybody looks at them: where their values lie.
struct AWSEventHeaders {
    enum Name: Int {
        case messageType, eventType, exceptionType, errorCode, errorMessage
    }

    private static let names: [StaticString] = [
        ":message-type", ":event-type", ":exception-type", ":error-code", ":error-message",
    ]

    private var values = InlineArray<5, UnsafeRawBufferPointer?>(repeating: nil)

    subscript(name: Name) -> UnsafeRawBufferPointer? { values[name.rawValue] }

    /// A word of letters, digits and dashes: fit to stand in JSON as it is.
    func word(_ name: Name) -> UnsafeRawBufferPointer? {
        guard let value = self[name], (1...64).contains(value.count), ToolNames.isFit(value) else { return nil }
        return value
    }

    /// nil for what is no list of headers, or names one of them twice.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var place = 0
        while place < bytes.count {
            let nameCount = Int(bytes[place])
            guard nameCount > 0, bytes.count - place > nameCount + 1 else { return nil }
            let name = UnsafeRawBufferPointer(rebasing: bytes[(place + 1)..<(place + 1 + nameCount)])
            let type = bytes[place + 1 + nameCount]
            place += nameCount + 2
            guard let count = Self.count(type, bytes, &place), bytes.count - place >= count else { return nil }
            let value = UnsafeRawBufferPointer(rebasing: bytes[place..<(place + count)])
            place += count
            guard let known = Self.place(of: name) else { continue }
            guard type == Self.string, values[known] == nil else { return nil }
            values[known] = value
        }
    }

    private static let string: UInt8 = 7

    /// How many bytes the value has; where it says so itself, that is stepped over. nil for a type that nobody knows.
    private static func count(_ type: UInt8, _ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> Int? {
        switch type {
        // True and false are types of their own.
        case 0, 1: return 0
        case 2: return 1
        case 3: return 2
        case 4: return 4
        case 5, 8: return 8
        case 9: return 16
        case 6, string:
            guard bytes.count - place >= 2 else { return nil }
            place += 2
            return Int(bytes[place - 2]) << 8 | Int(bytes[place - 1])
        default: return nil
        }
    }

    private static func place(of name: UnsafeRawBufferPointer) -> Int? {
        names.firstIndex { known in
            name.elementsEqual(UnsafeRawBufferPointer(start: known.utf8Start, count: known.utf8CodeUnitCount))
        }
    }
}
