/// A script that was read.
package struct ShellScript: Sendable {
    package var list: ShellList
    /// The bodies of here-documents, by the numbers that redirections hold.
    package var documents: [ShellDocument]
    package var lines: ShellLines
}

/// Commands one after the other.
package struct ShellList: Sendable {
    package var items: [ShellItem]
}

/// Pipelines joined by `&&` and `||`.
package struct ShellItem: Sendable {
    package var pipelines: [ShellPipeline]
    /// The numbers of those behind `||`; the others are behind `&&`.
    package var alternatives: Set<Int> = []
    package var isBackground: Bool
}

package struct ShellPipeline: Sendable {
    package var isNegated: Bool
    package var isTimed: Bool
    package var commands: [ShellCommand]
}

package struct ShellCommand: Sendable {
    package var span: ShellSpan
    package var form: ShellForm
    package var redirections: [ShellRedirection]
}

package indirect enum ShellForm: Sendable {
    case simple(assignments: [ShellAssignment], words: [ShellWord])
    case group(ShellList)
    case subshell(ShellList)
    case choice(arms: [ShellArm], otherwise: ShellList?)
    /// `while` and `until`
    case loop(condition: ShellList, body: ShellList)
    /// `for` and `select`; without words it walks the arguments.
    case each(name: String, words: [ShellWord]?, body: ShellList)
    case count(ShellArithmetic, body: ShellList)
    case match(ShellWord, arms: [ShellMatchArm])
    case function(name: String, body: ShellCommand)
    case coprocess(name: String, body: ShellCommand)
    case test([ShellTestItem])
    case arithmetic(ShellArithmetic)
}

package struct ShellArm: Sendable {
    package var condition: ShellList
    package var body: ShellList
}

package struct ShellMatchArm: Sendable {
    package var patterns: [ShellWord]
    package var body: ShellList
}

package enum ShellTestItem: Sendable {
    case word(ShellWord)
    case sign(String)
}

package struct ShellAssignment: Sendable {
    package enum Value: Sendable {
        case word(ShellWord)
        case array([ShellWord])
    }
    package var span: ShellSpan
    package var name: String
    package var subscripting: ShellArithmetic?
    package var appends: Bool
    package var value: Value
}

package struct ShellRedirection: Sendable {
    package enum Target: Sendable {
        case read(ShellWord)
        case write(ShellWord)
        case append(ShellWord)
        case readWrite(ShellWord)
        /// `<&3`, `>&-`, and `>&word`, which is a file unless the word is a descriptor.
        case duplicate(ShellWord, isOutput: Bool)
        case hereString(ShellWord)
        /// A number in the script's documents.
        case hereDocument(Int)
    }
    package var span: ShellSpan
    package var target: Target
    /// `{name}>`: the shell puts the descriptor's number into that variable.
    package var variable: String?
}

package struct ShellDocument: Sendable {
    package var span: ShellSpan
    package var parts: [ShellPart]
}
