package import Digest
package import JSON
internal import LinuxSystem

/// What stands at the front of each line: its place in the chain.
package struct AuditLink: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// A run of a tool.
        case run
        /// The log about itself: a line that was torn, records that were missing when it went on.
        case notice
    }

    /// From 1, over all files.
    package let sequence: Int
    package let kind: Kind
    /// The SHA-256 of the line before, without its line feed; zero for the first.
    package let previous: SHA256
}

/// What the log says of itself.
package enum AuditNotice: String, Sendable, CaseIterable {
    /// A writer died in the middle of a line.
    case tornLine = "torn_line"
    /// The head knew of records that were not there any more.
    case recordsMissing = "records_missing"
    /// The last record was not the one that the head knew.
    case recordChanged = "record_changed"
    case lineUnreadable = "line_unreadable"
    case headMissing = "head_missing"
    case headUnreadable = "head_unreadable"

    static let key = "notice"
}

/// Lines of the log. A line is one JSON object and a line feed, and is hashed as it stands: nothing depends on how
/// JSON could be written otherwise.
package enum AuditRecord {
    /// Of a whole line. Inputs are cut far below this.
    package static let bytesMax = 256 << 10

    static func line(_ link: AuditLink, time: String, _ members: [JSONObject.Member]) -> [UInt8] {
        var object = JSONObject()
        object["seq"] = .int(link.sequence)
        object["time"] = .string(time)
        object["kind"] = .string(link.kind.rawValue)
        object["prev"] = .string(link.previous.description)
        object.members += members
        return JSONValue.object(object).bytes()
    }

    /// The object of a line, and its place in the chain; nil when it is none of our lines.
    package static func read(_ line: [UInt8]) -> (link: AuditLink, object: JSONObject)? {
        guard line.count <= bytesMax, case .object(let object)? = try? JSONValue(parsing: line, limits: limits),
            let sequence = object["seq"]?.int, sequence > 0,
            let kind = object["kind"]?.string.flatMap({ AuditLink.Kind(rawValue: $0) }),
            let previous = object["prev"]?.string.flatMap({ SHA256(hexadecimal: $0) })
        else { return nil }
        return (AuditLink(sequence: sequence, kind: kind, previous: previous), object)
    }

    private static let limits = JSONLimits(depth: 64, bytes: bytesMax)
}

/// The end of a chain: how far it goes, and the hash that the next record will hold.
package struct AuditEnd: Sendable, Equatable, CustomStringConvertible {
    package var sequence: Int
    package var hash: SHA256

    package init(sequence: Int, hash: SHA256) {
        self.sequence = sequence
        self.hash = hash
    }

    package static let beginning = AuditEnd(sequence: 0, hash: .zero)

    /// `12:9f86d0…`, as `--anchor` takes it.
    package var description: String { "\(sequence):\(hash)" }

    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int(parts[0]), sequence > 0,
            let hash = SHA256(hexadecimal: String(parts[1]))
        else { return nil }
        self.init(sequence: sequence, hash: hash)
    }
}
