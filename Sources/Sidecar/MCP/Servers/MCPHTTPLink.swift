internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP

/// A server behind an address: each message is a POST, and what comes back is JSON or a stream of events. With the old transport
/// (`sse`) answers come on one stream, which says first where to post. On its loop only.
final class MCPHTTPLink: MCPLink, @unchecked Sendable {
    private let loop: EventLoop
    private weak var events: (any MCPLinkEvents)?
    private let client: UpstreamClient
    private let address: MCPAddress
    private let headers: [MCPServerEntry.Field]
    /// nil: nobody can log in there.
    private let tokens: OAuthTokens?
    private var isRenewing = false
    /// Once there is a token again.
    private var listensLater = false
    private var wasRefusedToListen = false
    private let isOld: Bool
    private let name: String
    /// Where to post, with the old transport once it is known.
    private var place: MCPAddress?
    private var waiting: [MCPLetter] = []
    private var exchanges: [Int: MCPHTTPExchange] = [:]
    private var lastNumber = 0
    private var session: String?
    private var version: String?
    private var isOver = false

    var pid: Int32? { nil }

    init?(_ entry: MCPServerEntry, stateFolder: String?, on loop: EventLoop, _ events: any MCPLinkEvents) {
        guard let address = MCPAddress(entry.url) else { return nil }
        self.loop = loop
        self.events = events
        self.address = address
        headers = entry.headers
        tokens = OAuthTokens(entry, stateFolder: stateFolder, on: loop)
        name = entry.name
        isOld = entry.transport == .sse
        client = UpstreamClient(on: loop, limits: address.target.limits)
        place = isOld ? nil : address
        if isOld { loop.submit { [self] in listen() } }
    }

    // MARK: Towards the server

    func send(_ message: JSONValue) { send(MCPLetter(message: message)) }

    private func send(_ letter: MCPLetter) {
        if isOver { return }
        let message = letter.message
        guard let place, !isRenewing else { return waiting.append(letter) }
        if tokens?.isToBeRenewed == true {
            waiting.append(letter)
            return renew(nil)
        }
        // What is cancelled is not listened to any more; without sessions that is how it is said.
        if message["method"]?.string == "notifications/cancelled", let id = message["params"]?["requestId"]?.int {
            for (number, exchange) in exchanges where exchange.request == id { end(number) }
            if session == nil, version == nil { return }
        }
        start("POST", place, letter)
        if message["method"]?.string == "notifications/initialized", !isOld { listen() }
    }

    /// For what a server with sessions says unasked; one that says nothing answers 405.
    private func listen() {
        guard isRenewing || tokens?.isToBeRenewed == true else { return start("GET", address, nil) }
        listensLater = true
        renew(nil)
    }

    private func start(
        _ method: String, _ place: MCPAddress, _ letter: MCPLetter?, from broken: MCPStreamPlace? = nil
    ) {
        if isOver { return }
        // Who takes up a stream says nothing anew.
        let message = method == "POST" ? letter?.message : nil
        lastNumber += 1
        let number = lastNumber
        let token = tokens?.access
        let redaction = Redaction(headers.secrets + [token ?? ""])
        let exchange = MCPHTTPExchange(letter, method, token: token, redaction, place: broken) {
            // What nobody waits for keeps us until it is over.
            [weak self, last = method == "DELETE" ? self : nil] happening in (last ?? self)?.take(happening, number)
        }
        exchanges[number] = exchange
        var body = UpstreamRequest.Body.none
        if let message {
            let buffer = ByteBuffer()
            buffer.append(message.bytes())
            body = .bytes(buffer)
        }
        let request = UpstreamRequest(
            method: method, target: place.path, fields: fields(method, message, broken?.id), body: body)
        do throws(CannotStart) {
            let transfer = try client.start(request, to: place.target, exchange)
            // It may be over by now.
            if exchanges[number] == nil { transfer.cancel() } else { exchange.transfer = transfer }
        } catch {
            exchanges[number] = nil
            let reason = error.reason
            loop.submit { [self] in events?.linkDidFail("\(address.target.baseURL) cannot be asked: \(reason)") }
        }
    }

