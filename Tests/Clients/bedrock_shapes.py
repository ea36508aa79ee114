"""Checks the body of `Converse` against Amazon's description of its API, and against the rules that this cannot say: what
Bedrock answers with a ValidationException.
"""

from __future__ import annotations

import base64
import re

from shapes import Problem

DOCUMENT = object()  # any JSON object
BYTES = object()
# `!` marks what must be there; exactly one member of a UNION is.
SHAPES = {
    "Request": {
        "messages": ["Message"], "system": ["System"], "inferenceConfig": "Inference", "toolConfig": "Tools",
        "guardrailConfig": "Guardrail", "additionalModelRequestFields": DOCUMENT, "requestMetadata": DOCUMENT,
        "performanceConfig": {"latency": str}, "serviceTier": {"type!": str}, "promptVariables": DOCUMENT,
    },
    "Message": {"role!": str, "content!": ["Block"]},
    "Inference": {"maxTokens": int, "temperature": float, "topP": float, "stopSequences": [str]},
    "Tools": {"tools!": ["Tool"], "toolChoice": "Choice"},
    "Guardrail": {"guardrailIdentifier!": str, "guardrailVersion!": str, "trace": str},
    "ToolSpec": {"name!": str, "description": str, "inputSchema!": {"json!": DOCUMENT}, "strict": bool},
    "Image": {"format!": str, "source!": {"bytes!": BYTES}},
    "Paper": {"format!": str, "name!": str, "source!": {"bytes!": BYTES}},
    "ToolUse": {"toolUseId!": str, "name!": str, "input!": DOCUMENT},
    "ToolResult": {"toolUseId!": str, "content!": ["ResultBlock"], "status": str},
    "CachePoint": {"type!": str, "ttl": str},
    "ReasoningText": {"text!": str, "signature": str},
}  # fmt: skip
UNIONS = {
    "System": {"text": str, "cachePoint": "CachePoint"},
    "Tool": {"toolSpec": "ToolSpec", "cachePoint": "CachePoint"},
    "Choice": {"auto": {}, "any": {}, "tool": {"name!": str}},
    "Reasoning": {"reasoningText": "ReasoningText", "redactedContent": BYTES},
    "ResultBlock": {"text": str, "json": DOCUMENT, "image": "Image", "document": "Paper"},
    "Block": {
        "text": str, "image": "Image", "document": "Paper", "toolUse": "ToolUse", "toolResult": "ToolResult",
        "cachePoint": "CachePoint", "reasoningContent": "Reasoning",
    },
}  # fmt: skip
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
ID = re.compile(r"[a-zA-Z0-9_.:-]{1,64}\Z")
PAPER_NAME = re.compile(r"(?!.*  )[a-zA-Z0-9 ()\[\]-]{1,200}\Z")
TOKENS_MAX = {"amazon.nova-pro": 10000, "amazon.nova-2": 65535}
MEDIA_MAX = {"image": 20, "document": 5, "cachePoint": 4}


def check(body, model: str, signatures: set[str]):
    _shape("Request", body, "")
    own = model.split(".", 1)[1] if model.startswith(("eu.", "us.")) else model
    limit = next((most for front, most in TOKENS_MAX.items() if own.startswith(front)), 1 << 30)
    inference = body.get("inferenceConfig", {})
    _must(0 < inference.get("maxTokens", 1) <= limit, f"The maximum tokens you requested exceeds the model limit of {limit}.")
    _must(0 <= inference.get("temperature", 0) <= 1, "temperature: Member must have value less than or equal to 1")
    _must(all(inference.get("stopSequences", [])), "stopSequences: Member must have length greater than or equal to 1")
    _must(all(part.get("text", "x").strip() for part in body.get("system", [])), "system: text is blank")
    _tools(body, own)
    _messages(body["messages"], own, signatures)
    _must(bool(body.get("toolConfig")) or not _has_calls(body), "The toolConfig field must be defined when using toolUse and toolResult content blocks.")
    for kind, most in MEDIA_MAX.items():
        _must(_count(body, kind) <= most, f"too many of {kind}: at most {most}")


def _must(holds: bool, sentence: str):
    if not holds:
        raise Problem(sentence)


def _shape(kind, value, at: str):
    if isinstance(kind, list):
        _must(isinstance(value, list), f"{at}: expected a list")
        for index, part in enumerate(value):
            _shape(kind[0], part, f"{at}.{index}")
    elif kind is DOCUMENT:
        _must(isinstance(value, dict), f"{at}: expected a document")
    elif kind is BYTES:
        _must(isinstance(value, str) and value, f"{at}: Member must have length greater than or equal to 1")
        base64.b64decode(value, validate=True)
    elif kind is float:
        _must(type(value) in (int, float), f"{at}: expected a number")
    elif isinstance(kind, type):
        _must(type(value) is kind, f"{at}: expected {kind.__name__}")
    elif isinstance(kind, str) and kind in UNIONS:
        _must(isinstance(value, dict) and len(value) == 1, f"{at}: exactly one member of a union must be set: {list(value)}")
        _object(UNIONS[kind], value, at)
    else:
        _object(SHAPES[kind] if isinstance(kind, str) else kind, value, at)


