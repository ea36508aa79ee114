"""What a test can make the fake API answer: messages as the API would send them, and everything that can go wrong.

An `Answer` is a status, headers, and a list of steps; a step is bytes to send or something to do between bytes.
Everything is deterministic (ids are counted, not drawn), so that two runs of a scenario send the same bytes.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from dataclasses import dataclass, field


@dataclass
class Wait:
    """Does nothing for a while (or until the peer has gone)."""

    seconds: float


@dataclass
class Reset:
    """Ends the connection with a TCP reset."""


@dataclass
class Close:
    """Ends the connection in the middle of whatever was being sent."""


@dataclass
class Hang:
    """Sends nothing more until the peer goes away."""


@dataclass
class Repeat:
    """Sends the same bytes again and again, `count` times or until the peer goes away; waits for the peer to read."""

    data: bytes
    count: int = 1 << 40
    seconds: float = 0.0


class Gate:
    """Holds the answer until the test opens it; `reached` tells the test that everything before it has been sent."""

    def __init__(self):
        self.reached = threading.Event()
        self._open = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opened = False

    def open(self):
        self._opened = True
        if self._loop:
            self._loop.call_soon_threadsafe(self._open.set)

    async def passed(self):
        self._loop = asyncio.get_running_loop()
        if self._opened:
            self._open.set()
        self.reached.set()
        await self._open.wait()


@dataclass
class Answer:
    """`framing`: chunked, length, close (ends with the connection) or raw (the steps are the whole answer)."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    steps: list = field(default_factory=list)
    framing: str = "length"
    before: list = field(default_factory=list)  # steps before the first byte of the head
    standard_headers: bool = True

    def body(self) -> bytes:
        return b"".join(step for step in self.steps if isinstance(step, bytes))


def text(value: str, pieces: int = 3) -> dict:
    return {"type": "text", "text": value, "_pieces": pieces}


def thinking(value: str) -> dict:
    return {"type": "thinking", "thinking": value, "signature": "c2lnbmF0dXJl"}


def tool_use(name: str, arguments: dict, id: str) -> dict:
    return {"type": "tool_use", "id": id, "name": name, "input": arguments}


@dataclass
class Reply:
    """A normal answer of the model; rendered as a stream or as one object, as the request asks."""

    blocks: list[dict]
    stop_reason: str | None = None
    input_tokens: int = 100
    output_tokens: int = 20
    headers: list[tuple[str, str]] = field(default_factory=list)

    def render(self, exchange) -> Answer:
        if exchange.json.get("stream"):
            return stream(self.events(exchange), self.headers)
        return json_answer(200, self._message(exchange, self._clean(), self._reason()), self.headers)

    def events(self, exchange) -> list[bytes]:
        start = self._message(exchange, [], None)
        start["usage"]["output_tokens"] = 1
        made = [event("message_start", {"message": start}), event("ping", {})]
        for index, block in enumerate(self.blocks):
            made += block_events(index, block)
        usage = {"output_tokens": self.output_tokens}
        made.append(
            event("message_delta", {"delta": {"stop_reason": self._reason(), "stop_sequence": None}, "usage": usage})
        )
        made.append(event("message_stop", {}))
        return made

    def _reason(self) -> str:
        used_tool = any(block["type"] == "tool_use" for block in self.blocks)
        return self.stop_reason or ("tool_use" if used_tool else "end_turn")

    def _clean(self) -> list[dict]:
        return [{key: value for key, value in block.items() if key != "_pieces"} for block in self.blocks]

    def _message(self, exchange, content, reason) -> dict:
        return {
            "id": f"msg_01Fake{exchange.number:016d}",
            "type": "message",
            "role": "assistant",
            "model": exchange.json["model"],
            "content": content,
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": {
                "input_tokens": self.input_tokens,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "output_tokens": self.output_tokens,
                "service_tier": "standard",
            },
        }


def event(kind: str, rest: dict) -> bytes:
    data = json.dumps({"type": kind, **rest}, ensure_ascii=False, separators=(",", ":"))
    return f"event: {kind}\ndata: {data}\n\n".encode()


def block_events(index: int, block: dict) -> list[bytes]:
    kind = block["type"]
    if kind == "text":
        empty, deltas = (
            {"type": "text", "text": ""},
            [{"type": "text_delta", "text": piece} for piece in split(block["text"], block.get("_pieces", 3))],
        )
    elif kind == "thinking":
        empty = {"type": "thinking", "thinking": "", "signature": ""}
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in split(block["thinking"], 2)]
        deltas.append({"type": "signature_delta", "signature": block["signature"]})
    else:
        empty = {"type": kind, "id": block["id"], "name": block["name"], "input": {}}
        arguments = json.dumps(block["input"], ensure_ascii=False)
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ["", *split(arguments, 4)]]
    made = [event("content_block_start", {"index": index, "content_block": empty})]
    made += [event("content_block_delta", {"index": index, "delta": delta}) for delta in deltas]
    return [*made, event("content_block_stop", {"index": index})]


def split(value: str, pieces: int) -> list[str]:
    size = max(1, -(-len(value) // pieces))
    return [value[at : at + size] for at in range(0, len(value), size)]


def stream(steps: list, headers: list[tuple[str, str]] | None = None, **rest) -> Answer:
    """A stream of events (bytes) with steps between them; every event is a chunk and a write of its own."""
    own = [("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache")]
    return Answer(200, own + (headers or []), steps, "chunked", **rest)


def json_answer(status: int, value, headers: list[tuple[str, str]] | None = None) -> Answer:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, [("content-type", "application/json"), *(headers or [])], [body])


ERROR_KINDS = {
    400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
    404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error", 500: "api_error",
    504: "timeout_error", 529: "overloaded_error",
}  # fmt: skip


@dataclass
class Failure:
    """An error in the API's own envelope."""

    status: int
    message: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    kind: str | None = None

    def render(self, exchange) -> Answer:
        kind = self.kind or ERROR_KINDS.get(self.status, "api_error")
        envelope = {
            "type": "error",
            "error": {"type": kind, "message": self.message},
            "request_id": exchange.request_id,
        }
        return json_answer(self.status, envelope, self.headers)


def rate_limited(retry_after: int | str = 1) -> Failure:
    limits = [("retry-after", str(retry_after)), ("anthropic-ratelimit-unified-status", "rejected")]
    return Failure(429, "This request would exceed your organization's rate limit of 50 requests per minute.", limits)


def overloaded() -> Failure:
    return Failure(529, "Overloaded")


def error_event(kind: str = "api_error", message: str = "Internal server error") -> bytes:
    return event("error", {"error": {"type": kind, "message": message}})


def html_page(status: int = 502) -> Answer:
    page = (
        b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"
    )
    return Answer(status, [("content-type", "text/html")], [page])


def gzipped(answer: Answer) -> Answer:
    """The same answer, compressed; each step becomes a piece that can be decoded as soon as it arrives."""
    import zlib

    packer = zlib.compressobj(wbits=31)
    steps = []
    for step in answer.steps:
        steps.append(packer.compress(step) + packer.flush(zlib.Z_SYNC_FLUSH) if isinstance(step, bytes) else step)
    steps.append(packer.flush())
    if gzip.decompress(b"".join(s for s in steps if isinstance(s, bytes))) != answer.body():
        raise AssertionError("the compressed answer does not decode to the plain one")
    return Answer(answer.status, [*answer.headers, ("content-encoding", "gzip")], steps, answer.framing, answer.before)
