internal import JSON
internal import LinuxSystem

/// The end of a server's log, and what is added to it.
struct MCPLogTail {
    private let path: String
    private var offset = 0
    private var inode: UInt64?

    /// Nobody reads more at once.
    private static let bytesMax = 4 << 20

    init(_ path: String) { self.path = path }

    mutating func last(_ count: Int) -> [String] {
        let status = try? File.status(path)
        inode = status?.identity.inode
        let size = status?.size ?? 0
        offset = size
        let start = max(0, size - Self.bytesMax)
        var lines = read(start, size - start)
        if start > 0, !lines.isEmpty { lines.removeFirst() }
        // Turned over a moment ago: what came before is in the older file.
        if lines.count < count, start == 0 {
            lines = before(path + ".1") + lines
        }
        return Array(lines.suffix(count))
    }

    mutating func more() -> [String] {
        guard let status = try? File.status(path) else { return [] }
        if status.identity.inode != inode || status.size < offset {
            inode = status.identity.inode
            offset = 0
        }
        let bytes = (try? File.read(path, from: offset, count: min(status.size - offset, Self.bytesMax))) ?? []
        // A line is told when it is whole.
        guard let end = bytes.lastIndex(of: 0x0A) else { return [] }
        offset += end + 1
        return Self.lines(bytes[...end])
    }

    private func read(_ start: Int, _ count: Int) -> [String] {
        Self.lines(((try? File.read(path, from: start, count: count)) ?? [])[...])
    }

    private func before(_ path: String) -> [String] {
        let size = (try? File.status(path).size) ?? 0
        let start = max(0, size - Self.bytesMax)
        return Self.lines(((try? File.read(path, from: start, count: size - start)) ?? [])[...])
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
        bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }

    /// `TIME KIND TEXT`, as the log has them.
    static func json(_ line: String) -> JSONValue {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { return ["time": .null, "from": .null, "text": .string(line)] }
        return ["time": .string(parts[0]), "from": .string(parts[1]), "text": .string(parts[2])]
    }

    static func json(_ name: String, _ path: String, _ lines: [String]) -> JSONValue {
        ["name": .string(name), "file": .string(path), "lines": .array(lines.map { json($0) })]
    }
}
