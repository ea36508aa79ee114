extension CommandPattern {
    /// Arguments against a rule that allows: word by word.
    func allows(_ words: [CommandCall.Word]) -> PatternMatch {
        switch arguments {
        case .any: .yes
        case .words(let patterns, let open): Self.match(patterns[...], words[...], open: open)
        case .each(let allowed, let denied):
            denied.map { Self.any(words, $0.value).opposite }.reduce(allowed.map { Self.each(words, $0) } ?? .yes, &&)
        }
    }

    /// The rule under `deny_args` that forbids the call.
    func deniedArgument(_ words: [CommandCall.Word]) -> PolicyRule<Wildcard>? {
        guard case .each(_, let denied) = arguments else { return nil }
        return denied.first { Self.any(words, $0.value) == .yes }
    }

    /// Arguments against a rule that denies. It is wider: words may follow, and options may stand before the first word
    /// and between words, so that `git -C . push` is `git push`. In doubt it denies: `git --no-pager log push` too.
    func denies(_ words: [CommandCall.Word]) -> PatternMatch {
        switch arguments {
        case .any: .yes
        case .words(let patterns, _):
            // As it is written, and without the word that chooses a toolchain: `cargo +nightly publish`.
            [words[...], ToolchainWords.rest(of: words, for: programText)].compactMap { $0 }
                .map { Self.matchPastOptions(patterns[...], $0) }.strongest
        case .each(let named, _):
            named.map { $0.isEmpty ? (words.isEmpty ? .yes : .no) : $0.map { Self.any(words, $0) }.strongest } ?? .yes
        }
    }

    private static func match(
        _ patterns: ArraySlice<Wildcard>, _ words: ArraySlice<CommandCall.Word>, open: Bool
    ) -> PatternMatch {
        var words = words
        var result = PatternMatch.yes
        for pattern in patterns {
            guard let word = words.popFirst() else { return .no }
            switch word {
            case .unknown(mayBeSeveral: true): return result && .maybe
            case .unknown(mayBeSeveral: false): result = result && .maybe
            case .known(let text): if !pattern.matches(text) { return .no }
            }
        }
        if open || words.isEmpty { return result }
        // Words that may be none at all leave it open.
        return words.allSatisfy { $0 == .unknown(mayBeSeveral: true) } ? .maybe : .no
    }

    private static func matchPastOptions(
        _ patterns: ArraySlice<Wildcard>, _ words: ArraySlice<CommandCall.Word>
    ) -> PatternMatch {
        var patterns = patterns
        var words = words
        var isBehindOption = false
        while let pattern = patterns.first {
            guard let word = words.popFirst() else { return .no }
            guard case .known(let text) = word else { return .maybe }
            if pattern.matches(text) {
                patterns.removeFirst()
                isBehindOption = false
            } else if pattern.text.hasPrefix("-") {
                // Options stand anywhere: `git push --force` is also `git push origin --force`.
                isBehindOption = text.hasPrefix("-")
            } else if text.hasPrefix("-") || isBehindOption {
                // The word behind an option may be its value.
                isBehindOption = text.hasPrefix("-")
            } else {
                return .no
            }
        }
        return .yes
    }

    private static func any(_ words: [CommandCall.Word], _ pattern: Wildcard) -> PatternMatch {
        words.map { word in
            if case .known(let text) = word { pattern.matches(text) ? .yes : .no } else { .maybe }
        }.strongest
    }

    private static func each(_ words: [CommandCall.Word], _ patterns: [Wildcard]) -> PatternMatch {
        words.map { word -> PatternMatch in
            guard case .known(let text) = word else { return .maybe }
            return patterns.contains { $0.matches(text) } ? .yes : .no
        }.reduce(.yes, &&)
    }
}

extension PatternMatch {
    var opposite: PatternMatch {
        switch self {
        case .yes: .no
        case .no: .yes
        case .maybe: .maybe
        }
    }
}

extension [PatternMatch] {
    /// `yes` before `maybe` before `no`.
    var strongest: PatternMatch { contains(.yes) ? .yes : contains(.maybe) ? .maybe : .no }
}
