/// The loader's own table of libraries (/etc/ld.so.cache): which files a name may mean. All of them are needed, because
/// which one is taken depends on the processor.
package struct LinkerCache: Sendable {
    private let paths: [String: [String]]

    private static let magic = Array("glibc-ld.so.cache1.1".utf8)
    private static let headBytes = 48
    private static let entryBytes = 24
    private static let entriesMax = 200_000
    private static let textBytesMax = 4096

    package static let path = "/etc/ld.so.cache"

    /// A table that cannot be read is an empty one: the loader's usual folders are looked at as well.
    package init(_ bytes: [UInt8]) { paths = Self.read(bytes) }

    private static func read(_ bytes: [UInt8]) -> [String: [String]] {
        // An older table may stand before it.
        guard let start = start(bytes) else { return [:] }
        var paths: [String: [String]] = [:]
        let count = min(bytes.number(at: start + 20, 4), entriesMax)
        for index in 0..<max(0, count) {
            let at = start + headBytes + index * entryBytes
            guard let name = text(bytes, start + bytes.number(at: at + 4, 4)),
                let path = text(bytes, start + bytes.number(at: at + 8, 4))
            else { break }
            paths[name, default: []].append(path)
        }
        return paths
    }

    package var folders: Set<String> {
        Set(paths.values.joined().compactMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } })
    }

    package subscript(_ name: String) -> [String] { paths[name] ?? [] }

    private static func start(_ bytes: [UInt8]) -> Int? {
        if bytes.starts(with: magic) { return 0 }
        guard bytes.count > magic.count else { return nil }
        return stride(from: 0, through: bytes.count - magic.count, by: 4).first { bytes[$0...].starts(with: magic) }
    }

    private static func text(_ bytes: [UInt8], _ offset: Int) -> String? {
        guard bytes.indices.contains(offset) else { return nil }
        return String(decoding: bytes[offset...].prefix(textBytesMax).prefix { $0 != 0 }, as: UTF8.self)
    }
}
