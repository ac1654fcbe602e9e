"""Bodies as text: a ProseMirror document written as JSON, read back, compared and told to people. Pure.

What a server gives need not be a document at all: whatever can't be read as one stays the text that it is.
"""

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from pagemirror.backends.interface import Problem
from pagemirror.content.prosemirror import (
    Converted,
    Json,
    Lowering,
    canonical_json,
    foreign_names,
    normal_form,
    to_prosemirror,
    validate,
)
from pagemirror.content.prosemirror.walking import is_walkable
from pagemirror.content.prosemirror.writing import to_markdown

__all__ = ["EMPTY", "blind", "body_from", "body_problem", "converted", "normal_body", "read", "readable", "written"]

_EMPTY_DOC: Final[Json] = {"type": "doc", "content": [{"type": "paragraph"}]}
_ADDRESSES: Final = ("src", "url")
_MADE: Final[OrderedDict[str, Json]] = OrderedDict()
_MADE_AT_MOST: Final = 8
_SUSPECT: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def written(doc: object) -> str:
    """A document as the text that stands for it in a page's fields."""
    return json.dumps(doc, sort_keys=True, separators=(",", ":"))


EMPTY: Final = canonical_json(_EMPTY_DOC)
"""The body of a page without text."""


def read(body: str) -> Json | None:
    """The document that a body is; None for what can't be walked as one. No body is the empty document."""
    if not body:
        return dict(_EMPTY_DOC)
    try:
        doc = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return doc if is_walkable(doc) and doc["type"] == "doc" else None


@lru_cache(maxsize=8)
def converted(markdown: str, html: str = "code") -> Converted:
    """The document that a Markdown text becomes, and what it loses."""
    return to_prosemirror(markdown, options=Lowering(html_blocks="text" if html == "text" else "code"))


def body_from(markdown: str, html: str = "code") -> str:
    """The body that a Markdown text becomes. What was just made need not be read again to be judged."""
    doc = converted(markdown, html).doc
    body = canonical_json(doc)
    _MADE[body] = doc
    if len(_MADE) > _MADE_AT_MOST:
        _MADE.popitem(last=False)
    return body


def _known(body: str) -> Json | None:
    """The document that a body is, to look at and never to change: the very one that it was made from, or read anew."""
    return _MADE.get(body) or read(body)


@lru_cache(maxsize=64)
def normal_body(body: str) -> str:
    """A body in normal form: what the server and its editor add on their own is out, keys stand in order."""
    doc = _known(body)
    return body if doc is None else canonical_json(normal_form(doc))


def blind(body: str, unresolve: Callable[[str], str | None]) -> str:
    """The body with each address that `unresolve` knows replaced by its token: links, images and other media."""
    doc = read(body)
    if doc is None:
        return body
    for node in _nodes(doc):
        attrs = node.get("attrs")
        if isinstance(attrs, Mapping):
            node["attrs"] = _blinded(attrs, _ADDRESSES, unresolve)
        for mark in node.get("marks") or ():
            if mark["type"] == "link" and isinstance(mark.get("attrs"), Mapping):
                mark["attrs"] = _blinded(mark["attrs"], ("href",), unresolve)
    return canonical_json(doc)


def readable(body: str) -> str:
    """A body as Markdown; what is no document is shown as it is."""
    doc = read(body)
    return body if doc is None else to_markdown(doc).markdown


def body_problem(body: str, limit: int, *, page: str = "") -> Problem | None:
    """Why a body can't be sent: no document, one that the editor could not open, a bad character, too long.

    What the schema lacks may go back to a `page` that has it: its server, and so its editor, knows it.
    """
    doc = _known(body)
    if doc is None:
        return Problem(code="unsupported", reason="the body is no document of the editor's")
    breaches = validate(doc)
    if breaches and page and foreign_names(doc) <= foreign_names(_known(page) or {}):
        breaches = validate(doc, foreign=True)
    if breaches:
        first = breaches[0]
        where = f" at {first.path}" if first.path else ""
        reason = f"the editor could not open the document ({len(breaches)} breaches of its schema){where}: "
        return Problem(code="unsupported", reason=reason + first.message)
    if _SUSPECT.search(body) and not _is_sendable(doc):
        reason = "the body holds a NUL character or half a surrogate pair, which no page can hold"
        return Problem(code="encoding", reason=reason)
    if len(body) > limit:
        size = len(json.dumps(doc, ensure_ascii=False, separators=(",", ":")).encode())
        if size > limit:
            return Problem(code="too_large", reason=f"the body has {size} bytes and the target allows {limit}")
    return None


def _blinded(attrs: Mapping[str, Any], names: tuple[str, ...], unresolve: Callable[[str], str | None]) -> Json:
    changed = dict(attrs)
    for name in names:
        address = changed.get(name)
        token = unresolve(address) if isinstance(address, str) else None
        if token is not None:
            changed[name] = token
    return changed


def _nodes(doc: Json) -> list[Json]:
    """All nodes, the outer ones first; without recursion, as a server's document may be deep."""
    found = [doc]
    for node in found:  # grows while it is read
        found.extend(node.get("content") or ())
    return found


def _is_sendable(doc: Json) -> bool:
    text = json.dumps(doc, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not re.search(r"(?<!\\)(?:\\\\)*\\u0000", text)
