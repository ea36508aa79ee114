internal import JSON
internal import LinuxSystem

/// A file that a call wants to change: what it holds now, and whether the session knows that.
struct Original: ~Copyable {
    let file: OpenedFile
    let bytes: [UInt8]
    let hash: String
    let text: DecodedText

    /// Nil where there is no file. What the session has not read, or what was changed since, is refused: by content, so that
    /// touching a file does not count.
    static func open(_ path: String, _ view: FileView, _ call: ToolCall) throws(ToolFailure) -> Original? {
        guard let file = try OpenedFile.open(path, view) else { return nil }
        guard let known = call.known(file) else {
            throw ToolFailure(.notRead, "File has not been read yet. Read it first before writing to it.")
        }
        guard let bytes = try file.whole(limit: bytesMax) else {
            throw ToolFailure(
                .tooLarge, "\(path) has \(file.facts.size) bytes; files of up to \(bytesMax) can be changed here.")
        }
        let hash = ContentHash.of(bytes)
        guard known.hash.hasPrefix(OpenedFile.stampMark) ? known.hash == file.stamp : known.hash == hash else {
            throw ToolFailure(
                .modifiedSinceRead,
                "File has been modified since read, either by the user or by a linter. Read it again before attempting to write it."
            )
        }
        let encoding = TextEncoding.detect(bytes, isWhole: true)
        // Bytes that are no text are only ever replaced as a whole.
        let text =
            encoding.map { DecodedText(bytes, as: $0) } ?? DecodedText(utf8: [], encoding: .windows1252, isExact: false)
        return Original(file: file, bytes: bytes, hash: hash, text: text)
    }

    static let bytesMax = 64 << 20

    /// For changes within it.
    borrowing func requireText() throws(ToolFailure) {
        if text.isExact { return }
        if TextEncoding.detect(bytes, isWhole: true) == nil { throw TextReading.binary(file) }
        throw ToolFailure(
            .badEncoding,
            "\(file.path) is \(text.encoding.name) with faults: it could not be written again as it is. Write it anew, or repair its encoding first."
        )
    }
}

/// What was done to a file, for model, programs and host.
struct Change {
    let path: String
    let place: String
    let before: String?
    let after: [UInt8]

    func note(in reply: inout ToolReply) {
        let hash = ContentHash.of(after)
        // It was written, not shown: reading it again is no repetition.
        reply.seen = Set([path, place]).sorted().map {
            ToolReply.Seen(path: $0, hash: hash, isWhole: false, size: after.count)
        }
        reply.changed = [ToolReply.Change(path: place, before: before, after: hash)]
    }

    /// Longer originals are in the checkpoint, not in the result.
    static let originalBytesMax = 256 << 10

    static func original(_ text: [UInt8]?) -> JSONValue {
        guard let text, text.count <= originalBytesMax else { return .null }
        return .string(String(decoding: text, as: UTF8.self))
    }
}
