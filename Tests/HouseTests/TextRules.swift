/// What may not stand in `Sources`. Each rule says what to do instead.
struct TextRule: Sendable {
    let name: String
    /// In comments and strings too, or in code alone.
    let everywhere: Bool
    let words: [String]
    let advice: String
    var exempt: [String] = []

    static let linesMax = 400

    static let all = [
        TextRule(
            name: "loose ends", everywhere: true, words: ["TODO", "FIXME", "XXX", "HACK", "not implemented"],
            advice: "finish it now, or leave it out; what is planned belongs into an issue"),
        TextRule(
            name: "traps", everywhere: false, words: ["fatalError(", "try!", "as!"],
            advice: "throw a typed error that says what happened, where, and what to do"),
        TextRule(
            name: "printing", everywhere: false, words: ["print(", "debugPrint(", "dump("],
            advice: "results go through the command's Console, everything else through Log",
            exempt: ["Sources/Sidecar/CommandLine/", "Sources/Sidecar/Commands/"]),
        TextRule(
            name: "loose tasks", everywhere: false, words: ["Task.detached", "DispatchQueue", "Thread.sleep"],
            advice: "run it on the event loop, or in the blocking pool if it blocks; somebody must own it and end it"),
        TextRule(
            name: "fork", everywhere: false, words: ["fork(", "vfork("],
            advice: "use ChildProcess: between fork and exec only C may run"),
    ]

    func findings(in file: SourceFile) -> [Finding] {
        if exempt.contains(where: file.path.hasPrefix) { return [] }
        let lines = everywhere ? file.lines.map(String.init) : SwiftCode.lines(of: file.text)
        return lines.enumerated().flatMap { index, line in
            words.filter { line.containsWord($0) }.map { word in
                Finding(path: file.path, line: index + 1, advice: "`\(word)`: \(advice)")
            }
        }
    }

    static func lengthFindings(in file: SourceFile) -> [Finding] {
        let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().count
        if count <= linesMax { return [] }
        let advice = "\(count) lines, more than \(linesMax): a file has one idea; move an aspect to Type+Aspect.swift"
        return [Finding(path: file.path, line: linesMax + 1, advice: advice)]
    }
}

extension String {
    /// Whether the word stands here, and not as the end of a longer name or as somebody's member.
    fileprivate func containsWord(_ word: String) -> Bool {
        var rest = self[...]
        while let found = rest.firstRange(of: word) {
            let before = found.lowerBound == startIndex ? nil : self[index(before: found.lowerBound)]
            let declares = self[..<found.lowerBound].hasSuffix("func ")
            if !declares, before.map({ !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }) ?? true { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }
}

extension Substring {
    fileprivate func firstRange(of word: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(word) { return start..<index(start, offsetBy: word.count) }
            start = index(after: start)
        }
        return nil
    }
}
