/// The events of a `text/event-stream`, whole, as the messages in them are needed whole. Lines end in LF or CR LF.
package struct MCPEventReader: Sendable {
    package struct Event: Sendable, Equatable {
        /// `message` where nothing else is said.
        package let name: String
        package let data: [UInt8]

        package init(name: String, data: [UInt8]) {
            self.name = name
            self.data = data
        }
    }

    /// Of the last event that had one, by which a stream that broke off can be taken up again.
    package private(set) var lastID: String?
    /// How long the server wants to be left alone before.
    package private(set) var retry: Int?

    private let bytesMax: Int
    private var line: [UInt8] = []
    private var name = ""
    private var data: [UInt8]?
    private var lineHasContent = false
    private var isTooLong = false

    package init(bytesMax: Int = MCPClient.answerBytesMax) { self.bytesMax = bytesMax }

    /// How the stream is cut makes no difference. An event that is too long is left out.
    package mutating func take(_ bytes: some Collection<UInt8>) -> [Event] {
        var events: [Event] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            add(rest[..<end])
            if let event = endLine() { events.append(event) }
            rest = rest[rest.index(after: end)...]
        }
        add(rest)
        return events
    }

    private mutating func add(_ part: some Collection<UInt8>) {
        // Also of what is left out: only an empty line ends an event.
        if !lineHasContent { lineHasContent = part.contains { $0 != 0x0D } }
        if isTooLong { return }
        if line.count + (data?.count ?? 0) + part.count > bytesMax {
            isTooLong = true
            line = []
            data = nil
        } else {
            line.append(contentsOf: part)
        }
    }

    private mutating func endLine() -> Event? {
        defer {
            line = []
            lineHasContent = false
        }
        if line.last == 0x0D { line.removeLast() }
        if lineHasContent {
            if !isTooLong { read() }
            return nil
        }
        // Of one that was too long only its end is left.
        defer {
            name = ""
            data = nil
            isTooLong = false
        }
        return data.map { Event(name: name.isEmpty ? "message" : name, data: $0) }
    }

    private mutating func read() {
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data":
            if data == nil { data = Array(value) } else { data? += [0x0A] + value }
        // One with a NUL is none; what cannot stand in a field would be none of ours.
        case "id" where value.count <= Self.idBytesMax && value.allSatisfy { $0 >= 0x20 && $0 != 0x7F }:
            lastID = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        case "retry": retry = Int(String(decoding: value, as: UTF8.self)).flatMap { $0 < 0 ? nil : $0 } ?? retry
        default: break
        }
    }

    private static let idBytesMax = 1024
}
