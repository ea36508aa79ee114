/// What a text may ask of us.
package struct JSONLimits: Equatable, Sendable {
    /// Deeper than any request, schema or configuration that we know of (they stay under 30), and shallow enough to
    /// walk recursively on a small stack.
    package static let defaultDepth = 256

    /// No limit lets more through: a `JSONValue` is built, compared and freed recursively, on stacks of 512 KiB too.
    package static let depthMax = 1024

    /// Twice what the server takes as a body by default, for answers, batches and files.
    package static let defaultBytes = 64 * 1024 * 1024

    package static let `default` = JSONLimits()

    /// Arrays and objects inside each other; `[[]]` is two deep.
    package let depth: Int
    package let bytes: Int

    package init(depth: Int = defaultDepth, bytes: Int = defaultBytes) {
        self.depth = min(max(depth, 0), Self.depthMax)
        self.bytes = min(max(bytes, 0), JSON.textBytesMax)
    }
}
