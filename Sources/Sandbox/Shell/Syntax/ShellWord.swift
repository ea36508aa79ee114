/// A word as it is written, before any expansion.
package struct ShellWord: Sendable {
    package var span: ShellSpan
    package var parts: [ShellPart]
}

package indirect enum ShellPart: Sendable {
    /// Without quotes: braces, globs and tildes in it still mean something.
    case text([UInt8])
    /// By quotes or a backslash; means itself.
    case quoted([UInt8])
    /// Text whose value depends on more than the script: a translation, a control character of some locale.
    case opaque(String)
    case doubleQuoted([ShellPart])
    case parameter(ShellParameter)
    case command(ShellList)
    case process(ShellList)
    case arithmetic(ShellArithmetic)
    /// `@(a|b)` and its like.
    case patternGroup([ShellPart])
}

/// `$x`, `${x}`, `${x:-y}`, …
package struct ShellParameter: Sendable {
    package enum Action: Sendable, Equatable {
        case value
        case length
        /// `${!x}`: the value of x names, or spells, what is looked up.
        case indirect
        /// `${!x@}`, `${!x[@]}`
        case names
        /// `${x:=word}`
        case assign
        /// `:-`, `:+`, `:?`, and all that deals with patterns.
        case other
        /// `${x:1:2}`: the operand is arithmetic.
        case slice
        /// `${x@P}`: the value is expanded as a prompt.
        case prompt
    }
    package var name: String
    package var action: Action
    package var subscripting: ShellArithmetic?
    package var operand: [ShellPart]

    /// Whether it becomes a number for certain: `$#`, `$?`, `${#x}`.
    package var isNumber: Bool { action == .length || (action == .value && ["#", "?", "$", "!"].contains(name)) }
    /// `$x` and `${x}`.
    var isPlainValue: Bool { action == .value && subscripting == nil && operand.isEmpty }
    /// Whether it becomes several words even between double quotes.
    package var isList: Bool {
        name == "@" || action == .names || action == .indirect || subscripting?.isAll == true
    }
}

/// Text that the shell evaluates as arithmetic, or as the subscript of an array.
package struct ShellArithmetic: Sendable {
    package var span: ShellSpan
    package var parts: [ShellPart]

    /// `[@]`, `[*]`
    package var isAll: Bool {
        guard parts.count == 1, case .text(let text) = parts[0] else { return false }
        return text == [UInt8(ascii: "@")] || text == [UInt8(ascii: "*")]
    }
}
