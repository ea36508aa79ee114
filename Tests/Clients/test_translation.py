"""Anthropic's clients in front, OpenAI's chat completions behind: the real Claude Code and the real `anthropic` package
against a fake that refuses what OpenAI refuses."""

from __future__ import annotations

import base64
import json
import unittest

import anthropic
import openai
from answers import Close, Hang, Reset, Wait
from fake_openai import DONE, KEY, Completion, FakeOpenAI, chunk, events, failure
from sidecar import Sidecar
from translated import ClaudeCodeTest, TranslatedTest, WholeDay, png

TOOL = {
    "name": "mcp__a_server_with_a_rather_long_name__and_a_tool_with_a_name_that_is_longer.still",
    "description": "Looks something up",
    "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}},
}


class Behind:
    """Chat completions."""

    def make_fake(self):
        return FakeOpenAI()

    def configuration(self) -> dict:
        return {
            "providers": {"gpt": {"type": "openai", "key": KEY, "base_url": self.fake.base_url}},
            "models": {"claude-*": "gpt/gpt-5.2"},
            "streams": {"keep_alive": "200ms", "keep_alive_interval": "200ms"},
        }


class Package(Behind, TranslatedTest):
    """The `anthropic` package."""

    def test_whole_and_streamed_answers(self):
        for ask in (self.ask, self.stream):
            self.fake.answer(Completion('Grüße 🙂 "quoted" \\ done', reasoning="Hm"))
            message = ask(thinking={"type": "adaptive"})
            self.assertEqual([block.type for block in message.content], ["thinking", "text"])
            self.assertEqual(message.content[1].text, 'Grüße 🙂 "quoted" \\ done')
            self.assertEqual((message.usage.input_tokens, message.usage.cache_read_input_tokens), (40, 60))
            self.assertEqual((message.usage.output_tokens, message.stop_reason), (20, "end_turn"))

    def test_tools_there_and_back(self):
        """names over 64 characters, ids of any shape, parallel calls, results of both"""
        for ask in (self.ask, self.stream):
            seen = len(self.fake.exchanges)
            name = {}

            def calls(exchange):
                name["sent"] = exchange.json["tools"][0]["function"]["name"]
                return Completion("Two.", [("call/1", name["sent"], {"q": "a"}), ("call/2", name["sent"], {"q": "b"})])

            self.fake.router = lambda exchange: calls(exchange) if len(exchange.json["messages"]) == 1 else None
            self.fake.answer(Completion("Both."))
            messages = [{"role": "user", "content": "Look"}]
            first = ask(messages=messages, tools=[TOOL], tool_choice={"type": "any"})
            used = [block for block in first.content if block.type == "tool_use"]
            self.assertEqual([(b.name, b.input) for b in used], [(TOOL["name"], {"q": "a"}), (TOOL["name"], {"q": "b"})])
            self.assertEqual(first.stop_reason, "tool_use")
            image = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(png()).decode()}
            messages += [
                {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]},
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": used[1].id, "content": "B"},
                        {"type": "tool_result", "tool_use_id": used[0].id, "content": [{"type": "image", "source": image}]},
                    ],
                },
            ]
            self.assertEqual(ask(messages=messages, tools=[TOOL]).content[0].text, "Both.")
            sent = self.fake.exchanges[seen + 1].json["messages"]
            self.assertEqual([m["role"] for m in sent], ["user", "assistant", "tool", "tool", "user"])
            self.assertEqual([m["tool_call_id"] for m in sent[2:4]], ["call/2", "call/1"])
            self.assertEqual(sent[1]["tool_calls"][0]["function"]["name"], name["sent"])
            self.assertLess(len(name["sent"]), 65)

    def test_errors_keep_status_words_and_time(self):
        cases = [
            (failure(429, "Slow down", headers=[("retry-after", "7")]), anthropic.RateLimitError, "Slow down"),
            (failure(401, "Incorrect API key"), anthropic.AuthenticationError, "Incorrect API key"),
            (failure(500, "Oops"), anthropic.InternalServerError, "Oops"),
            (
                failure(400, "This model's maximum context length is 1000 tokens. However, your messages resulted in 2000 tokens.", "context_length_exceeded"),
                anthropic.BadRequestError,
                "prompt is too long: 2000 tokens > 1000 maximum",
            ),
            (events(b'data: {"error":{"message":"Busy","code":529}}\n\n'), anthropic.APIStatusError, "Busy"),
        ]
        for answer, kind, words in cases:
            for ask in (self.ask, self.stream):
                self.fake.answer(answer)
                with self.assertRaises(kind) as caught:
                    ask()
                self.assertIn(words, str(caught.exception))
                self.assertNotIn(KEY, str(caught.exception))
                if kind is anthropic.RateLimitError:
                    self.assertEqual(caught.exception.response.headers["retry-after"], "7")

    def test_a_cut_stream_is_an_error(self):
        """cut upstreams never presented as complete"""
        for end in ([], [Close()], [Wait(0.2), Reset()]):
            self.fake.answer(events(chunk({"role": "assistant", "content": "Half of"}), *end))
            with self.assertRaises(anthropic.APIError):
                self.stream()

    def test_silence_is_kept_alive(self):
        """keep-alives during long thinking (pain 22)"""
        self.fake.answer(events(Wait(0.7), chunk({"content": "Late"}), Wait(0.7), chunk({}, finish="stop"), DONE))
        kinds, text = [], ""
        with self.client.messages.stream(
            model="claude-opus-5-5", max_tokens=10, messages=[{"role": "user", "content": "Hi"}]
        ) as stream:
            for event in stream:
                kinds.append(event.type)
                if event.type == "content_block_delta":
                    text += event.delta.text
        self.assertEqual(text, "Late")
        self.assertLess(kinds.index("message_start"), kinds.index("content_block_delta"))
        self.assertGreater(kinds.count("content_block_delta"), 1)

    def test_a_client_that_leaves_ends_the_upstream(self):
        """client disconnect cancels the upstream (pain 24) (pain 24)"""
        self.fake.answer(events(chunk({"content": "One"}), Hang()))
        with self.client.messages.stream(
            model="claude-opus-5-5", max_tokens=10, messages=[{"role": "user", "content": "Hi"}]
        ) as stream:
            for event in stream:
                if event.type == "content_block_delta":
                    break
        self.assertTrue(self.fake.exchanges[-1].closed.wait(5))

    def test_what_is_left_out_is_said(self):
        self.fake.answer(Completion("Hi"), Completion("Hi"))
        for _ in range(2):
            raw = self.client.messages.with_raw_response.create(
                model="claude-opus-5-5", max_tokens=10, messages=[{"role": "user", "content": "Hi"}],
                extra_body={"top_k": 3, "speed": "fast"}, service_tier="auto",
            )  # fmt: skip
            self.assertEqual(set(raw.headers["x-sidecar-dropped"].split(", ")), {"top_k", "speed"})
            self.assertEqual(raw.headers["x-sidecar-provider"], "gpt")
            self.assertEqual(raw.headers["x-sidecar-model"], "gpt-5.2")
        self.assertEqual(self.sidecar.logged("not carried").count("not carried"), 1)

    def test_structured_answers_where_there_are_none(self):
        """validated against the schema and asked again with the error, a bounded number of times"""
        (provider,) = self.configuration()["providers"].values()
        provider |= {"quirks": {"response_format": False}}
        with Sidecar({"providers": {"gpt": provider}}) as sidecar:
            client = anthropic.Anthropic(api_key="sk-test", base_url=sidecar.url, max_retries=0)
            schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
            asked = {
                "model": "gpt/gpt-5.2",
                "max_tokens": 100,
                "messages": [{"role": "user", "content": "How many?"}],
                "output_config": {"format": {"type": "json_schema", "schema": schema}},
            }
            self.fake.answer(Completion("I think it is one."), Completion('```json\n{"n": 1}\n```'))
            raw = client.messages.with_raw_response.create(**asked)
            self.assertEqual((raw.parse().content[0].text, raw.headers["x-sidecar-attempts"]), ('{"n":1}', "2"))
            self.assertEqual(raw.parse().usage.output_tokens, 40, "both attempts are paid for")
            self.assertNotIn("x-sidecar-dropped", raw.headers)
            self.assertIn("it is no JSON", self.fake.exchanges[-1].json["messages"][-1]["content"])
            self.fake.answer(Completion('{"n": "x"}'), Completion('{"n": 2}'))
            with client.messages.stream(**asked) as stream:
                self.assertEqual(stream.get_final_message().content[0].text, '{"n":2}')
            self.fake.answer(*[Completion('{"n": "x"}')] * 3)
            with self.assertRaises(anthropic.APIStatusError) as caught:
                client.messages.create(**asked)
            self.assertIn("answer.n: is a string and should be integer", str(caught.exception))
            self.fake.answer(failure(429, "Slow down", headers=[("retry-after", "7")]))
            with self.assertRaises(anthropic.RateLimitError) as caught:
                client.messages.create(**asked)
            self.assertEqual(caught.exception.response.headers["retry-after"], "7")
            self.fake.answer(Completion("no"), Completion('{"n": 3}'))
            answer = openai.OpenAI(api_key="sk-test", base_url=sidecar.url + "/v1", max_retries=0).responses.create(
                model="gpt/gpt-5.2", input="How many?", text={"format": {"type": "json_schema", "name": "n", "schema": schema}}
            )
            self.assertEqual(answer.output_text, '{"n":3}')

    def test_refusals_name_the_field(self):
        with self.assertRaises(anthropic.BadRequestError) as caught:
            self.ask(tools=[{"type": "web_search_20250305", "name": "web_search"}])
        self.assertIn("web_search_20250305", str(caught.exception))
        self.assertEqual(self.fake.exchanges, [])


