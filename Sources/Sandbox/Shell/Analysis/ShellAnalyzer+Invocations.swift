/// A command with its words, on the way to what it runs.
struct Invocation {
    enum Lookup {
        /// As the shell looks: functions, builtins, programs.
        case shell
        /// Behind `command`.
        case withoutFunctions
        /// Behind another program.
        case program
    }
    var words: [ShellValue]
    var span: ShellSpan
    var reach: [ShellReach]
    var redirections: [ShellRunRedirection] = []
    var lookup = Lookup.shell
}

extension ShellAnalyzer {
    /// What these words run.
    mutating func resolve(_ invocation: Invocation) throws(ShellSyntaxError) -> ShellRun {
        try charge(invocation.words.count)
        if runDepth >= budget.limits.runDepthMax {
            return unknown(.tooDeep, invocation.span, invocation.reach)
        }
        runDepth += 1
        defer { runDepth -= 1 }
        var result = run(.program, invocation.span, invocation.reach)
        result.words = invocation.words
        result.bypassesFunctions = invocation.lookup != .shell
        guard let name = invocation.words.first?.known else {
            // It may be the shell's own, or a function.
            if invocation.lookup != .program { folder = .unknown }
            return result
        }
        if functionsMove, scope.functions[name] != nil { folder = .unknown }
        if invocation.lookup != .program, ShellBuiltins.names(dialect).contains(name) {
            result.kind = .builtin
            try builtin(name, invocation, &result)
            // What is not known runs in this shell.
            if Self.mayDoAnything(result.children) { folder = .unknown }
        } else {
            if invocation.lookup != .program, ShellBuiltins.perhaps(dialect).contains(name) {
                try builtin(name, invocation, &result)
            }
            try program(name, invocation, &result)
        }
        return result
    }

    /// The rest of the words as a command of its own.
    mutating func child(
        _ invocation: Invocation, from index: Int, lookup: Invocation.Lookup, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        guard index < invocation.words.count else { return }
        try child(invocation, Array(invocation.words[index...]), lookup: lookup, &result)
    }

    mutating func child(
        _ invocation: Invocation, _ words: [ShellValue], lookup: Invocation.Lookup, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        var inner = Invocation(
            words: words, span: invocation.span, reach: invocation.reach + [.wrapper], lookup: lookup)
        // What comes in by a here-document comes in for the program behind the wrapper.
        inner.redirections = invocation.redirections
        guard lookup == .program else { return result.children.append(try resolve(inner)) }
        result.children.append(
            try inProcess(of: invocation) { analyzer throws(ShellSyntaxError) in try analyzer.resolve(inner) })
    }

    /// Adds that anything may run below this.
    func doubt(
        _ reason: ShellUnknown.Reason, _ detail: String = "", _ invocation: Invocation, _ result: inout ShellRun
    ) {
        result.children.append(unknown(reason, detail, invocation.span, invocation.reach))
    }

    /// Text that a shell runs.
    mutating func shellText(
        _ value: ShellValue?, _ invocation: Invocation, newShell: ShellDialect? = nil, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        if !result.marks.contains(.runsText) { result.marks.append(.runsText) }
        guard let text = value?.known else { return doubt(.text, "", invocation, &result) }
        if runDepth >= budget.limits.runDepthMax { return doubt(.tooDeep, "", invocation, &result) }
        let outer = (scope, dialect)
        if let newShell {
            scope = Scope(isOutermost: false)
            dialect = newShell
        }
        defer { if newShell != nil { (scope, dialect) = outer } }
        do throws(ShellSyntaxError) {
            let list = try inner(Array(text.utf8), invocation.span) { parser throws(ShellSyntaxError) in
                try parser.wholeList()
            }
            guard newShell != nil else {
                result.children += try runs(list, invocation.reach + [.text])
                return
            }
            result.children += try inProcess(of: invocation) { analyzer throws(ShellSyntaxError) in
                analyzer.settle(try analyzer.runs(list, invocation.reach + [.text]))
            }
        } catch {
            if error.kind == .limit { throw error }
            doubt(.unreadable, error.message, invocation, &result)
        }
    }
}
