/// A text that must not be seen: a key, a token, a password. Whatever prints, logs or reflects it gets `…`; the only
/// way to the text is `reveal`, which is easy to search for.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    package init(_ text: String) { self.text = text }

    package func reveal() -> String { text }

    package static let redacted = "…"
    package var description: String { Self.redacted }
    package var debugDescription: String { Self.redacted }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
