internal import LinuxSystem

/// A file of answers, read and checked: the whole of a provider that needs no network and no key.
package struct Script: Sendable {
    /// As messages call it.
    package let file: String
    /// What `GET /v1/models` lists. Requests may name any model: steps can match on it.
    package let models: [String]
    let defaults: ScriptDefaults
    package let steps: [ScriptStep]
}

/// What holds for every answer that does not say otherwise.
struct ScriptDefaults: Sendable, Equatable {
    var pacing = ScriptPacing()
    var usage = ScriptUsage()
}

package struct ScriptStep: Sendable {
    /// Counted from 1, as people do.
    let number: Int
    let line: Int
    let name: String?
    let conditions: ScriptConditions
    /// How often it answers a conversation; nil: always.
    let times: Int?
    let reply: ScriptReply

    /// `step 2 "greeting" (line 12)`
    package var label: String { "step \(number)\(name.map { " \"\($0)\"" } ?? "") (line \(line))" }
}

/// When the pieces of an answer leave.
struct ScriptPacing: Sendable, Equatable {
    /// Before the first byte.
    var delay: TimeSpan?
    /// Between two events of a stream.
    var eventDelay: TimeSpan?
    /// Characters in one delta.
    var piece: Int?

    /// About a word, which is what the API sends too.
    static let pieceDefault = 12

    func filled(from other: ScriptPacing) -> ScriptPacing {
        ScriptPacing(
            delay: delay ?? other.delay, eventDelay: eventDelay ?? other.eventDelay, piece: piece ?? other.piece)
    }
}

/// What an answer says it cost. What is not given is estimated (input, output) or zero (cache).
struct ScriptUsage: Sendable, Equatable {
    var input: Int?
    var output: Int?
    var cacheCreation: Int?
    var cacheRead: Int?

    func filled(from other: ScriptUsage) -> ScriptUsage {
        ScriptUsage(
            input: input ?? other.input, output: output ?? other.output,
            cacheCreation: cacheCreation ?? other.cacheCreation, cacheRead: cacheRead ?? other.cacheRead)
    }
}
