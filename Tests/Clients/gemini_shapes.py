"""Checks the body of `generateContent` against the types of the `google-genai` package, and against the rules that those
cannot say: what Google's API answers with status 400, in its words where they are known.
"""

from __future__ import annotations

import base64
import re

import pydantic
from google.genai import types
from shapes import Problem

FIELDS = {"contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings", "cachedContent", "labels"}
NAME = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$")
# Of the API's own description; the package knows more, which the API does not.
SCHEMA_FIELDS = {
    "type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems", "properties", "required",
    "minProperties", "maxProperties", "minLength", "maxLength", "pattern", "example", "anyOf", "propertyOrdering",
    "default", "items", "minimum", "maximum",
}  # fmt: skip
FORMATS = {"STRING": {"enum", "date-time"}, "INTEGER": {"int32", "int64"}, "NUMBER": {"float", "double"}}
MEDIA = {"image/png", "image/jpeg", "image/webp", "image/heic", "image/gif", "application/pdf"}
PART_KINDS = {"text", "inlineData", "fileData", "functionCall", "functionResponse"}
STOPS_MAX = 5
OUTPUT_TOKENS_MAX = 65536
NO_SIGNATURE = "skip_thought_signature_validator"


def check(body, model: str, signatures: set[str]):
    if not isinstance(body, dict):
        raise Problem("Invalid JSON payload received.")
    _known(body, FIELDS, "")
    _config(body.get("generationConfig", {}), model)
    for part in body.get("systemInstruction", {}).get("parts", []):
        _must(bool(part.get("text")), "system_instruction.parts", "must be text")
    names = [_declaration(d) for tool in body.get("tools", []) for d in tool["functionDeclarations"]]
    _must(len(set(names)) == len(names), "tools", "Duplicate function declaration found")
    for tool in body.get("tools", []):
        _must(bool(tool["functionDeclarations"]), "tools", "at least one field is required")
    if "toolConfig" in body:
        _typed(types.ToolConfig, body["toolConfig"], "tool_config")
        allowed = body["toolConfig"]["functionCallingConfig"].get("allowedFunctionNames", [])
        _must(set(allowed) <= set(names), "tool_config", "allowed_function_names must be declared")
    _contents(body.get("contents", []), model, signatures)


def _must(holds: bool, at: str, sentence: str):
    if not holds:
        raise Problem(f"* GenerateContentRequest.{at}: {sentence}")


def _known(value: dict, fields: set, at: str):
    for name in value:
        if name not in fields:
            raise Problem(f'Invalid JSON payload received. Unknown name "{name}" at \'{at}\': Cannot find field.')


def _typed(kind, value, at: str):
    try:
        kind.model_validate(value)
    except pydantic.ValidationError as error:
        raise Problem(f"Invalid value at '{at}': {error}") from None


def _config(config: dict, model: str):
    _typed(types.GenerationConfig, config, "generation_config")
    tokens = config.get("maxOutputTokens", 1)
    _must(0 < tokens <= OUTPUT_TOKENS_MAX, "generation_config", f"maxOutputTokens value of {tokens}")
    _must(len(config.get("stopSequences", [])) <= STOPS_MAX, "generation_config.stop_sequences", "at most 5")
    thinking = config.get("thinkingConfig", {})
    both = {"thinkingBudget", "thinkingLevel"} <= thinking.keys()
    _must(not both, "thinking_config", "You can only set only one of thinking budget and thinking level.")
    if "thinkingLevel" in thinking:
        _must(not model.startswith("gemini-2"), "thinking_config", "Thinking level is not supported for this model.")
    if "responseSchema" in config:
        _must(config.get("responseMimeType") == "application/json", "generation_config", "response_schema wants JSON")
        _schema(config["responseSchema"], "generation_config.response_schema")


