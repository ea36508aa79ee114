"""Claude Code and the `anthropic` package in front, Ollama's own API behind."""

from __future__ import annotations

import base64
import json
import unittest

import anthropic
import rules
import shapes
from answers import Answer, Close, json_answer
from fake_anthropic import FakeAnthropic
from test_translation import TOOL
from translated import ClaudeCodeTest, WholeDay, png

FIELDS = {"model", "messages", "tools", "format", "options", "stream", "keep_alive", "think"}
MESSAGE = {"role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id"}
OPTIONS = {"num_ctx", "num_predict", "temperature", "top_p", "top_k", "min_p", "seed", "stop", "repeat_penalty"}


def check(body: dict):
    """What the server refuses, or drops without a word, which would be worse."""
    for known, value in ((FIELDS, body), (OPTIONS, body["options"]), *((MESSAGE, m) for m in body["messages"])):
        if value.keys() - known:
            raise shapes.Problem(f"unknown: {value.keys() - known}")
    if body.get("think") not in (None, False):
        raise shapes.Problem(f'"{body["model"]}" does not support thinking')
    owed = 0
    for message in body["messages"]:
        if message["role"] not in ("system", "user", "assistant", "tool") or not isinstance(message["content"], str):
            raise shapes.Problem(f"invalid message: {message}")
        owed -= message["role"] == "tool"
        if owed < 0 or owed > 0 and message["role"] != "tool":
            raise shapes.Problem("results and calls do not match")
        for image in message.get("images", []):
            base64.b64decode(image, validate=True)
        for call in message.get("tool_calls", []):
            if not isinstance(call["function"]["arguments"], dict):
                raise shapes.Problem("cannot unmarshal string into Go struct field arguments")
            owed += 1


def lines(*steps) -> Answer:
    steps = [json.dumps(step).encode() + b"\n" if isinstance(step, dict) else step for step in steps]
    return Answer(200, [("content-type", "application/x-ndjson")], steps, framing="chunked")


def said(**message) -> dict:
    return {"model": "qwen3", "message": {"role": "assistant", "content": ""} | message, "done": False}


END = said() | {"done": True, "done_reason": "stop", "prompt_eval_count": 40, "eval_count": 20}


class FakeOllama(FakeAnthropic):
    def _routed(self, exchange):
        request = exchange.request
        if (request.method, request.path) != ("POST", "/api/chat") or request.header("x-api-key"):
            raise rules.Refused(404, "404 page not found")
        exchange.json = json.loads(request.body)
        try:
            check(exchange.json)
        except shapes.Problem as problem:
            self.violations.append(str(problem))
            raise rules.Refused(400, str(problem)) from None
        chosen = self.router(exchange) if self.router else None
        if chosen is not None:
            return chosen
        with self._lock:
            return self._script.pop(0)

    def _refusal(self, exchange, refused):
        exchange.refused = refused.message
        return json_answer(refused.status, {"error": refused.message})


class Ollama(WholeDay, ClaudeCodeTest):
    # A sentence says that there was a document; pictures have no type there.
    page = "PDF"
    picture = base64.b64encode(png(32, 32)[:24]).decode()

    def say(self, text="", *calls):
        made = [{"id": id, "function": {"name": name, "arguments": arguments}} for id, name, arguments in calls]
        return lines(said(content=text, tool_calls=made), END)

    def too_long(self):
        return json_answer(400, {"error": "the input exceeds the context length: prompt is too long"})

    def make_fake(self):
        return FakeOllama()

    def configuration(self) -> dict:
        provider = {"type": "ollama", "base_url": self.fake.url, "context_length": 65536, "keep_alive": "30m"}
        return {"providers": {"own": provider}, "models": {"claude-*": "own/qwen3"}}

    def arguments(self, rest: dict) -> dict:
        return super().arguments({"thinking": {"type": "adaptive"}} | rest)

    def test_streams_and_tools(self):
        call = {"function": {"name": TOOL["name"], "arguments": {"q": "ü"}}}
        self.fake.answer(lines(said(thinking="Hm"), said(content="Grü"), said(content="ße 🙂"), said(tool_calls=[call, call]), END))
        message = self.stream(tools=[TOOL])
        self.assertEqual([b.type for b in message.content], ["thinking", "text", "tool_use", "tool_use"])
        self.assertEqual((message.content[1].text, message.content[2].input), ("Grüße 🙂", {"q": "ü"}))
        self.assertNotEqual(message.content[2].id, message.content[3].id)
        self.assertEqual((message.stop_reason, message.usage.input_tokens, message.usage.output_tokens), ("tool_use", 40, 20))
        sent = self.fake.exchanges[0].json
        self.assertEqual((sent["options"]["num_ctx"], sent["keep_alive"]), (65536, "30m"))

    def test_errors(self):
        self.fake.answer(json_answer(404, {"error": "model 'qwen3' not found"}), lines({"error": "out of memory"}))
        with self.assertRaises(anthropic.NotFoundError) as caught:
            self.stream()
        self.assertIn("model 'qwen3' not found", str(caught.exception))
        for answer in (lines(said(content="Half")), lines(said(content="Half"), Close())):
            self.fake._script = [answer]
            with self.assertRaises(anthropic.APIError):
                self.stream()

    def test_claude_code(self):
        file = str(self.home.work / "note.txt")
        write = {"function": {"name": "Write", "arguments": {"file_path": file, "content": "one\n"}}}
        read = {"id": "call/2", "function": {"name": "Read", "arguments": {"file_path": file}}}
        self.fake.answer(lines(said(tool_calls=[write]), END), lines(said(thinking="Hm", tool_calls=[read]), END))
        self.fake.answer(lines(said(content="Done."), END))
        run = self.run_claude("Work")
        self.assertEqual((run.code, run.result["result"]), (0, "Done."))
        self.assert_prefixes_hold()


if __name__ == "__main__":
    unittest.main()
