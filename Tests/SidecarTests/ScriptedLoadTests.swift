import Sidecar
import Testing
import YAML

@Suite struct ScriptedLoadTests {
    static let cases: [(String, String)] = [
        ("", "s.yaml:1:1: the script is empty; it begins with `version: 1` and has `steps`"),
        ("steps: [{ answer: x }]", "s.yaml:1:1: version: is missing; write `version: 1`"),
        ("version: 2\nsteps: [{ answer: x }]", "s.yaml:1:10: version: `2` is no version that is known here; write 1"),
        ("version: 1", "s.yaml:1:1: steps: is missing or empty; a script needs an answer"),
        ("version: 1\nstep: []", "s.yaml:2:1: step: unknown key; did you mean `steps`?"),
        (
            "version: 1\nproviders: []",
            "s.yaml:2:1: providers: unknown key; known here: version, models, defaults, steps"
        ),
        ("version: 1\nsteps:\n- answr: x", "s.yaml:3:3: steps[0].answr: unknown key; did you mean `answer`?"),
        (
            "version: 1\nsteps:\n- when: { txt: x }\n  answer: x",
            "s.yaml:3:11: steps[0].when.txt: unknown key; did you mean `text`?"
        ),
        ("version: 1\nsteps:\n- when: {}", "s.yaml:3:3: steps[0]: has no `answer`"),
        ("version: 1\nsteps:\n- answer: ''", "s.yaml:3:11: steps[0].answer: `` is empty"),
        (
            "version: 1\nsteps:\n- { answer: x, once: true, times: 2 }",
            "s.yaml:3:3: steps[0]: has both `once` and `times`; `once: true` is `times: 1`"
        ),
        (
            "version: 1\nsteps:\n- answer: { usage: {} }",
            "s.yaml:3:11: steps[0].answer: says nothing; give it a text, thinking, tools, content or an error"
        ),
        (
            "version: 1\nsteps:\n- answer: { text: x, content: [] }",
            "s.yaml:3:11: steps[0].answer: has `content` beside `thinking`, `text` or `tools`; put them all into `content`"
        ),
        (
            "version: 1\nsteps:\n- answer: { text: x, error: {} }",
            "s.yaml:3:11: steps[0].answer: is an error and something else; an error stands alone"
        ),
        (
            "version: 1\nsteps:\n- answer: { error: { status: 200 } }",
            "s.yaml:3:30: steps[0].answer.error.status: `200` is outside 400 to 599"
        ),
        (
            "version: 1\nsteps:\n- answer: { text: x, stop_reason: tool_use }",
            "s.yaml:3:11: steps[0].answer: has the stop reason tool_use and no tool call"
        ),
        (
            "version: 1\nsteps:\n- answer: { text: x, stop_reason: tool_us }",
            "s.yaml:3:35: steps[0].answer.stop_reason: `tool_us` is not one of end_turn, tool_use, max_tokens, stop_sequence, "
                + "pause_turn, refusal, model_context_window_exceeded; did you mean `tool_use`?"
        ),
        (
            "version: 1\nsteps:\n- answer: { text: x, stream: { how: reset } }",
            "s.yaml:3:11: steps[0].answer: has a `stream` without `after_events`"
        ),
        (
            "version: 1\nsteps:\n- answer: { text: x, stream: { after_events: 1 } }",
            "s.yaml:3:11: steps[0].answer: has a `stream` in which nothing happens; give it `silence`, `error_event` or `how`"
        ),
        (
            "version: 1\nsteps:\n- answer: { tools: [{ input: {} }] }",
            "s.yaml:3:21: steps[0].answer.tools[0]: has no `name`"
        ),
        (
            "version: 1\nsteps:\n- answer: { tools: [{ name: R, input: x }] }",
            "s.yaml:3:39: steps[0].answer.tools[0].input: takes a map, such as { file_path: /etc/hostname }; this is a single value"
        ),
        (
            "version: 1\nsteps:\n- answer: { content: [{ text: x, thinking: x }] }",
            "s.yaml:3:23: steps[0].answer.content[0]: takes one of `text`, `thinking`, `tool` and `block`; a list has many"
        ),
        (
            "version: 1\nsteps:\n- answer: { content: [{ block: { a: b } }] }",
            "s.yaml:3:23: steps[0].answer.content[0]: has a `block` without `type`"
        ),
        (
            "version: 1\nsteps:\n- answer: \"${promt}\"",
            "s.yaml:3:11: steps[0].answer: `${promt}` has a variable `${promt}` that no script knows; did you mean `prompt`?; "
                + "known: prompt, last_text, rest, model, tool_result, tool_name, turn; write `$${` for the characters themselves"
        ),
        (
            "version: 1\nsteps:\n- answer: \"a ${b\"",
            "s.yaml:3:11: steps[0].answer: `a ${b` has `${` without `}`; write `$${` for the characters themselves"
        ),
        (
            "version: 1\nsteps:\n- answer: { tools: [{ name: R, input: { a: [\"${x}\"] } }] }",
            "s.yaml:3:45: steps[0].answer.tools[0].input.a[0]: `${x}` has a variable `${x}` that no script knows; "
                + "known: prompt, last_text, rest, model, tool_result, tool_name, turn; write `$${` for the characters themselves"
        ),
        (
            "version: 1\ndefaults: { delay: 2 }\nsteps: [{ answer: x }]",
            "s.yaml:2:20: defaults.delay: `2` has no unit; write a time such as 250ms, 30s, 5m or 1h"
        ),
        ("version: 1\nsteps: [", "s.yaml:3:1: did not find expected node content"),
    ]

    @Test(arguments: cases)
    func saysWhereWhatAndHow(_ text: String, _ expected: String) {
        let found = Scripted.problems(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test func everythingWrongIsToldAtOnce() {
        let found = Scripted.problems(
            "version: 1\nmodel: []\nsteps:\n- { wen: {}, answer: x }\n- { answer: { txt: x } }\n")
        #expect(found.map { $0.split(separator: ":")[1] } == ["2", "4", "5"])
    }

    @Test func aMissingFileIsToldByName() {
        guard case .failure(let error) = Script.load(file: "/nowhere/demo.yaml") else {
            Issue.record("a file that is not there was read")
            return
        }
        #expect(error.description == "/nowhere/demo.yaml: the script cannot be read: No such file or directory")
    }

    /// `${HOME}` must not be replaced by the environment, and `$${` is the way to write it.
    @Test func variablesOfTheEnvironmentStayOut() throws {
        let upstream = try Scripted.upstream("version: 1\nsteps: [{ answer: 'echo $${HOME} costs $5' }]")
        #expect(try upstream.says(Scripted.request("x")) == "echo ${HOME} costs $5")
    }
}