class Agent(Behind, WholeDay, ClaudeCodeTest):
    """The real Claude Code."""

    def say(self, text="", *calls):
        return Completion(text, list(calls))

    def too_long(self):
        return failure(400, "This model's maximum context length is 1000 tokens. However, your messages resulted in 2000 tokens.")

    def test_one_shot(self):
        self.fake.answer(Completion("Grüße — 你好 🙂", reasoning="Greet them."))
        run = self.run_claude("Say hello")
        self.assertEqual((run.code, run.result["result"]), (0, "Grüße — 你好 🙂"))
        self.assertEqual(len(self.fake.exchanges), 1)

    def test_five_turn_tool_loop(self):
        file = str(self.home.work / "note.txt")
        calls = [
            ("call_01", "Write", {"file_path": file, "content": "one\ntwo\n"}),
            ("call/02", "Read", {"file_path": file}),
            ("functions.Edit:3", "Edit", {"file_path": file, "old_string": "two", "new_string": "three"}),
            ("call_04", "Bash", {"command": "cat note.txt && echo done", "description": "Show it"}),
            ("call_05", "Bash", {"command": "exit 3", "description": "Fail"}),
        ]
        for call in calls:
            self.fake.answer(Completion(f"Calling {call[1]}.", [call], reasoning="Next step."))
        self.fake.answer(Completion("All five ran."))
        run = self.run_claude("Work through it")
        self.assertEqual((run.code, run.result["result"]), (0, "All five ran."))
        self.assertEqual((self.home.work / "note.txt").read_text(), "one\nthree\n")
        results = [m for m in self.fake.exchanges[-1].json["messages"] if m["role"] == "tool"]
        self.assertEqual([m["tool_call_id"] for m in results], [call[0] for call in calls])
        self.assertIn("three\ndone", json.dumps(results[3]["content"]).replace("\\n", "\n"))
        self.assertIn("Error", json.dumps(results[4]["content"]))
        self.assert_prefixes_hold()

    def test_errors_are_retried_and_told(self):
        self.fake.answer(
            failure(429, "Slow down", headers=[("retry-after", "1")]),
            events(b'data: {"error":{"message":"Overloaded","code":529}}\n\n'),
            Completion("At last."),
        )
        run = self.run_claude("Try")
        self.assertEqual((run.code, run.result["result"]), (0, "At last."))
        self.fake.answer(failure(403, "Your account may not do this"))
        run = self.run_claude("Try again")
        self.assertIn("Your account may not do this", run.result["result"])


if __name__ == "__main__":
    unittest.main()
