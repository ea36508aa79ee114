extension ShellAnalyzer {
    /// `bash -c text`, `bash file`, and a shell that reads its standard input.
    mutating func shell(
        _ name: String, _ dialect: ShellDialect, _ call: Invocation, _ result: inout ShellRun
    ) throws(ShellSyntaxError) {
        result.marks.append(.interpreter)
        var place = 1
        var takesText = false
        while place < call.words.count {
            guard let word = call.words[place].known else {
                return doubt(takesText ? .text : .options, takesText ? "" : name, call, &result)
            }
            guard word.hasPrefix("-") || word.hasPrefix("+"), word.count > 1 else { break }
            place += 1
            if word == "--" { break }
            if word.hasPrefix("--") {
                guard Self.harmlessLong.contains(word) else { return doubt(.options, word, call, &result) }
                continue
            }
            for letter in word.dropFirst() {
                switch letter {
                case "c" where word.hasPrefix("-"): takesText = true
                case "o", "O":
                    // Modes of which some change what text means: `-O extglob`, `-o posix`.
                    guard place < call.words.count, let mode = call.words[place].known,
                        Self.harmlessModes.contains(mode)
                    else { return doubt(.shellMode, name, call, &result) }
                    place += 1
                case "a", "b", "e", "f", "h", "m", "n", "p", "t", "u", "v", "x", "B", "C", "E", "P", "T", "r": break
                default: return doubt(.options, word, call, &result)
                }
            }
        }
        if takesText {
            if place < call.words.count, call.words[place].mayBeSeveral { return doubt(.text, "", call, &result) }
            return try shellText(place < call.words.count ? call.words[place] : nil, call, newShell: dialect, &result)
        }
        if place < call.words.count, call.words[place].known != "-" {
            return doubt(.file, call.words[place].known ?? "", call, &result)
        }
        let inputs = call.redirections.filter { $0.mode != .write && $0.mode != .append }
        guard let input = inputs.last, inputs.count == 1, input.mode == .text, !call.reach.contains(.pipeline) else {
            return doubt(.input, "", call, &result)
        }
        try shellText(input.target, call, newShell: dialect, &result)
    }

    private static let harmlessLong: Set<String> = ["--norc", "--noprofile", "--verbose"]
    private static let harmlessModes: Set<String> = [
        "pipefail", "errexit", "nounset", "xtrace", "verbose", "noglob", "noclobber", "noexec", "nullglob", "globstar",
        "dotglob", "failglob", "nocaseglob", "nocasematch", "inherit_errexit", "lastpipe",
    ]
}
