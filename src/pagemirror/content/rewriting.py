"""A person's edits put into a file's own text: blocks that changed are written anew, the rest stays byte by byte.

Knows Markdown's blocks and no target. What was sent and what the page holds now are texts in one style, the target's;
the file has another. Blocks of the two styles belong together by their words, and in their order.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pagemirror.content.frontmatter import BadFront, cut

if TYPE_CHECKING:
    from pyromark import Markdown

__all__ = ["rewrite"]

_Piece = int | str
"""A block of the file by its number, or a text to write."""

_WORD: Final = re.compile(r"\w+")
_SAID: Final = frozenset({"Text", "Code", "InlineMath", "DisplayMath", "Html", "InlineHtml"})
_LIST: Final = re.compile(rb"[ ]{0,3}(?:[-+*]|[0-9]{1,9}[.)]|\[\^[^\]]+\]:)(?:[ \t\r\n]|\Z)")
_INTO_LIST: Final = re.compile(rb"[ ]{0,3}(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t\r\n]|\Z)|[ ]{2}|\t")
_BLANK: Final = b" \t\r\n"


class _Block(NamedTuple):
    """A block at the top level: its text, the bytes it takes, and the words that tell it from others."""

    text: str
    start: int
    end: int
    words: str


class _Pair(NamedTuple):
    """Blocks of the file, and those of what was sent that belong to them; either may be none."""

    own: range
    sent: range


def rewrite(own: bytes, *, sent: str, now: str) -> bytes:
    """The file with what changed from `sent` to `now`. The same bytes where the two are equal.

    `own` is a whole file in UTF-8; its front matter, and blocks that `sent` lacks (a title, comments, definitions), are
    never touched. `now` has its links as the file shall have them, and so has `sent`.
    """
    if sent == now:
        return own
    front = cut(own)
    begin = front[1] if front is not None and not isinstance(front, BadFront) else 0
    body = own[begin:]
    blocks, before, after = _blocks(body.decode()), _blocks(sent), _blocks(now)
    pairs = _paired([block.words for block in blocks], [block.words for block in before])
    pieces = _Pieces(blocks, [block.text for block in before], [block.text for block in after]).over(pairs)
    return own[:begin] + _joined(body, blocks, pieces)


@cache
def _parser() -> "Markdown":
    from pyromark import Markdown, Options  # noqa: PLC0415 - few passes rewrite anything

    return Markdown(
        options=Options.ENABLE_TABLES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_GFM
        | Options.ENABLE_MATH
    )


def _blocks(text: str) -> list[_Block]:
    """The blocks at the top level, and as blocks of their own what stands between them: definitions of links."""
    data = text.encode()
    found: list[_Block] = []
    done = 0
    for start, end, words in _spans(text):
        first = data.rfind(b"\n", 0, start) + 1
        found += _block(data, done, first, "")
        found += _block(data, max(first, done), end, words)
        done = max(done, end)
    return [*found, *_block(data, done, len(data), "")]


def _block(data: bytes, start: int, end: int, words: str) -> Iterator[_Block]:
    """What stands there, if anything does."""
    said = data[start:end]
    text = said.rstrip(_BLANK)
    if text:
        first = start + (len(said) - len(said.lstrip(b"\r\n")))
        shown = data[first : start + len(text)].decode()
        yield _Block(shown, first, start + len(text), words or shown)


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and words of each block at the top level, as the parser sees them."""
    depth = 0
    words: list[str] = []
    for event, span in _parser().events_with_range(text):
        named: Any = event if isinstance(event, dict) else {}
        if "Start" in named:
            depth += 1
        elif "End" in named:
            depth -= 1
            if not depth:
                said = "".join(_WORD.findall("".join(words)))
                yield span["start"], span["end"], said
                words.clear()
        elif not depth:
            yield span["start"], span["end"], ""
        words += [named[name] for name in _SAID & named.keys()]


