internal import JSON
package import LinuxSystem

/// Checkpoints that are not in the store yet, each a file of its own or small ones in a row: written before the change is made, by
/// whoever makes it, without libgit2. What one process has written survives its end, however that comes.
package struct PendingCheckpoints: Sendable {
    package let folder: String

    package init(stateFolder: String) { folder = "\(stateFolder)/checkpoints/pending" }

    /// A record with its contents, in the order of `CheckpointRecord.contents`.
    package struct Entry: Sendable {
        package let record: CheckpointRecord
        package let contents: [[UInt8]]
    }

    /// All that a file says as long as it has this size.
    package struct Batch: Sendable {
        package let entries: [Entry]
        package let bytes: Int
    }

    /// Where one was written, to take it back.
    package struct Place: Sendable, Hashable {
        package let name: String
        /// nil where it has the file for itself.
        package let offset: Int?
    }

    package func prepare() throws(SystemError) {
        // Both, so that the parent is for us alone, too.
        for path in [String(folder.dropLast("/pending".utf8.count)), folder] { try Self.prepare(path) }
    }

    private static func prepare(_ path: String) throws(SystemError) {
        do throws(PrivateFolder.Refusal) {
            try PrivateFolder.prepare(path)
        } catch {
            switch error {
            case .failed(let problem): throw problem
            case .notAFolder: throw SystemError(call: "mkdir", code: SystemError.notADirectory, subject: path)
            case .ownedBy: throw SystemError(call: "mkdir", code: SystemError.notPermitted, subject: path)
            }
        }
    }

    /// The name under which it can be taken back.
    package func add(_ record: CheckpointRecord, _ contents: [[UInt8]]) throws(SystemError) -> String {
        let name = Self.name(record)
        let path = "\(folder)/\(name)"
        let file = try Descriptor.open(path, [.writeOnly, .create, .exclusive, .noFollow])
        do throws(SystemError) {
            try file.writeAll(Self.head(record, contents))
            for content in contents { try file.writeAll(content) }
        } catch {
            try? File.remove(path)
            throw error
        }
        return name
    }

    /// The change was not made after all. Whoever has read it meanwhile keeps it.
    package func takeBack(_ place: Place) {
        let path = "\(folder)/\(place.name)"
        guard let offset = place.offset else {
            try? File.remove(path)
            return
        }
        guard let file = try? Descriptor.open(path, [.writeOnly, .noFollow]) else { return }
        try? file.write([Self.takenBack], at: offset + Self.markOffset)
    }

    /// Nothing that came in since may go with it: then it stays, and is read again.
    package func remove(_ name: String, ifStill bytes: Int) {
        guard let file = try? Descriptor.open("\(folder)/\(name)", [.readOnly, .noFollow]),
            (try? file.tryLockExclusively()) == true, (try? file.facts().size) == bytes
        else { return }
        try? File.remove("\(folder)/\(name)")
    }

    /// In the order of time.
    package func names() -> [String] { ((try? Directory.entries(folder)) ?? []).sorted() }

    /// nil where nothing is there to its end. What is being written, or never was written to its end, does not count: the change
    /// was not made then.
    package func read(_ name: String) -> Batch? {
        guard let bytes = try? File.read("\(folder)/\(name)") else { return nil }
        var entries: [Entry] = []
        var rest = bytes[...]
        var isWhole = false
        while let (body, json, isTakenBack) = Self.first(&rest) {
            isWhole = true
            if !isTakenBack, let entry = Self.entry(body, json) { entries.append(entry) }
        }
        return isWhole ? Batch(entries: entries, bytes: bytes.count) : nil
    }

    /// The next one that is there to its end, cut off the rest.
    private static func first(
        _ rest: inout ArraySlice<UInt8>
    ) -> (body: ArraySlice<UInt8>, json: Int, isTakenBack: Bool)? {
        guard rest.count >= headBytes else { return nil }
        let isTakenBack = rest[rest.startIndex + markOffset] == takenBack
        let numbers = [0, 8].map { start in
            // The highest byte is the mark's; no length needs it.
            rest.dropFirst(start).prefix(markOffset).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let bound = 0...File.wholeFileBytesMax
        guard numbers.allSatisfy(bound.contains), rest.count - headBytes >= numbers[0] + numbers[1] else { return nil }
        let body = rest.dropFirst(headBytes).prefix(numbers[0] + numbers[1])
        rest = rest[body.endIndex...]
        return (body, numbers[0], isTakenBack)
    }

    private static func entry(_ body: ArraySlice<UInt8>, _ jsonBytes: Int) -> Entry? {
        guard let json = try? JSONValue(parsing: Array(body.prefix(jsonBytes))), let record = CheckpointRecord(json)
        else { return nil }
        var contents: [[UInt8]] = []
        var left = body.dropFirst(jsonBytes)
        for state in record.contents {
            guard (0...left.count).contains(state.bytes) else { return nil }
            contents.append(Array(left.prefix(state.bytes)))
            left = left.dropFirst(state.bytes)
        }
        return left.isEmpty ? Entry(record: record, contents: contents) : nil
    }

    /// Twelve digits of milliseconds last beyond the year 10000.
    static func name(_ record: CheckpointRecord) -> String {
        let time = String(record.milliseconds, radix: 16)
        return String(repeating: "0", count: max(0, 12 - time.count)) + "\(time)-\(record.id)"
    }

    private static let headBytes = 16
    /// In the head: 0, or that it does not count.
    private static let markOffset = 7
    private static let takenBack: UInt8 = 0xFF

    /// The lengths of the record and of the contents behind it, and the record.
    static func head(_ record: CheckpointRecord, _ contents: [[UInt8]]) -> [UInt8] {
        let json = record.json.bytes()
        let lengths = [json.count, contents.reduce(0) { $0 + $1.count }]
        return lengths.flatMap { length in (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } } + json
    }
}
