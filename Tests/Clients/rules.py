"""The rules of the Messages API that types cannot say, and the order in which the API complains."""

from __future__ import annotations

import json
from dataclasses import dataclass

from shapes import Problem, check_body, known_betas

BODY_BYTES_MAX = 32 * 1024 * 1024  # the API's documented limit for /v1/messages
CACHE_MARKERS_MAX = 4
THINKING_BUDGET_MIN = 1024
# The package of 2026 sends a version of its own; Claude Code still sends the one of 2023.
VERSIONS = {"2023-01-01", "2023-06-01", "2026-10-21"}
KEYS = {"sk-test", "sk-configured"}

# Sent by Claude Code and accepted by the real API, but not in the package's list.
CLIENT_BETAS = {
    "claude-code-20250219", "per-turn-control-2026-07-01", "advanced-tool-use-2025-11-20", "effort-2025-11-24",
    "structured-outputs-2025-12-15", "redact-thinking-2026-02-12", "fine-grained-tool-streaming-2025-05-14",
    "prompt-caching-scope-2026-01-05", "oauth-2025-04-20",
}  # fmt: skip

# A field needs one of these betas in the same request.
FIELD_BETAS = {
    "context_management": ("context-management-2025-06-27", "compact-2026-01-12"),
    "compaction": ("compact-2026-09-04",),
    "mcp_servers": ("mcp-client-2025-04-04", "mcp-client-2025-11-20", "mcp-client-2026-09-15"),
    "fallbacks": ("server-side-fallback-2026-06-01", "server-side-fallback-2026-07-01"),
    "fallback_credit_token": ("fallback-credit-2026-06-01", "fallback-credit-2026-07-01"),
    "thread": ("message-threads-2026-08-12",),
}
SYSTEM_MESSAGE_BETAS = ("per-turn-control-2026-07-01", "mid-conversation-output-config-2026-07-01")
DISPLAY_UPDATES_BETA = "thinking-display-updates-2026-08-18"

# These belong to one hop only; seeing one here means that a gateway passed on what was meant for itself.
HOP_BY_HOP = {
    "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade",
    "http2-settings",
}  # fmt: skip


@dataclass
class Refused(Exception):
    status: int
    message: str
    kind: str | None = None


def check_framing(message) -> None:
    """What no correct client or gateway sends; a breach fails the test that caused it."""
    seen = set()
    for name, _ in message.headers:
        lower = name.lower()
        if lower in seen:
            raise Refused(400, f"{name}: header sent twice")
        if lower in HOP_BY_HOP:
            raise Refused(400, f"{name}: hop-by-hop header leaked")
        seen.add(lower)
    if message.header("connection").lower() not in ("", "keep-alive", "close"):
        raise Refused(400, f"connection: options leaked: {message.header('connection')}")


def check_credentials(message) -> None:
    key, bearer = message.header("x-api-key"), message.header("authorization")
    if not key and not bearer:
        raise Refused(401, "x-api-key header is required")
    if key and key not in KEYS:
        raise Refused(401, "invalid x-api-key")
    if bearer and bearer.removeprefix("Bearer ") not in KEYS:
        raise Refused(401, "Invalid bearer token")


def check_version(message) -> None:
    version = message.header("anthropic-version")
    if not version:
        raise Refused(400, "anthropic-version: header is required")
    if version not in VERSIONS:
        raise Refused(400, f"anthropic-version: {version} is not a valid version")


def betas_of(message) -> list[str]:
    return [name.strip() for name in message.header("anthropic-beta").split(",") if name.strip()]


def check_betas(message) -> None:
    unknown = [name for name in betas_of(message) if name not in known_betas() | CLIENT_BETAS]
    if unknown:
        names = ", ".join(f"`{name}`" for name in unknown)
        advice = "Please consult our documentation at docs.claude.com or try again without the header."
        raise Refused(400, f"Unexpected value(s) {names} for the `anthropic-beta` header. {advice}")


def parse(message) -> dict:
    if message.header("content-type").split(";")[0].strip().lower() != "application/json":
        raise Refused(400, "content-type: Input should be 'application/json'")
    if len(message.body) > BODY_BYTES_MAX:
        raise Refused(413, "Request exceeds the maximum size")
    try:
        return json.loads(message.body.decode("utf-8"))
    except ValueError as error:
        raise Refused(400, f"The request body is not valid JSON: {error}") from None


