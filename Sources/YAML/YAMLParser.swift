package enum YAML {
    /// The one document of a file as a tree, or nil when the file holds nothing but blanks and comments.
    package static func parse(
        _ bytes: [UInt8], file: String, options: YAMLOptions = YAMLOptions()
    ) throws(YAMLError) -> YAMLNode? {
        guard bytes.count <= options.bytesMax else {
            throw YAMLError(
                file: file, position: .start,
                message: "the file has \(bytes.count) bytes; at most \(options.bytesMax) are read")
        }
        let text = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count...] : bytes[...]
        try SourceCheck(file: file, refusesHiddenCharacters: options.refusesHiddenCharacters).check(text)
        return try EventParser.withEvents(of: text, file: file) { events throws(YAMLError) in
            var composer = Composer(events: events, file: file, options: options)
            return try composer.document()
        }
    }

    package static func parse(
        _ text: String, file: String, options: YAMLOptions = YAMLOptions()
    ) throws(YAMLError) -> YAMLNode? {
        try parse(Array(text.utf8), file: file, options: options)
    }

    /// Windows editors put it in front of UTF-8; it says nothing.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
