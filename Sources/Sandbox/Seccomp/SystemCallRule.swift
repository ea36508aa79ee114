/// A call that is decided by its arguments. The cases of one call must not overlap: libseccomp has no order among them.
struct SystemCallRule {
    enum Action: Hashable {
        case allow
        /// Refused with this error.
        case refuse(UInt16)
    }

    /// (argument & mask) == value
    struct Condition {
        let argument: UInt32
        let mask: UInt64
        let value: UInt64

        init(_ argument: UInt32, _ mask: UInt64, _ value: UInt64) {
            self.argument = argument
            self.mask = mask
            self.value = value
        }
    }

    let name: String
    var action: Action
    var conditions: [Condition]
    /// Refused without a word: everybody asks for it, and does without.
    var isQuiet = false

    init(_ name: String, _ action: Action, _ conditions: Condition...) {
        self.name = name
        self.action = action
        self.conditions = conditions
    }
}
