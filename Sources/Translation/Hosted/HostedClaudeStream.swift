package import JSON

/// Anthropic's own events, from a host: they pass, as long as they are whole.
package struct HostedClaudeStream: AnswerCodec, ~Copyable {
    private let context: MessageContext
    private var writer = AnthropicStreamWriter()
    private var passed: [UInt8] = []
    private var text = EventText()
    private var hasStopped = false
    private var hasSpoken = false
    package private(set) var failure: UpstreamFailure?

    package init(_ context: MessageContext) { self.context = context }

    package var hasEnded: Bool { hasStopped || writer.hasEnded }

    package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void) {
        if !writer.isEmpty { writer.drain(body) }
        if passed.isEmpty { return }
        passed.withUnsafeBytes(body)
        passed.removeAll(keepingCapacity: true)
    }

    /// A start of our own, where the host's is long in coming; its own is then left out.
    package mutating func begin() {
        guard !hasSpoken, !writer.hasBegun else { return }
        var counts = TokenCounts()
        counts.input = context.estimatedTokens
        counts.output = 1
        writer.start(id: context.messageID, model: context.shownModel, counts)
    }

    package mutating func event(_ data: UnsafeRawBufferPointer, _ parser: JSONParser) {
        guard !hasEnded, failure == nil, !data.isEmpty else { return }
        do throws(UpstreamFailure) {
            let document = try text.parse(data, parser, context)
            document.withRoot { note($0) }
        } catch {
            fail(error)
        }
    }

    private mutating func note(_ root: JSONElement) {
        guard let type = root["type"], type.isString, !type.equals("error") else {
            return fail(Self.refusal(root, status: 502, context))
        }
        if type.equals("message_start") && writer.hasBegun { return }
        if type.equals("message_stop") { hasStopped = true }
        hasSpoken = true
        passed += "event: ".utf8
        // A word of letters: nothing of it can end its line.
        _ = type.withUTF8 { name in
            for letter in name where (0x61...0x7a).contains(letter) || letter == UInt8(ascii: "_") {
                passed.append(letter)
            }
        }
        pass { $0.elementOnOneLine(root) }
    }

    private mutating func pass(_ data: (inout JSONWriter) -> Void) {
        passed += "\ndata: ".utf8
        var writer = JSONWriter(appendingTo: passed)
        passed = []
        data(&writer)
        passed = writer.take()
        passed += "\n\n".utf8
    }

    package mutating func end(cut: String?) {
        guard !hasEnded, failure == nil else { return }
        fail(.cut(cut ?? "it ended without saying why it stopped", context))
    }

    package mutating func fail(_ failure: UpstreamFailure) {
        guard self.failure == nil, !hasEnded else { return }
        self.failure = failure
        if hasSpoken || writer.hasBegun {
            let requestID = context.requestID
            passed += "event: error".utf8
            pass { failure.write(to: &$0, requestID: requestID) }
        }
    }

    // MARK: Whole answers

    package static func whole(
        _ root: JSONElement, _ context: MessageContext
    ) throws(UpstreamFailure) -> (body: [UInt8], counts: TokenCounts?) {
        if root["type"]?.equals("error") == true { throw refusal(root, status: 502, context) }
        return (Array(root.sourceBytes), nil)
    }

    /// In Anthropic's words where it is the model's server that refuses, in the host's own where that one does.
    package static func refusal(_ root: JSONElement, status: Int, _ context: MessageContext) -> UpstreamFailure {
        guard root["type"]?.equals("error") == true else {
            return GeminiFailure.read(root, status: status, provider: context.provider)
        }
        let kind = root["error"]?["type"]?.string.flatMap(UpstreamFailure.Kind.init(rawValue:))
        let own = root["error"]?["message"]?.string ?? ShownBytes.text(root.sourceBytes)
        return UpstreamFailure(status: status >= 400 ? status : 502, kind: kind, own)
    }
}
