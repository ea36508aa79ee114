/// Bytes of our own with the padding that the parser needs after them. For bodies that arrive in pieces, and for what
/// others gave us without padding.
package struct PaddedBytes: ~Copyable {
    private var storage: UnsafeMutableRawBufferPointer
    package private(set) var count = 0

    package init(capacity: Int = 0) {
        storage = .allocate(byteCount: max(capacity, 0) + JSON.paddingBytes, alignment: Self.alignment)
        clearPadding()
    }

    package init(copying bytes: UnsafeRawBufferPointer) {
        self.init(capacity: bytes.count)
        append(bytes)
    }

    deinit {
        storage.deallocate()
    }

    /// Valid until the next change; `JSON.paddingBytes` more can be read after it.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        reserve(count + bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
        count += bytes.count
        clearPadding()
    }

    package mutating func removeAll() {
        count = 0
        clearPadding()
    }

    /// One vector register, so that the blocks that are read do not straddle cache lines.
    private static let alignment = 64

    private mutating func reserve(_ wanted: Int) {
        guard wanted + JSON.paddingBytes > storage.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(wanted, 2 * count) + JSON.paddingBytes, alignment: Self.alignment)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        storage.deallocate()
        storage = larger
    }

    /// What lies there is read and not used; memory checkers want it written all the same.
    private mutating func clearPadding() {
        UnsafeMutableRawBufferPointer(rebasing: storage[count..<(count + JSON.paddingBytes)])
            .initializeMemory(as: UInt8.self, repeating: 0)
    }
}
