/// What the pages promise about the sources, and the sources about themselves.
enum DocumentRules {
    /// A header of ours begins by saying why it is not Swift: one comment, above the first declaration.
    static func shimFindings(in file: SourceFile) -> [Finding] {
        let head = file.lines.prefix { line in
            let blank = line.allSatisfy { $0 == " " }
            return blank || line.hasPrefix("//") || line.hasPrefix("#")
        }
        let words = head.filter { $0.hasPrefix("//") }.flatMap { $0.split(separator: " ") }
        if words.count >= shimWordsMin { return [] }
        return [
            Finding(path: file.path, line: 1, advice: "say above the first declaration why this is C and not Swift")
        ]
    }

    /// Fewer words than that give no reason.
    private static let shimWordsMin = 8

    /// Names of files in docs/decisions: `003-json.md`, each number once.
    static func decisionFindings(names: [String]) -> [Finding] {
        var seen: [Substring: String] = [:]
        return names.sorted().compactMap { name in
            let number = name.prefix { $0.isNumber }
            guard number.count == 3, name.dropFirst(3).hasPrefix("-") else {
                return Finding(path: "docs/decisions/\(name)", line: 1, advice: "name it NNN-title.md")
            }
            guard let other = seen.updateValue(name, forKey: number) else { return nil }
            return Finding(
                path: "docs/decisions/\(name)", line: 1, advice: "number \(number) is \(other)'s; take a free one")
        }
    }

    static func linkFindings(page: SourceFile, decisions names: [String]) -> [Finding] {
        names.filter { !page.text.contains("decisions/\($0)") }.map {
            Finding(path: page.path, line: 1, advice: "link decisions/\($0) where the choice that it explains is told")
        }
    }

    /// `make x` in a page must be a target of the Makefile.
    static func targetFindings(page: SourceFile, makefile: SourceFile) -> [Finding] {
        let targets = Set(makefile.text.matches(of: /(?m)^([a-z]+):/).map { String($0.1) })
        return page.lines.enumerated().flatMap { index, line in
            line.matches(of: /(?:`|^ *\$? ?)make ([a-z]+)/).map { String($0.1) }.filter { !targets.contains($0) }.map {
                Finding(path: page.path, line: index + 1, advice: "the Makefile has no target `\($0)`")
            }
        }
    }
}
