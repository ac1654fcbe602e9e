"""Reading what a client sent, strictly: bodies, query parameters, paging.

Whatever a client should never send is put on record as a violation and refused. Knows no API; an API gives the
fields and parameters that its documentation has, and the statuses that it answers with.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pagemirror.sandbox.clock import parse_stamp
from pagemirror.sandbox.exchange import Call, Json, Refused
from pagemirror.sandbox.numbers import whole_number

__all__ = ["Field", "is_text", "read_body", "read_choice", "read_included", "read_number", "read_query", "read_stamp"]

UnknownPolicy = Literal["reject", "ignore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One documented body field: text, a list of ids, or an object; `choices` where only some texts are allowed."""

    name: str
    kind: Literal["text", "ids", "object"] = "text"
    choices: tuple[str, ...] = ()
    nullable: bool = False


def read_body(call: Call, fields: Sequence[Field], *, unknown: UnknownPolicy) -> Json:
    """Return the known fields of a JSON body, with their types checked."""
    known = {item.name: item for item in fields}
    value = _read_json(call)
    extra = sorted(set(value) - set(known))
    for name in extra:
        call.note("unknown_field", f"the body has {name}, which is not a documented field")
    if extra and unknown == "reject":
        raise Refused(400, f"unknown field: {extra[0]}", details={"field": extra[0]})
    found = {name: value[name] for name in value if name in known}
    for name, item in found.items():
        _check_field(call, known[name], item)
    return found


def read_query(call: Call, allowed: Sequence[str], *, unknown: UnknownPolicy) -> Mapping[str, str]:
    """Return the query parameters, of which each must be documented and stand once."""
    found: dict[str, str] = {}
    for name, value in call.query:
        if name in found:
            call.note("repeated_parameter", f"{name} stands twice in the query")
            raise Refused(400, f"{name} stands twice")
        if name not in allowed:
            call.note("unknown_parameter", f"{name} is not a documented parameter")
            if unknown == "reject":
                raise Refused(400, f"unknown parameter: {name}")
            continue
        found[name] = value
    return found


def read_number(call: Call, query: Mapping[str, str], name: str, default: int) -> int:
    """Read a whole number; anything else is 0, which no range allows, so that the caller's range check refuses it."""
    text = query.get(name)
    if text is None:
        return default
    number = whole_number(text)
    if number is not None:
        return number
    call.note("wrong_type", f"{name}={text} is not a whole number")
    return 0


def read_choice(call: Call, query: Mapping[str, str], name: str, choices: Sequence[str]) -> str | None:
    """Read a parameter that has a fixed set of values."""
    text = query.get(name)
    if text is None or text in choices:
        return text
    call.note("bad_enum", f"{name}={text} is none of {', '.join(choices)}")
    raise Refused(400, f"{name} must be one of {', '.join(choices)}")


def read_stamp(call: Call, query: Mapping[str, str], name: str) -> float | None:
    """Read a date-time parameter."""
    text = query.get(name)
    if text is None:
        return None
    moment = parse_stamp(text)
    if moment is None:
        call.note("wrong_type", f"{name}={text} is not an ISO 8601 date-time with a zone")
        raise Refused(400, f"{name} must be an ISO 8601 date-time")
    return moment


def read_included(call: Call, query: Mapping[str, str], choices: Sequence[str]) -> frozenset[str]:
    """Read the comma-separated `include` parameter."""
    names = frozenset(filter(None, query.get("include", "").split(",")))
    for name in sorted(names - set(choices)):
        call.note("bad_enum", f"include={name} is none of {', '.join(choices)}")
        raise Refused(400, f"include can be {', '.join(choices)}")
    return names


def _read_json(call: Call) -> Json:
    kind = call.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "application/json":
        call.note("content_type", f"the body came as {kind or 'no type at all'}, not as application/json")
        raise Refused(400, "Content-Type must be application/json")
    try:
        value = json.loads(call.body)
    except (ValueError, RecursionError):
        call.note("invalid_json", "the body is not JSON")
        raise Refused(400, "request body is not valid JSON") from None
    if not isinstance(value, dict):
        call.note("wrong_type", "the body is not a JSON object")
        raise Refused(400, "request body must be a JSON object")
    return value


def _check_field(call: Call, item: Field, value: object) -> None:
    if value is None and item.nullable:
        return
    if item.kind == "object":
        if isinstance(value, dict):
            return
        call.note("wrong_type", f"{item.name} is not an object")
        raise Refused(400, f"{item.name} must be an object", details={"field": item.name})
    if item.kind == "ids":
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return
        call.note("wrong_type", f"{item.name} is not a list of strings")
        raise Refused(400, f"{item.name} must be a list of ids", details={"field": item.name})
    if not isinstance(value, str):
        call.note("wrong_type", f"{item.name} is not a string")
        raise Refused(400, f"{item.name} must be a string", details={"field": item.name})
    if item.choices and value not in item.choices:
        call.note("bad_enum", f"{item.name}={value} is none of {', '.join(item.choices)}")
        raise Refused(400, f"{item.name} must be one of {', '.join(item.choices)}", details={"field": item.name})
    if not is_text(value):
        call.note("bad_text", f"{item.name} holds a NUL or half a surrogate pair")
        raise Refused(400, f"{item.name} holds characters that text cannot have", details={"field": item.name})


def is_text(text: str) -> bool:
    """Whether a string is text that every server can keep: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
