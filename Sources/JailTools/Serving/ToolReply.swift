package import JSON

/// What a tool says: to the model, to programs, and to the host, which remembers for the session.
package struct ToolReply {
    package enum Content: Equatable, Sendable {
        case text(String)
        case image(mediaType: String, bytes: [UInt8])
    }

    package struct Seen: Equatable, Sendable {
        package let path: String
        package let hash: String
        package let isWhole: Bool
        package let size: Int
    }

    package struct Change: Equatable, Sendable {
        package let path: String
        /// Nil: there was no file.
        package let before: String?
        package let after: String
    }

    package var failure: ToolFailure?
    package var content: [Content]
    package var structured: JSONValue
    package var seen: [Seen] = []
    package var changed: [Change] = []
    /// What goes beside the JSON: a document that somebody else reads.
    package var blob: [UInt8] = []

    package init(_ content: [Content], structured: JSONValue = .null) {
        self.content = content
        self.structured = structured
    }

    package init(_ failure: ToolFailure) {
        self.failure = failure
        content = [.text(failure.text)]
        structured = .null
    }

    /// All of the text, for tests and logs.
    package var text: String {
        content.map { if case .text(let text) = $0 { text } else { "" } }.joined(separator: "\n")
    }
}

extension ToolReply {
    /// As it travels. The one place where texts lose what a terminal would obey.
    package func encode() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("is_error")
        writer.bool(failure != nil)
        writer.key("code")
        if let failure { writer.string(failure.code.rawValue) } else { writer.null() }
        writer.key("content")
        writer.beginArray()
        for part in content { Self.write(part, &writer) }
        writer.endArray()
        writer.key("structured")
        writer.value(structured)
        writer.key("seen")
        writer.beginArray()
        for seen in seen {
            writer.value([
                "path": .string(seen.path), "hash": .string(seen.hash), "whole": .bool(seen.isWhole),
                "size": .int(seen.size),
            ])
        }
        writer.endArray()
        writer.key("changed")
        writer.beginArray()
        for change in changed {
            writer.value([
                "path": .string(change.path), "before": change.before.map { .string($0) } ?? .null,
                "after": .string(change.after),
            ])
        }
        writer.endArray()
        writer.endObject()
        return writer.take()
    }

    private static func write(_ part: Content, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        switch part {
        case .text(let text):
            writer.string("text")
            writer.key("text")
            writer.string(VisibleText.of(text))
        case .image(let mediaType, let bytes):
            writer.string("image")
            writer.key("media_type")
            writer.string(mediaType)
            writer.key("data")
            writer.string(Base64.encode(bytes))
        }
        writer.endObject()
    }
}
