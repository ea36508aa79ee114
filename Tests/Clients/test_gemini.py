"""Clients of Anthropic and of OpenAI in front, Gemini behind: the real Claude Code and the real packages against a fake that
refuses what Google refuses."""

from __future__ import annotations

import base64
import json
import unittest

import anthropic
import openai
from answers import Close, Reset, Wait
from fake_gemini import KEY, FakeGemini, Reply, failure, piece, pieces
from test_translation import TOOL
from translated import ClaudeCodeTest, TranslatedTest, WholeDay, png


class Behind:
    """Gemini's own API."""

    def make_fake(self):
        return FakeGemini()

    def configuration(self) -> dict:
        return {
            "providers": {"google": {"type": "gemini", "key": KEY, "base_url": self.fake.base_url}},
            "models": {"claude-*": "google/gemini-3-flash", "gpt-*": "google/gemini-2.5-pro"},
        }


class Packages(Behind, TranslatedTest):
    """The `anthropic` and the `openai` package."""

    def test_whole_and_streamed_answers(self):
        for ask in (self.ask, self.stream):
            self.fake.answer(Reply('Grüße 🙂 "quoted" \\ done', thoughts="Hm"))
            message = ask(thinking={"type": "adaptive"})
            self.assertEqual([block.type for block in message.content], ["thinking", "text"])
            self.assertEqual(message.content[1].text, 'Grüße 🙂 "quoted" \\ done')
            self.assertEqual((message.usage.input_tokens, message.usage.cache_read_input_tokens), (40, 60))
            self.assertEqual((message.usage.output_tokens, message.stop_reason), (20, "end_turn"))

    def test_tools_there_and_back(self):
        """parallel calls, ids made and mapped back, signatures replayed where they are demanded (pain 8)"""
        for ask in (self.ask, self.stream):
            for thinking in ({"type": "adaptive"}, {"type": "disabled"}):
                self.fake.router = lambda exchange: (
                    Reply("Two.", [(self.declared(exchange), {"q": "a"}), (self.declared(exchange), {"const": "b"})])
                    if len(exchange.json["contents"]) == 1
                    else Reply("Both.")
                )
                messages = [{"role": "user", "content": "Look"}]
                first = ask(messages=messages, tools=[TOOL], thinking=thinking)
                used = [block for block in first.content if block.type == "tool_use"]
                self.assertEqual([(b.name, b.input) for b in used], [(TOOL["name"], {"q": "a"}), (TOOL["name"], {"const": "b"})])
                self.assertEqual(first.stop_reason, "tool_use")
                image = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(png()).decode()}
                results = [
                    {"type": "tool_result", "tool_use_id": used[1].id, "content": "B"},
                    {"type": "tool_result", "tool_use_id": used[0].id, "content": [{"type": "image", "source": image}]},
                ]
                messages += [
                    {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]},
                    {"role": "user", "content": results},
                ]
                self.assertEqual(ask(messages=messages, tools=[TOOL], thinking=thinking).content[-1].text, "Both.")
                calls = [p for p in self.fake.exchanges[-1].json["contents"][1]["parts"] if "functionCall" in p]
                self.assertIn(calls[0]["thoughtSignature"], self.fake.signatures)
                self.assertEqual(calls[1]["functionCall"]["args"], {"const": "b"})

    @staticmethod
    def declared(exchange) -> str:
        return exchange.json["tools"][0]["functionDeclarations"][0]["name"]

    def test_errors_keep_status_words_and_time(self):
        retry = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "6.5s"}]
        long = "The input token count (2000) exceeds the maximum number of tokens allowed (1000)."
        cases = [
            (failure(429, "Quota exceeded", "RESOURCE_EXHAUSTED", retry), anthropic.RateLimitError, "Quota exceeded"),
            (failure(403, "Denied", "PERMISSION_DENIED"), anthropic.PermissionDeniedError, "Denied"),
            (failure(503, "Overloaded", "UNAVAILABLE"), anthropic.InternalServerError, "Overloaded"),
            (failure(400, long, "INVALID_ARGUMENT"), anthropic.BadRequestError, "prompt is too long: 2000 tokens > 1000 maximum"),
        ]  # fmt: skip
        for answer, kind, words in cases:
            for ask in (self.ask, self.stream):
                self.fake.answer(answer)
                with self.assertRaises(kind) as caught:
                    ask()
                self.assertIn(words, str(caught.exception))
                if kind is anthropic.RateLimitError:
                    self.assertEqual(caught.exception.response.headers["retry-after"], "7")
        self.fake.answer(pieces(piece(finish="MALFORMED_FUNCTION_CALL")))
        with self.assertRaises(anthropic.InternalServerError) as caught:
            self.stream()
        self.assertIn("MALFORMED_FUNCTION_CALL", str(caught.exception))
        self.assertNotIn(KEY, self.sidecar.log)

    def test_blocks_are_refusals(self):
        """safety blocks as `refusal`"""
        blocked = b'data: {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}\r\n\r\n'
        for answer in (pieces(blocked), pieces(piece({"text": "Half"}), piece(finish="SAFETY"))):
            self.fake.answer(answer)
            self.assertEqual(self.stream().stop_reason, "refusal")

    def test_a_cut_stream_is_an_error(self):
        """cut upstreams never presented as complete"""
        for end in ([], [Close()], [Wait(0.2), Reset()]):
            self.fake.answer(pieces(piece({"text": "Half of"}), *end))
            with self.assertRaises(anthropic.APIError):
                self.stream()

    def test_tokens_are_counted_upstream(self):
        count = self.client.messages.count_tokens(
            model="claude-opus-5-5", messages=[{"role": "user", "content": "Hi"}], tools=[TOOL], system="S"
        )
        self.assertEqual(count.input_tokens, self.fake.token_count)

    def test_openai_in_front(self):
        client = openai.OpenAI(api_key="sk-test", base_url=self.sidecar.url + "/v1", max_retries=0)
        tool = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
        self.fake.answer(Reply("Whole"), Reply(calls=[("look", {"q": "ü"})]), Reply("Done."))
        messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Look"}]
        ask = lambda **rest: client.chat.completions.create(model="gpt-5", messages=messages, **rest)  # noqa: E731
        self.assertEqual(ask().choices[0].message.content, "Whole")
        with client.chat.completions.stream(model="claude-x", messages=messages, tools=[tool]) as stream:
            call = stream.get_final_completion().choices[0].message.tool_calls[0]
        self.assertEqual((call.function.name, json.loads(call.function.arguments)), ("look", {"q": "ü"}))
        messages += [
            {"role": "assistant", "content": None, "tool_calls": [call.model_dump(include={"id", "type", "function"})]},
            {"role": "tool", "tool_call_id": call.id, "content": "found"},
        ]
        again = client.chat.completions.create(model="claude-x", messages=messages, tools=[tool])
        self.assertEqual(again.choices[0].message.content, "Done.")
        sent = self.fake.exchanges[-1].json["contents"][1]["parts"][0]
        self.assertIn(sent["thoughtSignature"], self.fake.signatures)


