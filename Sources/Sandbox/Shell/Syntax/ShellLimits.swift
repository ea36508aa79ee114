/// How much of a script we look at. What is beyond is refused, not cut off.
package struct ShellLimits: Sendable {
    /// Longer than anything a person reviews; a single argument of a program ends at 128 KiB.
    package var textBytesMax = 1 << 20
    /// Each level costs about ten calls; a thread's stack has to hold them.
    package var depthMax = 40
    package var nodesMax = 200_000
    /// Text that has to be copied to be read (backquotes, here-documents, text for `eval`), and words that braces make.
    package var copiedBytesMax = 8 << 20
    /// Wrappers in wrappers, text in text: `env nice bash -c 'eval …'`.
    package var runDepthMax = 16
    /// Words that one word's braces may become.
    package var braceWordsMax = 256

    package init() {}
}

/// What is left of the limits while a script and all the texts in it are read.
struct ShellBudget {
    let limits: ShellLimits
    var depth = 0
    var nodes = 0
    var copiedBytes = 0

    init(_ limits: ShellLimits) { self.limits = limits }
}

/// Whose rules a text is read by.
package enum ShellDialect: Sendable {
    case bash
    /// `sh` may be dash, busybox or bash: what they do not agree on is refused.
    case portable
}
