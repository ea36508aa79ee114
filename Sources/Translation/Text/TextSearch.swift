extension String {
    func hasText(_ words: String) -> Bool { offset(of: words) != nil }

    /// Where the words begin, in bytes.
    func offset(of words: String) -> Int? {
        let text = Array(utf8)
        let words = Array(words.utf8)
        guard text.count >= words.count else { return nil }
        return (0...(text.count - words.count)).first { text[$0...].starts(with: words) }
    }
}
