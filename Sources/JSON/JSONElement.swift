internal import CSimdJSON

/// A value inside a document: a place on its tape, nothing of its own. Cheap to copy; not to be kept longer than the
/// document (`JSONValue` is for that), which is checked at each use.
package struct JSONElement {
    package enum Kind: Equatable, Sendable {
        case null, bool, number, string, array, object
    }

    let document: UnsafePointer<csimdjson_document>
    let index: UInt32
    let generation: UInt32

    @inline(__always)
    var entry: csimdjson_entry {
        precondition(document.pointee.generation == generation, "a JSON element was used after its document had ended")
        return document.pointee.entries[Int(index)]
    }

    @inline(__always)
    func at(_ index: UInt32) -> JSONElement {
        JSONElement(document: document, index: index, generation: generation)
    }

    package var kind: Kind {
        switch csimdjson_kind(entry.kind) {
        case CSIMDJSON_NULL: .null
        case CSIMDJSON_FALSE, CSIMDJSON_TRUE: .bool
        case CSIMDJSON_INTEGER, CSIMDJSON_DECIMAL: .number
        case CSIMDJSON_STRING, CSIMDJSON_ESCAPED_STRING: .string
        case CSIMDJSON_ARRAY, CSIMDJSON_SKIPPED_ARRAY: .array
        default: .object
        }
    }

    package var isNull: Bool { csimdjson_kind(entry.kind) == CSIMDJSON_NULL }
    package var isObject: Bool { kind == .object }
    package var isArray: Bool { kind == .array }

    package var bool: Bool? {
        switch csimdjson_kind(entry.kind) {
        case CSIMDJSON_TRUE: true
        case CSIMDJSON_FALSE: false
        default: nil
        }
    }

    /// Where the value stands in the text, quotes and brackets included: for edits in place.
    package var sourceRange: Range<Int> {
        let entry = entry
        return Int(entry.offset)..<Int(entry.offset + entry.length)
    }

    /// The value as it was written, for forwarding it untouched.
    package var sourceBytes: UnsafeRawBufferPointer {
        let entry = entry
        return UnsafeRawBufferPointer(start: document.pointee.text + Int(entry.offset), count: Int(entry.length))
    }

    /// The value as it was written.
    package var sourceText: String { String(decoding: sourceBytes, as: UTF8.self) }
}
