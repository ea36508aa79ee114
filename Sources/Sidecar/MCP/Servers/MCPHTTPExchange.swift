internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP

/// A message on its way, and whether it was sent before and refused.
struct MCPLetter {
    let message: JSONValue
    var isSecondTry = false
}

/// One request to a server behind an address, and what comes of it. On its loop only.
final class MCPHTTPExchange: TransferSink, @unchecked Sendable {
    enum Happening {
        case head(ResponseHead)
        case event(MCPEventReader.Event)
        /// All of it.
        case body([UInt8])
        /// Nothing more comes.
        case over(Problem?)
    }

    enum Problem {
        case unreachable(String)
        /// With what it said, after a colon, and what it wants to know.
        case refused(Int, String, OAuthChallenge?)
        case cut(String)
    }

    /// nil: nothing was said; it is only listened.
    let letter: MCPLetter?
    /// The id of the message, where it has one.
    var request: Int? { letter?.message["id"]?.int }
    let isPost: Bool
    let isListening: Bool
    /// What said who asks.
    let token: String?
    /// All of what was sent that nobody else may see.
    private let redaction: Redaction
    var transfer: Transfer?
    private let tell: (Happening) -> Void
    private var head: ResponseHead?
    private var reader: MCPEventReader?
    private var body: [UInt8] = []
    private var answered = false

    init(
        _ letter: MCPLetter?, _ method: String, token: String?, _ redaction: Redaction,
        _ tell: @escaping (Happening) -> Void
    ) {
        self.letter = letter
        isPost = method == "POST"
        isListening = method == "GET"
        self.token = token
        self.redaction = redaction
        self.tell = tell
    }

    func transferDidReceive(_ head: ResponseHead) {
        self.head = head
        let type = head.fields["content-type"]?.split(separator: ";").first.map { $0.trimmingSpaces().lowercased() }
        if type == MCPAccept.streamType, (200..<300).contains(head.status) { reader = MCPEventReader() }
        if (200..<300).contains(head.status) { tell(.head(head)) }
    }

    func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if reader != nil {
            for event in reader?.take(bytes) ?? [] {
                answered = true
                tell(.event(event))
            }
        } else if body.count + bytes.count <= MCPClient.answerBytesMax {
            body.append(contentsOf: bytes)
        }
        return true
    }

    func transferDidEnd(_ error: TransferError?) {
        let status = head?.status ?? 0
        if let error {
            return tell(.over(head == nil ? .unreachable(error.detail) : .cut(error.detail)))
        }
        guard (200..<300).contains(status) else { return refuse(status) }
        if reader == nil, !body.isEmpty {
            answered = true
            tell(.body(body))
        }
        tell(.over(request != nil && !answered ? .cut("there was no message in it") : nil))
    }

    /// An error of the protocol is an answer like any other; everything else is told by its status.
    private func refuse(_ status: Int) {
        let text = String(decoding: body.prefix(2000), as: UTF8.self)
        if let request, status != 401, text.contains("\"jsonrpc\""), text.contains("\"id\""),
            text.contains("\(request)")
        {
            tell(.body(body))
            return tell(.over(nil))
        }
        // Long enough that what is cut off is far behind what is shown.
        let shown = redaction.words(String(decoding: body.prefix(64 << 10), as: UTF8.self), max: 200)
        let challenge = OAuthChallenge(head?.fields.values("www-authenticate") ?? [])
        tell(.over(.refused(status, shown.isEmpty ? "" : ": \(shown)", challenge)))
    }
}
