internal import CYAML

/// libyaml's event, without its memory.
struct Event {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(YAMLScalar, anchor: String?, tag: String?)
        case sequenceStart(anchor: String?, tag: String?)
        case sequenceEnd
        case mappingStart(anchor: String?, tag: String?)
        case mappingEnd
    }

    let kind: Kind
    let position: YAMLPosition
}

/// libyaml's parser. All that touches its pointers is here.
struct EventParser {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let file: String

    /// The parser lives as long as the call: libyaml keeps a pointer into the text.
    static func withEvents<Result>(
        of text: ArraySlice<UInt8>, file: String, _ body: (EventParser) throws(YAMLError) -> Result
    ) throws(YAMLError) -> Result {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(file: file, position: .start, message: "no memory to read the file")
        }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // The closure of withUnsafeBytes has no typed throws that survives here: carry the outcome in a Result.
        let outcome: Swift.Result<Result, YAMLError> = text.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            do throws(YAMLError) {
                return .success(try body(EventParser(parser: parser, file: file)))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    func next() throws(YAMLError) -> Event {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
        defer { yaml_event_delete(&raw) }
        return Event(kind: kind(of: raw), position: YAMLPosition(raw.start_mark))
    }

    private func kind(of raw: yaml_event_t) -> Event.Kind {
        switch raw.type {
        case YAML_STREAM_START_EVENT:
            return .streamStart
        case YAML_DOCUMENT_START_EVENT:
            return .documentStart
        case YAML_DOCUMENT_END_EVENT:
            return .documentEnd
        case YAML_ALIAS_EVENT:
            return .alias(text(raw.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                YAMLScalar(String(decoding: bytes, as: UTF8.self), style: style(scalar.style)),
                anchor: text(scalar.anchor), tag: text(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            return .sequenceStart(anchor: text(raw.data.sequence_start.anchor), tag: text(raw.data.sequence_start.tag))
        case YAML_SEQUENCE_END_EVENT:
            return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            return .mappingStart(anchor: text(raw.data.mapping_start.anchor), tag: text(raw.data.mapping_start.tag))
        case YAML_MAPPING_END_EVENT:
            return .mappingEnd
        default:
            // YAML_STREAM_END_EVENT, and YAML_NO_EVENT, which libyaml gives after the end.
            return .streamEnd
        }
    }

    private func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private func text(_ pointer: UnsafePointer<yaml_char_t>?) -> String? {
        pointer.map { String(decodingCString: $0, as: UTF8.self) }
    }

    private func failure() -> YAMLError {
        let raw = parser.pointee
        var message = raw.problem.map { String(cString: $0) } ?? "the file cannot be read"
        if let context = raw.context {
            let place = raw.context_mark.line != raw.problem_mark.line ? " from line \(raw.context_mark.line + 1)" : ""
            message += " (\(String(cString: context))\(place))"
        }
        if let mend = Self.mend(message) { message += "; \(mend)" }
        return YAMLError(file: file, position: YAMLPosition(raw.problem_mark), message: message)
    }

    /// libyaml speaks to people who know its grammar; these are for the others.
    private static func mend(_ message: String) -> String? {
        if message.hasPrefix("found character that cannot start any token") {
            return "a tab cannot indent (use spaces), and text that starts with @, ` or % needs quotes"
        }
        if message.hasPrefix("mapping values are not allowed in this context") {
            return "a text with \": \" in it needs quotes, or the indentation is off"
        }
        if message.hasPrefix("did not find expected key") {
            return "the line's indentation fits none of the lines above it"
        }
        if message.hasPrefix("did not find expected ',' or") {
            return "in { … } and [ … ], text that holds one of [ ] { } , needs quotes: rule: \"commands.deny[2]\""
        }
        if message.hasPrefix("could not find expected ':'") { return "a key is followed by a colon and a blank" }
        return nil
    }
}

extension YAMLPosition {
    /// libyaml counts from 0.
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }
}
