internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP

/// A message on its way, and whether it was sent before and refused.
struct MCPLetter {
    let message: JSONValue
    var isSecondTry = false
}

/// Where a stream broke off.
struct MCPStreamPlace {
    let id: String?
    let wait: TimeSpan
    /// How often it was taken up without anything having come.
    let attempts: Int

    /// What a server that says nothing is left alone for; who says too little has us as busy as himself.
    private static let standard = 1000
    private static let bounds = 100...60_000

    init(id: String?, retry: Int?, after old: MCPStreamPlace?) {
        self.id = id ?? old?.id
        attempts = id == nil || id == old?.id ? (old?.attempts ?? 0) + 1 : 0
        let wanted = min(max(retry ?? Self.standard, Self.bounds.lowerBound), Self.bounds.upperBound)
        wait = .milliseconds(UInt64(min(wanted << min(attempts / Self.patience, 8), Self.bounds.upperBound)))
    }

    /// After so many attempts that brought nothing there is more time between them.
    private static let patience = 3

    /// Beyond it nobody is there.
    static let attemptsMax = 10
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
        /// Its stream ended before it had answered, and can be taken up again.
        case unfinished(MCPStreamPlace)
        /// With what it said, after a colon, and what it wants to know.
        case refused(Int, String, OAuthChallenge?)
        case cut(String)
    }

    /// nil: nothing was said; it is only listened.
    let letter: MCPLetter?
    /// The id of the message, where it is a request of ours. An answer has the id of a request of the server's.
    var request: Int? { letter.flatMap { $0.message["method"] == nil ? nil : $0.message["id"]?.int } }
    let isPost: Bool
    let isListening: Bool
    /// From there on, where it takes up a stream.
    let place: MCPStreamPlace?
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
        _ letter: MCPLetter?, _ method: String, token: String?, _ redaction: Redaction, place: MCPStreamPlace? = nil,
        _ tell: @escaping (Happening) -> Void
    ) {
        self.letter = letter
        self.place = place
        isPost = method == "POST"
        isListening = method == "GET" && letter == nil
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
            // One without content only says from where on a stream can be taken up again.
            for event in reader?.take(bytes) ?? [] where !event.data.isEmpty {
                if isAnswer(event.data) { answered = true }
                tell(.event(event))
            }
        } else if body.count + bytes.count <= MCPClient.answerBytesMax {
            body.append(contentsOf: bytes)
        }
        return true
    }

    func transferDidEnd(_ error: TransferError?) {
        let status = head?.status ?? 0
        if let error, head == nil || !canGoOn {
            return tell(.over(head == nil ? .unreachable(error.detail) : .cut(error.detail)))
        }
        guard (200..<300).contains(status) else { return refuse(status) }
        if reader == nil, !body.isEmpty {
            answered = true
            tell(.body(body))
        }
        if canGoOn, let reader {
            return tell(.over(.unfinished(MCPStreamPlace(id: reader.lastID, retry: reader.retry, after: place))))
        }
        tell(.over(request != nil && !answered ? .cut("there was no answer in it") : nil))
    }

    /// Whoever only listens does so without end; an answer that was begun can be had if the server said where it was.
    private var canGoOn: Bool {
        guard reader != nil, (200..<300).contains(head?.status ?? 0) else { return false }
        return isListening || request != nil && !answered && reader?.lastID != nil
    }

    private func isAnswer(_ data: [UInt8]) -> Bool {
        guard let request, let json = try? JSONValue(parsing: data) else { return true }
        return json["method"] == nil && json["id"]?.int == request
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
