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

    // MARK: Adding

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
        bytes.append(contentsOf: value.utf8.prefix { $0 != 0x0d && $0 != 0x0a && $0 != 0 })
        entries.append(
            Entry(
                nameStart: UInt32(start), nameCount: UInt32(valueStart - start), valueStart: UInt32(valueStart),
                valueCount: UInt32(bytes.count - valueStart)))
    }

    /// A value that went on in another line (obsolete, but answers may still do it).
    package mutating func extendLast(_ value: UnsafeRawBufferPointer) {
        guard !entries.isEmpty, entries[entries.count - 1].valueEnd == bytes.count else { return }
        bytes.append(0x20)
        bytes.append(contentsOf: value)
        entries[entries.count - 1].valueCount += UInt32(value.count + 1)
    }

    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        append(name, value)
    }

    package mutating func remove(_ name: String) {
        for index in entries.indices where matches(index, name) { entries[index].isPresent = false }
    }

    package mutating func remove(where shouldRemove: (UnsafeRawBufferPointer) -> Bool) {
        for index in entries.indices where entries[index].isPresent {
            let entry = entries[index]
            let removes = bytes.withUnsafeBytes { raw in
                shouldRemove(UnsafeRawBufferPointer(rebasing: raw[Int(entry.nameStart)..<entry.nameEnd]))
            }
            if removes { entries[index].isPresent = false }
        }
    }

    // MARK: Looking

    /// The first value of that name.
    package subscript(_ name: String) -> String? {
        for index in entries.indices where matches(index, name) { return value(index) }
        return nil
    }

    package func values(_ name: String) -> [String] {
        entries.indices.filter { matches($0, name) }.map { value($0) }
    }

    package func contains(_ name: String) -> Bool { entries.indices.contains { matches($0, name) } }

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
        let entry = entries[index]
        guard entry.isPresent, Int(entry.nameCount) == name.utf8.count else { return false }
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
        self.init()
        for (name, value) in elements { append(name, value) }
    }
}
