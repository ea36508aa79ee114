package import JSON

/// The name that a request has for whoever sent it.
package enum RPCID: Sendable {
    case number(Int)
    case text(String)

    /// nil for what no request may be named: null, fractions, lists.
    package init?(_ json: JSONValue) {
        switch json {
        case .string(let text): self = .text(text)
        case .number(let number):
            guard let whole = number.int else { return nil }
            self = .number(whole)
        default: return nil
        }
    }

    package var json: JSONValue {
        switch self {
        case .number(let number): .int(number)
        case .text(let text): .string(text)
        }
    }
}

/// By bytes: two spellings of one character are two names, and `1` is not `"1"`.
extension RPCID: Hashable {
    package static func == (left: RPCID, right: RPCID) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .number(let number): hasher.combine(number)
        case .text(let text): for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
