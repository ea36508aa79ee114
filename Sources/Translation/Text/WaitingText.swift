/// Text that is not told yet: white space, of which nobody knows whether words follow, or words that may not be said before
/// something else is over. Each byte is looked at once, however many pieces come.
struct WaitingText {
    private(set) var bytes: [UInt8] = []
    /// Nothing but white space is waiting, or nothing at all.
    private(set) var isBlank = true

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ text: [UInt8]) {
        isBlank = isBlank && text.allSatisfy { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
        bytes += text
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isBlank = true
    }
}
