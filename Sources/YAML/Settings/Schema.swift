/// What a value may be, as far as JSON Schema can tell.
package indirect enum Schema: Sendable, Equatable {
    case text
    /// A text of a certain form; the pattern is an ECMA regular expression.
    case pattern(String)
    case choice([String])
    case integer(ClosedRange<Int>)
    case boolean
    /// An integer, or a text of that form.
    case integerOrPattern(String)
    case list(Schema)
    /// One of several forms.
    case either([Schema])
    /// Whatever somebody else decides about.
    case anything
    case map(Schema)
    case keys([KeyDescription])
    /// A map whose `type` decides which further keys there are.
    case tagged([TaggedKeys])

    package struct TaggedKeys: Sendable, Equatable {
        package let tag: String
        package let keys: [KeyDescription]

        package init(tag: String, keys: [KeyDescription]) {
            self.tag = tag
            self.keys = keys
        }
    }
}
