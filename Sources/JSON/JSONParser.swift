internal import CSimdJSON

/// Reads JSON in place. One a thread or event loop, used again and again: its buffers grow to what the texts need, and
/// what large ones needed is given back.
package final class JSONParser {
    /// Buffers for texts of up to this size are kept: conversations of a coding agent are mostly under it.
    package static let keptTextBytes = 1024 * 1024

    private let parser: OpaquePointer
    private var copy = PaddedBytes()

    package init() {
        guard let parser = csimdjson_parser_create() else { preconditionFailure("no memory for a parser") }
        self.parser = parser
    }

    deinit {
        csimdjson_parser_destroy(parser)
    }

    /// Parses without copying. The caller promises that `JSON.paddingBytes` more can be read after `text`, and that the
    /// text stays where it is for as long as the document is used. The document is valid until this parser parses
    /// again, releases, or goes away; using it after that stops the program.
    package func parse(
        _ text: UnsafeRawBufferPointer, limits: JSONLimits = .default
    ) throws(JSONError) -> JSONDocument {
        try parse(text, limits, by: csimdjson_parse)
    }

    /// The same checks and the same promises, but of what the members of the root contain nothing is kept, which is
    /// half of the work: for who looks at these members alone. Walking into one of them stops the program.
    package func outline(
        _ text: UnsafeRawBufferPointer, limits: JSONLimits = .default
    ) throws(JSONError) -> JSONDocument {
        try parse(text, limits, by: csimdjson_parse_outline)
    }

    private func parse(
        _ text: UnsafeRawBufferPointer, _ limits: JSONLimits,
        by parse: (OpaquePointer?, UnsafePointer<UInt8>?, Int, UInt32) -> csimdjson_result
    ) throws(JSONError) -> JSONDocument {
        csimdjson_parser_release(parser, max(Self.keptTextBytes, text.count))
        guard text.count <= limits.bytes else {
            throw JSONError(.tooLong(limit: limits.bytes), at: limits.bytes, in: text)
        }
        // An empty buffer may have no address.
        guard let start = text.baseAddress else { throw JSONError(.empty, at: 0, in: text) }
        let result = parse(parser, start.assumingMemoryBound(to: UInt8.self), text.count, UInt32(limits.depth))
        if let reason = JSONError.Reason(result.fault, limits: limits) {
            throw JSONError(reason, at: Int(result.offset), in: text)
        }
        return JSONDocument(csimdjson_parser_document(parser), owner: self)
    }

    /// Parses a copy that this parser keeps for as long as the document is valid.
    package func parse(
        copying text: UnsafeRawBufferPointer, limits: JSONLimits = .default
    ) throws(JSONError) -> JSONDocument {
        guard text.count <= limits.bytes else {
            throw JSONError(.tooLong(limit: limits.bytes), at: limits.bytes, in: text)
        }
        copy = PaddedBytes(copying: text)
        return try parse(copy.bytes, limits: limits)
    }

    package func parse(copying text: [UInt8], limits: JSONLimits = .default) throws(JSONError) -> JSONDocument {
        try text.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            try parse(copying: UnsafeRawBufferPointer(bytes), limits: limits)
        }
    }

    package func parse(copying text: String, limits: JSONLimits = .default) throws(JSONError) -> JSONDocument {
        try parse(copying: Array(text.utf8), limits: limits)
    }

    /// Ends the document and gives back what a large one needed. The next parse does so too; call this where the next
    /// one may be long in coming.
    package func release() {
        csimdjson_parser_release(parser, Self.keptTextBytes)
        copy = PaddedBytes()
    }

    /// For tests and metrics: bytes of buffers held.
    package var footprint: Int { csimdjson_parser_footprint(parser) }
}
