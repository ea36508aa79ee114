extension ShellAnalyzer {
    mutating func runs(_ list: ShellList, _ reach: [ShellReach]) throws(ShellSyntaxError) -> [ShellRun] {
        // What is parsed later, out of the words of this, may only be as deep as is left.
        budget.depth += 1
        defer { budget.depth -= 1 }
        var found: [ShellRun] = []
        for item in list.items {
            guard item.isBackground else {
                found += try runs(item, reach)
                continue
            }
            found += try apart { analyzer throws(ShellSyntaxError) in
                try analyzer.runs(item, reach + [.background])
            }
        }
        return found
    }

    private mutating func runs(_ item: ShellItem, _ reach: [ShellReach]) throws(ShellSyntaxError) -> [ShellRun] {
        var found: [ShellRun] = []
        let start = folder
        var ends: [ShellFolder] = []
        for (index, pipeline) in item.pipelines.enumerated() {
            // Behind `||` something has failed, perhaps what would have changed the folder.
            if item.alternatives.contains(index) { folder = folder.or(start) }
            let inner = index > 0 ? reach + [.conditional] : reach
            if pipeline.commands.count == 1 {
                found += try runs(pipeline.commands[0], inner)
            } else {
                for command in pipeline.commands {
                    found += try apart { analyzer throws(ShellSyntaxError) in
                        try analyzer.runs(command, inner + [.pipeline])
                    }
                }
            }
            // `cd x || exit`: where that is run, nothing behind it is.
            let isEnd = item.alternatives.contains(index) && ["exit", "return"].contains(found.last?.name ?? "")
            if !isEnd { ends.append(folder) }
        }
        // Whether those behind the first have run is not known.
        folder = ends.dropFirst().reduce(ends.first ?? start) { $0.or($1) }
        return found
    }

    private mutating func runs(_ command: ShellCommand, _ reach: [ShellReach]) throws(ShellSyntaxError) -> [ShellRun] {
        if case .simple(let assignments, let words) = command.form {
            return [try simple(command, assignments, words, reach)]
        }
        var found: [ShellRun] = []
        // Its redirections are opened before it begins.
        var whole = run(.compound(""), command.span, reach)
        let name = try compound(command, reach, into: &found)
        if command.redirections.isEmpty { return found }
        whole.kind = .compound(name)
        var children: [ShellRun] = []
        whole.redirections = try redirections(command.redirections, reach, into: &children)
        whole.children = children + found
        return [whole]
    }

    /// Adds what a compound command runs, and returns what it is called.
    private mutating func compound(
        _ command: ShellCommand, _ reach: [ShellReach], into found: inout [ShellRun]
    ) throws(ShellSyntaxError) -> String {
        switch command.form {
        case .simple: return "command"
        case .group(let list):
            found += try runs(list, reach)
            return "group"
        case .subshell(let list):
            found += try apart { analyzer throws(ShellSyntaxError) in
                try analyzer.runs(list, reach + [.subshell])
            }
            return "subshell"
        case .choice(let arms, let otherwise):
            var ends: [ShellFolder] = []
            for (index, arm) in arms.enumerated() {
                found += try runs(arm.condition, index == 0 ? reach : reach + [.conditional])
                let here = folder
                found += try runs(arm.body, reach + [.conditional])
                ends.append(folder)
                folder = here
            }
            if let otherwise { found += try runs(otherwise, reach + [.conditional]) }
            folder = ends.reduce(folder) { $0.or($1) }
            return "if"
        case .loop(let condition, let body):
            try loop(&found) { analyzer, found throws(ShellSyntaxError) in
                found += try analyzer.runs(condition, reach + [.loop])
                found += try analyzer.runs(body, reach + [.loop])
            }
            return "while"
        case .each(let name, let words, let body):
            try each(name, words, command.span, reach, into: &found)
            try loop(&found) { analyzer, found throws(ShellSyntaxError) in
                found += try analyzer.runs(body, reach + [.loop])
            }
            return "for"
        case .count(let header, let body):
            try arithmetic(header, reach, into: &found)
            try loop(&found) { analyzer, found throws(ShellSyntaxError) in
                found += try analyzer.runs(body, reach + [.loop])
            }
            return "for"
        case .match(let subject, let arms):
            try collect(subject.parts, subject.span, reach, into: &found)
            var ends = folder
            for arm in arms {
                for pattern in arm.patterns { try collect(pattern.parts, pattern.span, reach, into: &found) }
                // With `;&` it begins where another one ended.
                folder = ends
                found += try runs(arm.body, reach + [.conditional])
                ends = ends.or(folder)
            }
            folder = ends
            return "case"
        case .function(let name, let body):
            let isStraight = reach.isEmpty
            scope.functions[name, default: []].append(
                Definition(position: position(command.span.start), isStraight: isStraight))
            var definition = run(.definition(name), command.span, reach)
            if ["cd", "pushd", "popd"].contains(name) { redefinesMoving = true }
            definition.children = try inFunction { analyzer throws(ShellSyntaxError) in
                try analyzer.runs(body, reach + [.function])
            }
            found.append(definition)
            return "function"
        case .coprocess(let name, let body):
            scope.others.insert(name)
            found += try apart { analyzer throws(ShellSyntaxError) in
                try analyzer.runs(body, reach + [.coprocess])
            }
            return "coproc"
        case .test(let items):
            try test(items, command.span, reach, into: &found)
            return "[["
        case .arithmetic(let text):
            try arithmetic(text, reach, into: &found)
            return "(("
        }
    }

    private mutating func each(
        _ name: String, _ words: [ShellWord]?, _ span: ShellSpan, _ reach: [ShellReach], into found: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        var isNumber = words != nil
        for word in words ?? [] {
            for value in try values(word, reach, into: &found) where Int(value.known ?? "") == nil { isNumber = false }
        }
        assigned(name, isNumber: isNumber)
        try influence(
            name, .unknown(ShellUnknown(.variable, name)), span, reach, into: &found)
    }

    private mutating func simple(
        _ command: ShellCommand, _ assignments: [ShellAssignment], _ words: [ShellWord], _ reach: [ShellReach]
    ) throws(ShellSyntaxError) -> ShellRun {
        var children: [ShellRun] = []
        var environment: [ShellRunAssignment] = []
        for assignment in assignments {
            environment.append(try self.assignment(assignment, reach, into: &children))
        }
        var argv: [ShellValue] = []
        for word in words { argv += try values(word, reach, into: &children) }
        let redirections = try redirections(command.redirections, reach, into: &children)
        var result: ShellRun
        if argv.isEmpty {
            result = run(.assignment, command.span, reach)
        } else {
            result = try resolve(
                Invocation(words: argv, span: command.span, reach: reach, redirections: redirections))
        }
        result.environment = environment
        result.redirections = redirections
        result.children = children + result.children
        return result
    }

    mutating func redirections(
        _ list: [ShellRedirection], _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) -> [ShellRunRedirection] {
        var found: [ShellRunRedirection] = []
        for redirection in list {
            if let name = redirection.variable {
                assigned(name, isNumber: true)
                try influence(name, .unknown(ShellUnknown(.variable)), redirection.span, reach, into: &children)
            }
            switch redirection.target {
            case .read(let word): found.append(.init(mode: .read, target: try single(word, reach, into: &children)))
            case .write(let word): found.append(.init(mode: .write, target: try single(word, reach, into: &children)))
            case .append(let word): found.append(.init(mode: .append, target: try single(word, reach, into: &children)))
            case .readWrite(let word):
                found.append(.init(mode: .readWrite, target: try single(word, reach, into: &children)))
            case .duplicate(let word, let isOutput):
                let target = try single(word, reach, into: &children)
                let isFile = isOutput && !(target.known.map(Self.isDescriptor) ?? false)
                found.append(.init(mode: isFile ? .write : .descriptor, target: target))
            case .hereString(let word):
                let target = try single(word, reach, into: &children)
                found.append(.init(mode: .text, target: target.known.map { .known($0 + "\n") } ?? target))
            case .hereDocument(let number):
                let document = documents[number]
                try collect(document.parts, document.span, reach, into: &children)
                found.append(.init(mode: .text, target: try text(of: document.parts)))
            }
        }
        return found
    }

    /// `2`, `-`, `2-`
    private static func isDescriptor(_ text: String) -> Bool {
        text == "-"
            || (!text.isEmpty
                && (text.hasSuffix("-") ? text.dropLast()[...] : text[...]).utf8.allSatisfy(\.isShellDigit))
    }
}
