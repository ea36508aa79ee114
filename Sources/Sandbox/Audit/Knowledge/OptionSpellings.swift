/// Other ways to write the same options.
enum OptionSpellings {
    /// Of options that mean the same for nearly every program that has both.
    private static let pairs: [(String, String)] = [
        ("-f", "--force"), ("-r", "--recursive"), ("-R", "--recursive"), ("-a", "--all"), ("-d", "--delete"),
        ("-D", "--delete"), ("-i", "--in-place"), ("-o", "--output"), ("-x", "--exec"), ("-e", "--eval"),
        ("-n", "--dry-run"), ("-g", "--global"), ("-u", "--upload-pack"), ("-I", "--use-compress-program"),
        ("-P", "--privileged"), ("-c", "--command"), ("-y", "--yes"), ("-z", "--search-zip"),
    ]

    private static let short = Set(pairs.map(\.0))

    /// The same arguments with one option written differently; none for what has no options.
    static func others(_ words: [String]) -> [[String]] {
        var result: [[String]] = []
        for (index, word) in words.enumerated() where word.hasPrefix("-") && word.count > 1 {
            func replaced(_ with: [String]) {
                result.append(Array(words[..<index]) + with + Array(words[(index + 1)...]))
            }
            for (short, long) in pairs {
                if word == short { replaced([long]) }
                if word == long { replaced([short]) }
            }
            let letters = Array(word.dropFirst())
            // Longer words behind one hyphen are names of their own: `find -ok`.
            let isJoined = (2...3).contains(letters.count) && letters.allSatisfy { short.contains("-\($0)") }
            guard !word.hasPrefix("--"), isJoined else { continue }
            // -rf is -fr, and -r -f.
            replaced(["-" + String(letters.reversed())])
            replaced(letters.map { "-\($0)" })
        }
        return result
    }
}
