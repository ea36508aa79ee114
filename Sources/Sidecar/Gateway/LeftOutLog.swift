/// Which conversations were told in the log what their provider does not get: once each is enough.
struct LeftOutLog {
    private var seen: Set<String> = []

    /// More conversations than one loop sees in a day; then they are told once more.
    private static let conversationsMax = 10_000

    /// Whether this is news.
    mutating func isNew(conversation: String?, provider: String, leftOut: String) -> Bool {
        if seen.count >= Self.conversationsMax { seen.removeAll() }
        return seen.insert("\(conversation ?? "") \(provider) \(leftOut)").inserted
    }
}
