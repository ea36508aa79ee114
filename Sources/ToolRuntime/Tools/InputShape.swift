package import JSON

/// What a tool's input looks like, once: the schema that clients see and the check of what they send are both read from it.
package struct InputShape: Sendable {
    package let fields: [InputField]

    package init(_ fields: [InputField]) { self.fields = fields }
}

package struct InputField: Sendable {
    package let name: String
    package let kind: InputKind
    package let isRequired: Bool
    /// For the model: what it means, what is taken when it is left out.
    package let help: String
    package let standard: JSONValue?

    static func required(_ name: String, _ kind: InputKind, _ help: String) -> InputField {
        InputField(name: name, kind: kind, isRequired: true, help: help, standard: nil)
    }

    static func optional(
        _ name: String, _ kind: InputKind, standard: JSONValue? = nil, _ help: String
    ) -> InputField {
        InputField(name: name, kind: kind, isRequired: false, help: help, standard: standard)
    }
}

package indirect enum InputKind: Sendable {
    case text(lengthMin: Int = 0)
    /// An absolute path: a relative one would mean another file for whoever thinks of another folder.
    case path
    /// http or https.
    case address
    case whole(ClosedRange<Int>)
    case flag
    case choice([String])
    case list(InputKind, countMin: Int = 0)
    case object(InputShape)
}
