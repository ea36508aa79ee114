package import HTTP
internal import JSON
package import LinuxSystem

/// One thing to do for a client.
package enum ScriptedAction: Sendable {
    /// `bodyCount` is nil for streams.
    case head(ResponseHead, bodyCount: Int?)
    case bytes([UInt8])
    case wait(TimeSpan)
    /// Properly.
    case end
    /// Within the body, so that the client sees that something is missing.
    case close
    case reset
}

/// An answer as a sequence of actions: all of it can be tested without a socket or a clock.
package struct ScriptedAnswer: Sendable, Sequence {
    enum Body: Sendable {
        case whole([UInt8])
        case stream(ScriptedMessage, ScriptPacing, ScriptFault?, errorEvent: [UInt8]?)
    }

    package let head: ResponseHead
    /// What the message says it costs; nil for errors and for what is no message.
    package let usage: ScriptedUsage?
    /// The answer is an error: its type and message.
    package let failure: ScriptedRefusal?
    let delay: TimeSpan
    let body: Body

    package var status: Int { head.status }
    package var isStream: Bool { if case .stream = body { true } else { false } }

    package func makeIterator() -> ScriptedActions { ScriptedActions(self) }
}

package struct ScriptedUsage: Sendable, Equatable {
    package let input: Int
    package let output: Int
    package let cacheCreation: Int
    package let cacheRead: Int
}

extension ScriptedAnswer {
    /// `fields` are added to those that the answer has of itself.
    static func json(
        _ body: [UInt8], status: Int = 200, fields: HTTPFields, delay: TimeSpan = .zero, usage: ScriptedUsage? = nil,
        failure: ScriptedRefusal? = nil, contentType: String = "application/json"
    ) -> ScriptedAnswer {
        ScriptedAnswer(
            head: head(status, contentType, fields), usage: usage, failure: failure, delay: delay, body: .whole(body))
    }

    static func stream(
        _ message: ScriptedMessage, _ pacing: ScriptPacing, _ fault: ScriptFault?, errorEvent: [UInt8]?,
        fields: HTTPFields
    ) -> ScriptedAnswer {
        var head = head(200, "text/event-stream; charset=utf-8", fields)
        head.fields.set("cache-control", "no-cache")
        return ScriptedAnswer(
            head: head, usage: ScriptedUsage(message.usage), failure: nil, delay: pacing.delay ?? .zero,
            body: .stream(message, pacing, fault, errorEvent: errorEvent))
    }

    /// In the API's own shape.
    static func refusal(_ refusal: ScriptedRefusal, fields: HTTPFields) -> ScriptedAnswer {
        json(errorBody(refusal, fields), status: refusal.status, fields: fields, failure: refusal)
    }

    static func errorBody(_ refusal: ScriptedRefusal, _ fields: HTTPFields) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.error(refusal.type, refusal.message)
        writer.member("request_id", fields["request-id"])
        writer.endObject()
        return writer.take()
    }

    private static func head(_ status: Int, _ contentType: String, _ fields: HTTPFields) -> ResponseHead {
        var head = ResponseHead(status: status, fields: ["content-type": contentType])
        for field in fields.list { head.fields.set(field.name, field.value) }
        return head
    }
}

extension JSONWriter {
    /// The members of an error object, which an `error` event shares.
    mutating func error(_ type: String, _ message: String) {
        member("type", "error")
        errorMember(type, message)
    }

    mutating func errorMember(_ type: String, _ message: String) {
        key("error")
        beginObject()
        member("type", type)
        member("message", message)
        endObject()
    }
}

extension ScriptedUsage {
    init(_ usage: ScriptedMessage.Usage) {
        self.init(
            input: usage.input, output: usage.output, cacheCreation: usage.cacheCreation, cacheRead: usage.cacheRead)
    }
}
