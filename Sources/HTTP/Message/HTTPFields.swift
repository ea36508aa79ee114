package import LinuxSystem

/// Header fields in the order they came, with their spelling, in one block of bytes: a request of twenty-five fields costs
/// two allocations and no string until somebody asks for a value.
package struct HTTPFields: Sendable {
    private var bytes: [UInt8]
    private var entries: [Entry]

    private struct Entry {
        var nameStart: UInt32
        var nameCount: UInt32
        /// Removed fields keep their bytes and lose this.
        var isPresent = true
        var valueStart: UInt32
        var valueCount: UInt32

        var nameEnd: Int { Int(nameStart) + Int(nameCount) }
        var valueEnd: Int { Int(valueStart) + Int(valueCount) }
    }

    package init() {
        bytes = []
        entries = []
    }

    /// Room for a whole head, so that nothing grows while it is filled.
    package init(byteCapacity: Int) {
        bytes = []
        entries = []
        bytes.reserveCapacity(byteCapacity)
        entries.reserveCapacity(32)
    }

    package var isEmpty: Bool { !entries.contains(where: \.isPresent) }

    // MARK: Reading a head

    /// A field whose name and value are at these places of a block that `fill` brings, before anybody looks.
    mutating func appendPlaces(name: Range<Int>, value: Range<Int>) {
        entries.append(
            Entry(
                nameStart: UInt32(name.lowerBound), nameCount: UInt32(name.count),
                valueStart: UInt32(value.lowerBound), valueCount: UInt32(value.count)))
    }

    /// All lines of the head at once, which costs less than one copy a line.
    mutating func fill(_ block: UnsafeRawBufferPointer) { bytes.append(contentsOf: block) }

    // MARK: Adding

    package mutating func append(_ others: HTTPFields) {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: others.bytes)
        for var entry in others.entries {
            entry.nameStart += start
            entry.valueStart += start
            entries.append(entry)
        }
    }

    /// The caller has checked that name and value are what HTTP allows.
    package mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: value)
        entries.append(
            Entry(
                nameStart: UInt32(start), nameCount: UInt32(name.count), valueStart: UInt32(start + name.count),
                valueCount: UInt32(value.count)))
    }

    /// A value that breaks the line is cut there: it can then not begin a field of its own.
    package mutating func append(_ name: String, _ value: String) {
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        let valueStart = bytes.count
        var value = value
        value.withUTF8 { text in
            let end = text.firstIndex { $0 == 0x0d || $0 == 0x0a || $0 == 0 } ?? text.count
            bytes.append(contentsOf: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[..<end])))
        }
        entries.append(
            Entry(
                nameStart: UInt32(start), nameCount: UInt32(valueStart - start), valueStart: UInt32(valueStart),
                valueCount: UInt32(bytes.count - valueStart)))
    }

    /// A value that went on in another line (obsolete, but answers may still do it).
    package mutating func extendLast(_ value: UnsafeRawBufferPointer) {
        if let last = entries.indices.last { extend(last, value) }
    }

    mutating func extend(_ index: Int, _ value: UnsafeRawBufferPointer) {
        let start = bytes.count
        bytes.append(contentsOf: bytes[Int(entries[index].valueStart)..<entries[index].valueEnd])
        bytes.append(0x20)
        bytes.append(contentsOf: value)
        entries[index].valueStart = UInt32(start)
        entries[index].valueCount += UInt32(value.count + 1)
    }

    var count: Int { entries.count }

    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        append(name, value)
    }

    package mutating func remove(_ name: String) {
        for index in entries.indices where matches(index, name) { entries[index].isPresent = false }
    }

    package mutating func remove(where shouldRemove: (UnsafeRawBufferPointer) -> Bool) {
        bytes.withUnsafeBytes { raw in
            for index in entries.indices where entries[index].isPresent {
                let entry = entries[index]
                if shouldRemove(UnsafeRawBufferPointer(rebasing: raw[Int(entry.nameStart)..<entry.nameEnd])) {
                    entries[index].isPresent = false
                }
            }
        }
    }

    // MARK: Looking

    /// The first value of that name.
    package subscript(_ name: String) -> String? {
        place(of: name).map(value)
    }

    private func place(of name: String) -> Int? { entries.indices.first { matches($0, name) } }

    package func values(_ name: String) -> [String] {
        var values: [String] = []
        for index in entries.indices where matches(index, name) { values.append(value(index)) }
        return values
    }

    package func contains(_ name: String) -> Bool { place(of: name) != nil }

    package func count(of name: String) -> Int { entries.indices.count { matches($0, name) } }

    /// Every field, without copying it.
    package func forEach(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { raw in
            for entry in entries where entry.isPresent {
                body(
                    UnsafeRawBufferPointer(rebasing: raw[Int(entry.nameStart)..<entry.nameEnd]),
                    UnsafeRawBufferPointer(rebasing: raw[Int(entry.valueStart)..<entry.valueEnd]))
            }
        }
    }

    /// Writes them as lines of a head, all but those that the caller does not want.
    package func write(to output: ByteBuffer, where isWanted: (UnsafeRawBufferPointer) -> Bool = { _ in true }) {
        // Each byte is written once at most, and every field has its colon, space and line end besides.
        let room = output.writable(minimum: bytes.count + 4 * entries.count)
        var at = 0
        forEach { name, value in
            guard isWanted(name) else { return }
            UnsafeMutableRawBufferPointer(rebasing: room[at...]).copyMemory(from: name)
            at += name.count
            room[at] = 0x3a
            room[at + 1] = 0x20
            UnsafeMutableRawBufferPointer(rebasing: room[(at + 2)...]).copyMemory(from: value)
            at += value.count + 2
            room[at] = 0x0d
            room[at + 1] = 0x0a
            at += 2
        }
        output.commit(at)
    }

    /// As pairs of strings, for logs and tests.
    package var list: [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        forEach { result.append((String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self))) }
        return result
    }

    /// Whether a comma-separated field holds that word, in any case: `Connection: keep-alive, close`.
    package func lists(_ word: String, in name: String) -> Bool {
        values(name).contains { value in
            value.split(separator: ",").contains { $0.trimmingSpaces().equalsIgnoringCase(word) }
        }
    }

    private func matches(_ index: Int, _ name: String) -> Bool {
        // The length decides nearly always.
        guard Int(entries[index].nameCount) == name.utf8.count, entries[index].isPresent else { return false }
        let entry = entries[index]
        return bytes.withUnsafeBytes { raw in
            ASCII.equalsIgnoringCase(UnsafeRawBufferPointer(rebasing: raw[Int(entry.nameStart)..<entry.nameEnd]), name)
        }
    }

    private func value(_ index: Int) -> String {
        let entry = entries[index]
        return String(decoding: bytes[Int(entry.valueStart)..<entry.valueEnd], as: UTF8.self)
    }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(byteCapacity: 256)
        for (name, value) in elements { append(name, value) }
    }
}
