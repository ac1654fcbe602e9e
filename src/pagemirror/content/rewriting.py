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
from pagemirror.content.pairing import Pair, alike, paired
from pagemirror.content.patching import Form, patched

if TYPE_CHECKING:
    from pyromark import Markdown

__all__ = ["rewrite"]

_WORD: Final = re.compile(r"\w+")
_SAID: Final = frozenset({"Text", "Code", "InlineMath", "DisplayMath", "Html", "InlineHtml"})
_LIST: Final = re.compile(rb"[ ]{0,3}(?:[-+*]|[0-9]{1,9}[.)]|\[\^[^\]]+\]:)(?:[ \t\r\n]|\Z)")
_INTO_LIST: Final = re.compile(rb"[ ]{0,3}(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t\r\n]|\Z)|[ ]{2}|\t")
_DEFINITION: Final = re.compile(r" {0,3}\[[^\]]+\]:")
_BLANK: Final = b" \t\r\n"


class _Block(NamedTuple):
    """A block at the top level: its text, the bytes it takes, and the words that tell it from others."""

    text: str
    start: int
    end: int
    words: str


class _Piece(NamedTuple):
    """A text to write. `own` are the file's blocks that it is, or was made of; none where it is new."""

    text: str
    own: range = range(0)
    kept: bool = False


def rewrite(own: bytes, *, sent: str, now: str, form: Form) -> bytes:
    """The file with what changed from `sent` to `now`. The same bytes where the two are equal.

    `own` is a whole file in UTF-8; its front matter, and blocks that `sent` lacks (a title, comments, definitions), are
    never touched. `now` has its links as the file shall have them, and so has `sent`. `form` makes of a Markdown text
    what the target would give back.
    """
    if sent == now:
        return own
    front = cut(own)
    begin = front[1] if front is not None and not isinstance(front, BadFront) else 0
    body = own[begin:]
    blocks, before, after = _blocks(body.decode()), _blocks(sent), _blocks(now)
    pairs = paired([(block.words, block.text) for block in blocks], [(block.words, block.text) for block in before])
    pieces = _Pieces(body, blocks, [block.text for block in before], [block.text for block in after], form).over(pairs)
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
                yield span["start"], span["end"], "".join(_WORD.findall("".join(words)))
                words.clear()
        elif not depth:
            yield span["start"], span["end"], ""
        words += [said for name in _SAID & named.keys() if not (said := str(named[name])).startswith("<!--")]


class _Pieces:
    """The way from what was sent to what is there now, walked along the file's own blocks."""

    def __init__(
        self, body: bytes, own: Sequence[_Block], before: Sequence[str], after: Sequence[str], form: Form
    ) -> None:
        self._body = body
        self._own = own
        self._before = before
        self._form = form
        self._context = "\n\n".join(block.text for block in own if _DEFINITION.match(block.text)).replace("\r\n", "\n")
        self._steps = _steps(before, after)
        self._at = 0
        self._moved: dict[str, int] = {}
        self._pieces: list[_Piece] = []

    def over(self, pairs: Sequence[Pair]) -> list[_Piece]:
        """The file's pieces, in order."""
        gone = {step for step in self._steps if isinstance(step, int) and step < 0}
        for pair in pairs:
            if len(pair.own) == len(pair.sent) == 1 and ~pair.sent[0] in gone:
                self._moved[self._before[pair.sent[0]]] = pair.own[0]
        for pair in pairs:
            if not pair.sent:
                self._keep(pair.own)
                continue
            self._added()  # what came before the first
            self._pair(pair)
            self._added()  # or it would stand behind what the file alone has here
        self._added()
        return self._pieces

    def _pair(self, pair: Pair) -> None:
        """Keep the file's blocks if nothing in what belongs to them changed; else put in what did."""
        texts: list[str] = []
        changed = False
        for number in pair.sent:
            while isinstance(step := self._steps[self._at], str):
                texts.append(step)
                changed = True
                self._at += 1
            self._at += 1
            if step >= 0:
                texts.append(self._before[number])
                continue
            changed = True
            if self._at < len(self._steps) and isinstance(instead := self._steps[self._at], str):
                texts.append(instead)
                self._at += 1
        if changed:
            self._change(pair, texts)
        else:
            self._keep(pair.own)

    def _change(self, pair: Pair, texts: Sequence[str]) -> None:
        """Put the words that changed into the file's blocks; where that can't be done, write all of them anew."""
        if pair.own and texts and not self._moved.keys() & set(texts):
            said = self._body[self._own[pair.own[0]].start : self._own[pair.own[-1]].end].decode()
            before = "\n\n".join(self._before[number] for number in pair.sent)
            own, after = said.replace("\r\n", "\n"), "\n\n".join(texts)
            changed = alike(before, after)  # another text altogether has no use for the lines of this one
            made = patched(own, before=before, after=after, form=self._form, context=self._context) if changed else None
            if made is not None:
                self._pieces.append(_Piece(made, pair.own))
                return
        for text in texts:
            self._write(text)

    def _added(self) -> None:
        """Take in what was added here."""
        while self._at < len(self._steps) and isinstance(step := self._steps[self._at], str):
            self._write(step)
            self._at += 1

    def _write(self, text: str) -> None:
        """A text of the page, or the file's block that has moved to here."""
        number = self._moved.pop(text, None)
        if number is None:
            self._pieces.append(_Piece(text))
        else:
            self._keep(range(number, number + 1))

    def _keep(self, blocks: range) -> None:
        self._pieces += [_Piece("", range(number, number + 1), kept=True) for number in blocks]


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
        said = piece.text.encode().replace(b"\n", newline)
        if piece.kept:
            said = body[blocks[piece.own[0]].start : blocks[piece.own[-1]].end]
        before = pieces[number - 1].own if number else range(0)
        if piece.own and before and piece.own[0] == before[-1] + 1:
            made.append(body[blocks[before[-1]].end : blocks[piece.own[0]].start])
        elif number:
            made.append(newline * 2)
            if _LIST.match(last) and _INTO_LIST.match(said):
                made.append(b"<!-- -->" + newline * 2)  # or the one would go on with the other
        made.append(said)
        last = said
    tail = body[blocks[-1].end :] if blocks else body
    return b"".join(made) + (tail or (newline if pieces and not blocks else b""))