    private func fields(_ method: String, _ message: JSONValue?, _ lastID: String?) -> HTTPFields {
        var fields: HTTPFields = [
            "Accept": method == "GET" ? "text/event-stream" : "application/json, text/event-stream"
        ]
        for header in headers { fields.append(header.name, header.value) }
        if let token = tokens?.access { fields.append("Authorization", "Bearer \(token)") }
        if message != nil { fields.append("Content-Type", "application/json") }
        let parameters = message?["params"]
        if let stateless = parameters?["_meta"]?[MCPRequestContext.Key.version]?.string {
            fields.append(MCPHeaders.versionField, stateless)
            if let name = message?["method"]?.string { fields.append(MCPHeaders.methodField, name) }
            if let name = (parameters?["name"] ?? parameters?["uri"])?.string {
                fields.append(MCPHeaders.nameField, MCPHeaderText.encode(name))
            }
            if message?["method"]?.string == "tools/call", let parameters {
                for field in events?.linkFields(parameters) ?? [] { fields.append(field.name, field.value) }
            }
            return fields
        }
        if let lastID { fields.append("Last-Event-ID", lastID) }
        if let session { fields.append(MCPHeaders.sessionField, session) }
        if let version { fields.append(MCPHeaders.versionField, version) }
        return fields
    }

    func close(_ firmness: MCPFirmness) {
        if isOver { return }
        // It need not be answered.
        if session != nil, firmness == .input { start("DELETE", address, nil) }
        isOver = true
        for (number, exchange) in exchanges where exchange.isListening || exchange.letter != nil { end(number) }
        loop.submit { [self] in
            let events = events
            self.events = nil
            events?.linkDidEnd(MCPEnding(code: 0, signal: nil), reason: nil)
        }
    }

    private func end(_ number: Int) {
        guard let exchange = exchanges.removeValue(forKey: number) else { return }
        // Not from inside of the transfer, which may be the one that says so.
        loop.submit { [self] in withExtendedLifetime(self) { exchange.transfer?.cancel() } }
    }

    // MARK: From the server

    private func take(_ happening: MCPHTTPExchange.Happening, _ number: Int) {
        guard let exchange = exchanges[number] else { return }
        switch happening {
        case .head(let head):
            if let named = head.fields[MCPHeaders.sessionField] { session = named }
            if exchange.isListening { wasRefusedToListen = false }
        case .event(let event):
            if isOld, exchange.isListening, event.name == "endpoint" { return found(event.data) }
            receive(event.data, during: exchange.request)
        case .body(let body): receive(body)
        case .over(let problem):
            exchanges[number] = nil
            finish(exchange, problem)
        }
    }

    private func receive(_ bytes: [UInt8], during request: Int? = nil) {
        // The first answer of a session names its version.
        if version == nil, let json = try? JSONValue(parsing: bytes),
            let named = json["result"]?["protocolVersion"]?.string
        {
            version = named
        }
        events?.linkDidReceive(.text(bytes), during: request)
    }

    private func found(_ endpoint: [UInt8]) {
        guard place == nil, let named = address.resolved(String(decoding: endpoint, as: UTF8.self)) else {
            events?.linkDidFail("it names an address that is not its own to post to")
            return
        }
        place = named
        sendWaiting()
    }

    private func sendWaiting() {
        let letters = waiting
        waiting = []
        for letter in letters { send(letter) }
    }

