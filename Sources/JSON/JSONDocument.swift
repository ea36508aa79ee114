internal import CSimdJSON

/// A text that was parsed: the way to its root. It keeps its parser alive; the elements do not, so hold on to the
/// document (or to the parser) while you use them.
package struct JSONDocument {
    private let document: UnsafePointer<csimdjson_document>
    private let owner: JSONParser
    private let generation: UInt32

    init(_ document: UnsafePointer<csimdjson_document>, owner: JSONParser) {
        self.document = document
        self.owner = owner
        self.generation = document.pointee.generation
    }

    /// False once its parser has parsed again, or was released.
    package var isCurrent: Bool { document.pointee.generation == generation }

    package var root: JSONElement { JSONElement(document: document, index: 0, generation: generation) }

    /// The text that was parsed.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: document.pointee.text, count: Int(document.pointee.text_length))
    }

    /// Walks the document with its parser kept alive for certain.
    package func withRoot<Result, Failure: Error>(
        _ body: (JSONElement) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(owner) {} }
        return try body(root)
    }
}
