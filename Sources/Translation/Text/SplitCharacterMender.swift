internal import JSON

/// Some upstreams cut their answer by bytes, in the middle of a character, and put each half into an event of its own: as
/// bytes that are no UTF-8, or as one half of a surrogate pair. The first half waits here for the second.
package struct SplitCharacterMender {
    private var held: [UInt8] = []

    package init() {}

    /// What to read in place of these bytes; nil: they are good as they are, as nearly always.
    package mutating func mend(_ data: UnsafeRawBufferPointer) -> [UInt8]? {
        let bytes = data.assumingMemoryBound(to: UInt8.self)
        if held.isEmpty && JSON.isUTF8(bytes) && !Self.mayHaveSurrogate(bytes) { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\"") else {
                output.append(bytes[index])
                index += 1
                continue
            }
            let end = Self.endOfString(bytes, from: index + 1)
            output.append(UInt8(ascii: "\""))
            append(bytes[(index + 1)..<end], to: &output)
            if end < bytes.count { output.append(UInt8(ascii: "\"")) }
            index = end + 1
        }
        let isUTF8 = output.withUnsafeBufferPointer { JSON.isUTF8($0) }
        return isUTF8 ? output : Array(String(decoding: output, as: UTF8.self).utf8)
    }

    private mutating func append(_ content: Slice<UnsafeBufferPointer<UInt8>>, to output: inout [UInt8]) {
        var content = content
        if !held.isEmpty, let first = content.first, first & 0xc0 == 0x80 || Self.beginsWithLowSurrogate(content) {
            output += held
            held = []
            if first & 0xc0 == 0x80 {
                // All that is missing of the character may not have come yet.
                let start = output.count - 1
                while let next = content.first, next & 0xc0 == 0x80 {
                    output.append(next)
                    content = content.dropFirst()
                }
                if content.isEmpty { takeTail(&output, from: max(0, start - 3)) }
            }
        }
        let start = output.count
        output.append(contentsOf: content)
        takeTail(&output, from: start)
    }

    /// Takes away what the last character still lacks the rest of.
    private mutating func takeTail(_ output: inout [UInt8], from start: Int) {
        var lead = output.count - 1
        while lead > start, output[lead] & 0xc0 == 0x80, output.count - lead < 4 { lead -= 1 }
        guard lead >= start else { return }
        let length = output[lead] >= 0xf0 ? 4 : output[lead] >= 0xe0 ? 3 : output[lead] >= 0xc2 ? 2 : 1
        if length > output.count - lead {
            held = Array(output[lead...])
            output.removeSubrange(lead...)
        } else if output.count - start >= 6, Self.isHighSurrogate(output[(output.count - 6)...]),
            Self.slashes(output, before: output.count - 6, from: start) % 2 == 0
        {
            held = Array(output[(output.count - 6)...])
            output.removeLast(6)
        }
    }

    private static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, bytes.count)
    }

    private static func slashes(_ bytes: [UInt8], before end: Int, from start: Int) -> Int {
        var index = end
        while index > start, bytes[index - 1] == UInt8(ascii: "\\") { index -= 1 }
        return end - index
    }

    private static func mayHaveSurrogate(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index + 6 < bytes.count {
            // `\ud83d"`: one that ends a string.
            if bytes[index] == UInt8(ascii: "\\") {
                if bytes[index + 6] == UInt8(ascii: "\""), isHighSurrogate(bytes[index..<(index + 6)]) { return true }
                index += 1
            }
            index += 1
        }
        return false
    }

    private static func isHighSurrogate(_ text: some Collection<UInt8>) -> Bool { isSurrogate(text, "89abAB") }
    private static func beginsWithLowSurrogate(_ text: some Collection<UInt8>) -> Bool {
        text.count >= 6 && isSurrogate(text.prefix(6), "cdefCDEF")
    }

    private static func isSurrogate(_ text: some Collection<UInt8>, _ third: String) -> Bool {
        let text = Array(text)
        return text[0] == UInt8(ascii: "\\") && text[1] == UInt8(ascii: "u") && text[2] | 0x20 == UInt8(ascii: "d")
            && third.utf8.contains(text[3])
    }
}
