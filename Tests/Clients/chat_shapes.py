"""Checks the body of a chat completion against the types of the `openai` package and against the rules that those cannot
say: what OpenAI's API answers with status 400, in its words where they are known.
"""

from __future__ import annotations

import base64
import re

import shapes
from openai.types.chat import completion_create_params

TOOL_ID_CHARACTERS_MAX = 40
NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
STOPS_MAX = 4
# Parameters that only models without reasoning take, and the one that only the others take.
SAMPLERS = {"temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs"}


def check(body):
    if not isinstance(body, dict):
        raise shapes.Problem("the body is no object")
    fields = dict(shapes._fields(completion_create_params.CompletionCreateParamsBase)) | {"stream": (bool, False)}
    shapes._object(fields, body, "")
    _parameters(body)
    names = [_tool_name(tool) for tool in body.get("tools", [])]
    if len(set(names)) != len(names):
        raise shapes.Problem("tools: names must be unique")
    _messages(body["messages"])


def _parameters(body: dict):
    reasons = not body["model"].startswith(("gpt-4", "gpt-3"))
    if reasons and SAMPLERS & body.keys():
        raise shapes.Problem(f"Unsupported parameter: {sorted(SAMPLERS & body.keys())[0]!r}")
    if reasons and "max_tokens" in body:
        raise shapes.Problem("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    if reasons and "stop" in body:
        raise shapes.Problem("Unsupported parameter: 'stop' is not supported with this model.")
    if not reasons and "reasoning_effort" in body:
        raise shapes.Problem("Unrecognized request argument supplied: reasoning_effort")
    if len(body.get("stop") or []) > STOPS_MAX:
        raise shapes.Problem("stop: at most 4")
    if "stream_options" in body and not body.get("stream"):
        raise shapes.Problem("The 'stream_options' parameter is only allowed when 'stream' is enabled.")
    for name in ("tool_choice", "parallel_tool_calls"):
        if name in body and not body.get("tools"):
            raise shapes.Problem(f"'{name}' is only allowed when 'tools' are specified.")
    if body.get("tools") == []:
        raise shapes.Problem("Invalid 'tools': empty array.")


def _tool_name(tool: dict) -> str:
    name = tool["function"]["name"]
    if not NAME.match(name):
        raise shapes.Problem(f"tools.function.name: {name!r} does not match '^[a-zA-Z0-9_-]+$' or is too long")
    if tool["function"].get("parameters", {"type": "object"}).get("type") != "object":
        raise shapes.Problem(f"Invalid schema for function '{name}': schema must be of type object")
    return name


def _messages(messages: list):
    if not messages:
        raise shapes.Problem("messages: empty")
    owed: list[str] = []
    for index, message in enumerate(messages):
        at = f"messages.{index}"
        role = message["role"]
        if role == "tool":
            if message["tool_call_id"] not in owed:
                raise shapes.Problem(f"{at}: messages with role 'tool' must be a response to a preceding message with 'tool_calls'")
            owed.remove(message["tool_call_id"])
        elif owed:
            raise shapes.Problem(f"{at}: 'tool_calls' must be followed by tool messages; missing: {', '.join(owed)}")
        for call in message.get("tool_calls") or []:
            if len(call["id"]) > TOOL_ID_CHARACTERS_MAX:
                raise shapes.Problem(f"{at}.tool_calls.id: string too long")
            if not NAME.match(call["function"]["name"]):
                raise shapes.Problem(f"{at}.tool_calls.function.name: invalid")
            owed.append(call["id"])
        _content(message.get("content"), role, at)
    if owed:
        raise shapes.Problem(f"messages: no tool messages for {', '.join(owed)}")


def _content(content, role: str, at: str):
    if content is None and role != "assistant":
        raise shapes.Problem(f"{at}.content: expected a string, got null")
    for part in content if isinstance(content, list) else []:
        if role != "user" and part["type"] != "text":
            raise shapes.Problem(f"{at}.content: {part['type']} is for user messages only")
        if part["type"] == "text" and not part["text"]:
            raise shapes.Problem(f"{at}.content: text content is empty")
        if part["type"] == "image_url" and part["image_url"]["url"].startswith("data:"):
            head, _, data = part["image_url"]["url"].partition(",")
            if not re.match(r"^data:image/(png|jpeg|gif|webp);base64$", head):
                raise shapes.Problem(f"{at}: unsupported image: {head}")
            base64.b64decode(data, validate=True)
