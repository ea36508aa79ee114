extension ShellAnalyzer {
    /// What a program runs because of its arguments.
    mutating func program(
        _ path: String, _ call: Invocation, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if ShellWrapper.workspace.contains(name) { result.marks.append(.workspaceCode) }
        if Self.isInterpreter(name) { result.marks.append(.interpreter) }
        if ShellWrapper.privileged.contains(name) { result.marks.append(.privilege) }
        if let dialect = ShellWrapper.shells[name] { return try shell(name, dialect, call, &result) }
        if ShellWrapper.otherShells.contains(name) {
            result.marks.append(.interpreter)
            return doubt(.text, name, call, &result)
        }
        if ShellWrapper.opaque.contains(name) || name.hasPrefix("ld-linux") || name.hasPrefix("ld.so") {
            result.marks.append(.otherProgram)
            return doubt(.otherProgram, name, call, &result)
        }
        switch name {
        case "find": try find(call, &result)
        case "flock": try lock(call, &result)
        case "busybox": try child(call, from: 1, lookup: .program, &result)
        case "git": try git(call, &result)
        default:
            if let wrapper = ShellWrapper.table[name] { try unwrap(wrapper, call, &result) }
        }
        if let option = Self.spawning(name, call.words) {
            result.marks.append(.otherProgram)
            if option.known != nil { doubt(.otherProgram, name, call, &result) }
        }
    }

    /// `python3.11` and the like, too.
    private static func isInterpreter(_ name: String) -> Bool {
        let base = name.prefix { !$0.isNumber && $0 != "." && $0 != "-" }
        return ShellWrapper.interpreters.contains(name) || ShellWrapper.interpreters.contains(String(base))
    }

    /// The option by which it runs another, or a word that may be one.
    private static func spawning(_ name: String, _ words: [ShellValue]) -> ShellValue? {
        guard let options = ShellWrapper.spawning[name] else { return nil }
        return words.dropFirst().first { word in
            guard let text = word.known else { return true }
            return options.contains { option in
                guard option.hasPrefix("--") else { return text.hasPrefix(option) && !text.hasPrefix("--") }
                let given = text.prefix { $0 != "=" }
                return given.count > 2 && option.hasPrefix(given)
            }
        }
    }

    // MARK: Wrappers

    private mutating func unwrap(
        _ wrapper: ShellWrapper, _ call: Invocation, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        if let mark = wrapper.mark, !result.marks.contains(mark) { result.marks.append(mark) }
        let options = ShellOptions(call.words, short: wrapper.short, long: wrapper.long)
        if options.isUncertain { return doubt(.options, call.words[0].known ?? "", call, &result) }
        var first = options.rest
        if wrapper.takesHyphen, first < call.words.count, call.words[first].known == "-" { first += 1 }
        for _ in 0..<wrapper.operands where first < call.words.count {
            if call.words[first].known == nil { return doubt(.options, call.words[0].known ?? "", call, &result) }
            first += 1
        }
        if wrapper.assigns {
            while first < call.words.count {
                let word = call.words[first]
                if word.known == nil, word.assignedName == nil || word.mayBeSeveral {
                    return doubt(.options, call.words[0].known ?? "", call, &result)
                }
                guard word.known?.contains("=") ?? true else { break }
                _ = try assignmentWord(call.words[first], call.span, call.reach, into: &result.children)
                first += 1
            }
        }
        var words = Array(call.words[min(first, call.words.count)...])
        if words.isEmpty { return }
        if wrapper.appends { words = appended(words, options) }
        if let exception = wrapper.textUnless, !options.has(exception), !options.has("exec") {
            let known = words.compactMap(\.known)
            let text = known.count == words.count ? ShellValue.known(known.joined(separator: " ")) : nil
            return try shellText(text, call, newShell: .portable, &result)
        }
        try child(call, words, lookup: .program, &result)
    }

    /// The words that xargs makes of those behind its options.
    private func appended(_ words: [ShellValue], _ options: ShellOptions) -> [ShellValue] {
        let replaced = options.given.last { ["I", "i", "replace"].contains($0.name) }
        let extra = ShellUnknown(.appended, mayBeSeveral: true)
        guard let replaced else { return words + [.unknown(extra)] }
        var mark = "{}"
        if let value = replaced.value {
            guard let text = value.known else { return words.map { _ in .unknown(extra) } }
            if !text.isEmpty { mark = text }
        }
        return words.map { word in
            guard let text = word.known, text.utf8.count >= mark.utf8.count, text.holds(mark) else { return word }
            return .unknown(ShellUnknown(.appended))
        } + [.unknown(extra)]
    }

    private mutating func lock(_ call: Invocation, _ result: inout ShellRun) throws(ShellSyntaxError) {
        let options = ShellOptions(
            call.words, short: "sxeunow:E:Fv",
            long: [
                "shared", "exclusive", "unlock", "nonblock", "wait=", "timeout=", "conflict-exit-code=", "close",
                "no-fork", "verbose",
            ])
        let first = options.rest + 1
        guard !options.isUncertain else { return doubt(.options, "flock", call, &result) }
        guard first < call.words.count else { return }
        if call.words[first].known == "-c" || call.words[first].known == "--command" {
            return try shellText(
                first + 1 < call.words.count ? call.words[first + 1] : nil, call, newShell: .portable, &result)
        }
        if call.words[first].known?.hasPrefix("-") ?? true || call.words[options.rest].known == nil {
            return doubt(.options, "flock", call, &result)
        }
        try child(call, from: first, lookup: .program, &result)
    }

    private mutating func find(_ call: Invocation, _ result: inout ShellRun) throws(ShellSyntaxError) {
        var place = 1
        while place < call.words.count {
            let word = call.words[place]
            place += 1
            guard let text = word.known else {
                if mayBeExec(word, before: place, call.words) { doubt(.options, "find", call, &result) }
                continue
            }
            guard ["-exec", "-execdir", "-ok", "-okdir"].contains(text) else { continue }
            var words: [ShellValue] = []
            while place < call.words.count, call.words[place].known != ";" {
                let word = call.words[place]
                if word.known == "+", words.last?.known == "{}" { break }
                words.append(word)
                place += 1
            }
            place += 1
            if mayEndEarly(words) { doubt(.options, "find", call, &result) }
            words = words.map { word in
                word.known.map { $0.holds("{}") } == true
                    ? .unknown(ShellUnknown(.appended, mayBeSeveral: true)) : word
            }
            try child(call, words, lookup: .program, &result)
        }
    }

    /// Whether a word that is not known may be the `;`, behind which another `-exec` begins.
    private func mayEndEarly(_ words: [ShellValue]) -> Bool {
        guard let first = words.firstIndex(where: { $0.known == nil }) else { return false }
        return words[(first + 1)...].contains {
            $0.known?.hasPrefix("-exec") ?? true || $0.known?.hasPrefix("-ok") ?? true
        }
    }

    /// Whether a word that is not known may be an `-exec` with what stands behind it.
    private func mayBeExec(_ word: ShellValue, before next: Int, _ words: [ShellValue]) -> Bool {
        if word.mayBeSeveral { return true }
        guard next < words.count else { return false }
        // The program would be called like an option.
        if let text = words[next].known, text.hasPrefix("-") { return false }
        return words[next...].contains { $0.known == ";" || $0.known == "+" || $0.known == nil }
    }

    private mutating func git(_ call: Invocation, _ result: inout ShellRun) throws(ShellSyntaxError) {
        for (index, word) in call.words.enumerated() where index > 0 {
            guard let text = word.known else {
                // Before the subcommand it may be `-c alias.x=!…`; behind it, a setting for `clone`.
                if word.mayBeSeveral || index == 1 { doubt(.options, "git", call, &result) }
                continue
            }
            if text.hasPrefix("ext::") {
                try shellText(.known(String(text.dropFirst(5))), call, newShell: .portable, &result)
            }
            if text.hasPrefix("--config=") { try gitSetting(String(text.dropFirst(9)), call, &result) }
            // They run what their arguments say.
            if ["foreach", "run", "filter-branch", "difftool", "mergetool"].contains(text)
                || (text == "-x" && index > 1)
            {
                doubt(.otherProgram, "git \(text)", call, &result)
            }
            guard text == "-c" || text == "--config" || text == "--config-env" else { continue }
            guard index + 1 < call.words.count, let setting = call.words[index + 1].known else {
                if index + 1 < call.words.count { doubt(.text, "git -c", call, &result) }
                continue
            }
            try gitSetting(setting, call, &result)
        }
    }

    /// `key=value`; an alias is a program if it begins with `!`.
    private mutating func gitSetting(
        _ setting: String, _ call: Invocation, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        if !result.marks.contains(.otherProgram) { result.marks.append(.otherProgram) }
        let key = setting.prefix { $0 != "=" }.lowercased()
        let value = setting.dropFirst(key.count + 1)
        if key.hasPrefix("alias.") {
            if value.hasPrefix("!") {
                try shellText(.known(String(value.dropFirst())), call, newShell: .portable, &result)
            }
            return
        }
        let last = key.split(separator: ".").last.map(String.init) ?? ""
        if key.hasPrefix("pager.") || ShellWrapper.gitCommands.contains(last) {
            try shellText(.known(String(value)), call, newShell: .portable, &result)
        } else if key.hasPrefix("include") || last == "hookspath" {
            doubt(.file, String(value), call, &result)
        }
    }
}

extension String {
    func holds(_ other: String) -> Bool {
        let text = Array(utf8)
        let sought = Array(other.utf8)
        guard !sought.isEmpty, text.count >= sought.count else { return sought.isEmpty }
        return (0...text.count - sought.count).contains { text[$0] == sought[0] && text[$0...].starts(with: sought) }
    }
}
