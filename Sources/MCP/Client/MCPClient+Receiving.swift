package import JSON
package import LinuxSystem

/// What a server says. It may be anything: programs write their greetings and their traces to standard output too.
extension MCPClient {
    /// `call`: the request on whose stream it came, where there are streams.
    package mutating func receive(_ line: RPCLines.Line, during call: Int? = nil, _ now: Instant) -> [Action] {
        switch line {
        case .tooLong(let head): return receiveTooLong(head)
        case .text(let bytes):
            guard let json = try? JSONValue(parsing: bytes) else { return [.noise(Self.shown(bytes))] }
            return receive(json, during: call, now)
        }
    }

    package mutating func receive(_ json: JSONValue, during call: Int? = nil, _ now: Instant) -> [Action] {
        // One revision has lists of messages, and reading them costs nothing in the others.
        if case .array(let messages) = json { return messages.flatMap { receiveOne($0, call, now) } }
        return receiveOne(json, call, now)
    }

    private mutating func receiveOne(_ json: JSONValue, _ call: Int?, _ now: Instant) -> [Action] {
        do throws(RPCMessage.Fault) {
            switch try RPCMessage.read(json) {
            case .response(let response): return take(response, now)
            case .notification(let notification): return take(notification, now)
            case .request(let request):
                if request.method == "ping" { return [.send(request.response([:]))] }
                return asked(request, during: call, now)
            }
        } catch {
            // It may be meant as an answer; then who waits for it need not wait for the time to run out.
            guard json["method"] == nil, case .number(let id)? = error.id, let waiting = pending[id] else {
                return [.noise(Self.shown(json.bytes()))]
            }
            return settle(id, waiting, .failure(.malformed(error.error.message)), now)
        }
    }

    // MARK: Answers

    private mutating func take(_ response: RPCResponse, _ now: Instant) -> [Action] {
        guard case .number(let id)? = response.id, let waiting = pending[id] else {
            strayAnswers += 1
            let named = response.id.map { "\($0.json)" } ?? "null"
            let why = response.error?["message"]?.string.map { ": \($0.prefix(200))" } ?? ""
            return [.noise("an answer to request \(named), which is not waited for\(why)")]
        }
        switch waiting.purpose {
        case .probe:
            pending[id] = nil
            return discovered(response, now)
        case .opening:
            pending[id] = nil
            return opened(response)
        case .listening:
            pending[id] = nil
            return []
        case .call: return settle(id, waiting, Self.result(of: response, waiting.abilities), now)
        }
    }

    private mutating func settle(
        _ id: Int, _ waiting: Pending, _ result: Result<JSONValue, MCPClientFailure>, _ now: Instant
    ) -> [Action] {
        pending[id] = nil
        switch waiting.purpose {
        case .probe: return openSession(now)
        case .opening:
            guard case .failure(let failure) = result else { return [] }
            return fail(failure.message)
        case .listening: return []
        case .call: return withdrawQuestions(of: id) + [.finished(MCPRequestTicket(number: id), result)]
        }
    }

    private static func result(of response: RPCResponse, _ abilities: JSONValue) -> Result<JSONValue, MCPClientFailure>
    {
        if let error = response.error {
            return .failure(
                .refused(
                    code: error["code"]?.int ?? 0, message: error["message"]?.string ?? "no reason given",
                    data: error["data"]))
        }
        guard let result = response.result, result.object != nil else {
            return .failure(.malformed("`result` is no object"))
        }
        if MCPRounds.isWanted(by: result), let problem = MCPRounds.problem(result, abilities) {
            return .failure(.malformed(problem))
        }
        return .success(result)
    }

    /// Only its beginning is known, where the id usually is.
    private mutating func receiveTooLong(_ head: [UInt8]) -> [Action] {
        let what = "more than \(Self.answerBytesMax) bytes in one message, which were left unread"
        guard let id = Self.id(in: head), let waiting = pending[id] else { return [.noise(what)] }
        return settle(id, waiting, .failure(.malformed(what)), Instant(nanoseconds: 0))
    }

    private static func id(in head: [UInt8]) -> Int? {
        let text = String(decoding: head, as: UTF8.self)
        guard let place = text.utf8.firstRange(of: "\"id\":".utf8) else { return nil }
        let digits = text.utf8[place.upperBound...].drop { $0 == 0x20 }.prefix { (0x30...0x39).contains($0) }
        return Int(Substring(digits))
    }

    /// A few screenshots fit; what is beyond would only be cut by whoever shows it to a model.
    package static let answerBytesMax = 16 << 20

    // MARK: What it says unasked

    private mutating func take(_ notification: RPCNotification, _ now: Instant) -> [Action] {
        let parameters = notification.parameters
        switch notification.method {
        case "notifications/progress":
            guard let id = parameters["progressToken"]?.int, let waiting = pending[id],
                case .call(let resetsTime) = waiting.purpose
            else { return [] }
            if resetsTime, waiting.questions == 0 { pending[id]?.deadline = now + waiting.limit }
            return [.progress(MCPRequestTicket(number: id), parameters)]
        case "notifications/message": return [.logged(parameters)]
        case "notifications/tools/list_changed": return [.changed(.tools)]
        case "notifications/resources/list_changed": return [.changed(.resources), .changed(.templates)]
        case "notifications/resources/updated":
            return parameters["uri"]?.string.map { [.updated(uri: $0)] } ?? []
        case "notifications/prompts/list_changed": return [.changed(.prompts)]
        case "notifications/cancelled":
            return parameters["requestId"].flatMap { RPCID($0) }.map { withdrawn($0, now) } ?? []
        default: return []
        }
    }

    private static let shownMax = 300

    private static func shown(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(shownMax), as: UTF8.self)
        return "no message of the protocol: \(text)\(bytes.count > shownMax ? "…" : "")"
    }
}
