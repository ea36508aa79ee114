/// Reads what `WireWriter` wrote, or refuses. Every count is held against its limit and against what is left before anything
/// is allocated for it.
package struct WireReader {
    private let bytes: [UInt8]
    private var position = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var left: Int { bytes.count - position }

    package mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(WireError) -> Number {
        let size = Number.bitWidth / 8
        if left < size { throw WireError("it ends inside of a number") }
        var value: Number = 0
        for index in 0..<size { value |= Number(truncatingIfNeeded: bytes[position + index]) << Number(index * 8) }
        position += size
        return value
    }

    package mutating func flag() throws(WireError) -> Bool {
        switch try number(UInt8.self) {
        case 0: false
        case 1: true
        default: throw WireError("a flag that is neither set nor clear")
        }
    }

    package mutating func blob(max: Int) throws(WireError) -> [UInt8] {
        let count = try count(max: max, bytesEach: 1)
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// Text that can be handed to the kernel: UTF-8, and no zero byte.
    package mutating func text(max: Int) throws(WireError) -> String {
        let raw = try blob(max: max)
        if raw.contains(0) { throw WireError("a text with a zero byte") }
        guard let text = String(validating: raw, as: UTF8.self) else { throw WireError("a text that is not UTF-8") }
        return text
    }

    /// An absolute path that names one thing however it is read: no `.`, no `..`, no empty part.
    package mutating func path() throws(WireError) -> String {
        let path = try text(max: WireLimits.pathBytes)
        if path == "/" { return path }
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if !path.utf8.starts(with: "/".utf8) { throw WireError("a path that is not absolute: \(path)") }
        for part in parts.dropFirst()
        where part.isEmpty || part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
            throw WireError("a path that is not in its shortest form: \(path)")
        }
        return path
    }

    package mutating func list<Element>(
        max: Int, bytesEach: Int, _ read: (inout WireReader) throws(WireError) -> Element
    ) throws(WireError) -> [Element] {
        let count = try count(max: max, bytesEach: bytesEach)
        var values: [Element] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }

    package mutating func optional() throws(WireError) -> UInt64? { try flag() ? try number() : nil }

    /// Nothing may follow: what nobody reads is where things hide.
    package func finish() throws(WireError) {
        if left > 0 { throw WireError("\(left) bytes too many") }
    }

    /// A set of which every bit must be known.
    package mutating func options<Options: OptionSet>(
        all: Options
    ) throws(WireError) -> Options where Options.RawValue == UInt32 {
        let raw: UInt32 = try number()
        if raw & ~all.rawValue != 0 { throw WireError("an option that nobody knows: \(raw)") }
        return Options(rawValue: raw)
    }

    private mutating func count(max: Int, bytesEach: Int) throws(WireError) -> Int {
        let count = Int(try number(UInt32.self))
        if count > max { throw WireError("a count of \(count), more than \(max)") }
        if count * bytesEach > left { throw WireError("a count of \(count), and too little behind it") }
        return count
    }
}
