package import Digest
package import JSON
package import LinuxSystem
package import Sandbox

/// What the log keeps of a run of a tool. Filled in by who runs it; sequence, time and chain are the log's own.
package struct AuditEntry: Sendable {
    package enum Outcome: String, Sendable, CaseIterable {
        case done
        /// The tool ran and reported an error.
        case failed
        case denied
        case timedOut = "timed_out"
        /// A limit or an operator ended it.
        case killed
        /// It could not be run, through no fault of its own.
        case broken
    }

    package var tool: String
    package var input: AuditInput
    package var session: String?
    package var workspace: String?
    package var policy: String
    package var decision: Decision.Outcome
    /// The rule that decided, and where it is written.
    package var rule: String
    package var place: RulePlace?
    /// Of the sandbox it ran in; empty when it did not run.
    package var layers: [String] = []
    package var outcome: Outcome
    /// One sentence, ours; never what a tool printed.
    package var detail: String?
    package var exitCode: Int?
    package var duration = TimeSpan.zero
    package var bytesIn = 0
    package var bytesOut = 0
    /// The way out that it was given, and what it was refused there.
    package var network: EgressSummary?

    package init(
        tool: String, input: AuditInput, policy: String, decision: Decision.Outcome, rule: String, outcome: Outcome
    ) {
        self.tool = tool
        self.input = input
        self.policy = policy
        self.decision = decision
        self.rule = rule
        self.outcome = outcome
    }

    /// The members of its record, in the order in which people look for them.
    var members: [JSONObject.Member] {
        var object = JSONObject()
        object["tool"] = .string(AuditInput.shortened(tool))
        object["decision"] = .string(decision.rawValue)
        object["outcome"] = .string(outcome.rawValue)
        object["rule"] = .string(AuditInput.shortened(rule))
        if let place {
            object["file"] = .string(AuditInput.shortened(place.file))
            object["line"] = .int(place.line)
        }
        object["policy"] = .string(AuditInput.shortened(policy))
        object["layers"] = .array(layers.map { .string($0) })
        if let detail { object["detail"] = .string(AuditInput.shortened(detail)) }
        if let exitCode { object["exit_code"] = .int(exitCode) }
        object["duration_us"] = .int(duration.nanoseconds / 1000)
        object["bytes_in"] = .int(bytesIn)
        object["bytes_out"] = .int(bytesOut)
        if let session { object["session"] = .string(AuditInput.shortened(session)) }
        if let workspace { object["workspace"] = .string(AuditInput.shortened(workspace)) }
        if let network { object["network"] = network.json }
        object["input_digest"] = .string("sha256:\(input.digest)")
        object["input"] = input.shown
        return object.members
    }
}

/// The input of a tool as it may be kept: without secrets, and not long.
package struct AuditInput: Sendable {
    /// Over all of the input but its secrets and the contents of files, which count by their sizes (compact JSON): nothing in
    /// a record depends on a secret, so none can be found by trying.
    package let digest: SHA256
    package let shown: JSONValue

    /// A text longer than this is cut: the digest still speaks for the whole.
    static let textBytesMax = 1024
    /// An input that is larger all the same is left out but for its size.
    static let shownBytesMax = 16 << 10

    package init(_ input: JSONValue) {
        let redacted = AuditRedaction.redact(Self.withoutContents(input))
        digest = SHA256(of: redacted.bytes())
        let shortened = Self.shorten(redacted)
        let size = shortened.bytes().count
        shown = size <= Self.shownBytesMax ? shortened : ["omitted_bytes": .int(size)]
    }

    /// Of an input that is not kept.
    package init(hashOf input: JSONValue) {
        let bytes = AuditRedaction.redact(input).bytes()
        digest = SHA256(of: bytes)
        shown = ["omitted_bytes": .int(bytes.count)]
    }

    /// What goes into files is theirs to keep, may be anything, and is as long as they are: nobody looks through it.
    private static let contents: Set<String> = ["content", "old_string", "new_string", "new_source"]

    private static func withoutContents(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number, .string: return value
        case .array(let elements): return .array(elements.map(withoutContents))
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { member in
                        guard let text = member.value.string, contents.contains(member.key) else {
                            return JSONObject.Member(key: member.key, value: withoutContents(member.value))
                        }
                        return JSONObject.Member(key: member.key, value: .string("(\(text.utf8.count) bytes)"))
                    }))
        }
    }

    private static func shorten(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: return value
        case .string(let text): return .string(shortened(text))
        case .array(let elements): return .array(elements.map(shorten))
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { .init(key: shortened($0.key), value: shorten($0.value)) }))
        }
    }

    static func shortened(_ text: String) -> String {
        let count = text.utf8.count
        if count <= textBytesMax { return text }
        let head = String(decoding: Array(text.utf8.prefix(textBytesMax)), as: UTF8.self)
        return "\(head)… (\(count) bytes)"
    }
}
