internal import JSON
internal import LinuxSystem

/// A text file as numbered lines.
enum TextReading {
    static let lineCharactersMax = 2000
    /// Longer files are not read to their end for the sake of a few lines, so nobody knows how many they have.
    static let wholeBytesMax = 8 << 20
    /// Four bytes are a token, near enough: counting them is the business of the model.
    static let bytesPerToken = 4

    static func reply(
        _ file: borrowing OpenedFile, _ range: LineRange, _ call: ToolCall
    ) throws(ToolFailure) -> ToolReply {
        var window = LineWindow(
            first: range.first, linesMax: range.count, lineCharactersMax: lineCharactersMax,
            contentBytesMax: max(1, call.limits.tokens) * bytesPerToken)
        guard let bytes = try file.whole(limit: wholeBytesMax) else {
            let (encoding, isEndKnown) = try LongText.read(file, range, &window)
            var result = Self.result(file, range, window, encoding.name, isEndKnown: isEndKnown, call)
            if case .success(var reply) = result {
                reply.seen = file.seen(hash: file.stamp, isWhole: false, size: file.facts.size)
                result = .success(reply)
            }
            return try result.get()
        }
        if bytes.isEmpty { return empty(file) }
        guard let encoding = TextEncoding.detect(bytes, isWhole: true) else { throw binary(file) }
        let hash = ContentHash.of(bytes)
        if !range.isExplicit, let known = call.known(file), known.isWhole, known.hash == hash {
            return unchanged(file, hash, bytes.count)
        }
        let text = DecodedText(bytes, as: encoding)
        window.feed(text.utf8)
        window.finish()
        let encodingShown = text.isExact ? "\(encoding.name)" : "\(encoding.name), with faults"
        var reply = try result(file, range, window, encodingShown, isEndKnown: true, call).get()
        let isWhole =
            range.isFromStart && window.lineCount == window.totalLines && window.cutLines == 0 && !window.isFull
        reply.seen = file.seen(hash: hash, isWhole: isWhole, size: bytes.count)
        return reply
    }

    private static func result(
        _ file: borrowing OpenedFile, _ range: LineRange, _ window: LineWindow, _ encoding: String, isEndKnown: Bool,
        _ call: ToolCall
    ) -> Result<ToolReply, ToolFailure> {
        if window.lineCount == 0 { return .success(beyond(file, range, window)) }
        if range.isExplicit, window.isFull { return .failure(tooLong(window, call)) }
        let last = window.first + window.lineCount - 1
        var notes: [String] = []
        let rest = "Read on with offset \(last + 1), or search for what you need."
        if !isEndKnown, !window.isDone || window.isFull || !range.isExplicit {
            notes.append(
                "[PARTIAL view: lines \(window.first)-\(last) of a file of \(file.facts.size) bytes. \(rest)]")
        } else if !range.isExplicit, last < window.totalLines {
            notes.append("[PARTIAL view: lines \(window.first)-\(last) of \(window.totalLines). \(rest)]")
        }
        if window.cutLines > 0 {
            notes.append("[Lines longer than \(lineCharactersMax) characters are cut: \(window.cutLines) of these.]")
        }
        if !encoding.hasPrefix(TextEncoding.utf8(isMarked: false).name) {
            notes.append("[The file is \(encoding). Edits keep that.]")
        }
        var about: JSONValue = [
            "filePath": .string(file.path), "content": .string(String(decoding: window.content, as: UTF8.self)),
            "numLines": .int(window.lineCount), "startLine": .int(window.first),
            "totalLines": isEndKnown ? .int(window.totalLines) : .null,
        ]
        if window.isFull { about["truncatedByTokenCap"] = true }
        let content = [numbered(window)] + notes
        return .success(
            ToolReply(content.map { .text($0) }, structured: ["type": "text", "file": about]))
    }

    private static func numbered(_ window: LineWindow) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(window.content.count + 8 * window.lineCount)
        var number = window.first
        for line in window.content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if number > window.first { result.append(UInt8(ascii: "\n")) }
            result += String(number).utf8
            result.append(UInt8(ascii: "\t"))
            result += line
            number += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    // MARK: What is no page of lines

    private static func tooLong(_ window: LineWindow, _ call: ToolCall) -> ToolFailure {
        let advice =
            "Use offset and limit parameters to read specific portions of the file, or search for specific content instead of reading the whole file."
        if window.wantedBytes > call.limits.fileBytes {
            let sizes = [window.wantedBytes, call.limits.fileBytes].map { ($0 + 1023) / 1024 }
            return ToolFailure(
                .tooLarge, "File content (\(sizes[0])KB) exceeds maximum allowed size (\(sizes[1])KB). \(advice)")
        }
        let tokens = (window.wantedBytes + bytesPerToken - 1) / bytesPerToken
        return ToolFailure(
            .tooLarge,
            "File content (\(tokens) tokens) exceeds maximum allowed tokens (\(call.limits.tokens)). \(advice)")
    }

    private static func empty(_ file: borrowing OpenedFile) -> ToolReply {
        var reply = note(file, "Warning: the file exists but the contents are empty.", totalLines: 0)
        reply.seen = file.seen(hash: ContentHash.of([]), isWhole: false, size: 0)
        return reply
    }

    private static func beyond(_ file: borrowing OpenedFile, _ range: LineRange, _ window: LineWindow) -> ToolReply {
        let text =
            "Warning: the file exists but is shorter than the provided offset (\(range.first)). The file has \(window.totalLines) lines."
        return note(file, text, totalLines: window.totalLines)
    }

    private static func note(_ file: borrowing OpenedFile, _ text: String, totalLines: Int) -> ToolReply {
        let about: JSONValue = [
            "filePath": .string(file.path), "content": "", "numLines": 0, "startLine": 1,
            "totalLines": .int(totalLines),
        ]
        let wrapped = "<system-reminder>\(text)</system-reminder>"
        return ToolReply([.text(wrapped)], structured: ["type": "text", "file": about])
    }

    private static func unchanged(_ file: borrowing OpenedFile, _ hash: String, _ size: Int) -> ToolReply {
        var reply = ToolReply(
            [
                .text(
                    "The file has not changed since it was read whole in this session; what was shown then still holds."
                )
            ],
            structured: ["type": "file_unchanged", "file": ["filePath": .string(file.path)]])
        reply.seen = file.seen(hash: hash, isWhole: true, size: size)
        return reply
    }

    static func binary(_ file: borrowing OpenedFile) -> ToolFailure {
        ToolFailure(
            .binary,
            "\(file.path) is a binary file (\(file.facts.size) bytes), not text. Use a program that knows its format.")
    }
}
