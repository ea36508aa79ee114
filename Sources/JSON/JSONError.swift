internal import CSimdJSON

/// Why a text is not JSON that we take, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    package let reason: Reason
    /// Bytes before the fault.
    package let offset: Int
    /// From 1; lines end with a line feed.
    package let line: Int
    /// From 1, counted in bytes.
    package let column: Int

    package var description: String { "line \(line), column \(column) (byte \(offset)): \(reason)" }

    init(_ reason: Reason, at offset: Int, in text: UnsafeRawBufferPointer) {
        let offset = min(offset, text.count)
        var line = 1
        var lineStart = 0
        for index in 0..<offset where text[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        self.reason = reason
        self.offset = offset
        self.line = line
        self.column = offset - lineStart + 1
    }
}

extension JSONError {
    package enum Reason: Equatable, Sendable, CustomStringConvertible {
        case outOfMemory
        case unsupportedProcessor
        case tooLong(limit: Int)
        case tooDeep(limit: Int)
        case empty
        case byteOrderMark
        case invalidUTF8
        case controlCharacterInString
        case stringNotClosed
        case invalidEscape
        case invalidUnicodeEscape
        case expectedValue
        case expectedValueOrEnd
        case expectedKey
        case expectedKeyOrEnd
        case expectedColon
        case expectedCommaInArray
        case expectedCommaInObject
        case arrayNotClosed
        case objectNotClosed
        case unknownWord
        case leadingZero
        case noDigitAfterMinus
        case noDigitAfterPoint
        case noDigitInExponent
        case invalidNumberEnd
        case textAfterValue

        package var description: String {
            switch self {
            case .outOfMemory: "there is no memory left to parse it"
            case .unsupportedProcessor: "simdjson has no code for this processor"
            case .tooLong(let limit): "longer than \(limit) bytes"
            case .tooDeep(let limit): "nested deeper than \(limit)"
            case .empty: "expected a value, found nothing"
            case .byteOrderMark: "a byte order mark is not allowed before JSON"
            case .invalidUTF8: "not valid UTF-8"
            case .controlCharacterInString: "a control character in a string must be escaped"
            case .stringNotClosed: "the string is not closed"
            case .invalidEscape: "a backslash must be followed by one of \" \\ / b f n r t u"
            case .invalidUnicodeEscape: "\\u must be followed by four hexadecimal digits"
            case .expectedValue: "expected a value"
            case .expectedValueOrEnd: "expected a value or ']'"
            case .expectedKey: "expected a key in double quotes"
            case .expectedKeyOrEnd: "expected a key in double quotes or '}'"
            case .expectedColon: "expected ':' after a key"
            case .expectedCommaInArray: "expected ',' or ']' after an element"
            case .expectedCommaInObject: "expected ',' or '}' after a member"
            case .arrayNotClosed: "the array is not closed"
            case .objectNotClosed: "the object is not closed"
            case .unknownWord: "expected true, false or null"
            case .leadingZero: "a number must not start with zeros"
            case .noDigitAfterMinus: "expected a digit after '-'"
            case .noDigitAfterPoint: "expected a digit after '.'"
            case .noDigitInExponent: "expected a digit in the exponent"
            case .invalidNumberEnd: "this cannot be part of a number"
            case .textAfterValue: "expected nothing more after the value"
            }
        }

        init?(_ fault: csimdjson_fault, limits: JSONLimits) {
            switch fault {
            case CSIMDJSON_SOUND: return nil
            case CSIMDJSON_OUT_OF_MEMORY: self = .outOfMemory
            case CSIMDJSON_UNSUPPORTED_CPU: self = .unsupportedProcessor
            case CSIMDJSON_TOO_LONG: self = .tooLong(limit: limits.bytes)
            case CSIMDJSON_TOO_DEEP: self = .tooDeep(limit: limits.depth)
            case CSIMDJSON_EMPTY: self = .empty
            case CSIMDJSON_BYTE_ORDER_MARK: self = .byteOrderMark
            case CSIMDJSON_INVALID_UTF8: self = .invalidUTF8
            case CSIMDJSON_CONTROL_CHARACTER: self = .controlCharacterInString
            case CSIMDJSON_OPEN_STRING: self = .stringNotClosed
            case CSIMDJSON_BAD_ESCAPE: self = .invalidEscape
            case CSIMDJSON_BAD_UNICODE_ESCAPE: self = .invalidUnicodeEscape
            case CSIMDJSON_EXPECTED_VALUE_OR_END: self = .expectedValueOrEnd
            case CSIMDJSON_EXPECTED_KEY: self = .expectedKey
            case CSIMDJSON_EXPECTED_KEY_OR_END: self = .expectedKeyOrEnd
            case CSIMDJSON_EXPECTED_COLON: self = .expectedColon
            case CSIMDJSON_EXPECTED_COMMA_IN_ARRAY: self = .expectedCommaInArray
            case CSIMDJSON_EXPECTED_COMMA_IN_OBJECT: self = .expectedCommaInObject
            case CSIMDJSON_OPEN_ARRAY: self = .arrayNotClosed
            case CSIMDJSON_OPEN_OBJECT: self = .objectNotClosed
            case CSIMDJSON_BAD_LITERAL: self = .unknownWord
            case CSIMDJSON_LEADING_ZERO: self = .leadingZero
            case CSIMDJSON_NO_DIGIT_AFTER_MINUS: self = .noDigitAfterMinus
            case CSIMDJSON_NO_DIGIT_AFTER_POINT: self = .noDigitAfterPoint
            case CSIMDJSON_NO_DIGIT_IN_EXPONENT: self = .noDigitInExponent
            case CSIMDJSON_BAD_NUMBER_END: self = .invalidNumberEnd
            case CSIMDJSON_TRAILING_TEXT: self = .textAfterValue
            default: self = .expectedValue
            }
        }
    }
}
