"""Words for what is wrong with a value: the key, what was given, what is allowed. Never a value that may be secret."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pagemirror.config.errors import Problem
from pagemirror.config.layers import show_key
from pagemirror.config.lines import Key
from pagemirror.config.urls import mask_url

__all__ = ["MASK", "may_be_secret", "show_given", "wrong_value"]

MASK = "***"
_SECRET_NAME = re.compile(r"token|secret|password|passwd|credential|(^|_)key($|_)", re.IGNORECASE)
_LONGEST = 80
_NEEDED = {
    "bool_type": "true or false is needed",
    "bool_parsing": "true or false is needed",
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_type": "a number is needed",
    "string_type": "a text in quotes is needed",
    "string_too_short": "a text is needed that is not empty",
    "dict_type": "a table is needed",
    "mapping_type": "a table is needed",
    "model_type": "a table is needed",
    "model_attributes_type": "a table is needed",
    "list_type": 'a list is needed, like ["a", "b"]',
    "tuple_type": 'a list is needed, like ["a", "b"]',
    "set_type": 'a list is needed, like ["a", "b"]',
    "frozen_set_type": 'a list is needed, like ["a", "b"]',
}


def may_be_secret(key: Sequence[str]) -> bool:
    """Tell whether a key's name says that somebody could write a secret there."""
    return bool(key) and bool(_SECRET_NAME.search(key[-1]))


def show_given(key: Sequence[str], value: object) -> str:
    """Write a value as it was given, cut where long and masked where it may be a secret."""
    if any(may_be_secret((part,)) for part in key):
        return MASK
    if isinstance(value, dict):
        return "a table"
    text = mask_url(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def wrong_value(key: Key, place: str, error: Mapping[str, Any]) -> Problem:
    """Put one of pydantic's errors into our words."""
    needed = _needed(error)
    given = show_given(key, error.get("input"))
    message = f"{show_key(key)} = {given} can't be used: {needed}"
    return Problem(key=show_key(key), place=place, message=message if message.endswith(("?", ".")) else f"{message}.")


def _needed(error: Mapping[str, Any]) -> str:
    context = error.get("ctx") or {}
    kind = str(error["type"])
    match kind:
        case "value_error" | "assertion_error":
            return str(context.get("error", error["msg"]))
        case "literal_error" | "enum":
            choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            return f"allowed: {', '.join(choices)}"
        case "greater_than_equal":
            return f"at least {context['ge']} is needed"
        case "less_than_equal":
            return f"at most {context['le']} is allowed"
        case _:
            text = str(error["msg"])
            return _NEEDED.get(kind, text[:1].lower() + text[1:])
