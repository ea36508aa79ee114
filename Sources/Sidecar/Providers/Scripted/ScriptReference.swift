internal import YAML

/// docs/scripted.md: the keys from their declarations, and around them what no declaration tells.
package enum ScriptReference {
    package static func markdown() -> String {
        introduction
            + section("Top level", "", ScriptKeys.root.descriptions)
            + section(
                "defaults", "What holds for every answer that does not say otherwise.", ScriptKeys.defaults.descriptions
            )
            + section("steps[]", "", ScriptKeys.step.descriptions)
            + section("when", matching, ScriptKeys.conditions.descriptions)
            + section("when.tool_result", "All of these hold for one result.", ScriptKeys.toolResult.descriptions)
            + section("answer", answering, ScriptKeys.reply.descriptions)
            + section("Blocks", "Each entry of `content` has one of these.", ScriptKeys.block.descriptions)
            + section("thinking", "A text alone stands for `{ text: … }`.", ScriptKeys.thinking.descriptions)
            + section("Tool calls", calling, ScriptKeys.toolCall.descriptions)
            + section("usage", "", ScriptKeys.usage.descriptions)
            + section("error", "", ScriptKeys.failure.descriptions)
            + section("stream", breaking, ScriptKeys.fault.descriptions)
            + section("stream.error_event", "", ScriptKeys.errorEvent.descriptions)
            + "\n## Variables\n\n" + variables
    }

    private static func section(_ title: String, _ text: String, _ keys: [KeyDescription]) -> String {
        "\n## \(title)\n\n\(text.isEmpty ? "" : text + "\n\n")| key | value | | example |\n|---|---|---|---|\n"
            + keys.map { key in
                let example = key.example.isEmpty ? "" : "`\(key.example)`"
                return "| `\(key.name)` | \(key.typeName) | \(key.documentation) | \(example) |\n"
            }.joined()
    }

    private static let introduction = """
        # Scripts: answers from a file

        <!-- Written from the declarations in Sources/Sidecar/Providers/Scripted.
             To renew it: SIDECAR_UPDATE_DOCS=1 swift test --filter GeneratedDocumentsTests -->

        A provider of type `scripted` answers the Messages API from a YAML file, without network and without a key: to
        try the sidecar offline, to test an agent in CI, and to see what an agent does when its API is overloaded or a
        stream breaks. The answers have the API's exact shape, streamed or not, and the same request gets the same
        answer (but for new ids), on every machine.

        ```yaml
        # sidecar.yaml
        providers: { offline: { type: scripted, script: Examples/demo.yaml } }
        ```

        ```sh
        curl -sN http://127.0.0.1:3456/v1/messages -H 'content-type: application/json' -d '{
          "model": "claude-demo", "max_tokens": 200, "stream": true,
          "messages": [{ "role": "user", "content": "hello" }] }'

        ANTHROPIC_BASE_URL=http://127.0.0.1:3456 ANTHROPIC_API_KEY=none claude -p 'list the files here'
        ```

        A script is a list of steps. The first whose `when` holds answers:

        ```yaml
        version: 1
        steps:
          - when: { text: "read /", has_tool: Read }
            answer:
              text: I will read /${rest}.
              tools: [{ name: Read, input: { file_path: "/${rest}" } }]
          - when: { tool_result: { tool: Read, is_error: false } }
            answer: "It says: ${tool_result}"
          - when: { text: overloaded }
            once: true
            answer: { error: { status: 529, headers: { retry-after: "1" } } }
          - answer: I know nothing else.
        ```

        **Where a conversation stands** is read from the request itself, which carries all of it: `turn` is the number
        of answers in it, `prompt` the latest words of the user, `tool_result` what tools brought since the last
        answer. So any number of conversations can run at once. Only `once` and `times` count, for each conversation
        by itself when the client names it (`x-sidecar-session`, `x-claude-code-session-id`, or `metadata.user_id` in
        the body); all clients that do not share one count. The counts start anew with the process and when the
        configuration is loaded again; the counts of the 4096 latest conversations are kept.

        **When no step fits** the answer is a 400 `invalid_request_error` that says of each step why not. A last step
        without `when` answers everything else.

        **Requests are checked** as the API does where it helps to test an agent: the fields that are needed, roles,
        empty texts, unique tool names, a `tool_result` for every `tool_use` and none without. Unknown fields pass. No
        key and no version header are asked for.

        **Token counts** are estimates, a quarter of the bytes, unless a script says something else.
        `/v1/messages/count_tokens` tells the same estimate, `/v1/models` what `models` lists.

        **A wrong script** ends the start with exit code 2; messages name file, line, column and the nearest key. One
        that is edited takes effect within a second or two, with all counts of `once` and `times` begun anew; if it is wrong,
        the old one stays in force and the log says what is wrong with it. Times have a unit (`250ms`, `30s`), a script has at most 1 MiB.

        """

    private static let matching = """
        The words of a message are its text without blocks that begin with `<system-reminder>`, which coding agents \
        add. Messages of the user in a row count as one, and system messages between them are passed over.
        """

    private static let answering = """
        A text alone stands for `{ text: … }`. Put tool results before other steps: the prompt that began the work \
        still stands in the conversation.
        """

    private static let calling = """
        In `input`, plain `true`, `false`, `null` and numbers are what they are in JSON; everything else is text.
        """

    private static let breaking = """
        Events are counted as they are sent, `ping` included: `message_start`, `content_block_start`, `ping`, deltas, \
        `content_block_stop`, further blocks, `message_delta`, `message_stop`. A stream that has fewer than \
        `after_events` breaks at its end.
        """

    private static let variables = """
        Texts of answers, of errors and in the input of tools may have these. Each is cut at 16 kB. `$${` stands for the
        characters `${`.

        | variable | is |
        |---|---|
        | `${prompt}` | the latest words of the user, also while tools run for them |
        | `${last_text}` | the words of the last message |
        | `${rest}` | what follows the words that `text` or `prompt` found, up to the end of that line |
        | `${tool_result}`, `${tool_name}` | the result that the condition was about, or the last one; and its tool |
        | `${model}` | the model asked for |
        | `${turn}` | how many answers the conversation has already |

        """
}