def check_messages(endpoint: str, message, body: dict) -> None:
    betas = set(betas_of(message))
    try:
        check_body(endpoint, "beta=true" in message.target or bool(betas), body)
        _check_beta_fields(body, betas)
        _check_turns(body["messages"])
        if endpoint == "messages":
            _check_tokens(body)
        _check_cache_markers(body)
    except Problem as problem:
        raise Refused(400, str(problem)) from None


def _check_beta_fields(body: dict, betas: set[str]) -> None:
    for name, needed in FIELD_BETAS.items():
        if name in body and not betas.intersection(needed):
            raise Problem(f"{name}: Extra inputs are not permitted")
    if (body.get("thinking") or {}).get("display") == "updates" and DISPLAY_UPDATES_BETA not in betas:
        raise Problem("thinking.display: Input should be 'summarized' or 'omitted'")
    for index, turn in enumerate(body["messages"]):
        if turn["role"] == "system" and "output_config" in turn and not betas.intersection(SYSTEM_MESSAGE_BETAS):
            raise Problem(f"messages.{index}.output_config: Extra inputs are not permitted")


def _check_tokens(body: dict) -> None:
    if body["max_tokens"] < 1:
        raise Problem("max_tokens: Input should be greater than or equal to 1")
    thinking = body.get("thinking") or {}
    if thinking.get("type") == "enabled":
        if thinking["budget_tokens"] < THINKING_BUDGET_MIN:
            raise Problem("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024")
        if thinking["budget_tokens"] >= body["max_tokens"]:
            raise Problem("`max_tokens` must be greater than `thinking.budget_tokens`.")


def _blocks(content) -> list[dict]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content or [])


def _check_turns(turns: list[dict]) -> None:
    if not turns:
        raise Problem("messages: at least one message is required")
    talk = [(index, turn) for index, turn in enumerate(turns) if turn["role"] != "system"]
    if not talk or talk[0][1]["role"] != "user":
        raise Problem('messages: first message must use the "user" role')
    previous: list[dict] = []
    for place, (index, turn) in enumerate(talk):
        blocks = _blocks(turn["content"])
        _check_content(index, blocks, last=place == len(talk) - 1 and turn["role"] == "assistant")
        calls = {block["id"] for block in previous if block["type"] == "tool_use"}
        results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        for at, block in enumerate(blocks):
            if block["type"] == "tool_result" and block["tool_use_id"] not in calls:
                raise Problem(
                    f"messages.{index}.content.{at}: unexpected `tool_use_id` found in `tool_result` blocks: "
                    f"{block['tool_use_id']}. Each `tool_result` block must have a corresponding `tool_use` block "
                    "in the previous message."
                )
        missing = calls.difference(results)
        if missing:
            raise Problem(
                f"messages.{talk[place - 1][0]}: `tool_use` ids were found without `tool_result` blocks immediately "
                f"after: {', '.join(sorted(missing))}. Each `tool_use` block must have a corresponding `tool_result` "
                "block in the next message."
            )
        if len(set(results)) != len(results):
            raise Problem(f"messages.{index}.content: each tool_use must have a single result.")
        # Consecutive turns of one role count as one, so results may come in the second of two user messages.
        following = talk[place + 1][1]["role"] if place + 1 < len(talk) else None
        previous = previous + blocks if following == turn["role"] == "assistant" else blocks


def _check_content(index: int, blocks: list[dict], last: bool) -> None:
    if not blocks and not last:
        raise Problem(
            f"messages.{index}: all messages must have non-empty content except for the optional final "
            "assistant message"
        )
    for at, block in enumerate(blocks):
        if block["type"] == "text" and block["text"] == "":
            raise Problem(
                f"messages.{index}.content.{at}.text: text content blocks must be non-empty"
                if len(blocks) > 1
                else "messages: text content blocks must be non-empty"
            )
        if block["type"] == "text" and block["text"].isspace():
            raise Problem("messages: text content blocks must contain non-whitespace text")


def _check_cache_markers(body: dict) -> None:
    markers = _count_markers(body)
    if markers > CACHE_MARKERS_MAX:
        raise Problem(f"A maximum of 4 blocks with cache_control may be provided. Found {markers}.")


def _count_markers(value) -> int:
    if isinstance(value, list):
        return sum(map(_count_markers, value))
    if not isinstance(value, dict):
        return 0
    own = 1 if isinstance(value.get("cache_control"), dict) else 0
    # A tool's arguments and schema are the user's; a key of that name there is no marker.
    return own + sum(_count_markers(part) for key, part in value.items() if key not in ("input", "input_schema"))
