"""A strict fake of OpenAI's chat completions on loopback: the server of fake_anthropic.py with other rules and answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import chat_shapes
import rules
import shapes
from answers import Answer, json_answer
from fake_anthropic import FakeAnthropic

KEY = "sk-openai-configured"


def chunk(delta: dict | None = None, **rest) -> bytes:
    """One event of a stream."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": rest.pop("finish", None)}]
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-5.2"}
    return b"data: " + json.dumps(head | {"choices": choices} | rest, ensure_ascii=False).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def events(*steps, headers: list | None = None) -> Answer:
    return Answer(200, [("content-type", "text/event-stream"), *(headers or [])], list(steps), framing="chunked")


def failure(status: int, message: str, code: str | None = None, headers: list | None = None) -> Answer:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return json_answer(status, {"error": error}, headers or [])


@dataclass
class Completion:
    """A normal answer of the model, streamed or whole, as the request asks."""

    text: str = ""
    calls: list[tuple[str, str, dict]] = field(default_factory=list)  # id, name, arguments
    reasoning: str = ""
    prompt_tokens: int = 100
    cached_tokens: int = 60

    def render(self, exchange) -> Answer:
        return self._stream(exchange) if exchange.json.get("stream") else self._whole(exchange)

    @property
    def _reason(self) -> str:
        return "tool_calls" if self.calls else "stop"

    @property
    def _usage(self) -> dict:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": 20,
            "total_tokens": self.prompt_tokens + 20,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
        }

    def _stream(self, exchange) -> Answer:
        made = [chunk({"role": "assistant", "content": ""})]
        made += [chunk({"reasoning_content": piece}) for piece in _pieces(self.reasoning)]
        made += [chunk({"content": piece}) for piece in _pieces(self.text)]
        for index, (id, name, arguments) in enumerate(self.calls):
            call = {"index": index, "id": id, "type": "function", "function": {"name": name, "arguments": ""}}
            made.append(chunk({"tool_calls": [call]}))
            for piece in _pieces(json.dumps(arguments, ensure_ascii=False)):
                made.append(chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}))
        made.append(chunk({}, finish=self._reason))
        if (exchange.json.get("stream_options") or {}).get("include_usage"):
            made.append(chunk(None, usage=self._usage))
        return events(*made, DONE)

    def _whole(self, exchange) -> Answer:
        message = {"role": "assistant", "content": self.text or None, "refusal": None}
        if self.reasoning:
            message["reasoning_content"] = self.reasoning
        if self.calls:
            message["tool_calls"] = [
                {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
                for id, name, arguments in self.calls
            ]
        body = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": exchange.json["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": self._reason, "logprobs": None}],
            "usage": self._usage,
        }
        return json_answer(200, body)


def _pieces(text: str, count: int = 3) -> list[str]:
    size = max(1, -(-len(text) // count))
    return [text[start : start + size] for start in range(0, len(text), size)]


class FakeOpenAI(FakeAnthropic):
    """`strict = False` for servers that only look like OpenAI's."""

    strict = True
    path = "/v1/chat/completions"

    def check(self, body):
        chat_shapes.check(body)

    @property
    def base_url(self) -> str:
        return self.url + "/v1"

    def _routed(self, exchange):
        request = exchange.request
        leaked = [n for n, _ in request.headers if n.lower().startswith(("anthropic-", "x-api-key", "x-claude", "x-stainless"))]
        if leaked:
            raise rules.Refused(400, f"{leaked[0]}: is for Anthropic alone")
        if request.header("authorization") != f"Bearer {KEY}":
            raise rules.Refused(401, "Incorrect API key provided")
        if (request.method, request.path) != ("POST", self.path):
            raise rules.Refused(404, "Not found")
        exchange.json = json.loads(request.body)
        if self.strict:
            try:
                self.check(exchange.json)
            except shapes.Problem as problem:
                self.violations.append(str(problem))
                raise rules.Refused(400, str(problem)) from None
        chosen = self.router(exchange) if self.router else None
        if chosen is not None:
            return chosen
        with self._lock:
            if not self._script:
                raise RuntimeError("a request came that the script has no answer for")
            return self._script.pop(0)

    def _refusal(self, exchange, refused):
        exchange.refused = refused.message
        return failure(refused.status, refused.message)