class Agent(Behind, WholeDay, ClaudeCodeTest):
    """The real Claude Code."""

    def say(self, text="", *calls):
        return Reply(text, [(name, arguments) for _, name, arguments in calls])

    def too_long(self):
        return failure(400, "The input token count (2000) exceeds the maximum number of tokens allowed (1000).", "INVALID_ARGUMENT")

    def test_five_turn_tool_loop(self):
        """every tool schema of the client's in the dialect, signatures through five turns, prefixes that hold"""
        file = str(self.home.work / "note.txt")
        calls = [
            ("Write", {"file_path": file, "content": "one\ntwo\n"}),
            ("Read", {"file_path": file}),
            ("Edit", {"file_path": file, "old_string": "two", "new_string": "three"}),
            ("Bash", {"command": "cat note.txt && echo done", "description": "Show it"}),
            ("Bash", {"command": "exit 3", "description": "Fail"}),
        ]
        for call in calls:
            self.fake.answer(Reply(f"Calling {call[0]}.", [call], thoughts="Next step."))
        self.fake.answer(Reply("All five ran."))
        run = self.run_claude("Work through it")
        self.assertEqual((run.code, run.result["result"]), (0, "All five ran."))
        self.assertEqual((self.home.work / "note.txt").read_text(), "one\nthree\n")
        contents = self.fake.exchanges[-1].json["contents"]
        calls = [part for content in contents for part in content["parts"] if "functionCall" in part]
        self.assertEqual(len({call["thoughtSignature"] for call in calls} & self.fake.signatures), 5)
        results = [p["functionResponse"]["response"] for c in contents for p in c["parts"] if "functionResponse" in p]
        self.assertIn("three\ndone", results[3]["output"])
        self.assertIn("error", results[4])
        self.assert_prefixes_hold()


if __name__ == "__main__":
    unittest.main()
