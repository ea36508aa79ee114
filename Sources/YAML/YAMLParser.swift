package enum YAML {
    /// The one document of a file as a tree, or nil when the file holds nothing but blanks and comments.
    package static func parse(
        _ bytes: [UInt8], file: String, options: YAMLOptions = YAMLOptions()
    ) throws(YAMLError) -> YAMLNode? {
        let (node, errors) = read(bytes, file: file, options: options)
        if let first = errors.first { throw first }
        return node
    }

    package static func parse(
        _ text: String, file: String, options: YAMLOptions = YAMLOptions()
    ) throws(YAMLError) -> YAMLNode? {
        try parse(Array(text.utf8), file: file, options: options)
    }

    /// The tree as far as there is one, and what is wrong with the text, in its order. The tree of a file with errors is
    /// only good for finding more of them, so that one mistake does not hide the others.
    package static func read(
        _ bytes: [UInt8], file: String, options: YAMLOptions = YAMLOptions()
    ) -> (node: YAMLNode?, errors: [YAMLError]) {
        guard bytes.count <= options.bytesMax else {
            let message = "the file has \(bytes.count) bytes; at most \(options.bytesMax) are read"
            return (nil, [YAMLError(file: file, position: .start, message: message)])
        }
        let text = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count...] : bytes[...]
        let source = SourceCheck(file: file, refusesHiddenCharacters: options.refusesHiddenCharacters).check(text)
        guard let plain = source.plain else { return (nil, source.errors) }
        var found = compose(plain[...], file, options)
        if found.end != nil, let mended = Indentation.withoutTabs(plain) {
            let again = compose(mended[...], file, options)
            if again.end == nil { found = Composed(node: again.node, errors: again.errors, end: found.end) }
        }
        let errors = source.errors + found.errors + [found.end].compactMap { $0 }
        return (found.node, errors.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }

    /// Nobody mends more at once.
    static let errorsMax = 100

    private struct Composed {
        var node: YAMLNode?
        var errors: [YAMLError] = []
        /// Where the tree broke off.
        var end: YAMLError?
    }

    private static func compose(_ text: ArraySlice<UInt8>, _ file: String, _ options: YAMLOptions) -> Composed {
        var result = Composed()
        do throws(YAMLError) {
            try EventParser.withEvents(of: text, file: file) { events throws(YAMLError) in
                var composer = Composer(events: events, file: file, options: options)
                defer { result.errors = composer.errors }
                result.node = try composer.document()
            }
        } catch {
            result.end = error
        }
        return result
    }

    /// Windows editors put it in front of UTF-8; it says nothing.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

/// Lines that begin with tabs, which YAML does not take.
private enum Indentation {
    /// With blanks in their place, so that the rest of the file can be looked at; nil where there are none.
    static func withoutTabs(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var isIndentation = true
        var hasTab = false
        for byte in bytes {
            if isIndentation, byte == UInt8(ascii: "\t") {
                hasTab = true
                result += [UInt8(ascii: " "), UInt8(ascii: " ")]
                continue
            }
            isIndentation = byte == UInt8(ascii: "\n") || (isIndentation && byte == UInt8(ascii: " "))
            result.append(byte)
        }
        return hasTab ? result : nil
    }
}
