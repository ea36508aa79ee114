extension ShellAnalyzer {
    /// What one word becomes; what is run on the way is added to the children.
    mutating func values(
        _ word: ShellWord, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) -> [ShellValue] {
        try collect(word.parts, word.span, reach, into: &children)
        let atoms = atoms(word.parts)
        // Only bash expands them.
        if dialect == .portable, ShellBraces.mayExpand(atoms) {
            return [.unknown(ShellUnknown(.braces, mayBeSeveral: true))]
        }
        guard let words = ShellBraces.expand(atoms, wordsMax: budget.limits.braceWordsMax) else {
            try charge(1)
            return [.unknown(ShellUnknown(.braces, mayBeSeveral: true))]
        }
        var found: [ShellValue] = []
        for word in words {
            if let value = try value(of: word, isArgument: true) { found.append(value) }
        }
        return found
    }

    /// A word that stays one: a value, a file.
    mutating func single(
        _ word: ShellWord, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) -> ShellValue {
        let values = try values(word, reach, into: &children)
        return values.count == 1 ? values[0] : .unknown(ShellUnknown(.braces))
    }

    /// The value of an assignment: neither split nor matched with files, braces mean themselves.
    mutating func assignedValue(
        _ word: ShellWord, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) -> ShellValue {
        try collect(word.parts, word.span, reach, into: &children)
        return try value(of: atoms(word.parts), isArgument: false) ?? .known("")
    }

    /// The text of a here-document.
    mutating func text(of parts: [ShellPart]) throws(ShellSyntaxError) -> ShellValue {
        try value(of: atoms([.doubleQuoted(parts)]), isArgument: false) ?? .known("")
    }

    /// Nil if nothing is left of it.
    private mutating func value(of atoms: [ShellAtom], isArgument: Bool) throws(ShellSyntaxError) -> ShellValue? {
        var bytes: [UInt8] = []
        var unknown: ShellUnknown?
        var isQuoted = false
        var opensBracket = false
        var last: UInt8?
        for atom in atoms {
            switch atom {
            case .plain(let run):
                var run = run
                if bytes.isEmpty, !isQuoted, unknown == nil { run = withHome(run, isWhole: atoms.count == 1) }
                for byte in run {
                    switch byte {
                    case UInt8(ascii: "*"), UInt8(ascii: "?"):
                        if isArgument { unknown = unknown ?? ShellUnknown(.glob, mayBeSeveral: true) }
                    case ShellByte.openBracket: opensBracket = true
                    case ShellByte.closeBracket where opensBracket && isArgument:
                        unknown = unknown ?? ShellUnknown(.glob, mayBeSeveral: true)
                    case UInt8(ascii: "~"):
                        let begins = bytes.isEmpty && !isQuoted && unknown == nil
                        if begins || last == ShellByte.equals || last == UInt8(ascii: ":") {
                            unknown = unknown ?? ShellUnknown(.home)
                        }
                    default: break
                    }
                    last = byte
                }
                bytes += run
            case .quoted(let run):
                isQuoted = true
                last = nil
                bytes += run
            case .unknown(let reason):
                last = nil
                if unknown == nil || (reason.mayBeSeveral && unknown?.mayBeSeveral == false) { unknown = reason }
            }
        }
        try charge(bytes.count + 1)
        if var unknown {
            if case .plain(let run)? = atoms.first {
                unknown.assigns = ShellValue.known(String(decoding: run, as: UTF8.self)).assignedName
            }
            return .unknown(unknown)
        }
        if bytes.isEmpty, !isQuoted { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else { return .unknown(ShellUnknown(.encoding)) }
        return .known(text)
    }

    /// `~` and `~/x`, where it is known what that is.
    private func withHome(_ run: [UInt8], isWhole: Bool) -> [UInt8] {
        guard let home, run.first == UInt8(ascii: "~"), run.count > 1 ? run[1] == UInt8(ascii: "/") : isWhole else {
            return run
        }
        return Array(home.utf8) + run.dropFirst()
    }

    /// The parts without their nesting, as far as values are concerned.
    private func atoms(_ parts: [ShellPart], isQuoted: Bool = false) -> [ShellAtom] {
        var found: [ShellAtom] = []
        for part in parts {
            switch part {
            case .text(let bytes): found.append(isQuoted ? .quoted(bytes) : .plain(bytes))
            case .quoted(let bytes): found.append(.quoted(bytes))
            case .opaque(let reason): found.append(.unknown(ShellUnknown(.translation, reason)))
            case .doubleQuoted(let inner):
                // Even without anything in it, it is a word.
                found.append(.quoted([]))
                found += atoms(inner, isQuoted: true)
            case .parameter(let parameter) where parameter.name == "HOME" && parameter.isPlainValue && home != nil:
                found.append(.quoted(Array((home ?? "").utf8)))
            case .parameter(let parameter):
                let several = !isQuoted || parameter.isList
                found.append(.unknown(ShellUnknown(.variable, parameter.name, mayBeSeveral: several)))
            case .command: found.append(.unknown(ShellUnknown(.commandOutput, mayBeSeveral: !isQuoted)))
            case .process: found.append(.unknown(ShellUnknown(.processDescriptor)))
            case .arithmetic: found.append(.unknown(ShellUnknown(.arithmeticResult, mayBeSeveral: !isQuoted)))
            case .patternGroup: found.append(.unknown(ShellUnknown(.glob, mayBeSeveral: true)))
            }
        }
        return found
    }

    // MARK: What is run while words are expanded

    mutating func collect(
        _ parts: [ShellPart], _ span: ShellSpan, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        for part in parts {
            switch part {
            case .text, .quoted, .opaque: break
            case .doubleQuoted(let inner), .patternGroup(let inner):
                try collect(inner, span, reach, into: &children)
            case .command(let list):
                children += try apart { analyzer throws(ShellSyntaxError) in
                    try analyzer.runs(list, reach + [.substitution])
                }
            case .process(let list):
                children += try apart { analyzer throws(ShellSyntaxError) in
                    try analyzer.runs(list, reach + [.process])
                }
            case .arithmetic(let text): try arithmetic(text, reach, into: &children)
            case .parameter(let parameter): try collect(parameter, span, reach, into: &children)
            }
        }
    }

    private mutating func collect(
        _ parameter: ShellParameter, _ span: ShellSpan, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        if let text = parameter.subscripting { try arithmetic(text, reach, into: &children) }
        switch parameter.action {
        case .slice:
            try arithmetic(ShellArithmetic(span: span, parts: parameter.operand), reach, into: &children)
            return
        case .indirect: children.append(unknown(.indirect, parameter.name, span, reach))
        case .prompt: children.append(unknown(.prompt, parameter.name, span, reach))
        case .assign:
            assigned(parameter.name, isNumber: false)
            let value = try text(of: parameter.operand)
            try influence(parameter.name, value, span, reach, into: &children)
        case .value, .length, .names, .other: break
        }
        try collect(parameter.operand, span, reach, into: &children)
    }
}
