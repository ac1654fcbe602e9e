"""A body cut at its destinations, from a file's bytes: once from the parser's spots, later from a note of them.

A folder's bodies don't fit in memory, and parsing is most of what reading a file costs. So a document keeps its
destinations, where they stand, and a digest of the text around them, in a few bytes: these tell all that a plan asks of
a new page, and the body is cut again from the file's bytes without the parser.
"""

import marshal
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import NamedTuple

from pagemirror.content.outline import Spot
from pagemirror.content.paths import Outside, Relative, locate, tidy_root
from pagemirror.content.wiki import label_of
from pagemirror.model.documents import Document, Finding, LinkKind, LinkSlot, Template
from pagemirror.model.ids import RepoPath

__all__ = ["Body", "Gist", "body_start", "gist", "with_body"]

Cut = tuple[int, int]
"""The bytes of a body that are left out, as its title says the same."""

Noted = tuple[int, str, bool] | tuple[int, str, bool, str, str, str]
"""A spot in what `marshal` can write: its start, what is written there, whether it is an image's; where that isn't a
plain Markdown destination to the letter, destination, style and label as well.
"""


class Gist(NamedTuple):
    """What is told of a body without its text: a digest of the text around its destinations and that text's size, in
    bytes; and the destinations, which don't know their lines.
    """

    print: str
    size: int
    links: tuple[LinkSlot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The bytes of a body on its way to a template; `start` is where they begin in the file, `line` on which line."""

    path: RepoPath
    root: RepoPath
    data: bytes
    start: int
    line: int

    def template(self, spots: list[Spot], cut: Cut) -> tuple[Template, list[Finding], bytes]:
        """Cut the body at its destinations, without the title's heading; also gives the note for `with_body`."""
        findings: list[Finding] = []
        slots: list[tuple[Spot, LinkSlot]] = []
        lines = _Lines(self.data, self.line)
        done = 0
        for spot in spots:
            if spot.start < done or cut[0] <= spot.start < cut[1]:
                continue
            raw = self.data[spot.start : spot.end].decode()
            slot = _slot(spot, raw, page=self.path, root=self.root, at=lines.at(spot.start))
            if isinstance(slot, Finding):
                findings.append(slot)
                continue
            slots.append((spot, slot))
            done = spot.end
        template = self._parts(slots, cut)
        note = (self.start, cut, *_around(template), tuple([_noted(spot, slot.raw) for spot, slot in slots]))
        return template, findings, marshal.dumps(note)

    def again(self, noted: Iterable[Noted], cut: Cut) -> Template:
        """The same template from a note."""
        lines = _Lines(self.data, self.line)
        slots = []
        for one in noted:
            spot = _spot(one)
            slot = _slot(spot, one[1], page=self.path, root=self.root, at=lines.at(spot.start))
            if isinstance(slot, LinkSlot):
                slots.append((spot, slot))
        return self._parts(slots, cut)

    def unparsed(self, starts: list[int]) -> Iterator[Finding]:
        """The findings for links whose destination could not be found in the file's bytes."""
        lines = _Lines(self.data, self.line)
        for start in sorted(starts):
            line, column = lines.at(start)
            message = "this link's destination could not be told from the text around it; it stays as written"
            yield Finding(path=self.path, code="link_unparsed", message=message, line=line, column=column)

    def _parts(self, slots: list[tuple[Spot, LinkSlot]], cut: Cut) -> Template:
        parts: list[str | LinkSlot] = []
        done = 0
        for spot, slot in slots:
            parts += (self._text(done, spot.start, cut), slot)
            done = spot.end
        parts.append(self._text(done, len(self.data), cut))
        return tuple([part for part in parts if part])  # an empty string says nothing

    def _text(self, start: int, end: int, cut: Cut) -> str:
        if start <= cut[0] and cut[1] <= end:
            return (self.data[start : cut[0]] + self.data[cut[1] : end]).decode()
        return self.data[start:end].decode()


def body_start(document: Document) -> int:
    """Where in the file's bytes, without a byte order mark, a document's text begins: below front matter and title."""
    start, cut, *_ = marshal.loads(document.note)  # noqa: S302 - our own bytes, of this process
    return int(start) + (int(cut[1]) if cut[1] > cut[0] else 0)


def gist(document: Document, *, root: str) -> Gist:
    """What is told of a document's body, with its text or without. `root` is the source folder."""
    if not document.note:  # no file holds it
        digest, size = _around(document.body)
        return Gist(digest.hex(), size, document.links)
    _, _, digest, size, noted = marshal.loads(document.note)  # noqa: S302 - our own bytes, of this process
    if document.body:
        return Gist(digest.hex(), size, document.links)
    page, folder = document.path, tidy_root(root)
    slots = [_noted_slot(one, page=page, root=folder) for one in noted]
    return Gist(digest.hex(), size, tuple([slot for slot in slots if slot is not None]))


def with_body(document: Document, data: bytes, *, root: str) -> Document:
    """A document that was parsed from these bytes, with its body again. `root` is the source folder."""
    start, cut, _, _, noted = marshal.loads(document.note)  # noqa: S302 - our own bytes, of this process
    whole = data.removeprefix(BOM_UTF8)
    line = whole.count(b"\n", 0, start) + 1
    text = whole[start:] if start else whole
    body = Body(path=document.path, root=tidy_root(root), data=text, start=start, line=line)
    return replace(document, body=body.again(noted, cut))


def _around(template: Template) -> tuple[bytes, int]:
    """A digest of the text around a body's destinations, and its size; no text holds the character put for them."""
    data = "".join(["\0" if isinstance(part, LinkSlot) else part for part in template]).encode()
    return blake2b(data, digest_size=16).digest(), len(data)


def _noted(spot: Spot, raw: str) -> Noted:
    image = spot.kind is LinkKind.IMAGE
    if spot.style == "bare" and spot.destination == raw and not spot.label:
        return spot.start, raw, image
    return spot.start, raw, image, spot.destination, spot.style, spot.label


def _noted_slot(noted: Noted, *, page: RepoPath, root: RepoPath) -> LinkSlot | None:
    """The slot of a note, without its line; None for a destination that leads out of the repository."""
    _, raw, image = noted[:3]
    if noted[3:]:
        slot = _slot(_spot(noted), raw, page=page, root=root, at=(0, 0))
        return slot if isinstance(slot, LinkSlot) else None
    where = locate(raw, page=page, root=root)
    if isinstance(where, Outside):
        return None
    return LinkSlot(raw, LinkKind.IMAGE if image else LinkKind.LINK, where.path, where.suffix)


def _spot(noted: Noted) -> Spot:
    start, raw, image = noted[:3]
    destination, style, label = noted[3:] or (raw, "bare", "")
    kind = LinkKind.IMAGE if image else LinkKind.LINK
    return Spot(start, start + len(raw.encode()), style, kind, destination, label)


@dataclass(slots=True)
class _Lines:
    """Turns byte positions, asked in rising order, into line and column (both from 1); reads each byte once."""

    body: bytes
    line: int
    column: int = 1
    _counted: int = 0

    def at(self, start: int) -> tuple[int, int]:
        passed = self.body[self._counted : start]
        self._counted = start
        last = passed.rfind(b"\n")
        if last >= 0:
            self.line += passed.count(b"\n")
            self.column = 1
        self.column += len(passed[last + 1 :].decode("utf-8", "replace"))
        return self.line, self.column


def _slot(spot: Spot, raw: str, *, page: RepoPath, root: RepoPath, at: tuple[int, int]) -> LinkSlot | Finding:
    """What a spot is in a template; `at` is its line and column."""
    where = locate(spot.destination, page=page, root=root)
    line, column = at
    if isinstance(where, Outside):
        message = f"`{spot.destination}` leads out of the repository; the link stays as written"
        return Finding(path=page, code="link_outside", message=message, line=line, column=column)
    if spot.style == "wiki":
        return _wiki_slot(spot, raw, where, line, column)
    return LinkSlot(raw, spot.kind, where.path, where.suffix, spot.style, line=line, column=column)


def _wiki_slot(spot: Spot, raw: str, where: Relative, line: int, column: int) -> LinkSlot:
    """A wiki link means a page by its name; an image, an anchor alone or a name with a folder also mean a path."""
    name, mark, anchor = spot.destination.partition("#")
    by_path = not name or "/" in name or spot.kind is LinkKind.IMAGE
    return LinkSlot(
        raw=raw,
        kind=spot.kind,
        path=where.path if by_path else None,
        suffix=mark + anchor,
        style=spot.style,
        name=name.strip(),
        label=spot.label or label_of(spot.destination),
        line=line,
        column=column,
    )
