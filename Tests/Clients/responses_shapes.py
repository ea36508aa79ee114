"""Checks the body of a request of OpenAI's Responses API against the types of the `openai` package and against the rules
that those cannot say: what the API answers with status 400, in its words where they are known.
"""

from __future__ import annotations

import base64
import json
import re

import shapes
from chat_shapes import NAME
from openai.types.responses import response_create_params

CALL_ID_CHARACTERS_MAX = 64
OUTPUT_TOKENS_MIN = 16
SAMPLERS = {"temperature", "top_p", "top_logprobs"}


def check(body):
    if not isinstance(body, dict):
        raise shapes.Problem("the body is no object")
    fields = dict(shapes._fields(response_create_params.ResponseCreateParamsBase)) | {"stream": (bool, False)}
    shapes._object(fields, body, "")
    _parameters(body)
    names = [_tool_name(tool) for tool in body.get("tools", [])]
    if len(set(names)) != len(names):
        raise shapes.Problem("tools: names must be unique")
    _items(body)


def reasons(model: str) -> bool:
    return not model.startswith(("gpt-4", "gpt-3"))


def seal(model: str, id: str) -> str:
    """What stands for the encrypted reasoning that this model made."""
    return base64.b64encode(json.dumps([model, id]).encode()).decode()


def _parameters(body: dict):
    if reasons(body["model"]) and SAMPLERS & body.keys():
        raise shapes.Problem(f"Unsupported parameter: {sorted(SAMPLERS & body.keys())[0]!r} is not supported with this model.")
    if not reasons(body["model"]):
        if "reasoning" in body:
            raise shapes.Problem("Unsupported parameter: 'reasoning.effort' is not supported with this model.")
        if "reasoning.encrypted_content" in body.get("include", []):
            raise shapes.Problem("Encrypted content is not supported with this model.")
    if body.get("max_output_tokens", OUTPUT_TOKENS_MIN) < OUTPUT_TOKENS_MIN:
        raise shapes.Problem("Invalid 'max_output_tokens': integer below minimum value.")
    for name in ("tool_choice", "parallel_tool_calls"):
        if name in body and not body.get("tools"):
            raise shapes.Problem(f"'{name}' is only allowed when 'tools' are specified.")


def _tool_name(tool: dict) -> str:
    name = tool["name"]
    if not NAME.match(name):
        raise shapes.Problem(f"Invalid 'tools.name': {name!r} does not match '^[a-zA-Z0-9_-]+$' or is too long")
    if tool["strict"] and tool["parameters"].get("additionalProperties") is not False:
        raise shapes.Problem(f"Invalid schema for function '{name}': 'additionalProperties' is required to be false")
    if tool["parameters"].get("type") != "object":
        raise shapes.Problem(f"Invalid schema for function '{name}': schema must be of type object")
    return name


def _items(body: dict):
    items = body.get("input") or []
    if not items:
        raise shapes.Problem("One of \"input\" or \"previous_response_id\" must be provided.")
    owed: list[str] = []
    for index, item in enumerate(items if isinstance(items, list) else []):
        kind, at = item.get("type", "message"), f"input[{index}]"
        following = items[index + 1] if index + 1 < len(items) else {}
        if kind == "reasoning":
            if following.get("type") not in ("function_call", "reasoning") and following.get("role") != "assistant":
                raise shapes.Problem(f"Item '{item['id']}' of type 'reasoning' was provided without its required following item.")
            if item.get("encrypted_content") != seal(body["model"], item["id"]):
                raise shapes.Problem(f"The encrypted content for item {item['id']} could not be verified.")
        elif kind == "function_call":
            if len(item["call_id"]) > CALL_ID_CHARACTERS_MAX:
                raise shapes.Problem(f"Invalid '{at}.call_id': string too long.")
            if not NAME.match(item["name"]):
                raise shapes.Problem(f"Invalid '{at}.name'")
            owed.append(item["call_id"])
        elif kind == "function_call_output":
            if item["call_id"] not in owed:
                raise shapes.Problem(f"No tool call found for function call output with call_id {item['call_id']}.")
            owed.remove(item["call_id"])
            _parts(item["output"], at, "user")
        elif kind == "message":
            _parts(item["content"], at, item["role"])
    if owed:
        raise shapes.Problem(f"No tool output found for function call {owed[0]}.")


def _parts(content, at: str, role: str):
    for part in content if isinstance(content, list) else []:
        if role == "assistant" and part["type"].startswith("input_"):
            raise shapes.Problem(f"Invalid value: '{part['type']}'. Supported values are: 'output_text' and 'refusal'.")
        if part["type"] == "input_image" and part["image_url"].startswith("data:"):
            head, _, data = part["image_url"].partition(",")
            if not re.match(r"^data:image/(png|jpeg|gif|webp);base64$", head):
                raise shapes.Problem(f"{at}: unsupported image: {head}")
            base64.b64decode(data, validate=True)
