internal import LinuxSystem
internal import YAML

/// Every key of a script, declared once.
enum ScriptKeys {
    /// A script is a test of minutes, not of days.
    private static let times: ClosedRange<TimeSpan> = .zero ... .seconds(3600)
    private static let countMax = 1_000_000
    /// An answer of the API has at most 128,000 tokens; numbers beyond a billion are slips.
    private static let tokensMax = 1_000_000_000

    static var root: Section<ScriptDraft> {
        Section(
            defaults: ScriptDraft(),
            [
                Key("version", \.version, .scriptVersion, example: "1", "The version of this format."),
                Key(
                    "models", \.models, ValueKind.text.list, example: "[claude-demo]",
                    "What `GET /v1/models` lists. Requests may name any other model too."),
                .section("defaults", \.defaults, defaults, "What holds for every answer that does not say otherwise."),
                Key("steps", \.steps, ValueKind.step.list, example: "", "The answers, in the order they are tried."),
            ])
    }

    static var defaults: Section<ScriptDefaults> {
        Section(
            defaults: ScriptDefaults(),
            [.section("usage", \.usage, usage, "Tokens that answers report. Left out, they are estimated.")]
                + pacing(\.pacing))
    }

    private static func pacing<Root>(_ place: WritableKeyPath<Root, ScriptPacing>) -> [Key<Root>] {
        [
            Key(
                "delay", place.appending(path: \.delay), ValueKind.time(times).optional, example: "200ms",
                "Quiet before the first byte of an answer."),
            Key(
                "event_delay", place.appending(path: \.eventDelay), ValueKind.time(times).optional, example: "20ms",
                "Quiet between two events of a stream."),
            Key(
                "piece", place.appending(path: \.piece), ValueKind.integer(1...countMax).optional, example: "12",
                "Characters in one delta of a stream."),
        ]
    }

    static var usage: Section<ScriptUsage> {
        let tokens = ValueKind.integer(0...tokensMax).optional
        return Section(
            defaults: ScriptUsage(),
            [
                Key("input_tokens", \.input, tokens, example: "1200", "Left out: a quarter of the request's bytes."),
                Key("output_tokens", \.output, tokens, example: "80", "Left out: a quarter of the answer's bytes."),
                Key("cache_creation_input_tokens", \.cacheCreation, tokens, example: "0", "Left out: 0."),
                Key("cache_read_input_tokens", \.cacheRead, tokens, example: "0", "Left out: 0."),
            ])
    }

    static var step: Section<ScriptDraft.Step> {
        Section(
            defaults: ScriptDraft.Step(),
            [
                Key("name", \.name, ValueKind.text.optional, example: "greeting", "What messages call the step."),
                .section(
                    "when", \.conditions, conditions, "All of these must hold. Without any, the step always matches."),
                Key("once", \.once, ValueKind.boolean.optional, example: "true", "The same as `times: 1`."),
                Key(
                    "times", \.times, ValueKind.integer(1...countMax).optional, example: "2",
                    "How often the step answers a conversation; then it is passed over."),
                Key(
                    "answer", \.reply, ValueKind.reply.optional, example: "Hello!",
                    "A text, or a map with the keys below."),
            ])
    }

    static var conditions: Section<ScriptConditions> {
        Section(
            defaults: ScriptConditions(),
            [
                Key(
                    "text", \.text, ValueKind.text.optional, example: "hello",
                    "The last message has these words. Case does not count."),
                Key(
                    "text_matches", \.textMatches, ValueKind.pattern.optional, example: "\"fix *\"",
                    "The whole text of the last message is this; `*` stands for any characters."),
                Key(
                    "prompt", \.prompt, ValueKind.text.optional, example: "read",
                    "Like `text`, for the latest words of the user, also while tools run for them."),
                Key(
                    "tool_result", \.toolResult, toolResult.kind.optional, example: "{ tool: Read }",
                    "The last message has a tool result that fits; `{}` takes any."),
                Key(
                    "model", \.model, ValueKind.pattern.optional, example: "\"claude-haiku-*\"",
                    "The model asked for."),
                Key(
                    "header", \.headers, .headerPatterns, example: "{ x-team: infra }",
                    "Headers of the request; their values may have `*`."),
                Key(
                    "system", \.system, ValueKind.text.optional, example: "You are Claude Code",
                    "The system prompt has these words. Case does not count."),
                Key(
                    "turn", \.turn, ValueKind.integer(0...countMax).optional, example: "0",
                    "How many answers the conversation has already."),
                Key(
                    "has_tool", \.hasTool, ValueKind.pattern.optional, example: "Read",
                    "The request offers a tool of this name."),
                Key("stream", \.stream, ValueKind.boolean.optional, example: "true", "Whether the request streams."),
            ])
    }

    static var toolResult: Section<ScriptConditions.ToolResult> {
        Section(
            defaults: ScriptConditions.ToolResult(),
            [
                Key("tool", \.tool, ValueKind.pattern.optional, example: "Read", "The tool that was called."),
                Key(
                    "contains", \.contains, ValueKind.text.optional, example: "passed",
                    "The result has these characters."),
                Key("is_error", \.isError, ValueKind.boolean.optional, example: "true", "Whether the tool failed."),
            ])
    }

