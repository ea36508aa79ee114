/// Follows what may be a written call from its opening to its end, each byte once, and says as early as it can that it is
/// none: what is followed cannot be told yet.
struct WrittenCallScanner {
    enum Outcome {
        case more
        /// It goes to `end`, which may lie before what was looked at.
        case over
        case nothing
    }

    private enum Phase {
        case start, name, afterName, body, tags
        case json
        case text(isEscaped: Bool)
        case afterJSON
    }

    let form: WrittenForm
    /// What was looked at, the opening with it.
    private(set) var count: Int
    private(set) var end = 0
    /// The tool's, where it stands before everything else.
    private(set) var name: [UInt8] = []
    /// Where the objects of JSON stand.
    private(set) var objects: [Range<Int>] = []

    private var phase: Phase
    private var quote: UInt8 = 0
    /// Brackets that are open, and how many of these are open around an object.
    private var depth = 0
    private var base = 0
    private var objectStart = 0
    /// The first key of the first object, as far as it has come; nil: it was found good.
    private var firstKey: [UInt8]? = []
    /// The first tag, as far as it has come; nil: it was found good.
    private var firstTag: [UInt8]? = []
    /// How much of the closing has come.
    private var matched = 0
    /// What has no meaning is passed over, to a limit.
    private var skipped = 0

    private static let skippedMax = 64

    init(_ form: WrittenForm) {
        self.form = form
        count = form.opening.count
        phase = form.body == .named ? .name : .start
        if form.body != .json { firstKey = nil }
        if form.isBare { beginJSON(at: 0) }
    }

    mutating func take(_ byte: UInt8, _ tools: WrittenTools) -> Outcome {
        defer { count += 1 }
        switch phase {
        case .start: return start(byte)
        case .name: return name(byte, tools)
        case .afterName, .body: return bodyOrNothing(byte)
        case .tags: return tags(byte)
        case .json: return json(byte)
        case .text(let isEscaped): return text(byte, isEscaped)
        case .afterJSON: return afterJSON(byte)
        }
    }

    /// No more comes, and the model has ended by itself.
    mutating func finish() -> Outcome {
        switch phase {
        case .afterJSON: return .over
        case .tags:
            end = count
            return .over
        // Its last brackets are missing. Half of a text must not pass for a whole one.
        case .json where depth > base && firstKey == nil:
            objects.append(objectStart..<count)
            end = count
            return .over
        default: return .nothing
        }
    }

    // MARK: Before the call

    private mutating func start(_ byte: UInt8) -> Outcome {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            guard form.body == .quoted, skipped == 0 else { return .nothing }
            quote = byte
            phase = .name
            return .more
        case _ where form.body == .quoted: return .nothing
        case UInt8(ascii: "["):
            depth = 1
            base = 1
            phase = .json
            return .more
        case _ where form.body == .any && Self.isNameByte(byte):
            name = [byte]
            phase = .name
            return .more
        default: return bodyOrNothing(byte)
        }
    }

    private mutating func name(_ byte: UInt8, _ tools: WrittenTools) -> Outcome {
        if Self.isNameByte(byte) {
            name.append(byte)
            return tools.hasName(beginningWith: name) ? .more : .nothing
        }
        guard tools[name] != nil else { return .nothing }
        switch form.body {
        case .named where byte == UInt8(ascii: ">"):
            phase = .body
            return .more
        case .quoted where byte == quote:
            phase = .tags
            firstTag = nil
            return .more
        case .any:
            phase = .afterName
            return bodyOrNothing(byte)
        default: return .nothing
        }
    }

    /// JSON or tags; before these blanks, and behind a name also marks such as `[ARGS]`.
    private mutating func bodyOrNothing(_ byte: UInt8) -> Outcome {
        switch byte {
        case UInt8(ascii: "{"):
            beginJSON(at: count)
            return .more
        case UInt8(ascii: "<") where form.body != .json:
            phase = .tags
            return tags(byte)
        default:
            let isPassed: Bool
            if case .afterName = phase { isPassed = true } else { isPassed = Self.isBlank(byte) }
            skipped += 1
            return isPassed && skipped <= Self.skippedMax ? .more : .nothing
        }
    }

    private mutating func beginJSON(at place: Int) {
        depth = base + 1
        objectStart = place
        phase = .json
    }

    // MARK: JSON

    private mutating func json(_ byte: UInt8) -> Outcome {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            // Whoever begins with one kind of quotes has the other one within.
            if quote == 0 { quote = byte }
            if byte == quote { phase = .text(isEscaped: false) }
            return .more
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if firstKey != nil, depth > base { return .nothing }
            if depth == base { objectStart = count }
            depth += 1
            return .more
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            guard firstKey == nil, depth > 0 else { return .nothing }
            depth -= 1
            if depth == base, byte == UInt8(ascii: "}") { objects.append(objectStart..<(count + 1)) }
            return depth == 0 ? endJSON(at: count + 1) : .more
        case _ where byte == form.closing?.first:
            // Brackets are missing.
            guard firstKey == nil else { return .nothing }
            if depth > base { objects.append(objectStart..<count) }
            _ = endJSON(at: count)
            return afterJSON(byte)
        default: return firstKey == nil || Self.isBlank(byte) ? .more : .nothing
        }
    }

    private mutating func text(_ byte: UInt8, _ isEscaped: Bool) -> Outcome {
        guard isEscaped || byte != quote else {
            phase = .json
            if let key = firstKey {
                guard WrittenForm.keys.contains(String(decoding: key, as: UTF8.self)) else { return .nothing }
                firstKey = nil
            }
            return .more
        }
        phase = .text(isEscaped: !isEscaped && byte == UInt8(ascii: "\\"))
        firstKey?.append(byte)
        return firstKey?.count ?? 0 > Self.skippedMax ? .nothing : .more
    }

    private mutating func endJSON(at place: Int) -> Outcome {
        end = place
        phase = .afterJSON
        return form.closing == nil && !form.isBare ? .over : .more
    }

    /// The closing, or another call behind a semicolon or nothing.
    private mutating func afterJSON(_ byte: UInt8) -> Outcome {
        if let closing = form.closing, byte == closing[matched] {
            matched += 1
            guard matched == closing.count else { return .more }
            end = count + 1
            return .over
        }
        if matched > 0 { return .over }
        if Self.isBlank(byte) || byte == UInt8(ascii: ";") { return .more }
        if byte == UInt8(ascii: "{"), name.isEmpty, base == 0 {
            beginJSON(at: count)
            return .more
        }
        // Words behind what was nothing but an object: it was something to read.
        return form.isBare ? .nothing : .over
    }

    // MARK: Tags

    private mutating func tags(_ byte: UInt8) -> Outcome {
        guard let closing = form.closing else { return .nothing }
        if let front = firstTag.map({ $0 + [byte] }) {
            guard let tag = WrittenForm.tags.first(where: { $0.starts(with: front) }) else { return .nothing }
            firstTag = tag == front ? nil : front
        }
        matched = byte == closing[matched] ? matched + 1 : byte == closing[0] ? 1 : 0
        guard matched == closing.count else { return .more }
        end = count + 1
        return .over
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ToolNames.isLetterOrDigit(byte) || "_-.:/".utf8.contains(byte)
    }
}
