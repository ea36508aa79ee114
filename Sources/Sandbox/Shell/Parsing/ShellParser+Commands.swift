extension ShellParser {
    /// One command of a pipeline.
    mutating func command(afterBar: Bool = false) throws(ShellSyntaxError) -> ShellCommand {
        try countNode()
        try enter()
        defer { leave() }
        let start = place
        if let form = try compound(afterBar: afterBar) {
            var redirections: [ShellRedirection] = []
            while true {
                skipBlanks()
                guard let redirection = try redirection() else { break }
                redirections.append(redirection)
            }
            return ShellCommand(span: span(from: start), form: form, redirections: redirections)
        }
        return try simpleCommand()
    }

    private mutating func compound(afterBar: Bool) throws(ShellSyntaxError) -> ShellForm? {
        if current() == ShellByte.openParenthesis {
            if next() == ShellByte.openParenthesis { return .arithmetic(try arithmeticCommand()) }
            advance()
            let list = try list(until: .parenthesis)
            try expectByte(ShellByte.closeParenthesis)
            return .subshell(list)
        }
        // Behind a bar, `time` is an ordinary program.
        guard let word = reservedWord(), !(afterBar && (word == "time")) else { return nil }
        switch word {
        case "{":
            advance()
            return .group(try braced())
        case "if": return try choice()
        case "while", "until": return try loop(word)
        case "for", "select": return try each(word)
        case "case": return try match()
        case "[[": return try test()
        case "function": return try keywordFunction()
        case "coproc": return try coprocess()
        default: throw unexpectedHere(expected: "a command")
        }
    }

    /// Behind `{`, up to and with `}`.
    private mutating func braced() throws(ShellSyntaxError) -> ShellList {
        let list = try list(until: .brace)
        try expectWord("}")
        return list
    }

    private mutating func choice() throws(ShellSyntaxError) -> ShellForm {
        try expectWord("if")
        var arms: [ShellArm] = []
        while true {
            let condition = try list(until: .then)
            try expectWord("then")
            arms.append(ShellArm(condition: condition, body: try list(until: .branch)))
            if plainWord() == "elif" {
                _ = take("elif")
                continue
            }
            var otherwise: ShellList?
            if plainWord() == "else" {
                _ = take("else")
                otherwise = try list(until: .fi)
            }
            try expectWord("fi")
            return .choice(arms: arms, otherwise: otherwise)
        }
    }

    private mutating func loop(_ word: String) throws(ShellSyntaxError) -> ShellForm {
        try expectWord(word)
        let condition = try list(until: .open)
        return .loop(condition: condition, body: try loopBody())
    }

    /// `do … done`, or braces, which bash takes as well.
    private mutating func loopBody() throws(ShellSyntaxError) -> ShellList {
        if plainWord() == "{" {
            try mustBeBash("a loop in braces", at: place)
            _ = take("{")
            return try braced()
        }
        try expectWord("do")
        let body = try list(until: .done)
        try expectWord("done")
        return body
    }

    private mutating func each(_ word: String) throws(ShellSyntaxError) -> ShellForm {
        if word == "select" { try mustBeBash("`select`", at: place) }
        try expectWord(word)
        skipBlanks()
        if word == "for", current() == ShellByte.openParenthesis, next() == ShellByte.openParenthesis {
            let header = try arithmeticCommand()
            skipBlanks()
            if current() == ShellByte.semicolon { advance() }
            try skipBlanksAndNewlines()
            return .count(header, body: try loopBody())
        }
        guard let name = plainWord(of: 1024), name.utf8.isShellName else {
            throw unexpectedHere(expected: "the name of a variable")
        }
        _ = take(name)
        try skipBlanksAndNewlines()
        var words: [ShellWord]?
        if plainWord() == "in" {
            _ = take("in")
            var found: [ShellWord] = []
            while true {
                skipBlanks()
                guard let value = try self.word(.ordinary) else { break }
                found.append(value)
            }
            words = found
            guard current() == ShellByte.semicolon || current() == ShellByte.newline else {
                throw unexpectedHere(expected: "`;` or a newline")
            }
        }
        if current() == ShellByte.semicolon { advance() }
        try skipBlanksAndNewlines()
        return .each(name: name, words: words, body: try loopBody())
    }

    private mutating func match() throws(ShellSyntaxError) -> ShellForm {
        try expectWord("case")
        skipBlanks()
        guard let subject = try word(.ordinary) else { throw unexpectedHere(expected: "a word") }
        try skipBlanksAndNewlines()
        try expectWord("in")
        var arms: [ShellMatchArm] = []
        while true {
            try skipBlanksAndNewlines()
            if plainWord() == "esac" { break }
            if current() == ShellByte.openParenthesis { advance() }
            var patterns: [ShellWord] = []
            while true {
                skipBlanks()
                guard let pattern = try word(.pattern) else { throw unexpectedHere(expected: "a pattern") }
                patterns.append(pattern)
                skipBlanks()
                guard current() == ShellByte.bar else { break }
                advance()
            }
            try expectByte(ShellByte.closeParenthesis)
            arms.append(ShellMatchArm(patterns: patterns, body: try list(until: .arm)))
            try countNode()
            if current() == ShellByte.semicolon {
                let start = place
                if take(";;&") || take(";&") {
                    try mustBeBash("`;&`", at: start)
                } else {
                    _ = take(";;")
                }
            }
        }
        try expectWord("esac")
        return .match(subject, arms: arms)
    }

    private mutating func coprocess() throws(ShellSyntaxError) -> ShellForm {
        try mustBeBash("`coproc`", at: place)
        try expectWord("coproc")
        skipBlanks()
        var name = "COPROC"
        // The name may be given only if a compound command follows.
        if let word = plainWord(of: 1024), word.utf8.isShellName, !Self.reserved.contains(word) {
            let start = place
            _ = take(word)
            skipBlanks()
            if current() == ShellByte.openParenthesis || reservedWord() != nil { name = word } else { place = start }
        }
        return .coprocess(name: name, body: try command())
    }

    private mutating func keywordFunction() throws(ShellSyntaxError) -> ShellForm {
        try mustBeBash("`function`", at: place)
        try expectWord("function")
        skipBlanks()
        guard let name = plainWord(of: 1024) else { throw unexpectedHere(expected: "the name of a function") }
        _ = take(name)
        skipBlanks()
        if current() == ShellByte.openParenthesis {
            // `function f (( … ))` has arithmetic for a body.
            if next() == ShellByte.openParenthesis { return try functionBody(name) }
            let start = place
            advance()
            skipBlanks()
            guard current() == ShellByte.closeParenthesis else {
                throw failure(.ambiguous, "the body of a function in parentheses", at: start, expected: "`()`")
            }
            advance()
        }
        return try functionBody(name)
    }

    /// Behind the name and its parentheses.
    mutating func functionBody(_ name: String) throws(ShellSyntaxError) -> ShellForm {
        try skipBlanksAndNewlines()
        let start = place
        let body = try command()
        if case .simple = body.form {
            throw failure(.unexpected, "the body of a function is a single command", at: start, expected: "`{`")
        }
        return .function(name: name, body: body)
    }
}

extension Collection where Element == UInt8 {
    /// What a variable may be called.
    var isShellName: Bool {
        guard let first, first.startsShellName else { return false }
        return allSatisfy(\.continuesShellName)
    }
}
