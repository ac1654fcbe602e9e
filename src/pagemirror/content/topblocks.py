"""The blocks at the top level of a Markdown text, with the bytes that they take. Knows no target."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from pagemirror.content.outline import parser

__all__ = ["Block", "blocks_of"]

_WORD: Final = re.compile(r"\w+")
_SAID: Final = frozenset({"Text", "Code", "InlineMath", "DisplayMath", "Html", "InlineHtml"})
_BLANK: Final = b" \t\r\n"


class Block(NamedTuple):
    """A block at the top level: its text, the bytes it takes, and the words that tell it from others."""

    text: str
    start: int
    end: int
    words: str


def blocks_of(text: str) -> list[Block]:
    """The blocks at the top level, and as blocks of their own what stands between them: definitions of links."""
    data = text.encode()
    found: list[Block] = []
    done = 0
    for start, end, words in _spans(text):
        first = data.rfind(b"\n", 0, start) + 1
        found += _block(data, done, first, "")
        found += _block(data, max(first, done), end, words)
        done = max(done, end)
    return [*found, *_block(data, done, len(data), "")]


def _block(data: bytes, start: int, end: int, words: str) -> Iterator[Block]:
    """What stands there, if anything does."""
    said = data[start:end]
    text = said.rstrip(_BLANK)
    if text:
        first = start + (len(said) - len(said.lstrip(b"\r\n")))
        shown = data[first : start + len(text)].decode()
        yield Block(shown, first, start + len(text), words or shown)


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and words of each block at the top level, as the parser sees them."""
    depth = 0
    words: list[str] = []
    for event, span in parser().events_with_range(text):
        named: Any = event if isinstance(event, dict) else {}
        if "Start" in named:
            depth += 1
        elif "End" in named:
            depth -= 1
            if not depth:
                yield span["start"], span["end"], "".join(_WORD.findall("".join(words)))
                words.clear()
        elif not depth:
            yield span["start"], span["end"], ""
        words += [said for name in _SAID & named.keys() if not (said := str(named[name])).startswith("<!--")]
