package import HTTP
package import JSON
internal import LinuxSystem

/// A provider whose answers come from a script. One for all event loops: the script never changes, and the counters
/// lock themselves. A reload makes another.
///
/// Answers are decided at once, from the request's bytes, and then played: nothing of the request is needed after that.
package final class ScriptedUpstream: Sendable {
    package let script: Script
    private let matcher: ScriptMatcher
    private let counters = ScriptCounters()
    private let makeID: @Sendable (String) -> String

    /// `makeID` gets the prefix of an id, such as `msg_`.
    package init(script: Script, makeID: @escaping @Sendable (String) -> String = ScriptedUpstream.randomID) {
        self.script = script
        self.makeID = makeID
        matcher = ScriptMatcher(script)
    }

    /// `POST /v1/messages`. `model` and `wantsStream` replace what the body says, where routing has decided otherwise.
    /// `extraFields` go out with the answer; a `request-id` among them is named in errors too.
    package func messages(
        _ root: JSONElement, fields: HTTPFields, model: String? = nil, wantsStream: Bool? = nil,
        extraFields: HTTPFields = HTTPFields()
    ) -> ScriptedAnswer {
        do throws(ScriptedRefusal) {
            var request = try ScriptedRequest.read(root, fields: fields)
            if let model { request.model = model }
            if let wantsStream { request.wantsStream = wantsStream }
            return try answer(request, extraFields)
        } catch {
            return .refusal(error, fields: extraFields)
        }
    }

    /// `POST /v1/messages/count_tokens`, by the estimate that usage has too.
    package func countTokens(
        _ root: JSONElement, fields: HTTPFields, extraFields: HTTPFields = HTTPFields()
    ) -> ScriptedAnswer {
        do throws(ScriptedRefusal) {
            let request = try ScriptedRequest.read(root, fields: fields, for: .tokenCount)
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("input_tokens", request.inputTokens)
            writer.endObject()
            return .json(writer.take(), fields: extraFields)
        } catch {
            return .refusal(error, fields: extraFields)
        }
    }

    private func answer(_ request: ScriptedRequest, _ extraFields: HTTPFields) throws(ScriptedRefusal) -> ScriptedAnswer
    {
        switch matcher.find(request, mayAnswer: { counters.take($0, conversation: request.conversation) }) {
        case .found(let step, let match):
            return answer(step.reply, ScriptVariables(request: request, match: match), extraFields)
        case .none(let reasons):
            let shown = reasons.prefix(Self.reasonsShownMax).joined(separator: "; ")
            let rest = reasons.count - Self.reasonsShownMax
            throw .invalid(
                "no step of the script \(script.file) answers this request: \(shown)"
                    + (rest > 0 ? "; and \(rest) more" : "")
                    + ". Add a step without `when` at the end to answer everything else.")
        }
    }

    /// A longer list hides the message.
    private static let reasonsShownMax = 20

    private func answer(_ reply: ScriptReply, _ variables: ScriptVariables, _ extraFields: HTTPFields) -> ScriptedAnswer
    {
        let pacing = reply.pacing.filled(from: script.defaults.pacing)
        if let failure = reply.failure { return answer(failure, pacing, variables, extraFields) }
        let message = ScriptedMessage(reply, reply.usage.filled(from: script.defaults.usage), variables, makeID: makeID)
        guard variables.request.wantsStream else {
            return .json(
                message.body(), fields: extraFields, delay: pacing.delay ?? .zero, usage: ScriptedUsage(message.usage))
        }
        let errorEvent = reply.fault?.errorEvent.map { event in
            ScriptedEvents.event("error") {
                $0.errorMember(event.type, event.message?.text(variables) ?? "The script says so.")
                $0.member("request_id", extraFields["request-id"])
            }
        }
        return .stream(message, pacing, reply.fault, errorEvent: errorEvent, fields: extraFields)
    }

    private func answer(
        _ failure: ScriptFailure, _ pacing: ScriptPacing, _ variables: ScriptVariables, _ extraFields: HTTPFields
    ) -> ScriptedAnswer {
        let refusal = ScriptedRefusal(
            status: failure.status, type: failure.type ?? ScriptFailure.type(for: failure.status),
            message: failure.message?.text(variables) ?? "The script answers with status \(failure.status).")
        var fields = extraFields
        let isJSON = failure.body == nil
        for header in failure.headers { fields.set(header.name, header.value.reveal()) }
        return .json(
            failure.body.map { Array($0.utf8) } ?? ScriptedAnswer.errorBody(refusal, extraFields),
            status: failure.status,
            fields: fields, delay: pacing.delay ?? .zero, failure: refusal,
            contentType: isJSON ? "application/json" : "text/html; charset=utf-8")
    }

    /// Like the API's: the prefix, `01`, and 22 letters and digits.
    package static let randomID: @Sendable (String) -> String = { prefix in
        let alphabet: StaticString = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        let letters = String(unsafeUninitializedCapacity: 22) { letters in
            // Ten letters of each number: asking for a number is what takes the time.
            var number: UInt64 = 0
            for place in 0..<22 {
                if place % 10 == 0 { number = .random(in: 0 ... .max) }
                letters.initializeElement(at: place, to: alphabet.utf8Start[Int(number % 62)])
                number /= 62
            }
            return 22
        }
        return prefix + "01" + letters
    }
}
