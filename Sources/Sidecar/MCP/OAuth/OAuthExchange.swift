internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// Short questions to those who give tokens, and their answers. Nobody is followed elsewhere. On its loop only.
struct OAuthExchange {
    let client: UpstreamClient

    private static let answerBytesMax = 1 << 20
    private static let time = TimeSpan.seconds(20)

    init(on loop: EventLoop) { client = UpstreamClient(on: loop, limits: UpstreamLimits()) }

    struct Answer {
        let status: Int
        let fields: HTTPFields
        let json: JSONValue?
    }

    /// The first of the places where there is something; nil: nowhere.
    func document(at places: [String]) async throws(OAuthProblem) -> JSONValue? {
        for place in places {
            guard let address = OAuthAddress(place) else { continue }
            let answer = try await ask(address, "GET", ["Accept": "application/json"], nil)
            if answer.status == 200, let json = answer.json, json.object != nil { return json }
            if answer.status >= 500 { throw OAuthProblem("\(place) answers with status \(answer.status)") }
        }
        return nil
    }

    /// A form, signed by who we are; what comes back is an object, or a problem.
    func post(
        _ form: [OAuthForm.Pair], to address: OAuthAddress, as who: OAuthClient
    ) async throws(OAuthProblem) -> JSONValue {
        let (form, authorization) = who.signed(form)
        let secrets = OAuthForm.secrets(form) + [who.secret].compactMap(\.self)
        var fields: HTTPFields = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"]
        if let authorization { fields.append("Authorization", authorization) }
        let answer = try await ask(address, "POST", fields, Array(OAuthForm.text(form).utf8))
        return try Self.whole(answer, address, Redaction(secrets).with(fields))
    }

    func post(_ json: JSONValue, to address: OAuthAddress) async throws(OAuthProblem) -> JSONValue {
        let fields: HTTPFields = ["Content-Type": "application/json", "Accept": "application/json"]
        return try Self.whole(try await ask(address, "POST", fields, json.bytes()), address, Redaction([]))
    }

    /// Its own words name the trouble, and nothing of what we have sent.
    private static func whole(
        _ answer: Answer, _ address: OAuthAddress, _ redaction: Redaction
    ) throws(OAuthProblem) -> JSONValue {
        if (200..<300).contains(answer.status) { return answer.json ?? [:] }
        let error = answer.json?["error"]?.string
        let words = [error, answer.json?["error_description"]?.string].compactMap(\.self)
        let said = words.isEmpty ? "" : ": \(redaction.words(words.joined(separator: ": "), max: 300))"
        // A page of maintenance, a proxy between us, a route that is gone for an hour: none of them speaks for the issuer.
        let isFinal = (400..<500).contains(answer.status) && finalErrors.contains(error ?? "")
        throw OAuthProblem(
            "\(address.origin)\(address.path) answers with status \(answer.status)\(said)", endsLogin: isFinal)
    }

    /// RFC 6749, section 5.2: what no second try mends.
    private static let finalErrors: Set<String> = ["invalid_grant", "invalid_client", "unauthorized_client"]

    func ask(
        _ address: OAuthAddress, _ method: String, _ fields: HTTPFields, _ body: [UInt8]?
    ) async throws(OAuthProblem) -> Answer {
        guard address.isPrivate, let place = MCPAddress(address.description) else {
            throw OAuthProblem("\(address.origin) is asked in clear text, where secrets have no place; https is needed")
        }
        var fields = fields
        fields.append("User-Agent", Version.userAgent)
        var request = UpstreamRequest(method: method, target: place.path, fields: fields, body: .none)
        if let body {
            let buffer = ByteBuffer()
            buffer.append(body)
            request.body = .bytes(buffer)
        }
        let result = await WebExchange.run(
            request, to: place.target, by: client, bytesMax: Self.answerBytesMax, within: Self.time)
        switch result {
        case .success(let answer):
            return Answer(
                status: answer.head.status, fields: answer.head.fields, json: try? JSONValue(parsing: answer.body))
        case .failure(.transfer(let error)):
            throw OAuthProblem("\(address.origin) cannot be reached: \(error.detail)")
        case .failure(.timedOut):
            throw OAuthProblem("\(address.origin)\(address.path) does not answer within \(Self.time)")
        case .failure(.cancelled): throw OAuthProblem("interrupted")
        }
    }
}
