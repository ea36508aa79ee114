/// Names for requests: unique for all practical purposes, and telling nothing. One generator a loop, seeded once, because a
/// system call for each request would cost more than parsing it.
package struct RequestIDs {
    private var state: UInt64
    private static let prefix: [UInt8] = Array("req_".utf8)

    package init() { state = UInt64.random(in: .min ... .max) }

    package mutating func next() -> String {
        String(unsafeUninitializedCapacity: 28) { buffer in
            _ = buffer.update(fromContentsOf: Self.prefix)
            var bits = random()
            for index in 4..<28 {
                if index == 16 { bits = random() }
                let digit = UInt8(truncatingIfNeeded: bits & 15)
                buffer[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
                bits >>= 4
            }
            return 28
        }
    }

    /// SplitMix64.
    private mutating func random() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
