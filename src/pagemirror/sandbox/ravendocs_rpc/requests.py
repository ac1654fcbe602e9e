"""Reading what a client sends to the RPC API: bodies as the framework takes them, fields as its checks word them.

The server drops what it does not know and takes much that a client should never send: that is put on record.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from pagemirror.sandbox.checks import is_text
from pagemirror.sandbox.editor.document import problem_in, rewritten, written
from pagemirror.sandbox.exchange import Call, Json, Refused
from pagemirror.sandbox.ravendocs_rpc.switches import Switches

__all__ = [
    "BadFields",
    "Check",
    "a_uuid",
    "boolean",
    "filled",
    "is_uuid",
    "keep_text",
    "number",
    "position",
    "read",
    "read_content",
    "read_object",
    "string",
]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_LEAST_POSITION, _MOST_POSITION = 5, 12
Check = Callable[[str, Any], str | None]
MISSING = object()


class BadFields(Refused):
    """Some fields are wrong; one message for each."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__(400, "; ".join(messages))
        self.messages = tuple(messages)


@dataclass(frozen=True, slots=True)
class _Optional:
    check: Check

    def __call__(self, name: str, value: Any) -> str | None:
        return None if value is MISSING or value is None else self.check(name, value)


def read(call: Call, fields: Mapping[str, Check | tuple[Check]]) -> Json:
    """Return a body's known fields; a check in a tuple is of a field that may be left out, or be null."""
    body = _body(call)
    for name in sorted(set(body) - set(fields)):
        call.note("unknown_field", f"the body has {name}, which nothing reads")
    messages = []
    for name, check in fields.items():
        test = _Optional(check[0]) if isinstance(check, tuple) else check
        problem = test(name, body.get(name, MISSING))
        if problem is not None:
            messages.append(problem)
    if messages:
        call.note("wrong_field", "; ".join(messages))
        raise BadFields(messages)
    return {name: body[name] for name in fields if name in body}


def string(name: str, value: Any) -> str | None:
    """Check for text."""
    return None if isinstance(value, str) else f"{name} must be a string"


def filled(name: str, value: Any) -> str | None:
    """Check for text that is not empty."""
    if value is MISSING or value is None or value == "":
        return f"{name} should not be empty"
    return string(name, value)


def a_uuid(name: str, value: Any) -> str | None:
    """Check for a UUID."""
    return None if is_uuid(value) else f"{name} must be a UUID"


def boolean(name: str, value: Any) -> str | None:
    """Check for true or false."""
    return None if isinstance(value, bool) else f"{name} must be a boolean value"


def position(name: str, value: Any) -> str | None:
    """Check a position's length; what is no text is told to be too long."""
    if not isinstance(value, str) or len(value) > _MOST_POSITION:
        return f"{name} must be shorter than or equal to {_MOST_POSITION} characters"
    if len(value) < _LEAST_POSITION:
        return f"{name} must be longer than or equal to {_LEAST_POSITION} characters"
    return None


def number(most: int | None = None) -> Check:
    """Check a paging number; what is no number gets the message of the first rule that it breaks."""

    def check(name: str, value: Any) -> str | None:
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if most is not None and (not good or value > most):
            return f"{name} must not be greater than {most}"
        return None if good and value >= 1 else f"{name} must not be less than 1"

    return check


def is_uuid(value: Any) -> bool:
    """Whether this is a UUID's text."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def keep_text(call: Call, value: str | None) -> str | None:
    """Take text for a column of text, which can hold no NUL."""
    if value is not None and not is_text(value):
        call.note("bad_text", "a text holds a NUL or half a surrogate pair")
        if "\0" in value:
            raise Refused(500, 'invalid byte sequence for encoding "UTF8": 0x00')
        return value.encode("utf-8", "replace").decode()
    return value


def read_content(call: Call, text: str | None, switches: Switches) -> str | None:
    """Take a document as the database keeps it: any JSON passes, valid or not for the editor."""
    if text is None:
        return None
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        call.note("invalid_json", "content is not JSON")
        raise Refused(500, "invalid input syntax for type json") from None
    _check_characters(call, document)
    problem = problem_in(document)
    if problem is not None:
        call.note("invalid_content", problem)
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return written(rewritten(document, call.bend.body_form or switches.body), jsonb=True)


def read_object(call: Call, value: Json | None) -> str | None:
    """Take a free JSON object as the database keeps it."""
    if value is None:
        return None
    _check_characters(call, value)
    return written(value, jsonb=True)


def _check_characters(call: Call, value: Any) -> None:
    plain = json.dumps(value, ensure_ascii=False)
    escaped = json.dumps(value)
    if re.search(r"(?<!\\)(?:\\\\)*\\u0000", escaped):
        call.note("bad_text", "content holds a NUL")
        raise Refused(500, "unsupported Unicode escape sequence")
    try:
        plain.encode()
    except UnicodeEncodeError:
        call.note("bad_text", "content holds half a surrogate pair")
        raise Refused(500, "invalid input syntax for type json") from None


def _body(call: Call) -> Json:
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        call.note("content_type", "the body came as a form")
        return dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
    if kind != "application/json":
        if call.body:
            call.note("content_type", f"the body came as {kind or 'no type at all'}, and counts as none")
        return {}
    if not call.body:
        call.note("invalid_json", "the body is empty")
        raise Refused(400, "Body cannot be empty when content-type is set to 'application/json'")
    try:
        value = json.loads(call.body)
    except (ValueError, RecursionError):
        call.note("invalid_json", "the body is not JSON")
        raise Refused(400, "Body is not valid JSON but content-type is set to 'application/json'") from None
    if isinstance(value, dict):
        return value
    call.note("wrong_type", "the body is no JSON object")
    return {}


def _no_constant(name: str) -> None:
    raise ValueError(name)
