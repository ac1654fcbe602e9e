"""Recorded exchanges played again: what a file says as a request, and where an answer differs from the recorded one.

Placeholders are bound as they are met and mean the same value ever after. Times must stand in the recorded order, and
positions in it between siblings.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

__all__ = ["NAMES", "Player", "exchanges"]

_PLACE = re.compile(r"<(?:page|space|workspace|user|file|history|slug|spaceslug|time|pos|jwt)(?::\w+)?>|<[a-z-]+>")
_REPEAT = re.compile(r"<repeat:(.):(\d+)>")
NAMES = {"User One": "Docs mirror", "User Two": "A colleague", "Workspace One": "Sandbox"}
_MAIL = "user@example.com"
_BOUNDARY = "----recorded"
_FREE = frozenset({"<jwt>", "<jwt:collab>", "<http-date>", "<boundary>", "<app-url>"})


def exchanges(path: Path) -> list[dict[str, Any]]:
    """A file's exchanges in their order."""
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return rows


class Player:
    """Plays one file's exchanges against a server; `known` are the values of the placeholders that are supplied."""

    def __init__(self, client: httpx.Client, known: Mapping[str, str]) -> None:
        self._client = client
        self._bound: dict[str, str] = dict(known)
        self._measured = True

    def bound(self, name: str) -> str:
        """What a placeholder stands for."""
        return self._bound[name]

    def play(self, exchange: Mapping[str, Any]) -> list[str]:
        """Send a request and return the differences."""
        asked, wanted = exchange["request"], exchange["response"]
        answer = self._send(asked)
        if answer.status_code != wanted["status"]:
            return [f"status {answer.status_code} for {wanted['status']}: {answer.text[:300]}"]
        found = list(self._headers(wanted["headers"], answer.headers))
        loose = "loose" in exchange
        self._measured = "setup" not in exchange  # whose times are of the installation, not of this file
        if "body" in wanted:
            got = json.loads(answer.content) if answer.content else None
            found += self._differences("", wanted["body"], got, loose=loose, ties=exchange.get("ties"))
        elif "text" in wanted:
            found += [] if answer.text == self._filled(wanted["text"]) else [f"text {answer.text[:200]!r}"]
        elif "base64" in wanted:
            found += [] if answer.content == base64.b64decode(wanted["base64"]) else ["other bytes"]
        elif answer.content:
            found.append(f"a body where none was: {answer.text[:100]}")
        return found

    def out_of_order(self) -> list[str]:
        """The times that do not stand in the recorded order."""
        times = sorted((int(name[6:-1]), value) for name, value in self._bound.items() if name.startswith("<time:"))
        return [f"{one} and {two}" for one, two in pairwise(times) if one[1] >= two[1]]

    def _send(self, asked: Mapping[str, Any]) -> httpx.Response:
        headers = {key: self._filled(value) for key, value in asked["headers"].items()}
        content: bytes | None = None
        if "body" in asked:
            content = json.dumps(self._tree(asked["body"]), ensure_ascii=False).encode("utf-8", "surrogatepass")
        elif "raw" in asked:
            content = self._filled(asked["raw"]).encode()
        elif "multipart" in asked:
            headers["content-type"] = f"multipart/form-data; boundary={_BOUNDARY}"
            content = b"".join(self._parts(asked["multipart"]))
        return self._client.request(asked["method"], self._filled(asked["path"]), headers=headers, content=content)

    def _parts(self, parts: list[dict[str, str]]) -> Iterator[bytes]:
        for part in parts:
            yield f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{part["name"]}"'.encode()
            if "filename" in part:
                yield f'; filename="{part["filename"]}"\r\nContent-Type: {part["contentType"]}\r\n\r\n'.encode()
                yield base64.b64decode(part["base64"]) if "base64" in part else part["text"].encode()
            else:
                yield f"\r\n\r\n{self._filled(part['value'])}".encode()
            yield b"\r\n"
        yield f"--{_BOUNDARY}--\r\n".encode()

    def _tree(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._tree(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._tree(item) for item in value]
        return self._filled(value) if isinstance(value, str) else value

    def _filled(self, text: str) -> str:
        text = _REPEAT.sub(lambda found: found[1] * int(found[2]), text)
        text = text.replace(_MAIL, self._bound[_MAIL])
        return _PLACE.sub(lambda found: self._bound.get(found[0], found[0]), text)

    def _headers(self, wanted: Mapping[str, str], got: Mapping[str, str]) -> Iterator[str]:
        for name in ("content-type", "set-cookie", "cache-control", "content-disposition"):
            problem = self._text(wanted.get(name), got.get(name))
            if problem:
                yield f"header {name}: {problem}"

    def _differences(self, place: str, wanted: Any, got: Any, *, loose: bool, ties: str | None) -> Iterator[str]:
        if isinstance(wanted, dict) and isinstance(got, dict):
            if set(wanted) != set(got):
                yield f"{place}: keys {sorted(set(wanted) ^ set(got))}"
            for key in sorted(set(wanted) & set(got)):
                yield from self._differences(f"{place}.{key}", wanted[key], got[key], loose=loose, ties=ties)
        elif isinstance(wanted, list) and isinstance(got, list):
            if not loose and len(wanted) != len(got):
                yield f"{place}: {len(got)} items for {len(wanted)}"
            for number, (one, other) in enumerate(zip(wanted, self._untied(wanted, got, ties), strict=False)):
                yield from self._differences(f"{place}.{number}", one, other, loose=loose, ties=ties)
            yield from self._siblings(place, wanted)
        else:
            yield from self._values(place, wanted, got, loose=loose)

    def _values(self, place: str, wanted: Any, got: Any, *, loose: bool) -> Iterator[str]:
        if loose:
            if type(wanted) is not type(got) and None not in (wanted, got):
                yield f"{place}: {got!r} for {wanted!r}"
        elif isinstance(wanted, str):
            problem = self._text(wanted, got)
            if problem:
                yield f"{place}: {problem}"
        elif wanted != got or type(wanted) is not type(got):
            yield f"{place}: {got!r} for {wanted!r}"

    def _text(self, wanted: str | None, got: Any) -> str:
        """Bind the placeholders of a text by the answer, and say where the two differ."""
        if wanted is None or not isinstance(got, str):
            return "" if wanted is None and got is None else f"{got!r} for {wanted!r}"
        wanted = _REPEAT.sub(lambda found: found[1] * int(found[2]), wanted)
        wanted = NAMES.get(wanted, wanted)
        if wanted == _MAIL:
            return "" if got.endswith("@example.com") else f"{got!r} for an address"
        names = _PLACE.findall(wanted)
        if not names:
            return "" if wanted == got else f"{got[:300]!r} for {wanted[:300]!r}"
        pattern, fresh = "", []
        for part in re.split(f"({_PLACE.pattern})", wanted):
            if not _PLACE.fullmatch(part):
                pattern += re.escape(part)
            elif part in self._bound:
                pattern += f"(?:{re.escape(self._bound[part])}|{re.escape(quote(self._bound[part]))})"
            else:
                pattern += "(.+?)"
                fresh.append(part)
        found = re.fullmatch(pattern, got)
        if found is None:
            return f"{got[:300]!r} for {self._filled(wanted)[:300]!r}"
        free = _FREE if self._measured else {*_FREE, *(name for name in fresh if name.startswith("<time:"))}
        self._bound |= {name: value for name, value in zip(fresh, found.groups(), strict=True) if name not in free}
        return ""

    def _untied(self, wanted: list[Any], got: list[Any], ties: str | None) -> list[Any]:
        """The rows of an answer with those of equal time in the recorded order."""
        if ties is None or not wanted or not isinstance(wanted[0], dict) or ties not in wanted[0]:
            return got
        order = [self._bound.get(row["id"], "") for row in wanted]
        return sorted(got, key=lambda row: order.index(row["id"]) if row["id"] in order else len(order))

    def _siblings(self, place: str, wanted: list[Any]) -> Iterator[str]:
        rows = [row for row in wanted if isinstance(row, dict) and "position" in row and "parentPageId" in row]
        for one in rows:
            for other in rows:
                if one["parentPageId"] != other["parentPageId"] or not _both_made(one, other):
                    continue
                first, second = self._bound.get(one["position"], ""), self._bound.get(other["position"], "")
                if _number(one["position"]) < _number(other["position"]) and first >= second:
                    yield f"{place}: positions {first} and {second}"


def _both_made(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return str(one["position"]).startswith("<pos:") and str(other["position"]).startswith("<pos:")


def _number(place: str) -> int:
    return int(place[5:-1])
