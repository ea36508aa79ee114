"""What providers lack and the sidecar makes up for: calls that small models write as text, stop sequences, objects of JSON;
what the configuration adds to a route; and that what a broken provider repeats tells nobody a key."""

from __future__ import annotations

import json

import anthropic
import openai
from answers import Reply, text
from fake_anthropic import FakeAnthropic
from fake_openai import KEY, Completion, FakeOpenAI, chunk, events
from fake_responses import FakeResponses, Turn
from test_ollama import END, FakeOllama, lines, said
from translated import ClaudeCodeTest

TOOLS = [{"name": "look", "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}}}]
CALL = 'I look.\n<tool_call>\n{"name": "look", "arguments": {"q": "ü"}}\n</tool_call>'


class Refined(ClaudeCodeTest):
    model = "local/small"

    def make_fake(self):
        fake = FakeOpenAI()
        fake.strict = False
        return fake

    def configuration(self) -> dict:
        self.responses = self.enterContext(FakeResponses())
        self.ollama = self.enterContext(FakeOllama())
        self.anthropic = self.enterContext(FakeAnthropic())
        return {
            "providers": {
                "local": {"type": "openai-compatible", "key": KEY, "base_url": self.fake.base_url, "parameters": {"seed": 1, "top_k": 1}},
                "gpt": {"type": "openai", "api": "responses", "key": KEY, "base_url": self.responses.base_url},
                "own": {"type": "ollama", "base_url": self.ollama.url},
                "claude": {"type": "anthropic", "base_url": self.anthropic.url},
            },
            "models": {"local/small": {"written_calls": True}, "qwen": {"model": "own/qwen3", "written_calls": True}},
            "routes": {"default": {"model": "local", "parameters": {"seed": 2, "min_p": 0.5}}},
        }

    def tearDown(self):
        super().tearDown()
        for fake in (self.responses, self.ollama, self.anthropic):
            self.assertEqual(fake.violations, [])
        self.assertNotIn(KEY, self.sidecar.log)

    def openai(self):
        return openai.OpenAI(api_key="sk-test", base_url=self.sidecar.url + "/v1", max_retries=0)

    def test_calls_that_are_text(self):
        """tool calls written as text or XML by small models recognised (per-model switch)"""
        for ask in (self.ask, self.stream):
            self.fake.answer(Completion(CALL), Completion(CALL))
            self.ollama.answer(lines(said(content=CALL[:20]), said(content=CALL[20:]), END) if ask == self.stream else self.whole(CALL))
            for model in ("local/small", "qwen"):
                message = ask(model=model, tools=TOOLS)
                self.assertEqual([block.type for block in message.content], ["text", "tool_use"])
                self.assertEqual((message.content[1].name, message.content[1].input), ("look", {"q": "ü"}))
                self.assertEqual((message.stop_reason, message.usage.output_tokens), ("tool_use", 20))
            other = ask(model="local/other", tools=TOOLS)
            self.assertEqual(([block.type for block in other.content], other.content[0].text), (["text"], CALL))
        self.ollama.answer(self.whole(CALL))
        tool = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
        choice = self.openai().chat.completions.create(model="qwen", messages=[{"role": "user", "content": "Hi"}], tools=[tool]).choices[0]
        self.assertEqual((choice.finish_reason, choice.message.tool_calls[0].function.name), ("tool_calls", "look"))

    @staticmethod
    def whole(content: str):
        from answers import json_answer

        return json_answer(200, END | {"message": {"role": "assistant", "content": content}})

    def test_claude_code_with_a_model_that_writes_its_calls(self):
        command = {"command": "echo written-$((6*7))", "description": "Say it"}
        self.fake.answer(
            Completion("<tool_call>" + json.dumps({"name": "Bash", "arguments": command}) + "</tool_call>"), Completion("It ran.")
        )
        run = self.run_claude("Run it", "--model", "local/small")
        self.assertEqual((run.code, run.result["result"]), (0, "It ran."))
        messages = self.fake.exchanges[-1].json["messages"]
        self.assertEqual(messages[-2]["tool_calls"][0]["function"]["name"], "Bash")
        self.assertIn("written-42", json.dumps(messages[-1]))
        self.assert_prefixes_hold()

    def test_stop_sequences(self):
        for ask in (self.ask, self.stream):
            self.responses.answer(Turn("<block>no</block> because"), Turn("Not at all"))
            message = ask(model="gpt/gpt-5.2", stop_sequences=["</block>"])
            self.assertEqual((message.content[0].text, message.stop_reason, message.stop_sequence), ("<block>no", "stop_sequence", "</block>"))
            self.assertEqual(ask(model="gpt/gpt-5.2", stop_sequences=["</block>"]).stop_reason, "end_turn")
        self.assertNotIn("stop", self.responses.exchanges[-1].json)
        self.responses.answer(Turn("a END b"))
        raw = self.openai().chat.completions.with_raw_response.create(
            model="gpt/gpt-5.2", messages=[{"role": "user", "content": "Hi"}], stop="END"
        )
        self.assertEqual((raw.parse().choices[0].message.content, raw.headers.get("x-sidecar-dropped")), ("a ", None))

    def test_any_object(self):
        """carried, or asked for in words and looked at"""
        asked = {"messages": [{"role": "user", "content": "JSON, please"}], "response_format": {"type": "json_object"}}
        create = self.openai().chat.completions.create
        self.responses.answer(Turn('{"a": 1}'))
        self.assertEqual(create(model="gpt/gpt-5.2", **asked).choices[0].message.content, '{"a": 1}')
        self.assertEqual(self.responses.exchanges[-1].json["text"], {"format": {"type": "json_object"}})
        self.ollama.answer(self.whole('{"a": 1}'))
        create(model="own/qwen3", seed=5, **asked)
        sent = self.ollama.exchanges[-1].json
        self.assertEqual((sent["format"], sent["options"]["seed"]), ("json", 5))
        self.anthropic.answer(Reply([text("Sure.")]), Reply([text('Here:\n```json\n{"a": 1}\n```')]))
        raw = self.openai().chat.completions.with_raw_response.create(model="claude/claude-opus-5-5", seed=5, **asked)
        self.assertEqual((raw.parse().choices[0].message.content, raw.headers["x-sidecar-dropped"]), ('{"a":1}', "unknown_field"))
        self.assertIn("one JSON object", json.dumps(self.anthropic.exchanges[-1].json["system"]))

    def test_parameters_of_a_route(self):
        """per provider, model and route, and by the client in the body"""
        for model, own, expected in (
            ("anything", {}, {"seed": 2, "min_p": 0.5, "top_k": 1}),
            ("local/anything", {}, {"seed": 1, "min_p": None, "top_k": 1}),
            ("anything", {"seed": 9}, {"seed": 9, "min_p": 0.5, "top_k": 1}),
        ):
            self.fake.answer(Completion("ok"))
            self.ask(model=model, extra_body=own)
            self.assertEqual({name: self.fake.exchanges[-1].json.get(name) for name in expected}, expected)

    def test_a_key_that_comes_back_is_told_to_nobody(self):
        """the first offending bytes, cut to 200, secrets removed"""
        for start in ([], [chunk({"role": "assistant", "content": "Half"})]):
            self.fake.answer(events(*start, b"data: {broken " + KEY.encode() + b"\n\n"))
            with self.assertRaises(anthropic.APIStatusError) as caught:
                self.stream()
            self.assertIn("provider local sent an event that is not JSON", str(caught.exception))
            self.assertNotIn(KEY, str(caught.exception))
