extension ShellAnalyzer {
    /// What a builtin runs beside itself. Those that are not here run nothing.
    mutating func builtin(
        _ name: String, _ call: Invocation, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        let options = ShellOptions(call.words, short: ShellBuiltins.options[name] ?? "")
        switch name {
        case "eval": try evaluate(call, &result)
        case "source", ".": doubt(.file, call.words.dropFirst().first?.known ?? "", call, &result)
        case "cd", "pushd", "popd": move(name, call)
        case "trap":
            // It runs some time later.
            try inFunction { analyzer throws(ShellSyntaxError) in try analyzer.trap(call, &result) }
            if functionsMove { folder = .unknown }
        case "exec", "command":
            if options.has("v") || options.has("V") { return }
            if options.isUncertain { return doubt(.options, name, call, &result) }
            try child(call, from: options.rest, lookup: name == "exec" ? .program : .withoutFunctions, &result)
        case "builtin":
            let first = call.words.count > 1 && call.words[1].known == "--" ? 2 : 1
            try child(call, from: first, lookup: .withoutFunctions, &result)
        case "alias":
            if call.words.count > 1 { scope.definesAlias = scope.definesAlias ?? call.span }
        case "declare", "typeset", "local", "export", "readonly": try declare(options, call, &result)
        case "read", "mapfile", "readarray", "printf", "wait": try store(name, options, call, &result)
        case "getopts":
            for word in call.words.dropFirst(2).prefix(1) { try self.name(word, call, &result) }
        case "unset":
            scope.forgetsFunctions = true
            if options.isUncertain { doubt(.options, name, call, &result) }
            for word in call.words.dropFirst(options.rest) { try self.name(word, call, &result) }
        case "test", "[": try wordsOfTest(call, &result)
        case "let":
            for word in call.words.dropFirst() {
                try arithmeticWord(word, call.span, call.reach, into: &result.children)
            }
        case "enable":
            if options.isUncertain || options.has("f") {
                doubt(.loadedCode, call.words.last?.known ?? "", call, &result)
            }
            // From there on, the programs of these names are run.
            if options.has("n") {
                for word in call.words.dropFirst(options.rest) {
                    try child(
                        call, [word, .unknown(ShellUnknown(.appended, mayBeSeveral: true))], lookup: .program, &result)
                }
            }
        case "hash":
            if options.isUncertain || options.has("p") {
                try influence(
                    "BASH_CMDS", options.given.last?.value ?? .unknown(ShellUnknown(.variable)), call.span, call.reach,
                    into: &result.children)
                doubt(.options, "hash", call, &result)
            }
        case "set", "shopt": mode(name, options, call, &result)
        case "compgen", "complete", "bind", "fc", "history":
            if call.words.count > 1 { doubt(.text, name, call, &result) }
        case "jobs":
            if options.isUncertain { doubt(.options, name, call, &result) }
            if options.has("x") { try child(call, from: options.rest, lookup: .shell, &result) }
        default: break
        }
    }

    private mutating func name(
        _ word: ShellValue, _ call: Invocation, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        try variableName(word, call.span, call.reach, into: &result.children)
        if let known = word.known {
            try influence(
                String(known.prefix { $0 != "[" }), .unknown(ShellUnknown(.variable, known)), call.span, call.reach,
                into: &result.children)
        }
    }

    private mutating func evaluate(_ call: Invocation, _ result: inout ShellRun) throws(ShellSyntaxError) {
        var words = call.words.dropFirst()
        if words.first?.known == "--" { words = words.dropFirst() }
        let known = words.compactMap(\.known)
        if words.isEmpty { return }
        try shellText(
            known.count == words.count ? .known(known.joined(separator: " ")) : nil, call, &result)
    }

    private mutating func trap(_ call: Invocation, _ result: inout ShellRun) throws(ShellSyntaxError) {
        var words = call.words.dropFirst()
        guard let first = words.first else { return }
        if let known = first.known {
            if known == "--" { words = words.dropFirst() } else if known.hasPrefix("-") { return }
        }
        guard let text = words.first else { return }
        // Alone it is a signal, which gets its own way again; unless it may be more than one word.
        if words.count < 2, !text.mayBeSeveral { return }
        try shellText(text.mayBeSeveral ? nil : text, call, &result)
    }

    private mutating func declare(
        _ options: ShellOptions, _ call: Invocation, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        if options.isUncertain { doubt(.variableName, "", call, &result) }
        // Every later assignment is evaluated as arithmetic, or goes to another variable.
        if options.has("i") { doubt(.arithmetic, "declare -i", call, &result) }
        if options.has("n"), result.words.first?.known != "export" { doubt(.indirect, "declare -n", call, &result) }
        for word in call.words.dropFirst(options.rest) {
            if let text = word.known, text.hasPrefix("+") { continue }
            if let name = word.assignedName {
                assigned(name, isNumber: word.known.map { Int($0.dropFirst(name.count + 1)) != nil } ?? false)
            } else {
                try variableName(word, call.span, call.reach, into: &result.children)
            }
            _ = try assignmentWord(word, call.span, call.reach, into: &result.children)
        }
    }

    private mutating func store(
        _ name: String, _ options: ShellOptions, _ call: Invocation, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        for option in options.given {
            switch (name, option.name) {
            case ("read", "a"), ("printf", "v"), ("wait", "p"):
                if let value = option.value { try self.name(value, call, &result) }
            case ("mapfile", "C"), ("readarray", "C"):
                // The index and the line are added to it.
                let text = option.value?.known.map { ShellValue.known($0 + " \"$1\" \"$2\"") }
                try shellText(text, call, &result)
            default: break
            }
        }
        // The format of printf may be anything; only an option stores.
        if name == "printf" || name == "wait" {
            let first = call.words.count > 1 ? call.words[1] : .known("")
            if options.isUncertain, first.known == nil, call.words.count > 2 || first.mayBeSeveral {
                doubt(.variableName, "", call, &result)
            }
            return
        }
        if options.isUncertain { doubt(.variableName, "", call, &result) }
        for word in call.words.dropFirst(options.rest) { try self.name(word, call, &result) }
    }

    /// `set` and `shopt`, as far as they change how text is read.
    private mutating func mode(
        _ name: String, _ options: ShellOptions, _ call: Invocation, _ result: inout ShellRun
    ) {
        var words = call.words.dropFirst()
        if name == "set", let end = words.firstIndex(where: { $0.known == "--" }) { words = words[..<end] }
        for word in words {
            guard let text = word.known else {
                scope.expandsAliases = true
                doubt(.shellMode, name, call, &result)
                return
            }
            let isCluster = name == "set" && text.hasPrefix("-") && (text.contains("H") || text.contains("k"))
            if isCluster || ["histexpand", "history", "posix", "keyword"].contains(text) {
                scope.expandsAliases = true
                doubt(.shellMode, text, call, &result)
            }
            if text == "expand_aliases" { scope.expandsAliases = true }
        }
    }
}
