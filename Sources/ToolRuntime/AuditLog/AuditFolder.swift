package import LinuxSystem

/// The files of a log: `000001.jsonl` and so on, the largest number being written to; `head`, the end of the chain as it
/// was last written; `lock`, held by whoever writes; `reserve`, room that is given up where there is no other.
package struct AuditFolder: Sendable, Equatable {
    package let path: String

    package init(_ path: String) { self.path = path }

    package var headPath: String { "\(path)/head" }
    package var lockPath: String { "\(path)/lock" }
    package var reservePath: String { "\(path)/reserve" }
    package func filePath(_ number: Int) -> String { "\(path)/\(Self.fileName(number))" }

    private static let digits = 6

    package static func fileName(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text + ".jsonl"
    }

    /// The numbers of the files that are there, ascending; empty when there is no folder yet.
    package func fileNumbers() throws(SystemError) -> [Int] {
        do throws(SystemError) {
            return try Directory.entries(path).compactMap { name in
                guard name.hasSuffix(".jsonl"), let number = Int(name.dropLast(6)), Self.fileName(number) == name
                else { return nil }
                return number
            }.sorted()
        } catch {
            if error.isNotFound { return [] }
            throw error
        }
    }
}

/// The file `head`: written in place after each record, always of one length, so that a log that was cut off at its end
/// can be told from one that ends there.
enum AuditHead {
    /// The largest number and the digest fit.
    static let bytes = 128

    enum Found: Equatable {
        case end(AuditEnd)
        case missing
        case unreadable
    }

    static func text(_ end: AuditEnd) -> [UInt8] {
        let text = Array(end.description.utf8)
        return text + [UInt8](repeating: 0x20, count: bytes - text.count - 1) + [0x0A]
    }

    static func read(_ folder: AuditFolder) throws(SystemError) -> Found {
        let content: [UInt8]
        do throws(SystemError) {
            content = try File.read(folder.headPath, limit: 1 << 16)
        } catch {
            if error.isNotFound { return .missing }
            throw error
        }
        let text = String(decoding: content.prefix { $0 > 0x20 }, as: UTF8.self)
        guard content.count == bytes, let end = AuditEnd(text), Self.text(end) == content else { return .unreadable }
        return .end(end)
    }

    static func write(_ end: AuditEnd, _ folder: AuditFolder) throws(SystemError) {
        let file = try Descriptor.open(folder.headPath, [.writeOnly, .create, .noFollow])
        try file.write(text(end), at: 0)
    }
}
