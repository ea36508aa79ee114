internal import JSON

/// Finds tools by what somebody wants to do, among hundreds whose definitions nobody wants to read. Pure.
package struct MCPToolSearch: Sendable {
    private let tools: [MCPTool]

    package init(_ tools: [MCPTool]) { self.tools = tools }

    package static let countStandard = 8
    package static let countMax = 50

    /// The best first; of those that fit alike in the order of their list. An empty query finds them all.
    package func find(_ query: String, count: Int = countStandard) -> [MCPTool] {
        let wanted = Self.words(query)
        let limit = min(max(1, count), Self.countMax)
        if wanted.isEmpty { return Array(tools.prefix(limit)) }
        let rated = tools.enumerated().map {
            (place: $0.offset, tool: $0.element, points: Self.points($0.element, wanted))
        }
        return rated.filter { $0.points > 0 }.sorted { ($1.points, $0.place) < ($0.points, $1.place) }.prefix(limit)
            .map(\.tool)
    }

    /// A word of the name says more than one of the description, and that more than one of an argument.
    private static func points(_ tool: MCPTool, _ wanted: [String]) -> Int {
        let name = words(tool.name + " " + tool.title)
        let description = words(tool.description)
        let arguments = words((tool.inputSchema["properties"]?.object?.keys.map { $0 } ?? []).joined(separator: " "))
        return wanted.reduce(0) { sum, word in
            sum + 6 * fit(word, name) + 2 * fit(word, description) + fit(word, arguments)
        }
    }

    /// 2 for the word itself, 1 for one that begins with it or that it begins with.
    private static func fit(_ word: String, _ words: [String]) -> Int {
        if words.contains(word) { return 2 }
        let isLong = word.utf8.count >= 3
        return isLong && words.contains { $0.utf8.count >= 3 && ($0.hasPrefix(word) || word.hasPrefix($0)) } ? 1 : 0
    }

    /// Of letters and digits, in small letters; `getUserName` has three.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasSmall = false
        func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
        for character in text {
            if !isWord(character) || character.isUppercase && wasSmall, !word.isEmpty {
                words.append(word)
                word = ""
            }
            if isWord(character) { word += character.lowercased() }
            wasSmall = character.isLowercase || character.isNumber
        }
        return word.isEmpty ? words : words + [word]
    }
}