def _object(fields: dict, value, at: str):
    _must(isinstance(value, dict), f"{at}: expected an object")
    kinds = {name.removesuffix("!"): kind for name, kind in fields.items()}
    for name in fields:
        _must(not name.endswith("!") or name[:-1] in value, f"{at}.{name[:-1]}: Member must not be null")
    for name, part in value.items():
        _must(name in kinds, f"Malformed input request: #{at}: extraneous key [{name}] is not permitted")
        _shape(kinds[name], part, f"{at}.{name}")


def _tools(body: dict, model: str):
    config = body.get("toolConfig")
    if config is None:
        return
    specs = [tool["toolSpec"] for tool in config["tools"] if "toolSpec" in tool]
    names = [spec["name"] for spec in specs]
    _must(bool(names) and len(set(names)) == len(names), "toolConfig.tools: none, or two of one name")
    for spec in specs:
        _must(bool(NAME.match(spec["name"])), f"toolSpec.name: {spec['name']} failed to satisfy the pattern")
        _must(bool(spec.get("description", "x").strip()), "toolSpec.description: Member must have length greater than or equal to 1")
        schema = spec["inputSchema"]["json"]
        _must(schema.get("type") == "object", f"The value at toolConfig.{spec['name']}.inputSchema.json.type must be object")
        extra = schema.keys() - {"type", "properties", "required", "$defs"} if model.startswith("amazon.nova-pro") else set()
        _must(not extra, f"inputSchema.json: {extra} are not supported")
    choice = config.get("toolChoice", {})
    _must("tool" not in choice or choice["tool"]["name"] in names, "toolChoice: no such tool")


def _messages(messages: list, model: str, signatures: set[str]):
    _must(bool(messages) and messages[0]["role"] == "user", "A conversation must start with a user message.")
    owed: list[str] = []
    names: list[str] = []
    for index, message in enumerate(messages):
        blocks = message["content"]
        _must(message["role"] == ("user", "assistant")[index % 2], "A conversation must alternate between user and assistant roles.")
        _must(bool(blocks), f"The content field in the Message object at messages.{index} is empty.")
        _must("cachePoint" not in blocks[0], "cachePoint: nothing stands before it")
        results = [block["toolResult"]["toolUseId"] for block in blocks if "toolResult" in block]
        _must(sorted(results) == sorted(owed), f"Expected toolResult blocks at messages.{index}.content for the following Ids: {owed}")
        calls = [block["toolUse"] for block in blocks if "toolUse" in block]
        owed = [call["toolUseId"] for call in calls]
        _must(len(set(owed)) == len(owed), f"messages.{index}: two calls of one id")
        _must(not calls or message["role"] == "assistant", "only the model calls")
        for call in calls:
            _must(bool(ID.match(call["toolUseId"])) and bool(NAME.match(call["name"])), f"toolUse: {call} failed to satisfy the pattern")
        everything = blocks + [part for block in blocks for part in block.get("toolResult", {}).get("content", [])]
        for part in everything:
            _must(bool(part.get("text", "x").strip()), f"messages.{index}: The text field in the ContentBlock object is blank.")
            _must("image" not in part or "gpt-oss" not in model, "This model doesn't support the image content block")
            names += [part["document"]["name"]] if "document" in part else []
        own = any("document" in block for block in blocks)
        _must(not own or any("text" in block for block in blocks), "A text block must be included with documents")
        for block in blocks:
            reasoning = block.get("reasoningContent", {})
            _must(not reasoning or message["role"] == "assistant", "only the model thinks")
            sent = reasoning.get("reasoningText", {}).get("signature") or reasoning.get("redactedContent")
            _must(not reasoning or sent in signatures, "Invalid `signature` in `thinking` block")
    _must(not owed, "toolUse ids were found without toolResult blocks")
    _must(len(set(names)) == len(names), "two documents of one name")
    _must(all(map(PAPER_NAME.match, names)), f"document names: {names}")


def _has_calls(body: dict) -> bool:
    return any(block.keys() & {"toolUse", "toolResult"} for message in body["messages"] for block in message["content"])


def _count(value, kind: str) -> int:
    if isinstance(value, list):
        return sum(_count(part, kind) for part in value)
    if not isinstance(value, dict):
        return 0
    # A tool's arguments and schema are the user's own.
    return (kind in value) + sum(_count(part, kind) for name, part in value.items() if name not in ("input", "json"))
