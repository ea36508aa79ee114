"""Checks a request body against the types of the `anthropic` package, as the API itself would: nothing unknown, nothing
missing, nothing of another type. The types are read at run time, so a newer package brings newer rules by itself.
"""

from __future__ import annotations

import collections.abc
import functools
import types
import typing
from typing import Any, Literal, Required, Union

from anthropic.types import message_count_tokens_params, message_create_params
from anthropic.types.anthropic_beta_param import AnthropicBetaParam
from anthropic.types.beta import message_count_tokens_params as beta_count_params
from anthropic.types.beta import message_create_params as beta_create_params
from typing_extensions import is_typeddict  # knows its own TypedDict, which the package uses, and the standard one

BODY_TYPES = {
    ("messages", False): message_create_params.MessageCreateParamsBase,
    ("messages", True): beta_create_params.MessageCreateParamsBase,
    ("count_tokens", False): message_count_tokens_params.MessageCountTokensParams,
    ("count_tokens", True): beta_count_params.MessageCountTokensParams,
}
# In the API for years, taken out of the package's newest signature, still accepted in the body.
OLDER_FIELDS = {"temperature": float, "top_p": float, "top_k": int}
OWN_FIELDS = {"stream": bool}
# The package sends `betas` as a header; it is no field of the body.
NOT_IN_THE_BODY = {"betas"}


class Problem(Exception):
    """One sentence in the API's own words: `messages.0.role: Field required`."""


def known_betas() -> set[str]:
    found: set[str] = set()

    def walk(kind):
        if typing.get_origin(kind) is Literal:
            found.update(typing.get_args(kind))
        for part in typing.get_args(kind):
            if not isinstance(part, str):
                walk(part)

    walk(AnthropicBetaParam)
    return found


def check_body(endpoint: str, beta: bool, body: Any):
    if not isinstance(body, dict):
        raise Problem("Input should be a valid dictionary or object to extract fields from")
    fields = {name: kind for name, kind in _fields(BODY_TYPES[endpoint, beta]).items() if name not in NOT_IN_THE_BODY}
    if endpoint == "messages":
        fields |= {name: (kind, False) for name, kind in {**OLDER_FIELDS, **OWN_FIELDS}.items()}
    _object(fields, body, "")


@functools.cache
def _fields(kind) -> dict[str, tuple[Any, bool]]:
    """Name to (type, required). Read from the annotations: `__required_keys__` is empty for postponed ones."""
    fields = {}
    for name, hint in typing.get_type_hints(kind, include_extras=True).items():
        required = typing.get_origin(hint) is Required
        fields[name] = (typing.get_args(hint)[0] if required else hint, required)
    return fields


def _object(fields: dict, value: dict, at: str):
    for name, (_, required) in fields.items():
        if required and name not in value:
            raise Problem(f"{at}{name}: Field required")
    for name, part in value.items():
        if name not in fields:
            raise Problem(f"{at}{name}: Extra inputs are not permitted")
        _check(fields[name][0], part, f"{at}{name}")


def _check(kind, value, at: str):
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any or kind is object:
        return
    if kind is None or kind is type(None):
        _must(value is None, at, "Input should be None")
    elif is_typeddict(kind):
        _must(isinstance(value, dict), at, "Input should be a valid dictionary")
        _object(_fields(kind), value, at + ".")
    elif origin in (Union, types.UnionType):
        _union(arguments, value, at)
    elif origin is Literal:
        wanted = " or ".join(f"'{choice}'" for choice in arguments)
        _must(value in arguments and type(value) in map(type, arguments), at, f"Input should be {wanted}")
    elif origin is typing.Annotated:
        _check(arguments[0], value, at)
    elif origin is dict:
        _must(isinstance(value, dict), at, "Input should be a valid dictionary")
    elif isinstance(origin, type) and issubclass(origin, collections.abc.Iterable):
        _must(isinstance(value, list), at, "Input should be a valid list")
        for index, part in enumerate(value):
            _check(arguments[0], part, f"{at}.{index}")
    elif kind is str:
        _must(isinstance(value, str), at, "Input should be a valid string")
    elif kind is bool:
        _must(isinstance(value, bool), at, "Input should be a valid boolean")
    elif kind is int:
        _must(type(value) is int, at, "Input should be a valid integer")
    elif kind is float:
        _must(type(value) in (int, float), at, "Input should be a valid number")


def _must(holds: bool, at: str, sentence: str):
    if not holds:
        raise Problem(f"{at}: {sentence}")


def _union(choices: tuple, value, at: str):
    problems = []
    for choice in _candidates(choices, value):
        try:
            return _check(choice, value, at)
        except Problem as problem:
            problems.append(problem)
    # The deepest complaint is about the alternative that was meant.
    raise max(
        problems, key=lambda problem: str(problem).split(":")[0].count("."), default=Problem(f"{at}: Invalid input")
    )


def _candidates(choices: tuple, value) -> list:
    """Where alternatives are told apart by `type` or `role`, only the named one counts (as in a tagged union)."""
    if not isinstance(value, dict):
        return list(choices)
    for tag in ("type", "role"):
        if tag not in value:
            continue
        named = [c for c in choices if is_typeddict(c) and _tag_is(c, tag, value[tag])]
        if named:
            return named + [c for c in choices if typing.get_origin(c) is dict]  # an open object, as schemas are
    return list(choices)


def _tag_is(choice, tag: str, value) -> bool:
    hint = _fields(choice).get(tag, (None, False))[0]
    while typing.get_origin(hint) in (Union, types.UnionType):  # Optional[Literal[...]]
        hint = typing.get_args(hint)[0]
    return typing.get_origin(hint) is Literal and value in typing.get_args(hint)
