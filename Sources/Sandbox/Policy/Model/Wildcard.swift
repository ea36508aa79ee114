/// A text in which `*` stands for any characters, also none, and, where it is asked for, `?` for one.
package struct Wildcard: Sendable, Equatable {
    package let text: String
    private let pieces: [Unicode.Scalar]
    private let knowsSingle: Bool

    package init(_ text: String, knowsSingle: Bool = false) {
        self.text = text
        self.knowsSingle = knowsSingle
        pieces = Array(text.unicodeScalars)
    }

    package var isLiteral: Bool { !pieces.contains { $0 == "*" || (knowsSingle && $0 == "?") } }

    /// Takes time in proportion to the product of both lengths, whatever the pattern: on a mismatch only the last `*`
    /// is given more.
    package func matches(_ candidate: String) -> Bool {
        let subject = Array(candidate.unicodeScalars)
        var piece = 0
        var place = 0
        var star: (piece: Int, place: Int)?
        while place < subject.count {
            if piece < pieces.count, pieces[piece] == "*" {
                star = (piece, place)
                piece += 1
            } else if piece < pieces.count, pieces[piece] == subject[place] || (knowsSingle && pieces[piece] == "?") {
                piece += 1
                place += 1
            } else if let last = star {
                star = (last.piece, last.place + 1)
                piece = last.piece + 1
                place = last.place + 1
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == "*" }
    }

    /// Something that it matches: for showing differences between policies.
    var example: String {
        String(String.UnicodeScalarView(pieces.map { $0 == "*" || (knowsSingle && $0 == "?") ? "x" : $0 }))
    }
}
