/// What is said of a key, without its Swift type: enough for help, documentation, schema and hints.
struct KeyDescription: Sendable, Equatable {
    enum Availability: Sendable, Equatable {
        case now
        /// Part of the contract, refused until the feature exists.
        case notYet
    }

    let name: String
    /// Sentences for the documentation.
    let documentation: String
    let availability: Availability
    /// The kind of value, in a few words: `size`, `list of texts`.
    let typeName: String
    let schema: Schema
    let defaultValue: Shown
    /// As it would stand in the file, in YAML's flow style where the value is a collection.
    let example: String

    /// The keys below this one; empty for a value.
    var children: [KeyDescription] {
        if case .keys(let keys) = schema { keys } else { [] }
    }
}
