internal import JSON
package import LinuxSystem

/// Checkpoints that are not in the store yet, each a file of its own: written before the change is made, by whoever makes
/// it, without a lock and without libgit2. What one process has written survives its end, however that comes.
package struct PendingCheckpoints: Sendable {
    package let folder: String

    package init(stateFolder: String) { folder = "\(stateFolder)/checkpoints/pending" }

    /// A record with its contents, in the order of `CheckpointRecord.contents`.
    package struct Entry: Sendable {
        package let name: String
        package let record: CheckpointRecord
        package let contents: [[UInt8]]
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
            let json = record.json.bytes()
            var whole = Self.head(json.count, contents.reduce(0) { $0 + $1.count }) + json
            // One call for what is small, which nearly all is.
            if contents.allSatisfy({ $0.count <= Self.smallBytes }) {
                for content in contents { whole += content }
                try file.writeAll(whole)
            } else {
                try file.writeAll(whole)
                for content in contents { try file.writeAll(content) }
            }
        } catch {
            try? File.remove(path)
            throw error
        }
        return name
    }

    /// What is written in one go.
    static let smallBytes = 64 << 10

    package func remove(_ name: String) { try? File.remove("\(folder)/\(name)") }

    /// In the order of time.
    package func names() -> [String] { ((try? Directory.entries(folder)) ?? []).sorted() }

    /// nil for one that is being written, or never was written to its end: the change was not made then.
    package func read(_ name: String) -> Entry? {
        guard let bytes = try? File.read("\(folder)/\(name)"), bytes.count >= Self.headBytes else { return nil }
        let numbers = [bytes[0..<8], bytes[8..<16]].map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } }
        guard numbers.allSatisfy({ (0...File.wholeFileBytesMax).contains($0) }),
            bytes.count == Self.headBytes + numbers[0] + numbers[1],
            let json = try? JSONValue(parsing: Array(bytes[Self.headBytes..<Self.headBytes + numbers[0]])),
            let record = CheckpointRecord(json)
        else { return nil }
        var contents: [[UInt8]] = []
        var offset = Self.headBytes + numbers[0]
        for state in record.contents {
            guard state.bytes >= 0, offset + state.bytes <= bytes.count else { return nil }
            contents.append(Array(bytes[offset..<offset + state.bytes]))
            offset += state.bytes
        }
        return offset == bytes.count ? Entry(name: name, record: record, contents: contents) : nil
    }

    /// Twelve digits of milliseconds last beyond the year 10000.
    private static func name(_ record: CheckpointRecord) -> String {
        let time = String(record.milliseconds, radix: 16)
        return String(repeating: "0", count: max(0, 12 - time.count)) + "\(time)-\(record.id)"
    }

    private static let headBytes = 16

    private static func head(_ json: Int, _ contents: Int) -> [UInt8] {
        [json, contents].flatMap { length in (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } }
    }
}
