"""A strict fake of Gemini's API on loopback: the server of fake_anthropic.py with other rules and answers."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field

import gemini_shapes
import rules
import shapes
from answers import Answer, json_answer
from fake_anthropic import FakeAnthropic

KEY = "AIza-configured-key"
PATH = re.compile(r"/v1beta/models/([^/:?]+):(generateContent|streamGenerateContent|countTokens)(\?alt=sse)?\Z")


def piece(*parts: dict, finish: str | None = None, **rest) -> bytes:
    """One event of a stream."""
    candidate = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    body = {"candidates": [candidate], "modelVersion": "gemini-3-flash", "responseId": "r1"} | rest
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\r\n\r\n"


def pieces(*steps) -> Answer:
    return Answer(200, [("content-type", "text/event-stream")], list(steps), framing="chunked")


def failure(status: int, message: str, name: str, details: list | None = None) -> Answer:
    error = {"code": status, "message": message, "status": name, "details": details or []}
    return json_answer(status, {"error": error})


@dataclass
class Reply:
    """A normal answer of the model, streamed or whole, as the request asks. The first call of each is signed."""

    text: str = ""
    calls: list[tuple[str, dict]] = field(default_factory=list)  # name, arguments
    thoughts: str = ""
    prompt_tokens: int = 100
    cached_tokens: int = 60

    def render(self, exchange) -> Answer:
        parts = self._parts(exchange)
        if exchange.streams:
            steps = [piece(part) for part in parts]
            return pieces(*steps, piece({"text": ""}, finish="STOP", usageMetadata=self._usage))
        candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
        return json_answer(200, {"candidates": [candidate], "usageMetadata": self._usage})

    def _parts(self, exchange) -> list[dict]:
        parts = []
        if self.thoughts and exchange.json["generationConfig"].get("thinkingConfig", {}).get("includeThoughts"):
            parts.append({"text": self.thoughts, "thought": True})
        half = len(self.text) // 2
        parts += [{"text": text} for text in (self.text[:half], self.text[half:]) if text]
        for index, (name, arguments) in enumerate(self.calls):
            call = {"functionCall": {"id": exchange.fake.next_id("fc/"), "name": name, "args": arguments}}
            if index == 0:
                call["thoughtSignature"] = exchange.fake.sign()
            parts.append(call)
        return parts

    @property
    def _usage(self) -> dict:
        counts = {"promptTokenCount": self.prompt_tokens, "cachedContentTokenCount": self.cached_tokens}
        counts |= {"candidatesTokenCount": 15, "thoughtsTokenCount": 5}
        return counts | {"totalTokenCount": self.prompt_tokens + 20}


class FakeGemini(FakeAnthropic):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.signatures: set[str] = set()
        self._ids = 0

    @property
    def base_url(self) -> str:
        return self.url + "/v1beta"

    def next_id(self, front: str) -> str:
        self._ids += 1
        return f"{front}{self._ids}"

    def sign(self) -> str:
        signature = base64.b64encode(self.next_id("thought number ").encode()).decode()
        self.signatures.add(signature)
        return signature

    def _routed(self, exchange):
        request = exchange.request
        leaked = [n for n, _ in request.headers if n.lower().startswith(("anthropic-", "x-api-key", "x-claude", "authorization"))]
        if leaked:
            raise rules.Refused(400, f"{leaked[0]}: is for Anthropic alone")
        if request.header("x-goog-api-key") != KEY:
            raise rules.Refused(400, "API key not valid. Please pass a valid API key.")
        place = PATH.match(request.target)
        if request.method != "POST" or not place:
            raise rules.Refused(404, "Requested entity was not found.")
        model, verb, as_events = place.groups()
        exchange.fake, exchange.streams = self, verb == "streamGenerateContent"
        exchange.json = json.loads(request.body)
        body = exchange.json
        try:
            if exchange.streams and not as_events:
                raise shapes.Problem("the fake speaks server-sent events only")
            if verb == "countTokens":
                if body.keys() != {"generateContentRequest"} or body["generateContentRequest"].pop("model") != f"models/{model}":
                    raise shapes.Problem("countTokens wants the request inside of generateContentRequest")
                body = body["generateContentRequest"]
            gemini_shapes.check(body, model, self.signatures)
        except shapes.Problem as problem:
            self.violations.append(str(problem))
            raise rules.Refused(400, str(problem)) from None
        if verb == "countTokens":
            return json_answer(200, {"totalTokens": self.token_count})
        chosen = self.router(exchange) if self.router else None
        if chosen is not None:
            return chosen
        with self._lock:
            if not self._script:
                raise RuntimeError("a request came that the script has no answer for")
            return self._script.pop(0)

    def _refusal(self, exchange, refused):
        exchange.refused = refused.message
        details = [{"reason": "API_KEY_INVALID"}] if "API key" in refused.message else []
        return failure(refused.status, refused.message, "INVALID_ARGUMENT", details)
