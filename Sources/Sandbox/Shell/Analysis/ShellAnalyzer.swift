/// Walks what was parsed and gathers what it would run.
struct ShellAnalyzer {
    let lines: ShellLines
    var budget: ShellBudget
    var documents: [ShellDocument]
    var dialect: ShellDialect
    var influences: [ShellInfluence] = []
    var scope = Scope()
    /// Wrappers in wrappers, texts in texts.
    var runDepth = 0

    /// What is common to all the text that one shell process runs.
    struct Scope {
        /// The script itself, whose environment its caller made; not `bash -c` inside of it.
        var isOutermost = true
        var functions: [String: [Definition]] = [:]
        /// Variables that were given numbers, and others.
        var numbers: Set<String> = []
        var others: Set<String> = []
        var forgetsFunctions = false
        var definesAlias: ShellSpan?
        var expandsAliases = false
    }

    struct Definition {
        let position: ShellPosition
        /// Neither in a branch nor in a subshell: from there on, it holds.
        let isStraight: Bool
    }

    func position(_ offset: Int) -> ShellPosition { lines.position(offset) }

    func run(_ kind: ShellRun.Kind, _ span: ShellSpan, _ reach: [ShellReach]) -> ShellRun {
        ShellRun(kind: kind, start: position(span.start), end: position(span.end), reach: reach)
    }

    func unknown(
        _ reason: ShellUnknown.Reason, _ detail: String, names: [String]? = nil, _ span: ShellSpan,
        _ reach: [ShellReach]
    ) -> ShellRun {
        run(.unknown(ShellUnknown(reason, detail, names: names)), span, reach)
    }

    func unknown(_ reason: ShellUnknown.Reason, _ span: ShellSpan, _ reach: [ShellReach]) -> ShellRun {
        run(.unknown(ShellUnknown(reason)), span, reach)
    }

    /// Each word that is looked at counts, so that words that multiply (braces, wrappers in wrappers) have an end.
    mutating func charge(_ bytes: Int) throws(ShellSyntaxError) {
        budget.copiedBytes += bytes
        if budget.copiedBytes > budget.limits.copiedBytesMax {
            throw ShellSyntaxError(
                kind: .limit, position: position(0), message: "the words of the script become too many or too long",
                expected: nil)
        }
    }
}

extension ShellProgram {
    /// Throws only where a limit is met.
    package init(_ script: ShellScript, limits: ShellLimits = ShellLimits()) throws(ShellSyntaxError) {
        var analyzer = ShellAnalyzer(
            lines: script.lines, budget: ShellBudget(limits), documents: script.documents, dialect: .bash)
        let runs = analyzer.settle(try analyzer.runs(script.list, []))
        self.init(runs: runs, influences: analyzer.influences)
    }

    /// Parses and walks it.
    package init(
        parsing text: String, dialect: ShellDialect = .bash, limits: ShellLimits = ShellLimits()
    ) throws(ShellSyntaxError) {
        let script = try ShellScript(parsing: text, dialect: dialect, limits: limits)
        var analyzer = ShellAnalyzer(
            lines: script.lines, budget: ShellBudget(limits), documents: script.documents, dialect: dialect)
        let runs = analyzer.settle(try analyzer.runs(script.list, []))
        self.init(runs: runs, influences: analyzer.influences)
    }
}
