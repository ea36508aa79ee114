/// What is said of a key, without its Swift type: enough for help, documentation, schema and hints.
package struct KeyDescription: Sendable, Equatable {
    package enum Availability: Sendable, Equatable {
        case now
        /// Part of the contract, refused until the feature exists.
        case notYet
    }

    package let name: String
    /// Sentences for the documentation.
    package let documentation: String
    package let availability: Availability
    /// The kind of value, in a few words: `size`, `list of texts`.
    package let typeName: String
    package let schema: Schema
    package let defaultValue: Shown
    /// As it would stand in the file, in YAML's flow style where the value is a collection.
    package let example: String

    /// The keys below this one; empty for a value.
    package var children: [KeyDescription] {
        if case .keys(let keys) = schema { keys } else { [] }
    }
}
