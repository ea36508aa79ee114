/// The beginning and the end of what a program wrote, within a limit that holds while it writes and not only afterwards.
package struct BoundedOutput: Sendable {
    private let headMax: Int
    private let tailMax: Int
    private var head: [UInt8] = []
    /// A ring: when full, `tailStart` is where its oldest byte is.
    private var tail: [UInt8] = []
    private var tailStart = 0
    /// All that was written, kept or not.
    package private(set) var total = 0

    /// Half of the limit for the beginning, half for the end, where programs tell what went wrong.
    package init(bytesMax: Int) {
        headMax = bytesMax / 2
        tailMax = bytesMax - bytesMax / 2
    }

    package var omitted: Int { total - head.count - tail.count }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        total += bytes.count
        let first = min(headMax - head.count, bytes.count)
        head.append(contentsOf: bytes[..<first])
        var rest = UnsafeRawBufferPointer(rebasing: bytes[first...])
        if rest.count > tailMax { rest = UnsafeRawBufferPointer(rebasing: rest[(rest.count - tailMax)...]) }
        for byte in rest {
            if tail.count < tailMax {
                tail.append(byte)
            } else {
                tail[tailStart] = byte
                tailStart = (tailStart + 1) % tailMax
            }
        }
    }

    /// Both ends; `separator` is told how many bytes are missing, and says so between them.
    package func bytes(separator: (Int) -> [UInt8] = { _ in [] }) -> [UInt8] {
        head + (omitted > 0 ? separator(omitted) : []) + tail[tailStart...] + tail[..<tailStart]
    }
}
