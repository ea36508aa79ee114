internal import JSON

/// An answer of the Messages API as a message, whether it came as a stream of events or at once. Pure.
package enum AnswerReader {
    package static func read(
        status: Int, isStream: Bool, retryAfter: String?, _ body: [UInt8]
    ) throws(AgentProblem) -> AgentAnswer {
        if status != 200 { throw refusal(status, retryAfter, body) }
        if isStream { return try events(body) }
        guard let json = try? JSONValue(parsing: body), json["content"]?.array != nil else {
            throw AgentProblem(.broken, "The provider's answer is no message.", isPassing: true)
        }
        var answer = AgentAnswer(content: json["content"]?.array ?? [], stopReason: json["stop_reason"]?.string)
        answer.usage.take(json["usage"])
        return answer
    }

    /// Overload and failures of the provider pass; a wrong request does not.
    private static func refusal(_ status: Int, _ retryAfter: String?, _ body: [UInt8]) -> AgentProblem {
        let json = try? JSONValue(parsing: body)
        let error = json?["error"]
        let said =
            error?["message"]?.string ?? error?.string
            ?? String(decoding: body.prefix(shownBytesMax), as: UTF8.self)
        let type = error?["type"]?.string.map { ", \($0)" } ?? ""
        return AgentProblem(
            .provider, "The provider answered with status \(status)\(type): \(said)",
            isPassing: [408, 429].contains(status) || status >= 500, retryAfterSeconds: retryAfter.flatMap { Int($0) })
    }

    private static let shownBytesMax = 300

    // MARK: Streams

    private static func events(_ body: [UInt8]) throws(AgentProblem) -> AgentAnswer {
        var stream = Stream()
        for line in body.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
        where line.starts(with: "data:".utf8) {
            guard let event = try? JSONValue(parsing: Array(line.dropFirst("data:".utf8.count))) else {
                throw AgentProblem(.broken, "The provider's stream has an event that is no JSON.", isPassing: true)
            }
            try stream.take(event)
        }
        return try stream.finished()
    }

    private struct Stream {
        private var answer = AgentAnswer()
        /// By the index that events have; blocks stand in that order.
        private var blocks: [Int: JSONValue] = [:]
        private var inputs: [Int: String] = [:]
        private var isOver = false

        mutating func take(_ event: JSONValue) throws(AgentProblem) {
            let index = event["index"]?.int ?? 0
            switch event["type"]?.string {
            case "message_start": answer.usage.take(event["message"]?["usage"])
            case "content_block_start": blocks[index] = event["content_block"] ?? [:]
            case "content_block_delta": add(event["delta"] ?? .null, index)
            case "message_delta":
                if let reason = event["delta"]?["stop_reason"]?.string { answer.stopReason = reason }
                answer.usage.take(event["usage"])
            case "message_stop": isOver = true
            case "error":
                let type = event["error"]?["type"]?.string ?? "error"
                throw AgentProblem(
                    .provider,
                    "The provider broke its answer off (\(type)): \(event["error"]?["message"]?.string ?? "no reason")",
                    isPassing: ["overloaded_error", "api_error", "timeout_error", "rate_limit_error"].contains(type))
            default: break
            }
        }

        private mutating func add(_ delta: JSONValue, _ index: Int) {
            switch delta["type"]?.string {
            case "text_delta": append(delta["text"], to: "text", index)
            case "thinking_delta": append(delta["thinking"], to: "thinking", index)
            case "signature_delta": append(delta["signature"], to: "signature", index)
            case "input_json_delta": inputs[index, default: ""] += delta["partial_json"]?.string ?? ""
            case "citations_delta":
                let known = blocks[index]?["citations"]?.array ?? []
                blocks[index]?["citations"] = .array(known + [delta["citation"] ?? .null])
            default: break
            }
        }

        private mutating func append(_ more: JSONValue?, to key: String, _ index: Int) {
            guard var block = blocks[index] else { return }
            block[key] = .string((block[key]?.string ?? "") + (more?.string ?? ""))
            blocks[index] = block
        }

        mutating func finished() throws(AgentProblem) -> AgentAnswer {
            guard isOver, answer.stopReason != nil else {
                throw AgentProblem(.broken, "The provider's stream ended before its answer was whole.", isPassing: true)
            }
            for index in blocks.keys.sorted() {
                var block = blocks[index] ?? [:]
                if let text = inputs[index], !text.isEmpty {
                    guard let input = try? JSONValue(parsing: text) else {
                        // Cut in the middle of a call: what is there of it is no call.
                        if answer.stopReason == "max_tokens" { continue }
                        throw AgentProblem(
                            .broken, "The provider's stream has a tool call whose input is no JSON.", isPassing: true)
                    }
                    block["input"] = input
                }
                answer.content.append(block)
            }
            return answer
        }
    }
}