    static var reply: Section<ScriptDraft.Reply> {
        Section(
            defaults: ScriptDraft.Reply(),
            [
                Key(
                    "thinking", \.thinking, ValueKind.thinking.optional, example: "Let me see.",
                    "Thinking, before all else."),
                Key("text", \.text, ValueKind.template.optional, example: "Hello!", "Text, after the thinking."),
                Key(
                    "tools", \.tools, ValueKind.toolCall.list.optional,
                    example: "[{ name: Read, input: { file_path: /etc/hostname } }]", "Tool calls, after the text."),
                Key(
                    "content", \.content, ValueKind.block.list.optional, example: "[{ text: One }, { text: Two }]",
                    "Blocks in this order, in place of the three above."
                ),
                Key(
                    "stop_reason", \.reply.stopReason, ValueKind<ScriptReply.StopReason>.choice.optional,
                    example: "max_tokens", "Left out: `tool_use` exactly when there is a tool call, else `end_turn`."),
                Key(
                    "stop_sequence", \.reply.stopSequence, ValueKind.text.optional, example: "END",
                    "The sequence that was met."),
                .section("usage", \.reply.usage, usage, "Tokens that this answer reports."),
                Key(
                    "error", \.reply.failure, failure.kind.optional, example: "{ status: 529 }",
                    "An error in place of content."),
                Key(
                    "stream", \.reply.fault, fault.kind.optional, example: "{ after_events: 3, how: reset }",
                    "How the stream goes wrong. Answers that do not stream stay whole."),
            ] + pacing(\.reply.pacing))
    }

    static var failure: Section<ScriptFailure> {
        Section(
            defaults: ScriptFailure(),
            [
                Key("status", \.status, .integer(400...599), example: "429", "The HTTP status."),
                Key(
                    "type", \.type, ValueKind.text.optional, example: "rate_limit_error",
                    "Left out: the one that the API has for the status."),
                Key("message", \.message, ValueKind.template.optional, example: "Slow down.", "What is said of it."),
                Key("headers", \.headers, .headers, example: "{ retry-after: \"2\" }", "Headers of the answer."),
                Key(
                    "body", \.body, ValueKind.text.optional, example: "\"<html>Bad gateway</html>\"",
                    "The whole body, in place of the API's error object."),
            ])
    }

    static var fault: Section<ScriptFault> {
        Section(
            defaults: ScriptFault(),
            [
                Key(
                    "after_events", \.afterEvents, ValueKind.integer(0...countMax).optional, example: "3",
                    "How many events arrive as they should. Needed."),
                Key(
                    "silence", \.silence, ValueKind.time(times).optional, example: "30s",
                    "Quiet, and then what follows here."),
                Key(
                    "error_event", \.errorEvent, errorEvent.kind.optional, example: "{ type: overloaded_error }",
                    "An `error` event; the stream ends after it."),
                Key(
                    "how", \.end, ValueKind<ScriptFault.End>.choice.optional, example: "reset",
                    "`reset` or `close` the connection, `half_event` and close it, or `end` the body properly."),
            ])
    }

    static var errorEvent: Section<ScriptFault.ErrorEvent> {
        Section(
            defaults: ScriptFault.ErrorEvent(),
            [
                Key("type", \.type, .text, example: "overloaded_error", "The error's type."),
                Key("message", \.message, ValueKind.template.optional, example: "Overloaded", "What is said of it."),
            ])
    }

    static var thinking: Section<ScriptThinking> {
        Section(
            defaults: ScriptThinking(),
            [
                Key("text", \.text, ValueKind.template.optional, example: "Let me see.", "What is thought."),
                Key("signature", \.signature, .text, example: "c2lnbmVk", "Sent as it is; clients return it unread."),
            ])
    }

    static var toolCall: Section<ScriptToolCall> {
        Section(
            defaults: ScriptToolCall(),
            [
                Key("name", \.name, .text, example: "Read", "The tool to call."),
                Key("input", \.input, .object, example: "{ file_path: /etc/hostname }", "Its input."),
                Key("id", \.id, ValueKind.text.optional, example: "toolu_1", "Left out: a new one for each answer."),
            ])
    }

    static var block: Section<ScriptDraft.Block> {
        Section(
            defaults: ScriptDraft.Block(),
            [
                Key("text", \.text, ValueKind.template.optional, example: "Hello!", "A block of text."),
                Key(
                    "thinking", \.thinking, ValueKind.thinking.optional, example: "Let me see.",
                    "A block of thinking."),
                Key("tool", \.tool, ValueKind.toolCall.optional, example: "{ name: Read, input: {} }", "A tool call."),
                Key(
                    "block", \.other, ValueKind.object.optional, example: "{ type: server_tool_use }",
                    "Any block as it is."),
            ])
    }
}
