/// The bytes are also what CJail's judge.c reads, word for word: every program and every list of patterns stands behind its
/// length.
extension ProgramRules {
    package static func encode(_ all: [ProgramRules]) -> [UInt8] {
        var writer = WireWriter()
        writer.list(all) { $0.blob($1.encoded) }
        return writer.bytes
    }

    private var encoded: [UInt8] {
        var writer = WireWriter()
        writer.number(file.device)
        writer.number(file.inode)
        writer.flag(allowsOthers)
        writer.text(name)
        writer.list(rules) { $1.write(to: &$0) }
        return writer.bytes
    }

    static func decode(_ reader: inout WireReader) throws(WireError) -> [ProgramRules] {
        try reader.list(max: WireLimits.judgedPrograms, bytesEach: 4) { reader throws(WireError) in
            var program = WireReader(try reader.blob(max: WireLimits.planBytes))
            let file = ExpectedFile(device: try program.number(), inode: try program.number())
            let allowsOthers = try program.flag()
            let name = try program.text(max: WireLimits.pathBytes)
            let rules = try program.list(max: WireLimits.argumentRules, bytesEach: 14) { reader throws(WireError) in
                try ArgumentRule(from: &reader)
            }
            try program.finish()
            return ProgramRules(file: file, name: name, rules: rules, allowsOthers: allowsOthers)
        }
    }
}

extension ArgumentRule {
    /// enum cjail_words
    private enum Kind: UInt8 {
        case any = 0
        case inOrder = 1
        case inOrderAndMore = 2
        case each = 3
    }

    fileprivate func write(to writer: inout WireWriter) {
        let (kind, patterns): (Kind, [String]) =
            switch words {
            case .any: (.any, [])
            case .inOrder(let words, open: false): (.inOrder, words)
            case .inOrder(let words, open: true): (.inOrderAndMore, words)
            case .each(let words): (.each, words)
            }
        writer.number(number)
        writer.flag(denies)
        writer.number(kind.rawValue)
        for list in [patterns, denied] {
            var part = WireWriter()
            part.list(list) { $0.text($1) }
            writer.blob(part.bytes)
        }
    }

    fileprivate init(from reader: inout WireReader) throws(WireError) {
        let number: UInt32 = try reader.number()
        if number == .max { throw WireError("a rule with the number of none") }
        let denies = try reader.flag()
        guard let kind = Kind(rawValue: try reader.number()) else { throw WireError("a rule that nobody knows") }
        let patterns = try Self.readPatterns(&reader)
        let denied = try Self.readPatterns(&reader)
        let words: Words =
            switch kind {
            case .any: .any
            case .inOrder: .inOrder(patterns, open: false)
            case .inOrderAndMore: .inOrder(patterns, open: true)
            case .each: .each(patterns)
            }
        if kind == .any && !patterns.isEmpty { throw WireError("patterns for any words") }
        self.init(number: number, denies: denies, words, denied: denied)
    }

    private static func readPatterns(_ reader: inout WireReader) throws(WireError) -> [String] {
        var part = WireReader(try reader.blob(max: WireLimits.planBytes))
        let patterns = try part.list(max: WireLimits.patterns, bytesEach: 4) { reader throws(WireError) in
            try reader.text(max: WireLimits.pathBytes)
        }
        try part.finish()
        return patterns
    }
}

extension RefusedProgram {
    func write(to writer: inout WireWriter) {
        writer.text(program)
        writer.list(arguments) { $0.text($1) }
        writer.number(rule ?? .max)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let program = try reader.text(max: WireLimits.refusedBytes)
        let arguments = try reader.list(max: WireLimits.refusedBytes, bytesEach: 4) { reader throws(WireError) in
            try reader.text(max: WireLimits.refusedBytes)
        }
        let rule: UInt32 = try reader.number()
        self.init(program: program, arguments: arguments, rule: rule == .max ? nil : rule)
    }
}
