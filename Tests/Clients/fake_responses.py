"""A strict fake of OpenAI's Responses API on loopback. Every event and every answer that it makes is held against the types
of the `openai` package before it is sent."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field

import pydantic
import responses_shapes
from answers import Answer, json_answer
from fake_openai import FakeOpenAI, _pieces, events
from openai.types.responses import Response, ResponseStreamEvent


@functools.cache
def _stream_events() -> pydantic.TypeAdapter:
    return pydantic.TypeAdapter(ResponseStreamEvent)


class Events:
    """Numbers the events of one stream, and checks them."""

    def __init__(self):
        self.count = 0

    def __call__(self, type: str, **members) -> bytes:
        body = {"type": type, "sequence_number": self.count} | members
        self.count += 1
        _stream_events().validate_python(body)
        return f"event: {type}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


@dataclass
class Turn:
    """A normal answer of the model, streamed or whole, as the request asks."""

    text: str = ""
    calls: list[tuple[str, str, dict]] = field(default_factory=list)  # call_id, name, arguments
    reasoning: list[str] | None = None  # the parts of the summary; [] for none
    reasoning_id: str = "rs_1"
    input_tokens: int = 100
    cached_tokens: int = 60
    incomplete: str | None = None

    def render(self, exchange) -> Answer:
        body = exchange.json
        items = self._items(body)
        whole = self._response(body, items)
        if not body.get("stream"):
            Response.model_validate(whole)
            return json_answer(200, whole)
        made, event = [], Events()
        start = self._response(body, []) | {"status": "in_progress", "usage": None, "incomplete_details": None}
        made += [event("response.created", response=start), event("response.in_progress", response=start)]
        for index, item in enumerate(items):
            made += list(self._events(event, index, item))
        made.append(event("response.incomplete" if self.incomplete else "response.completed", response=whole))
        return events(*made)

    def _items(self, body: dict) -> list[dict]:
        items = []
        if self.reasoning is not None:
            summary = self.reasoning if (body.get("reasoning") or {}).get("summary") else []
            item = {"type": "reasoning", "id": self.reasoning_id, "status": "completed"}
            item["summary"] = [{"type": "summary_text", "text": text} for text in summary]
            if "reasoning.encrypted_content" in body.get("include", []):
                item["encrypted_content"] = responses_shapes.seal(body["model"], self.reasoning_id)
            items.append(item)
        if self.text:
            part = {"type": "output_text", "text": self.text, "annotations": [], "logprobs": []}
            message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
            items.append(message)
        for id, name, arguments in self.calls:
            made = json.dumps(arguments, ensure_ascii=False)
            call = {"type": "function_call", "id": f"fc_{len(items)}", "call_id": id, "name": name, "arguments": made}
            items.append(call | {"status": "completed"})
        return items

    def _response(self, body: dict, items: list[dict]) -> dict:
        output_tokens = 20
        return {
            "id": "resp_1",
            "object": "response",
            "created_at": 1,
            "status": "incomplete" if self.incomplete else "completed",
            "error": None,
            "incomplete_details": {"reason": self.incomplete} if self.incomplete else None,
            "model": body["model"],
            "output": items,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": {
                "input_tokens": self.input_tokens,
                "input_tokens_details": {"cached_tokens": self.cached_tokens, "cache_write_tokens": 0},
                "output_tokens": output_tokens,
                "output_tokens_details": {"reasoning_tokens": 3},
                "total_tokens": self.input_tokens + output_tokens,
            },
        }

    def _events(self, event: Events, index: int, item: dict):
        at = {"item_id": item["id"], "output_index": index}
        kind = item["type"]
        empty = {"message": {"content": []}, "function_call": {"arguments": ""}, "reasoning": {"summary": []}}[kind]
        added = {key: value for key, value in item.items() if key != "encrypted_content"}
        yield event("response.output_item.added", output_index=index, item=added | empty | {"status": "in_progress"})
        if kind == "message":
            part = item["content"][0]
            at["content_index"] = 0
            yield event("response.content_part.added", part=part | {"text": ""}, **at)
            for piece in _pieces(part["text"]):
                yield event("response.output_text.delta", delta=piece, logprobs=[], **at)
            yield event("response.output_text.done", text=part["text"], logprobs=[], **at)
            yield event("response.content_part.done", part=part, **at)
        elif kind == "function_call":
            for piece in _pieces(item["arguments"]):
                yield event("response.function_call_arguments.delta", delta=piece, **at)
            done = {"arguments": item["arguments"], "name": item["name"]}
            yield event("response.function_call_arguments.done", **done, **at)
        for number, part in enumerate(item.get("summary", [])):
            at["summary_index"] = number
            yield event("response.reasoning_summary_part.added", part=part | {"text": ""}, **at)
            for piece in _pieces(part["text"]):
                yield event("response.reasoning_summary_text.delta", delta=piece, **at)
            yield event("response.reasoning_summary_text.done", text=part["text"], **at)
            yield event("response.reasoning_summary_part.done", part=part, **at)
        yield event("response.output_item.done", output_index=index, item=item)


class FakeResponses(FakeOpenAI):
    path = "/v1/responses"

    def check(self, body):
        responses_shapes.check(body)
