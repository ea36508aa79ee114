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
        // Most files hold none of the words, and need not be looked at line by line.
        let bytes = Array(file.text.utf8)
        guard words.contains(where: { !bytes.places(of: Array($0.utf8)).isEmpty }) else { return [] }
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
    /// Whether the word stands here, and not as the end of a longer name, as somebody's member or as a declaration.
    fileprivate func containsWord(_ word: String) -> Bool {
        let text = Array(utf8)
        let sought = Array(word.utf8)
        return text.places(of: sought).contains { place in
            if text[..<place].reversed().starts(with: "func ".utf8.reversed()) { return false }
            return place == 0 || !text[place - 1].continuesName
        }
    }
}

extension [UInt8] {
    fileprivate func places(of sought: [UInt8]) -> [Int] {
        guard count >= sought.count, contains(sought[0]) else { return [] }
        return (0...count - sought.count).filter {
            self[$0] == sought[0] && self[$0..<$0 + sought.count].elementsEqual(sought)
        }
    }
}

extension UInt8 {
    fileprivate var continuesName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...: true
        default: false
        }
    }
}
