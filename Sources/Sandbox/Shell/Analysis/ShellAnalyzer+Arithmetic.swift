extension ShellAnalyzer {
    /// What evaluating this runs: the substitutions in it, and whatever the values of its variables hold.
    mutating func arithmetic(
        _ text: ShellArithmetic, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        if text.isAll { return }
        try collect(text.parts, text.span, reach, into: &children)
        var names: [String] = []
        var isOpen = false
        for part in text.parts {
            switch part {
            case .text(let bytes), .quoted(let bytes): names += self.names(bytes)
            case .arithmetic: break
            case .parameter(let parameter):
                if parameter.isNumber { continue }
                // The value is put into the text, and evaluated with it.
                if parameter.action == .value, parameter.subscripting == nil, parameter.name.utf8.isShellName {
                    names.append(parameter.name)
                } else {
                    isOpen = true
                }
            case .opaque, .command, .doubleQuoted, .process, .patternGroup: isOpen = true
            }
        }
        if names.isEmpty, !isOpen { return }
        let shown = isOpen ? "" : names.prefix(4).joined(separator: ", ")
        children.append(unknown(.arithmetic, shown, names: isOpen ? nil : names, text.span, reach))
    }

    /// The variables in a piece of arithmetic. Those that are assigned there become numbers.
    private mutating func names(_ bytes: [UInt8]) -> [String] {
        var found: [String] = []
        var place = 0
        while place < bytes.count {
            let start = place
            while place < bytes.count, bytes[place].continuesShellName || bytes[place] == ShellByte.hash { place += 1 }
            if place == start {
                place += 1
                continue
            }
            guard bytes[start].startsShellName else { continue }
            let name = String(decoding: bytes[start..<place], as: UTF8.self)
            found.append(name)
            let rest = bytes[place...].drop { $0 == UInt8(ascii: " ") }.prefix(3)
            if Self.assigns(rest) { assigned(name, isNumber: true) }
        }
        return found
    }

    private static func assigns(_ rest: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: rest, as: UTF8.self)
        if text.hasPrefix("==") { return false }
        return ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--"].contains {
            text.hasPrefix($0)
        }
    }

    mutating func assigned(_ name: String, isNumber: Bool) {
        if isNumber { scope.numbers.insert(name) } else { scope.others.insert(name) }
    }

    /// A word that a builtin evaluates as arithmetic.
    mutating func arithmeticWord(
        _ value: ShellValue, _ span: ShellSpan, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        guard let text = value.known else {
            children.append(unknown(.arithmetic, span, reach))
            return
        }
        if Int(text) != nil || text.isEmpty { return }
        do throws(ShellSyntaxError) {
            let arithmetic = try inner(Array(text.utf8), span) { parser throws(ShellSyntaxError) in
                try parser.arithmetic(until: .text, from: 0)
            }
            try self.arithmetic(arithmetic, reach + [.text], into: &children)
        } catch {
            if error.kind == .limit { throw error }
            children.append(unknown(.unreadable, error.message, span, reach))
        }
    }

    /// A word that a builtin takes for the name of a variable, perhaps with a subscript, which it evaluates.
    mutating func variableName(
        _ value: ShellValue, _ span: ShellSpan, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        guard let text = value.known else {
            children.append(unknown(.variableName, span, reach))
            return
        }
        let name = text.prefix { $0 != "[" && $0 != "=" && $0 != "+" }
        assigned(String(name), isNumber: false)
        guard let open = text.firstIndex(of: "["), text[..<open].utf8.allSatisfy(\.continuesShellName) else { return }
        let inside = text[text.index(after: open)...]
        // A subscript that ends later than we think would hold more than we see: take all of it.
        let subscripting = inside.lastIndex(of: "]").map { inside[..<$0] } ?? inside
        if subscripting == "@" || subscripting == "*" { return }
        try arithmeticWord(.known(String(subscripting)), span, reach, into: &children)
    }

    /// Parses a text that was put together; all of it points to the words it came from.
    mutating func inner<Result>(
        _ text: [UInt8], _ span: ShellSpan, dialect: ShellDialect? = nil,
        _ read: (inout ShellParser) throws(ShellSyntaxError) -> Result
    ) throws(ShellSyntaxError) -> Result {
        try charge(text.count)
        var parser = ShellParser(
            text: text, origin: .whole(span), lines: lines, dialect: dialect ?? self.dialect, budget: budget)
        parser.documents = documents
        let depth = budget.depth
        defer {
            documents = parser.documents
            budget = parser.budget
            budget.depth = depth
        }
        try parser.checkText()
        return try read(&parser)
    }
}