    private func finish(_ exchange: MCPHTTPExchange, _ problem: MCPHTTPExchange.Problem?) {
        guard let problem else { return }
        switch problem {
        case .unreachable(let why): events?.linkDidFail("\(address.target.baseURL) cannot be reached: \(why)")
        case .refused(401, _, let challenge)
        where challenge != nil && tokens != nil && (exchange.isPost || exchange.isListening):
            refuseStranger(exchange)
        case .refused(404, _, _) where session != nil && exchange.isPost:
            events?.linkDidFail("its session is over")
        case .refused(let status, let words, let challenge):
            if exchange.isListening {
                // Without a stream there are only answers; but the old transport is the stream.
                if isOld { events?.linkDidFail("it answered with status \(status)\(words)") }
                return
            }
            fail(exchange, explanation(status, words, challenge))
        case .unfinished(let place): goOn(exchange, place)
        case .cut(let why):
            if exchange.isListening, isOld { events?.linkDidFail("its stream has ended: \(why)") }
            // It was taken, and is answered there.
            if exchange.isPost, isOld { return }
            fail(exchange, "its answer broke off: \(why)")
        }
    }

    /// A stream that ended is taken up again where it was, after the time that its server wants.
    private func goOn(_ exchange: MCPHTTPExchange, _ place: MCPStreamPlace) {
        if isOld { return events?.linkDidFail("its stream has ended") ?? () }
        guard session != nil || version != nil, exchange.isListening || place.attempts < MCPStreamPlace.attemptsMax
        else { return fail(exchange, "its answer broke off, and did not go on") }
        Task(executorPreference: loop) { [self] in
            await loop.sleep(place.wait)
            start("GET", address, exchange.letter, from: place)
        }
    }

    // MARK: Who asks

    /// The token is not taken, or there is none. With a fresh one it is tried once more.
    private func refuseStranger(_ exchange: MCPHTTPExchange) {
        if isOver { return }
        // Without a stream there are still answers.
        let matters = exchange.isPost || isOld
        guard let token = exchange.token else {
            if matters { events?.linkNeedsLogin("it answers strangers with status 401") }
            return
        }
        if exchange.letter?.isSecondTry ?? wasRefusedToListen {
            if matters { events?.linkNeedsLogin("it refuses a fresh token") }
            return
        }
        if let letter = exchange.letter {
            waiting.append(MCPLetter(message: letter.message, isSecondTry: true))
        } else {
            wasRefusedToListen = true
            listensLater = true
        }
        renew(token)
    }

    /// What is to be sent waits for it.
    private func renew(_ rejected: String?) {
        guard let tokens, !isRenewing else { return }
        isRenewing = true
        Task(executorPreference: loop) { [self] in
            let outcome = await tokens.renew(rejected)
            isRenewing = false
            if isOver { return }
            switch outcome {
            case .renewed(let trouble):
                if let trouble { events?.linkDidNote(trouble) }
                let listens = listensLater
                listensLater = false
                if listens { listen() }
                sendWaiting()
            case .lost(let why): events?.linkNeedsLogin(why)
            case .failed(let why): events?.linkDidFail("its login cannot be renewed: \(why)")
            }
        }
    }

    /// As if the server had said it, so that whoever asked need not wait.
    private func fail(_ exchange: MCPHTTPExchange, _ reason: String) {
        guard let request = exchange.request else { return }
        let error: JSONValue = ["code": -32000, "message": .string(reason)]
        let response: JSONValue = ["jsonrpc": "2.0", "id": .int(request), "error": error]
        events?.linkDidReceive(.text(response.bytes()))
    }

    private func explanation(_ status: Int, _ words: String, _ challenge: OAuthChallenge?) -> String {
        switch status {
        case 403 where challenge?.error == "insufficient_scope" && challenge?.scope != nil && tokens != nil:
            "status 403: the login does not go so far; `sidecar mcp login \(name) --scopes "
                + "\(ShellWord.quoted(OAuthScope.union(tokens?.grant?.scope, challenge?.scope) ?? ""))` asks for more\(words)"
        case 401, 403:
            "status \(status): it wants to know who asks; a field of its entry can say so: "
                + "\"headers\": {\"Authorization\": \"Bearer ${TOKEN}\"}\(words)"
        case 300..<400: "status \(status): it is somewhere else; write its new address\(words)"
        default: "status \(status)\(words)"
        }
    }
}
