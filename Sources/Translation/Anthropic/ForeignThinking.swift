package import JSON

/// Thinking that another provider made, in a conversation that now goes to Anthropic: its API refuses a request with a
/// signature that is not its own, so these blocks stay behind.
package enum ForeignThinking {
    /// The pieces of the body to cut out, from the front to the back.
    package static func ranges(in root: JSONElement) -> [Range<Int>] {
        guard let messages = root["messages"] else { return [] }
        var ranges: [Range<Int>] = []
        let all = Array(messages.elements)
        for (place, message) in all.enumerated() {
            let blocks = message["content"].map { Array($0.elements) } ?? []
            let foreign = blocks.map(isForeign)
            if foreign.isEmpty || !foreign.contains(true) { continue }
            if foreign.contains(false) {
                ranges += cuts(blocks.map(\.sourceRange), foreign)
            } else {
                // A message of nothing else would be empty, which is refused too.
                ranges += cuts(all.map(\.sourceRange), all.indices.map { $0 == place })
            }
        }
        return ranges
    }

    private static func isForeign(_ block: JSONElement) -> Bool {
        guard BlockKind(block) == .thinking, let signature = block["signature"]?.string else { return false }
        return signature.hasPrefix(ThinkingSignature.mark)
    }

    /// Each with the comma that it no longer needs: the one behind it, or before the last ones the one in front.
    private static func cuts(_ places: [Range<Int>], _ isCut: [Bool]) -> [Range<Int>] {
        let lastKept = isCut.lastIndex(of: false) ?? -1
        var ranges: [Range<Int>] = []
        for index in places.indices where isCut[index] && index < lastKept {
            ranges.append(places[index].lowerBound..<places[index + 1].lowerBound)
        }
        if lastKept >= 0, lastKept < places.count - 1 {
            ranges.append(places[lastKept].upperBound..<places[places.count - 1].upperBound)
        }
        return ranges
    }
}
