internal import CSimdJSON

/// Appends JSON to a byte buffer, with the commas and the indentation. The calls follow the text: `beginObject`, then
/// `key` and one value for each member, `endObject`. A key or a value where none can stand stops the program.
///
/// Values one after the other at the outermost level are not separated: `append` writes what stands between them, so
/// that events and lines can be written into one buffer.
package struct JSONWriter {
    package enum Style: Equatable, Sendable {
        case compact
        /// Two spaces a level: for people.
        case pretty
    }

    /// What was written so far.
    package private(set) var bytes: [UInt8]

    let style: Style
    private(set) var depth = 0
    private var hasSibling = false
    private var isAfterKey = false
    /// Whether each open container is an object, the outermost in the lowest bit. Deeper than it has bits the sequence
    /// of the calls is not checked: enough to catch a wrong one in any test.
    private var objects: UInt64 = 0

    package init(style: Style = .compact, appendingTo bytes: consuming [UInt8] = []) {
        self.style = style
        self.bytes = bytes
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Starts anew with the memory of the buffer.
    package mutating func removeAll() {
        precondition(depth == 0, "a JSON container is still open")
        bytes.removeAll(keepingCapacity: true)
        hasSibling = false
    }

    /// Gives the buffer away without a copy.
    package mutating func take() -> [UInt8] {
        precondition(depth == 0, "a JSON container is still open")
        hasSibling = false
        return exchange(&bytes, with: [])
    }

    /// Text between values at the outermost level: the frame of an event, a line feed.
    package mutating func append(_ text: StaticString) {
        precondition(depth == 0, "only JSON can stand inside JSON")
        put(text)
    }

    package mutating func beginObject() { begin(UInt8(ascii: "{"), isObject: true) }
    package mutating func endObject() { end(UInt8(ascii: "}"), isObject: true) }
    package mutating func beginArray() { begin(UInt8(ascii: "["), isObject: false) }
    package mutating func endArray() { end(UInt8(ascii: "]"), isObject: false) }

    @_disfavoredOverload
    package mutating func key(_ key: String) {
        beforeKey()
        putString(key)
        afterKey()
    }

    /// A key that stands in the program, where nothing in it needs an escape.
    package mutating func key(_ key: StaticString) {
        beforeKey()
        let text = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        assert(Self.isPlain(text), "a key of the program needs an escape")
        putQuoted(text, isKey: true)
        if style == .pretty { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    /// An object that begins with members that stand in the program as JSON, without white space: one step in place of many.
    package mutating func beginObject(_ members: StaticString) {
        beginObject()
        self.members(members)
    }

    /// More of an object, as it stands in the program.
    package mutating func members(_ members: StaticString) {
        precondition(style == .compact, "what stands in the program is compact")
        beforeKey()
        put(members)
    }

    /// A key with its quotes, as it stands in a text that was parsed.
    mutating func key(rawJSON: UnsafeRawBufferPointer) {
        beforeKey()
        bytes.append(contentsOf: rawJSON)
        afterKey()
    }

    package mutating func null() { word("null") }
    package mutating func bool(_ value: Bool) { word(value ? "true" : "false") }

    @_disfavoredOverload
    package mutating func string(_ value: String) {
        beforeValue()
        putString(value)
    }

    /// One that stands in the program, where hardly any needs an escape.
    package mutating func string(_ value: StaticString) {
        beforeValue()
        let text = UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount)
        if Self.isPlain(text) { putQuoted(text, isKey: false) } else { putString(text) }
    }

    /// For bytes from outside; what is not UTF-8 in them becomes U+FFFD.
    package mutating func string(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        guard csimdjson_is_utf8(bytes.baseAddress, bytes.count) else {
            return string(String(decoding: bytes, as: UTF8.self))
        }
        beforeValue()
        putString(bytes)
    }

    /// A string that is put together from pieces, so that long texts are joined without a copy in between: pieces may
    /// follow until `endString`, and nothing else.
    package mutating func beginString() {
        beforeValue()
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func piece(_ text: String) {
        var text = text
        text.withUTF8 { putEscaped($0) }
    }

    /// The caller answers for it that the bytes are UTF-8.
    package mutating func piece(utf8 bytes: UnsafeBufferPointer<UInt8>) { putEscaped(bytes) }

    /// What the string holds, as it was written: nothing is unescaped and escaped again. Nothing for other kinds.
    package mutating func piece(_ element: JSONElement) {
        guard element.isString else { return }
        let source = element.sourceBytes
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: source[1..<(source.count - 1)]))
    }

    package mutating func endString() { bytes.append(UInt8(ascii: "\"")) }

    package mutating func int(_ value: some FixedWidthInteger) {
        beforeValue()
        put(value.description)
    }

    /// The shortest text that reads as the same double. Infinities and NaN, which JSON does not have, become null, as
    /// in JavaScript.
    package mutating func double(_ value: Double) {
        beforeValue()
        put(value.isFinite ? value.description : "null")
    }

    package mutating func number(_ value: JSONNumber) {
        beforeValue()
        put(value.text)
    }

    /// A complete value that is JSON already. Copied as it is, whatever the style.
    package mutating func raw(_ json: UnsafeRawBufferPointer) {
        beforeValue()
        bytes.append(contentsOf: json)
    }

    // MARK: The frame around values

    /// Nil at the outermost level, and where it is not known.
    private var isInObject: Bool? {
        (1...UInt64.bitWidth).contains(depth) ? objects >> UInt64(depth - 1) & 1 == 1 : nil
    }

    private mutating func begin(_ bracket: UInt8, isObject: Bool) {
        beforeValue()
        bytes.append(bracket)
        if depth < UInt64.bitWidth {
            let bit = UInt64(1) << UInt64(depth)
            objects = isObject ? objects | bit : objects & ~bit
        }
        depth += 1
        hasSibling = false
    }

    private mutating func end(_ bracket: UInt8, isObject: Bool) {
        precondition(depth > 0 && !isAfterKey, "there is no JSON container to close here")
        precondition(isInObject != !isObject, "another JSON container is open")
        depth -= 1
        if hasSibling && style == .pretty { breakLine() }
        bytes.append(bracket)
        hasSibling = true
    }

    private mutating func word(_ word: StaticString) {
        beforeValue()
        put(word)
    }

    private mutating func beforeKey() {
        precondition(depth > 0 && !isAfterKey && isInObject != false, "a JSON key can stand in an object only")
        separate()
    }

    private mutating func afterKey() {
        bytes.append(UInt8(ascii: ":"))
        if style == .pretty { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    private mutating func beforeValue() {
        if isAfterKey {
            isAfterKey = false
        } else {
            precondition(isInObject != true, "a JSON object needs a key here")
            separate()
        }
    }

    /// White space between the members of what is composed would have to be ours.
    mutating func beforeComposed() {
        precondition(style == .compact, "what is composed is compact")
        beforeValue()
    }

    private mutating func separate() {
        guard depth > 0 else { return }
        if hasSibling { bytes.append(UInt8(ascii: ",")) }
        if style == .pretty { breakLine() }
        hasSibling = true
    }

    private mutating func breakLine() {
        put("\n")
        for _ in 0..<depth { put("  ") }
    }

    // MARK: Bytes

    private mutating func put(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    /// Up to `room` bytes; `write` says how many it has written.
    mutating func append(room: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        bytes.append(addingCapacity: room) { output in
            output.withUnsafeMutableBufferPointer { buffer, written in written = write(buffer) }
        }
    }

    /// `text` has nothing that needs an escape.
    private mutating func putQuoted(_ text: UnsafeBufferPointer<UInt8>, isKey: Bool) {
        let count = text.count
        bytes.append(addingCapacity: count + 3) { output in
            output.withUnsafeMutableBufferPointer { buffer, written in
                let start = buffer.baseAddress!
                start[0] = UInt8(ascii: "\"")
                if let source = text.baseAddress { (start + 1).update(from: source, count: count) }
                start[count + 1] = UInt8(ascii: "\"")
                if isKey { start[count + 2] = UInt8(ascii: ":") }
                written = isKey ? count + 3 : count + 2
            }
        }
    }

    private mutating func putString(_ text: String) {
        var text = text
        text.withUTF8 { putString($0) }
    }

    private mutating func putString(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        putEscaped(text)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func putEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var rest = text
        while !rest.isEmpty {
            // Room for some escapes; a text that has more of them takes another turn.
            let room = rest.count + rest.count / 8 + Self.escapeRoom
            bytes.append(addingCapacity: room) { output in
                output.withUnsafeMutableBufferPointer { buffer, written in
                    let progress = csimdjson_escape(rest.baseAddress, rest.count, buffer.baseAddress, buffer.count)
                    written = progress.written
                    rest = UnsafeBufferPointer(rebasing: rest[progress.read...])
                }
            }
        }
    }

    /// Enough for any byte, so that each turn gets on.
    private static let escapeRoom = 2 * Int(CSIMDJSON_ESCAPE_ROOM)
}

/// Leaves `replacement` where the value was.
private func exchange<Value>(_ value: inout Value, with replacement: Value) -> Value {
    var result = replacement
    swap(&value, &result)
    return result
}
