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
    /// Where the next command starts.
    var folder = ShellFolder()
    /// What `~` and `$HOME` stand for, where that is known.
    var home: String?
    /// How often the folder was changed, and whether functions do that.
    var moves = 0
    var functionsMove = false
    /// `cd` is not what it is elsewhere.
    var redefinesMoving = false

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
        var result = ShellRun(kind: kind, start: position(span.start), end: position(span.end), reach: reach)
        result.folder = folder
        return result
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
    /// Throws only where a limit is met. `home`: what HOME is where the script starts, if that is known.
    package init(
        _ script: ShellScript, dialect: ShellDialect = .bash, limits: ShellLimits = ShellLimits(), home: String? = nil
    ) throws(ShellSyntaxError) {
        let plain = home.flatMap { $0.utf8.allSatisfy(Self.isPlain) ? $0 : nil }
        var (runs, analyzer) = try Self.analyzed(script, dialect, limits, ShellFolder(), plain)
        let changed = Set(analyzer.influences.map(\.name))
        let isMoved = analyzer.redefinesMoving || changed.contains("CDPATH")
        // What was taken for known is not: once more, without it.
        let isHomeless = plain != nil && (changed.contains("HOME") || ShellAnalyzer.mayDoAnything(runs))
        if isMoved || isHomeless {
            (runs, analyzer) = try Self.analyzed(
                script, dialect, limits, isMoved ? .unknown : ShellFolder(), isHomeless ? nil : plain)
        }
        self.init(runs: runs, influences: analyzer.influences)
    }

    /// Parses and walks it.
    package init(
        parsing text: String, dialect: ShellDialect = .bash, limits: ShellLimits = ShellLimits(), home: String? = nil
    ) throws(ShellSyntaxError) {
        try self.init(
            try ShellScript(parsing: text, dialect: dialect, limits: limits), dialect: dialect, limits: limits,
            home: home)
    }

    private static func analyzed(
        _ script: ShellScript, _ dialect: ShellDialect, _ limits: ShellLimits, _ folder: ShellFolder, _ home: String?
    ) throws(ShellSyntaxError) -> ([ShellRun], ShellAnalyzer) {
        var analyzer = ShellAnalyzer(
            lines: script.lines, budget: ShellBudget(limits), documents: script.documents, dialect: dialect)
        (analyzer.folder, analyzer.home) = (folder, home)
        let runs = try analyzer.runs(script.list, [])
        return (analyzer.settle(runs), analyzer)
    }

    /// Neither split nor matched with files.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte.continuesShellName || [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-")].contains(byte)
    }
}
