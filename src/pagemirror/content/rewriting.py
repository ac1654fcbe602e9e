"""A person's edits put into a file's own text: blocks that changed are written anew, the rest stays byte by byte.

Knows Markdown's blocks and no target. What was sent and what the page holds now are texts in one style, the target's;
the file has another. Blocks of the two styles belong together by their words, and in their order.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from pagemirror.content.frontmatter import BadFront, cut
from pagemirror.content.pairing import Pair, alike, paired
from pagemirror.content.patching import Form, patched
from pagemirror.content.proving import Proof
from pagemirror.content.topblocks import Block, blocks_of

__all__ = ["rewrite"]

_LIST: Final = re.compile(rb"[ ]{0,3}(?:[-+*]|[0-9]{1,9}[.)]|\[\^[^\]]+\]:)(?:[ \t\r\n]|\Z)")
_INTO_LIST: Final = re.compile(rb"[ ]{0,3}(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t\r\n]|\Z)|[ ]{2}|\t")
_DEFINITION: Final = re.compile(r" {0,3}\[[^\]]+\]:")


class _Piece(NamedTuple):
    """A text to write. `own` are the file's blocks that it is, or was made of; none where it is new."""

    text: str
    own: range = range(0)
    kept: bool = False


def rewrite(own: bytes, *, sent: str, now: str, form: Form) -> bytes:
    """The file with what changed from `sent` to `now`. The same bytes where the two are equal.

    `own` is a whole file in UTF-8; its front matter, and blocks that `sent` lacks (a title, comments, definitions), are
    kept, unless the file says what the page says only without one of them. `now` has its links as the file shall have
    them, and so has `sent`. `form` makes of a Markdown text what the target would give back.
    """
    if sent == now:
        return own
    front = cut(own)
    begin = front[1] if front is not None and not isinstance(front, BadFront) else 0
    body = own[begin:]
    blocks, before, after = blocks_of(body.decode()), blocks_of(sent), blocks_of(now)
    pairs = paired([(block.words, block.text) for block in blocks], [(block.words, block.text) for block in before])
    texts = [block.text for block in before], [block.text for block in after]
    proof = Proof(body.decode(), sent, now, form)
    made = body
    for pieces in _ways(body, blocks, pairs, *texts, form):
        made = _joined(body, blocks, pieces)
        if proof.holds(made.decode()):
            break
    return own[:begin] + made


def _ways(
    body: bytes, blocks: Sequence[Block], pairs: Sequence[Pair], before: list[str], after: list[str], form: Form
) -> Iterator[Sequence["_Piece"]]:
    """The file's pieces: with the least of them written anew, then with more, as one way may not say what it should."""
    yield _Pieces(body, blocks, before, after, form).over(pairs)
    yield _Pieces(body, blocks, before, after, None).over(pairs)
    alone = [number for pair in pairs if not pair.sent for number in pair.own]
    silent = [number for number in alone if not form(blocks[number].text).strip()]
    part = _part(pairs, before, after)
    for wide in (part, _wider(part, pairs)):
        texts = after[wide.sent.start : len(after) - len(before) + wide.sent.stop]
        yield from (_anew(pairs, wide, texts, spared) for spared in (alone, silent))
    everything = Pair(range(len(pairs)), range(len(before)))
    for left in ({*alone[:1], *silent}, {*silent}):
        yield [*map(_kept, {0} & left), *_anew(pairs, everything, after, left - {0})]


def _part(pairs: Sequence[Pair], before: Sequence[str], after: Sequence[str]) -> Pair:
    """From the first change to the last: which of the pairs, and what was sent of them."""
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if before[~at] != after[~at]), rest)
    start, stop = head, len(before) - tail
    within = [at for at, pair in enumerate(pairs) if pair.sent and pair.sent.stop > start and pair.sent.start < stop]
    if not within:  # something was added between two blocks
        at = next((at for at, pair in enumerate(pairs) if pair.sent and pair.sent.start >= start), len(pairs))
        return Pair(range(at, at), range(start, stop))
    first, last = within[0], within[-1]
    sent = range(min(start, pairs[first].sent.start), max(stop, pairs[last].sent.stop))
    return Pair(range(first, last + 1), sent)


def _wider(part: Pair, pairs: Sequence[Pair]) -> Pair:
    """A part and what is shown beside it: a fence that nobody closed takes in what comes to stand below it."""
    above = next((at for at in reversed(range(part.own.start)) if pairs[at].sent), part.own.start)
    below = next((at for at in range(part.own.stop, len(pairs)) if pairs[at].sent), part.own.stop - 1)
    sent = [pairs[at].sent for at in (above, below) if at < len(pairs) and pairs[at].sent]
    start = min([part.sent.start, *(one.start for one in sent)])
    return Pair(range(above, below + 1), range(start, max([part.sent.stop, *(one.stop for one in sent)])))


def _anew(pairs: Sequence[Pair], part: Pair, texts: Sequence[str], spared: Collection[int]) -> list["_Piece"]:
    """These pairs written anew; of the blocks among them that only the file has, those stay that are to be spared."""
    middle = [number for at in part.own for number in pairs[at].own if not pairs[at].sent and number in spared]
    return [
        *(_kept(number) for pair in pairs[: part.own.start] for number in pair.own),
        *(_Piece(text) for text in texts),
        *map(_kept, middle),
        *(_kept(number) for pair in pairs[part.own.stop :] for number in pair.own),
    ]


def _kept(number: int) -> "_Piece":
    return _Piece("", range(number, number + 1), kept=True)


class _Pieces:
    """The way from what was sent to what is there now, walked along the file's own blocks."""

    def __init__(
        self, body: bytes, own: Sequence[Block], before: Sequence[str], after: Sequence[str], form: Form | None
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
            made = None
            if self._form is not None and alike(before, after):  # another text has no use for the lines of this one
                made = patched(own, before=before, after=after, form=self._form, context=self._context)
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
        self._pieces += map(_kept, blocks)


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


def _joined(body: bytes, blocks: Sequence[Block], pieces: Sequence[_Piece]) -> bytes:
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