def _paired(own: Sequence[str], sent: Sequence[str]) -> list[_Pair]:
    """Which blocks belong together: those of the same words, and between them as many as many, else all in one."""
    pairs: list[_Pair] = []
    for tag, a, b, c, d in SequenceMatcher(a=own, b=sent, autojunk=False).get_opcodes():
        if tag == "equal" or b - a == d - c:
            pairs += [_Pair(range(a + n, a + n + 1), range(c + n, c + n + 1)) for n in range(b - a)]
        else:
            pairs.append(_Pair(range(a, b), range(c, d)))
    return pairs


class _Pieces:
    """The way from what was sent to what is there now, walked along the file's own blocks."""

    def __init__(self, own: Sequence[_Block], before: Sequence[str], after: Sequence[str]) -> None:
        self._own = own
        self._before = before
        self._steps = _steps(before, after)
        self._at = 0
        self._moved: dict[str, int] = {}
        self._pieces: list[_Piece] = []

    def over(self, pairs: Sequence[_Pair]) -> list[_Piece]:
        """The file's pieces, in order."""
        gone = {step for step in self._steps if isinstance(step, int) and step < 0}
        for pair in pairs:
            if len(pair.own) == len(pair.sent) == 1 and ~pair.sent[0] in gone:
                self._moved[self._before[pair.sent[0]]] = pair.own[0]
        for pair in pairs:
            if not pair.sent:
                self._pieces.extend(pair.own)
                continue
            self._added()  # what came before the first
            self._pair(pair)
            self._added()  # or it would stand behind what the file alone has here
        self._added()
        return self._pieces

    def _pair(self, pair: _Pair) -> None:
        """Keep the file's blocks if nothing in what belongs to them changed; else write all of it anew."""
        texts: list[str] = []
        changed = False
        for number in pair.sent:
            while isinstance(step := self._steps[self._at], str):
                texts.append(step)
                changed = True
                self._at += 1
            self._at += 1
            if step < 0:
                changed = True
            else:
                texts.append(self._before[number])
        if changed:
            self._pieces += [self._moved.pop(text, text) for text in texts]
        else:
            self._pieces.extend(pair.own)

    def _added(self) -> None:
        """Take in what was added here."""
        while self._at < len(self._steps) and isinstance(step := self._steps[self._at], str):
            self._pieces.append(self._moved.pop(step, step))
            self._at += 1


def _steps(before: Sequence[str], after: Sequence[str]) -> list[int | str]:
    """What became of each block, in order: its number if it stayed, the number's complement if it went, texts added.

    A text stands behind the block that it replaces.
    """
    steps: list[int | str] = []
    for tag, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            steps.extend(range(a, b))
            continue
        for number in range(max(b - a, d - c)):
            if a + number < b:
                steps.append(~(a + number))
            if c + number < d:
                steps.append(after[c + number])
    return steps


def _joined(body: bytes, blocks: Sequence[_Block], pieces: Sequence[_Piece]) -> bytes:
    """The pieces one below the other: with what stood between them in the file, else with an empty line."""
    newline = b"\r\n" if b"\r\n" in body else b"\n"
    made: list[bytes] = [body[: blocks[0].start] if blocks else b""]
    last: bytes = b""
    for number, piece in enumerate(pieces):
        said = body[blocks[piece].start : blocks[piece].end] if isinstance(piece, int) else _lines(piece, newline)
        before = pieces[number - 1] if number else None
        if isinstance(piece, int) and isinstance(before, int) and piece == before + 1:
            made.append(body[blocks[before].end : blocks[piece].start])
        elif number:
            made.append(newline * 2)
            if _LIST.match(last) and _INTO_LIST.match(said):
                made.append(b"<!-- -->" + newline * 2)  # or the one would go on with the other
        made.append(said)
        last = said
    tail = body[blocks[-1].end :] if blocks else body
    return b"".join(made) + (tail or (newline if pieces and not blocks else b""))


def _lines(text: str, newline: bytes) -> bytes:
    return text.encode().replace(b"\n", newline)
