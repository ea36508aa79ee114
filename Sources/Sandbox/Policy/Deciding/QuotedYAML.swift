internal import JSON

/// A text as it can stand in a policy file.
package enum QuotedYAML {
    /// In quotes, as JSON: YAML reads it alike, whatever is in it.
    package static func text(_ text: String) -> String { JSONValue.string(text).text() }
}
