"""A strict fake of Bedrock on loopback: the server of fake_anthropic.py with other rules, Amazon's signature and framing."""

from __future__ import annotations

import base64
import json
import re
import struct
import urllib.parse
import zlib
from dataclasses import dataclass, field

import answers
import bedrock_shapes
import rules
import shapes
import sigv4
from answers import Answer, json_answer
from fake_anthropic import FakeAnthropic

REGION = "eu-west-1"
KEY, SECRET, TOKEN = "AKIAEXAMPLEOFAKEY123", "secret/key+of-forty-letters/0123456789ab", "session/token=="
BEARER = "bedrock-api-key-configured"
PATH = re.compile(r"/model/([^/?]+)/(converse|converse-stream|invoke|invoke-with-response-stream|count-tokens)\Z")
BETAS = {"interleaved-thinking-2025-05-14", "context-management-2025-06-27", "effort-2025-11-24", "tool-search-tool-2025-10-19", "context-1m-2025-08-07", "fine-grained-tool-streaming-2025-05-14", "compact-2026-01-12"}
KINDS = {400: "ValidationException", 403: "AccessDeniedException", 404: "ResourceNotFoundException", 429: "ThrottlingException", 503: "ServiceUnavailableException"}
STREAM = "application/vnd.amazon.eventstream"


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    block = b"".join(bytes([len(n)]) + n.encode() + b"\x07" + struct.pack(">H", len(v)) + v.encode() for n, v in headers.items())
    front = struct.pack(">II", 16 + len(block) + len(payload), len(block))
    front += struct.pack(">I", zlib.crc32(front))
    return (whole := front + block + payload) + struct.pack(">I", zlib.crc32(whole))


def event(name: str, payload: dict) -> bytes:
    head = {":event-type": name, ":content-type": "application/json", ":message-type": "event"}
    return frame(head, json.dumps(payload, ensure_ascii=False).encode())


def exception(name: str, message: str) -> bytes:
    head = {":exception-type": name, ":content-type": "application/json", ":message-type": "exception"}
    return frame(head, json.dumps({"message": message}).encode())


def stream(*steps) -> Answer:
    return Answer(200, [("content-type", STREAM)], list(steps), framing="chunked")


def failure(status: int, message: str) -> Answer:
    return json_answer(status, {"message": message}, [("x-amzn-errortype", KINDS.get(status, "InternalServerException") + ":http://e/")])


@dataclass
class Reply:
    """A normal answer of a model that is no Claude, streamed or whole, as the request asks."""

    text: str = ""
    calls: list[tuple[str, dict]] = field(default_factory=list)  # name, arguments
    thoughts: str = ""
    usage = {"inputTokens": 40, "outputTokens": 20, "totalTokens": 130, "cacheReadInputTokens": 60, "cacheWriteInputTokens": 10}

    def render(self, exchange) -> Answer:
        reason = "tool_use" if self.calls else "end_turn"
        blocks = self._blocks(exchange)
        if not exchange.streams:
            message = {"message": {"role": "assistant", "content": blocks}}
            return json_answer(200, {"output": message, "stopReason": reason, "usage": self.usage, "metrics": {"latencyMs": 1}})
        steps = [event("messageStart", {"role": "assistant"})]
        for index, block in enumerate(blocks):
            steps += self._events(block, index)
        steps.append(event("messageStop", {"stopReason": reason}))
        return stream(*steps, event("metadata", {"usage": self.usage, "metrics": {"latencyMs": 1}}))

    def _blocks(self, exchange) -> list[dict]:
        blocks = []
        if self.thoughts and "reasoningConfig" in exchange.json.get("additionalModelRequestFields", {}):
            blocks.append({"reasoningContent": {"reasoningText": {"text": self.thoughts, "signature": exchange.fake.sign()}}})
        if self.text:
            blocks.append({"text": self.text})
        for name, arguments in self.calls:
            blocks.append({"toolUse": {"toolUseId": exchange.fake.next_id("tooluse_"), "name": name, "input": arguments}})
        return blocks

    @staticmethod
    def _events(block: dict, index: int) -> list[bytes]:
        at = {"contentBlockIndex": index}
        delta = lambda value: event("contentBlockDelta", {"delta": value, "p": "abcdef"} | at)  # noqa: E731
        if "toolUse" in block:
            call = dict(block["toolUse"])
            text = json.dumps(call.pop("input"), ensure_ascii=False)
            steps = [event("contentBlockStart", {"start": {"toolUse": call}} | at)]
            steps += [delta({"toolUse": {"input": piece}}) for piece in answers.split(text, 3)]
        elif "text" in block:
            steps = [delta({"text": piece}) for piece in answers.split(block["text"], 2)]
        else:
            thought = block["reasoningContent"]["reasoningText"]
            steps = [delta({"reasoningContent": {name: thought[name]}}) for name in ("text", "signature")]
        return [*steps, event("contentBlockStop", at)]


