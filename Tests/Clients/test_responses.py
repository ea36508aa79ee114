"""Anthropic's clients in front, OpenAI's Responses API behind: the real Claude Code and the real `anthropic` package against a
fake that refuses what the API refuses."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import unittest

import anthropic
from answers import Close
from fake_openai import KEY, failure
from fake_responses import Events, FakeResponses, Turn, events
from test_translation import TOOL
from translated import ClaudeCodeTest, TranslatedTest, WholeDay, png


class Behind:
    """The Responses API."""

    def make_fake(self):
        return FakeResponses()

    def configuration(self) -> dict:
        provider = {"type": "openai", "api": "responses", "key": KEY, "base_url": self.fake.base_url}
        return {"providers": {"gpt": provider}, "models": {"claude-*": "gpt/gpt-5.2", "claude-old": "gpt/gpt-4.1"}}


class Package(Behind, TranslatedTest):
    """The `anthropic` package."""

    def test_whole_and_streamed_answers(self):
        for ask in (self.ask, self.stream):
            self.fake.answer(Turn('Grüße 🙂 "quoted" \\ done', reasoning=["Hm", "Well"]))
            message = ask(thinking={"type": "adaptive"}, system="Be brief.")
            self.assertEqual([block.type for block in message.content], ["thinking", "text"])
            self.assertEqual(message.content[0].thinking, "Hm\n\nWell")
            self.assertEqual(message.content[1].text, 'Grüße 🙂 "quoted" \\ done')
            self.assertEqual((message.usage.input_tokens, message.usage.cache_read_input_tokens), (40, 60))
            self.assertEqual((message.usage.output_tokens, message.stop_reason), (20, "end_turn"))
            self.assertEqual(self.fake.exchanges[-1].json["instructions"], "Be brief.")

    def test_a_loop_with_thinking_that_goes_back(self):
        """encrypted reasoning items are replayed to the provider and the model that made them, and to no other"""
        for ask in (self.ask, self.stream):
            seen = len(self.fake.exchanges)
            self.fake.router = lambda exchange: self._calls(exchange) if "function_call" not in exchange.request.body.decode() else None
            self.fake.answer(Turn("Both."), Turn("Other."))
            messages = [{"role": "user", "content": "Look"}]
            asked = {"tools": [TOOL], "thinking": {"type": "adaptive"}, "messages": messages}
            first = ask(**asked)
            used = [block for block in first.content if block.type == "tool_use"]
            self.assertEqual([(b.name, b.input) for b in used], [(TOOL["name"], {"q": "ü"}), (TOOL["name"], {"q": "b"})])
            self.assertEqual((first.stop_reason, first.content[0].type), ("tool_use", "thinking"))
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
            self.assertEqual(ask(**asked).content[0].text, "Both.")
            sent = self.fake.exchanges[seen + 1].json["input"]
            kinds = [item.get("type", item.get("role")) for item in sent]
            self.assertEqual(kinds, ["user", "reasoning", "assistant", *["function_call"] * 2, *["function_call_output"] * 2])
            self.assertEqual(sent[1]["summary"][0]["text"], "I look at both.")
            self.assertEqual([item["call_id"] for item in sent[5:]], ["call/2", "call/1"])
            self.assertEqual(sent[6]["output"][0]["type"], "input_image")
            self.assertEqual(ask(**asked, model="claude-old").content[0].text, "Other.")
            self.assertNotIn("reasoning", [item.get("type") for item in self.fake.exchanges[seen + 2].json["input"]])

    def _calls(self, exchange):
        name = exchange.json["tools"][0]["name"]
        calls = [("call/1", name, {"q": "ü"}), ("call/2", name, {"q": "b"})]
        return Turn("Two.", calls, reasoning=["I look at both."])

    def test_reasons_to_stop(self):
        for ask in (self.ask, self.stream):
            self.fake.answer(Turn("Cut", incomplete="max_output_tokens"))
            self.assertEqual(ask().stop_reason, "max_tokens")

    def test_errors_keep_status_words_and_time(self):
        error = {"code": "rate_limit_exceeded", "message": "Slow down"}
        cases = [
            (failure(429, "Slow down", headers=[("retry-after", "7")]), anthropic.RateLimitError, "Slow down"),
            (failure(401, "Incorrect API key"), anthropic.AuthenticationError, "Incorrect API key"),
            (events(Events()("error", code="rate_limit_exceeded", message="Slow down", param=None)), anthropic.RateLimitError, "Slow down"),
            (events(self._failed(error)), anthropic.RateLimitError, "Slow down"),
            (
                failure(400, "Your input exceeds the context window of this model. Please adjust your input and try again.", "context_length_exceeded"),
                anthropic.BadRequestError,
                "prompt is too long: ",
            ),
        ]
        for answer, kind, words in cases:
            for ask in (self.ask, self.stream) if answer.status != 200 else (self.stream,):
                self.fake.answer(answer)
                with self.assertRaises(kind) as caught:
                    ask()
                self.assertIn(words, str(caught.exception))
                self.assertNotIn(KEY, str(caught.exception))

    def _failed(self, error: dict) -> bytes:
        made = {"id": "resp_1", "object": "response", "created_at": 1, "status": "failed", "error": error, "model": "m"}
        return Events()("response.failed", response=made | {"output": [], "parallel_tool_calls": True, "tool_choice": "auto", "tools": []})

    def test_a_cut_stream_is_an_error(self):
        """cut upstreams never presented as complete"""
        event = Events()
        part = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "logprobs": []}
        half = event("response.output_text.delta", delta="Half of", **part)
        for end in ([], [Close()]):
            self.fake.answer(events(half, *end))
            with self.assertRaises(anthropic.APIError):
                self.stream()

    def test_structured_answers(self):
        """text.format"""
        schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
        self.fake.answer(Turn('{"n": 1}'))
        self.ask(output_config={"format": {"type": "json_schema", "schema": schema}})
        sent = self.fake.exchanges[-1].json["text"]["format"]
        self.assertEqual((sent["type"], sent["schema"], sent["strict"]), ("json_schema", schema, True))


class Agent(Behind, WholeDay, ClaudeCodeTest):
    """The real Claude Code."""

    def say(self, text="", *calls):
        return Turn(text, list(calls))

    def too_long(self):
        return failure(400, "Your input exceeds the context window of this model.", "context_length_exceeded")

    def test_five_turn_tool_loop(self):
        file = str(self.home.work / "note.txt")
        image = self.home.work / "dot.png"
        image.write_bytes(png(32, 32))
        os.chmod(image, 0o644)
        calls = [
            ("call_01", "Write", {"file_path": file, "content": "one\ntwo\n"}),
            ("call/02", "Read", {"file_path": file}),
            ("functions.Edit:3", "Edit", {"file_path": file, "old_string": "two", "new_string": "three"}),
            ("call_04", "Bash", {"command": "cat note.txt && echo done", "description": "Show it"}),
            ("call_05", "Read", {"file_path": str(image)}),
        ]
        for number, call in enumerate(calls):
            self.fake.answer(Turn(f"Calling {call[1]}.", [call], reasoning=["Next", "step"], reasoning_id=f"rs_{number}"))
        self.fake.answer(Turn("All five ran.", reasoning=[]))
        run = self.run_claude("Work through it")
        self.assertEqual((run.code, run.result["result"]), (0, "All five ran."))
        self.assertEqual(pathlib.Path(file).read_text(), "one\nthree\n")
        items = self.fake.exchanges[-1].json["input"]
        results = [item for item in items if item.get("type") == "function_call_output"]
        self.assertEqual([item["call_id"] for item in results], [call[0] for call in calls])
        self.assertIn("three\\ndone", json.dumps(results[3]["output"]))
        self.assertIn("input_image", json.dumps(results[4]["output"]))
        self.assertEqual([item["id"] for item in items if item.get("type") == "reasoning"], [f"rs_{n}" for n in range(5)])
        self.assert_prefixes_hold()


if __name__ == "__main__":
    unittest.main()
