/// Tells the calls of tools from speaking, in the text of models that write their calls down. Text is held back only from
/// where a call may begin to where it is known to be none.
struct WrittenCallFinder {
    enum Piece: Equatable {
        case text([UInt8])
        case call(WrittenCall)
    }

    private let reader: WrittenCallReader
    private var held: [UInt8] = []
    /// What lies before was told.
    private var start = 0
    private var scanner: WrittenCallScanner?
    /// Nothing but white space was said.
    private var isAtStart = true
    /// The last thing was a call: the empty lines behind it belong to nobody.
    private var isBehindCall = false
    private var pieces: [Piece] = []

    /// No call is longer.
    private static let heldMax = 4 << 20

    init(_ tools: WrittenTools) { reader = WrittenCallReader(tools) }

    /// What is held may be the beginning of a call.
    var isWaiting: Bool { scanner != nil }

    mutating func begin() {
        held = []
        start = 0
        scanner = nil
        isAtStart = true
        isBehindCall = false
    }

    mutating func add(_ bytes: [UInt8]) -> [Piece] {
        held += bytes
        run()
        return take()
    }

    /// The text is over. With `isCut` it broke off, and what was begun must not be run.
    mutating func finish(isCut: Bool) -> [Piece] {
        while var scanner, !isCut, case .over = scanner.finish() {
            conclude(scanner)
            run()
        }
        scanner = nil
        say(held.count - start)
        return take()
    }

    private mutating func take() -> [Piece] {
        held.removeFirst(start)
        start = 0
        defer { pieces = [] }
        return pieces
    }

    // MARK: Looking

    private mutating func run() {
        while true {
            if scanner != nil {
                if !follow() { return }
            } else if let (place, form) = opening() {
                say(place)
                guard let form else { return }
                scanner = WrittenCallScanner(form)
            } else {
                return say(held.count - start)
            }
        }
    }

    /// False: more must come.
    private mutating func follow() -> Bool {
        guard var scanner else { return true }
        while scanner.count < held.count - start {
            switch scanner.take(held[start + scanner.count], reader.tools) {
            case .more: continue
            case .over:
                conclude(scanner)
                return true
            case .nothing:
                self.scanner = nil
                say(scanner.form.opening.count)
                return true
            }
        }
        self.scanner = scanner
        if held.count - start > Self.heldMax {
            self.scanner = nil
            say(held.count - start)
        }
        return self.scanner == nil
    }

    private mutating func conclude(_ scanner: WrittenCallScanner) {
        self.scanner = nil
        let text = held[start..<(start + scanner.end)]
        guard let calls = reader.calls(text, scanner) else { return say(scanner.end) }
        pieces += calls.map { .call($0) }
        start += scanner.end
        isAtStart = false
        isBehindCall = true
    }

    /// How far it is to the next opening, or to what may be one once more has come.
    private func opening() -> (Int, WrittenForm?)? {
        let text = held[start...]
        if isAtStart, let first = text.firstIndex(where: { !Self.isBlank($0) }), text[first] == UInt8(ascii: "{") {
            return (first - start, .bare)
        }
        for place in text.indices where WrittenForm.firstBytes.contains(text[place]) {
            let rest = text[place...]
            for form in WrittenForm.all {
                if rest.starts(with: form.opening) { return (place - start, form) }
                if rest.count < form.opening.count, form.opening.starts(with: rest) { return (place - start, nil) }
            }
        }
        return nil
    }

    // MARK: Telling

    private mutating func say(_ count: Int) {
        if count == 0 { return }
        var text = held[start..<(start + count)]
        if isBehindCall { text = text.drop(while: Self.isBlank) }
        if !text.isEmpty {
            isBehindCall = false
            isAtStart = isAtStart && text.allSatisfy(Self.isBlank)
            pieces.append(.text(Array(text)))
        }
        start += count
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }
}
