internal import JSON

/// The text of one event after the other, parsed in memory that stays.
struct EventText: ~Copyable {
    private var text = PaddedBytes()
    private var mender = SplitCharacterMender()

    init() {}

    /// Valid until the next one.
    mutating func parse(
        _ data: UnsafeRawBufferPointer, _ parser: JSONParser, _ context: MessageContext
    ) throws(UpstreamFailure) -> JSONDocument {
        text.removeAll()
        if let mended = mender.mend(data) {
            mended.withUnsafeBytes { text.append($0) }
        } else {
            text.append(data)
        }
        do throws(JSONError) {
            return try parser.parse(text.bytes)
        } catch {
            throw UpstreamFailure(
                status: 502, "\(context.who) sent an event that is not JSON (\(error)): \(ShownBytes.text(data))")
        }
    }
}

extension UpstreamFailure {
    static func cut(_ why: String, _ context: MessageContext) -> UpstreamFailure {
        UpstreamFailure(status: 502, "\(context.who) broke off before its answer was whole: \(why)")
    }
}
