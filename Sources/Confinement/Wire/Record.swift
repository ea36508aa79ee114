/// One message: what it is, which run it is about, and its content. A long one travels as several packets.
package struct Record: Sendable, Hashable {
    package enum Kind: UInt8, Sendable {
        // To the zygote.
        case plan = 1
        case run = 2
        case signal = 3
        // From the zygote.
        case ready = 65
        case failed = 66
        case ended = 67

        package var bytesMax: Int {
            switch self {
            case .plan: WireLimits.planBytes
            case .run: WireLimits.runBytes
            case .signal: WireLimits.signalBytes
            case .ready, .failed, .ended: WireLimits.answerBytes
            }
        }

        package var isForZygote: Bool { rawValue < Kind.ready.rawValue }
    }

    package let kind: Kind
    package let run: UInt32
    package let content: [UInt8]

    package init(_ kind: Kind, run: UInt32 = 0, content: [UInt8]) {
        self.kind = kind
        self.run = run
        self.content = content
    }

    /// What one packet carries: well below what a socket takes at once.
    package static let packetBytesMax = 32 << 10
    package static let headBytes = 8

    package func packets() -> [[UInt8]] {
        let step = Self.packetBytesMax - Self.headBytes
        let starts = content.isEmpty ? [0] : Array(stride(from: 0, to: content.count, by: step))
        return starts.map { start in
            let end = min(content.count, start + step)
            var writer = WireWriter()
            writer.number(kind.rawValue)
            writer.flag(end < content.count)
            writer.number(UInt16(0))
            writer.number(run)
            return writer.bytes + content[start..<end]
        }
    }
}

/// Puts packets together. Which kinds may come at all is the first thing it checks.
package struct RecordAssembler {
    private let forZygote: Bool
    private var pending: (kind: Record.Kind, run: UInt32, content: [UInt8])?

    package init(forZygote: Bool) { self.forZygote = forZygote }

    /// Has a message begun whose end is still missing?
    package var isInside: Bool { pending != nil }

    /// A whole message, or nil when more of it is to come.
    package mutating func add(_ packet: UnsafeRawBufferPointer) throws(WireError) -> Record? {
        var reader = WireReader(Array(packet.prefix(Record.headBytes)))
        guard let kind = Record.Kind(rawValue: try reader.number()), kind.isForZygote == forZygote else {
            throw WireError("a message that does not belong here")
        }
        let continues = try reader.flag()
        if try reader.number(UInt16.self) != 0 { throw WireError("a message with a mark that nobody knows") }
        let run: UInt32 = try reader.number()
        let content = packet.dropFirst(Record.headBytes)
        if let pending, pending.kind != kind || pending.run != run { throw WireError("a message inside of another") }
        let count = (pending?.content.count ?? 0) + content.count
        if count > kind.bytesMax { throw WireError("a message of more than \(kind.bytesMax) bytes") }
        if continues && content.isEmpty { throw WireError("an empty part of a message") }
        var whole = pending?.content ?? []
        pending = nil
        whole += content
        if continues {
            pending = (kind, run, whole)
            return nil
        }
        return Record(kind, run: run, content: whole)
    }
}
