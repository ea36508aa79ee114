package import JSON

/// What an answer still lacks once it is in Anthropic's words, whoever gave it: calls that the model wrote into its text, and
/// stop sequences that the provider does not know.
package struct AnswerRefinement: AnswerContext {
    package let who: String
    /// nil: what is written is text.
    let tools: WrittenTools?
    let stopSequences: [[UInt8]]

    /// nil: nothing is lacking.
    /// - root: the request, in Anthropic's words.
    package init?(_ root: JSONElement, who: String, readsWrittenCalls: Bool, cutsAtStops: Bool) {
        self.who = who
        let mayCall = readsWrittenCalls && root["tool_choice"]?["type"]?.equals("none") != true
        let tools = mayCall ? WrittenTools(root) : nil
        self.tools = tools?.isEmpty == false ? tools : nil
        let stops = cutsAtStops ? root["stop_sequences"].map { Array($0.elements) } ?? [] : []
        stopSequences = stops.compactMap { $0.string.map { Array($0.utf8) } }.filter { !$0.isEmpty }
        if self.tools == nil && stopSequences.isEmpty { return nil }
    }

    /// What the client is told once there were calls.
    static func reason(_ reason: String?, hasCalls: Bool) -> String? {
        hasCalls && (reason == "end_turn" || reason == "stop_sequence") ? StopReason.toolUse.rawValue : reason
    }

    /// The answer broke off: what was begun is no call.
    static func isCut(_ reason: String?) -> Bool {
        reason != "end_turn" && reason != "stop_sequence" && reason != "tool_use"
    }

    /// Of a call that had none.
    static func toolID(_ messageID: String, _ number: Int) -> String {
        "toolu_" + (messageID.hasPrefix("msg_") ? String(messageID.dropFirst(4)) : messageID) + "_w\(number)"
    }
}

/// The text of one block, refined.
struct RefinedText {
    private var cutter: StopCutter
    private var finder: WrittenCallFinder?

    init(_ context: AnswerRefinement) {
        cutter = StopCutter(context.stopSequences)
        finder = context.tools.map { WrittenCallFinder($0) }
    }

    /// A call may have begun that nobody knows the end of.
    var isWaiting: Bool { finder?.isWaiting == true }

    mutating func begin() { finder?.begin() }

    /// With a stop sequence it is over.
    mutating func add(_ bytes: [UInt8]) -> (pieces: [WrittenCallFinder.Piece], sequence: [UInt8]?) {
        let (text, sequence) = cutter.add(bytes)
        let pieces = found(text)
        return sequence == nil ? (pieces, nil) : (pieces + finish(isCut: false), sequence)
    }

    /// What was held back in case it became a stop sequence.
    mutating func flush() -> [WrittenCallFinder.Piece] { found(cutter.take()) }

    mutating func finish(isCut: Bool) -> [WrittenCallFinder.Piece] { finder?.finish(isCut: isCut) ?? [] }

    private mutating func found(_ text: [UInt8]) -> [WrittenCallFinder.Piece] {
        if text.isEmpty { return [] }
        return finder?.add(text) ?? [.text(text)]
    }
}
