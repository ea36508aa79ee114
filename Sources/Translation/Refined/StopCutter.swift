/// Ends a text before the first of the client's stop sequences, for providers that do not. What may become one is held back.
struct StopCutter {
    private let sequences: [[UInt8]]
    private var held: [UInt8] = []

    init(_ sequences: [[UInt8]]) { self.sequences = sequences }

    /// What can be said, and the sequence that ends it.
    mutating func add(_ bytes: [UInt8]) -> (text: [UInt8], sequence: [UInt8]?) {
        if sequences.isEmpty { return (bytes, nil) }
        held += bytes
        for place in held.indices {
            let rest = held[place...]
            if let found = sequences.first(where: { rest.starts(with: $0) }) {
                defer { held = [] }
                return (Array(held[..<place]), found)
            }
            if sequences.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) {
                defer { held = Array(rest) }
                return (Array(held[..<place]), nil)
            }
        }
        return (take(), nil)
    }

    /// The text is over, and what was held back was none.
    mutating func take() -> [UInt8] {
        defer { held = [] }
        return held
    }
}
