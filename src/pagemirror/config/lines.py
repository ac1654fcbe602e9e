"""On which line of a TOML text each key stands; the parser of the standard library doesn't say.

Works on text that the parser has already accepted, so it looks for the shape only and checks nothing.
"""

import re
import tomllib
from collections.abc import Mapping

__all__ = ["Key", "find_lines"]

Key = tuple[str, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]|\\.|"(?!"")|""(?!"))*"{3,5}', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''(?:[^']|'(?!'')|''(?!'))*'{3,5}", re.DOTALL)
_STRINGS = (_LONG_BASIC, _LONG_LITERAL, _BASIC, _LITERAL)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def find_lines(text: str) -> Mapping[Key, int]:
    """Give the line, counted from 1, of each table and key; a key that stands twice keeps its first line."""
    return _Scanner(text.replace("\r\n", "\n")).scan()


class _Scanner:
    """Walks over the text once, from statement to statement."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted = 0
        self._line = 1
        self._lines: dict[Key, int] = {}

    def scan(self) -> Mapping[Key, int]:
        table: Key = ()
        self._skip(_GAP)
        before = -1
        while before < self._at < len(self._text):
            before = self._at
            if self._next() == "[":
                while self._next() == "[":
                    self._at += 1
                table = self._key(())
                while self._next() == "]":
                    self._at += 1
            else:
                self._pair(table)
            self._skip(_GAP)
        return self._lines

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]

    def _pair(self, table: Key) -> None:
        key = self._key(table)
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(key)

    def _key(self, table: Key) -> Key:
        """Read a key with its dots and note the line of each part."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        parts: list[str] = []
        while True:
            self._skip(_BLANK)
            parts.append(self._part())
            self._skip(_BLANK)
            if self._next() != ".":
                break
            self._at += 1
        for end in range(1, len(parts) + 1):
            self._lines.setdefault((*table, *parts[:end]), self._line)
        return (*table, *parts)

    def _part(self) -> str:
        quoted = self._skip(_BASIC) or self._skip(_LITERAL)
        if not quoted:
            return self._skip(_BARE)
        return str(tomllib.loads(f"x = {quoted}")["x"])

    def _value(self, key: Key) -> None:
        match self._next():
            case "{":
                self._list_of(key, "}")
            case "[":
                self._list_of(key, "]")
            case _:
                if not any(self._skip(pattern) for pattern in _STRINGS):
                    self._skip(_SCALAR)

    def _list_of(self, key: Key, end: str) -> None:
        """Walk over an inline table, whose keys count, or an array, whose items have no name."""
        self._at += 1
        self._skip(_GAP)
        before = -1
        while self._next() not in {end, ""} and self._at > before:
            before = self._at
            if end == "}":
                self._pair(key)
            else:
                self._value(key)
            self._skip(_GAP)
            if self._next() == ",":
                self._at += 1
            self._skip(_GAP)
        self._at += 1