def _declaration(declaration: dict) -> str:
    name = declaration["name"]
    _must(bool(NAME.match(name)), "tools.function_declarations.name", f"Invalid function name {name!r}")
    _typed(types.FunctionDeclaration, declaration, "tools.function_declarations")
    _known(declaration, {"name", "description", "parameters"}, "tools.function_declarations")
    if "parameters" in declaration:
        _must(declaration["parameters"]["type"] == "OBJECT", name, "schema at top-level must be of type OBJECT")
        _schema(declaration["parameters"], f"tools.{name}.parameters")
    return name


def _schema(schema: dict, at: str):
    _known(schema, SCHEMA_FIELDS, at)
    if "anyOf" in schema:
        _must(schema.keys() == {"anyOf"}, at, "when using any_of, it must be the only field set")
        for index, choice in enumerate(schema["anyOf"]):
            _schema(choice, f"{at}.any_of[{index}]")
        return
    kind = schema.get("type")
    _must(kind in {"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT"}, at, f"unknown type {kind}")
    if "format" in schema:
        _must(schema["format"] in FORMATS.get(kind, ()), at, f"only {FORMATS.get(kind)} are supported for {kind} type")
    if "enum" in schema:
        _must(kind == "STRING" and all(isinstance(v, str) for v in schema["enum"]), at, "enum: only allowed for STRING")
        _must(all(schema["enum"]), at, "enum: cannot be empty")
    if kind == "ARRAY":
        _must("items" in schema, at, "items: missing field.")
        _schema(schema["items"], at + ".items")
    if "properties" in schema:
        _must(bool(schema["properties"]), at, "properties: should be non-empty for OBJECT type")
        for name, part in schema["properties"].items():
            _schema(part, f"{at}.properties[{name}]")
    missing = set(schema.get("required", [])) - schema.get("properties", {}).keys()
    _must(not missing, at, f"required: property is not defined: {missing}")


def _contents(contents: list, model: str, signatures: set[str]):
    _must(bool(contents), "contents", "contents is not specified")
    _must(contents[0]["role"] == "user", "contents", "the first content should be with role 'user'")
    owed: list[dict] = []
    for index, content in enumerate(contents):
        at = f"contents[{index}]"
        _typed(types.Content, content, at)
        _must(content["role"] in ("user", "model"), at, "Please use a valid role: user, model.")
        _must(bool(content["parts"]), at + ".parts", "contents.parts must not be empty.")
        responses = [part["functionResponse"] for part in content["parts"] if "functionResponse" in part]
        _must(
            len(responses) == len(owed), at,
            "Please ensure that the number of function response parts is equal to the number of function call parts "
            "of the function call turn.",
        )  # fmt: skip
        for call, response in zip(owed, responses):
            _must((call["name"], call.get("id")) == (response["name"], response.get("id")), at, "another call's response")
        owed = [part["functionCall"] for part in content["parts"] if "functionCall" in part]
        _must(not owed or content["role"] == "model", at, "only the model calls")
        for part in content["parts"]:
            _part(part, at)
        calls = [part for part in content["parts"] if "functionCall" in part]
        if calls and not model.startswith("gemini-2"):
            signature = calls[0].get("thoughtSignature")
            name = calls[0]["functionCall"]["name"]
            _must(bool(signature), at, f"Function call `{name}` is missing a thought_signature in functionCall parts.")
            _must(signature in signatures | {NO_SIGNATURE}, at, "Thought signature is not valid")
    _must(not owed, "contents", "a function call has no response")


def _part(part: dict, at: str):
    kinds = PART_KINDS & part.keys()
    _must(len(kinds) == 1, at, "required oneof field 'data' must have one initialized field")
    if "text" in part:
        _must(bool(part["text"]), at, "Unable to submit request because it must have a text parameter")
    if "inlineData" in part:
        _must(part["inlineData"]["mimeType"] in MEDIA, at, f"Unsupported MIME type: {part['inlineData']['mimeType']}")
        base64.b64decode(part["inlineData"]["data"], validate=True)
    if "functionResponse" in part:
        _must(isinstance(part["functionResponse"]["response"], dict), at, "response must be a struct")