@dataclass
class Claude:
    """A normal answer of a Claude model."""

    reply: answers.Reply

    def render(self, exchange) -> Answer:
        if not exchange.streams:
            return self.reply.render(exchange)
        return stream(*map(chunk, self.reply.events(exchange)))


def chunk(sent: bytes) -> bytes:
    """An event of Anthropic's inside of one of Bedrock's."""
    data = sent.split(b"data: ", 1)[1].strip()
    return event("chunk", {"bytes": base64.b64encode(data).decode(), "p": "abcd"})


class FakeBedrock(FakeAnthropic):
    def __init__(self):
        super().__init__()
        self.bearer: str | None = None  # the API key that is wanted in place of a signature
        self.token: str | None = None
        self.signatures: set[str] = set()
        self._ids = 0

    def next_id(self, front: str) -> str:
        self._ids += 1
        return f"{front}{self._ids}"

    def sign(self) -> str:
        signature = base64.b64encode(self.next_id("thought number ").encode()).decode()
        self.signatures.add(signature)
        return signature

    def _routed(self, exchange):
        request = exchange.request
        leaked = [n for n, _ in request.headers if n.lower().startswith(("anthropic-", "x-api-key", "x-claude", "x-stainless"))]
        if leaked:
            raise self._violation(f"{leaked[0]}: is for Anthropic alone")
        self._authenticate(request)
        place = PATH.match(request.target)
        if request.method != "POST" or not place:
            raise rules.Refused(404, "<UnknownOperationException/>")
        model, verb = urllib.parse.unquote(place[1]), place[2]
        if place[1] != urllib.parse.quote(model, safe="-_.~"):
            raise self._violation(f"{place[1]} is not escaped as it must be")
        exchange.fake, exchange.model = self, model
        exchange.streams = verb.endswith("stream")
        if exchange.streams != (request.header("accept") == STREAM):
            raise self._violation(f"accept: {request.header('accept')}")
        exchange.json = body = json.loads(request.body)
        try:
            if verb == "count-tokens":
                return self._count(body, model)
            if verb.startswith("invoke"):
                self._check_claude(body)
                exchange.json = body | {"model": model}
            else:
                bedrock_shapes.check(body, model, self.signatures)
        except shapes.Problem as problem:
            raise self._violation(str(problem)) from None
        chosen = self.router(exchange) if self.router else None
        return chosen if chosen is not None else self._script.pop(0)

    def _violation(self, message: str) -> rules.Refused:
        self.violations.append(message)
        return rules.Refused(400, message)

    def _authenticate(self, request):
        if self.bearer is not None:
            if request.header("authorization") != f"Bearer {self.bearer}":
                raise rules.Refused(403, "Authentication failed: Please make sure your API Key is valid.")
            return
        try:
            sigv4.check(request, KEY, SECRET, self.token, REGION, "bedrock")
        except sigv4.Wrong as wrong:
            raise rules.Refused(403, str(wrong)) from None

    def _count(self, body: dict, model: str):
        if not model.startswith("anthropic.claude"):
            raise rules.Refused(400, "The provided model identifier is invalid.")
        if "uncounted" in model:
            raise rules.Refused(400, "The provided model doesn't support counting tokens.")
        self._check_claude(json.loads(base64.b64decode(body["input"]["invokeModel"]["body"], validate=True)))
        return json_answer(200, {"inputTokens": self.token_count})

    @staticmethod
    def _check_claude(body: dict):
        rest = dict(body)
        if rest.pop("anthropic_version", None) != "bedrock-2023-05-31":
            raise shapes.Problem("anthropic_version: Field required")
        if "stream" in rest or "model" in rest:
            raise shapes.Problem("extraneous key [stream] or [model] is not permitted")
        betas = set(rest.pop("anthropic_beta", []))
        if betas - BETAS:
            raise shapes.Problem("invalid beta flag")
        if "context_management" in rest and "context-management-2025-06-27" not in betas:
            raise shapes.Problem("context_management: Extra inputs are not permitted")
        shapes.check_body("messages", True, {"model": "m"} | rest)

    def _refusal(self, exchange, refused):
        exchange.refused = refused.message
        return failure(refused.status, refused.message)
