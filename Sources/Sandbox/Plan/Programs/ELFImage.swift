/// What an ELF file asks of others: its interpreter, the libraries that it names, and where it wants them looked for.
/// Everything in it may be wrong on purpose: what cannot be read is nil, and every count is bounded.
package struct ELFImage: Sendable, Equatable {
    package var machine: UInt16 = 0
    /// The loader; only what can be started by itself has one (and libc.so, which says hello).
    package var interpreter: String?
    package var needed: [String] = []
    /// DT_RUNPATH, or DT_RPATH where there is none, as written.
    package var searchPath: [String] = []

    /// Bytes of the file; nil beyond its end.
    package typealias Reading = (_ offset: Int, _ count: Int) -> [UInt8]?

    private static let segmentsMax = 512
    private static let dynamicBytesMax = 1 << 20
    private static let stringsBytesMax = 16 << 20
    private static let textBytesMax = 4096

    /// nil for what is no ELF file of 64 bits in the usual byte order.
    package init?(_ read: Reading) {
        guard let head = read(0, 64), head.count == 64, head.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else {
            return nil
        }
        machine = UInt16(truncatingIfNeeded: head.number(at: 18, 2))
        let segmentBytes = head.number(at: 54, 2)
        let count = head.number(at: 56, 2)
        guard segmentBytes >= 56, count > 0, count <= Self.segmentsMax,
            let table = read(head.number(at: 32, 8), segmentBytes * count), table.count == segmentBytes * count
        else { return nil }
        var loads: [Segment] = []
        var dynamic: Segment?
        for index in 0..<count {
            let at = index * segmentBytes
            let segment = Segment(
                offset: table.number(at: at + 8, 8), address: table.number(at: at + 16, 8),
                bytes: table.number(at: at + 32, 8))
            switch table.number(at: at, 4) {
            case 1: loads.append(segment)
            case 2: dynamic = segment
            case 3:
                guard segment.bytes <= Self.textBytesMax, let text = read(segment.offset, segment.bytes) else {
                    return nil
                }
                interpreter = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            default: continue
            }
        }
        if let dynamic, !readDynamic(dynamic, loads, read) { return nil }
    }

    private struct Segment {
        let offset: Int
        let address: Int
        let bytes: Int
    }

    private mutating func readDynamic(_ dynamic: Segment, _ loads: [Segment], _ read: Reading) -> Bool {
        guard dynamic.bytes <= Self.dynamicBytesMax, let entries = read(dynamic.offset, dynamic.bytes) else {
            return false
        }
        var names: [Int] = []
        var runPath: Int?
        var oldPath: Int?
        var stringsAddress: Int?
        var stringsBytes = 0
        walk: for at in stride(from: 0, to: entries.count - 15, by: 16) {
            let value = entries.number(at: at + 8, 8)
            switch entries.number(at: at, 8) {
            case 0: break walk
            case 1: names.append(value)
            case 5: stringsAddress = value
            case 10: stringsBytes = value
            case 15: oldPath = value
            case 29: runPath = value
            default: continue
            }
        }
        guard let stringsAddress, stringsBytes > 0, stringsBytes <= Self.stringsBytesMax,
            let load = loads.first(where: { stringsAddress >= $0.address && stringsAddress - $0.address < $0.bytes }),
            let strings = read(load.offset + (stringsAddress - load.address), stringsBytes)
        else { return names.isEmpty }
        func text(_ offset: Int) -> String? {
            guard strings.indices.contains(offset) else { return nil }
            return String(decoding: strings[offset...].prefix(Self.textBytesMax).prefix { $0 != 0 }, as: UTF8.self)
        }
        needed = names.compactMap(text)
        searchPath = (runPath ?? oldPath).flatMap(text)?.split(separator: ":").map(String.init) ?? []
        return true
    }
}

extension [UInt8] {
    /// An unsigned number, lowest byte first; -1 beyond the end and for what no offset can be, so that a bounds check fails.
    func number(at offset: Int, _ width: Int) -> Int {
        guard offset >= 0, offset <= count - width else { return -1 }
        var result: UInt64 = 0
        for index in 0..<width { result |= UInt64(self[offset + index]) << (8 * UInt64(index)) }
        return Int(exactly: result) ?? -1
    }
}
