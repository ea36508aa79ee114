internal import LinuxSystem

/// A regular file, open for reading. Whatever else has a name is refused before it is opened: a FIFO would make us wait, and
/// opening a device may do something.
struct OpenedFile: ~Copyable {
    /// As the call named it.
    let path: String
    /// Where it is, links followed; as `path` where nobody can say.
    let place: String
    let descriptor: Descriptor
    let facts: FileFacts

    /// Nil where nothing is there.
    static func open(_ path: String, _ view: FileView) throws(ToolFailure) -> OpenedFile? {
        let kind: FileFacts.Kind
        do throws(SystemError) {
            kind = try view.open(path, .placeOnly).facts().kind
        } catch {
            if error.isNotFound { return nil }
            throw PathTrouble.failure(error, path)
        }
        try refuse(path, kind)
        let descriptor = try PathTrouble.explain(path) { () throws(SystemError) in
            try view.open(path, [.readOnly, .nonblocking, .noTerminal])
        }
        let facts = try PathTrouble.explain(path) { () throws(SystemError) in try descriptor.facts() }
        // Somebody may have put something else there in between.
        try refuse(path, facts.kind)
        let place = (try? descriptor.place()) ?? path
        return OpenedFile(path: path, place: place, descriptor: descriptor, facts: facts)
    }

    static func existing(_ path: String, _ view: FileView) throws(ToolFailure) -> OpenedFile {
        guard let file = try open(path, view) else { throw PathTrouble.missing(path, view) }
        return file
    }

    private static func refuse(_ path: String, _ kind: FileFacts.Kind) throws(ToolFailure) {
        switch kind {
        case .regular: return
        case .folder:
            throw ToolFailure(
                .isDirectory, "EISDIR: \(path) is a directory, not a file. List it with LS, then name a file in it.")
        case .pipe:
            throw ToolFailure(.notAFile, "\(path) is a FIFO (a named pipe): reading it could wait forever.")
        case .socket: throw ToolFailure(.notAFile, "\(path) is a socket, not a file.")
        case .device: throw ToolFailure(.notAFile, "\(path) is a device, not a file.")
        case .link: throw ToolFailure(.notAFile, "\(path) is a link that leads nowhere.")
        }
    }
}

extension OpenedFile {
    /// All of it, unless it is longer than `limit`: then nil.
    borrowing func whole(limit: Int) throws(ToolFailure) -> [UInt8]? {
        if facts.size > limit { return nil }
        do throws(SystemError) {
            // One more than its size, to see its end; and what has no size, such as files of /proc, in pieces.
            var bytes = try descriptor.read(0..<max(facts.size + 1, Self.pieceBytes))
            var isEnd = bytes.count < max(facts.size + 1, Self.pieceBytes)
            while !isEnd {
                if bytes.count > limit { return nil }
                let more = try descriptor.read(bytes.count..<bytes.count + Self.growthBytes)
                bytes += more
                isEnd = more.count < Self.growthBytes
            }
            return bytes.count > limit ? nil : bytes
        } catch {
            throw PathTrouble.failure(error, path)
        }
    }

    private static let pieceBytes = 4 << 10
    private static let growthBytes = 256 << 10

    /// What tells this state of the file from others where reading all of it would be too much.
    var stamp: String {
        let version = facts.version
        let numbers = [
            Int(truncatingIfNeeded: version.device), Int(truncatingIfNeeded: version.inode), version.size,
            version.modifiedNanoseconds, version.changedNanoseconds,
        ]
        return Self.stampMark + numbers.map { String($0) }.joined(separator: "-")
    }

    static let stampMark = "stamp:"

    /// Under both of its names, so that the session knows it by either.
    borrowing func seen(hash: String, isWhole: Bool, size: Int) -> [ToolReply.Seen] {
        Set([path, place]).sorted().map { ToolReply.Seen(path: $0, hash: hash, isWhole: isWhole, size: size) }
    }
}

extension ToolCall {
    func known(_ file: borrowing OpenedFile) -> Known? { known[file.path] ?? known[file.place] }
}
