"""A body cut at its destinations, from a file's bytes: once from the parser's spots, later from a note of them.

A folder's bodies don't fit in memory, and parsing is most of what reading a file costs. So a document keeps where its
destinations stand, in a few bytes, and its body is cut again from the file's bytes without the parser.
"""

import marshal
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pagemirror.content.outline import Spot
from pagemirror.content.paths import Outside, Relative, locate, tidy_root
from pagemirror.content.wiki import label_of
from pagemirror.model.documents import Document, Finding, LinkKind, LinkSlot, Template
from pagemirror.model.ids import RepoPath

__all__ = ["Body", "body_start", "with_body"]

Cut = tuple[int, int]
"""The bytes of a body that are left out, as its title says the same."""

Noted = tuple[int, int, str, str, str | None, str, int, int]
"""A spot with its line and column, in what `marshal` can write; no destination where it is as written."""


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
            slot = _slot(self, spot, *lines.at(spot.start))
            if isinstance(slot, Finding):
                findings.append(slot)
                continue
            slots.append((spot, slot))
            done = spot.end
        return self._parts(slots, cut), findings, self._note(slots, cut)

    def again(self, noted: tuple[Noted, ...], cut: Cut) -> Template:
        """The same template from a note."""
        slots = []
        for start, end, style, kind, destination, label, line, column in noted:
            said = self.data[start:end].decode() if destination is None else destination
            spot = Spot(start, end, style, LinkKind(kind), said, label)
            slot = _slot(self, spot, line, column)
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
        return tuple(part for part in parts if part)  # an empty string says nothing

    def _text(self, start: int, end: int, cut: Cut) -> str:
        if start <= cut[0] and cut[1] <= end:
            return (self.data[start : cut[0]] + self.data[cut[1] : end]).decode()
        return self.data[start:end].decode()

    def _note(self, slots: list[tuple[Spot, LinkSlot]], cut: Cut) -> bytes:
        noted = tuple(
            (start, end, style, kind.value, said if said != slot.raw else None, label, slot.line, slot.column)
            for (start, end, style, kind, said, label), slot in slots
        )
        return marshal.dumps((self.start, cut, noted))


def body_start(document: Document) -> int:
    """Where in the file's bytes, without a byte order mark, a document's text begins: below front matter and title."""
    start, cut, _ = marshal.loads(document.note)  # noqa: S302 - our own bytes, of this process
    return int(start) + (int(cut[1]) if cut[1] > cut[0] else 0)


def with_body(document: Document, data: bytes, *, root: str) -> Document:
    """A document that was parsed from these bytes, with its body again. `root` is the source folder."""
    start, cut, noted = marshal.loads(document.note)  # noqa: S302 - our own bytes, of this process
    whole = data.removeprefix(BOM_UTF8)
    body = Body(path=document.path, root=tidy_root(root), data=whole[start:] if start else whole, start=start, line=0)
    return replace(document, body=body.again(noted, cut))


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


def _slot(body: Body, spot: Spot, line: int, column: int) -> LinkSlot | Finding:
    where = locate(spot.destination, page=body.path, root=body.root)
    if isinstance(where, Outside):
        message = f"`{spot.destination}` leads out of the repository; the link stays as written"
        return Finding(path=body.path, code="link_outside", message=message, line=line, column=column)
    raw = body.data[spot.start : spot.end].decode()
    if spot.style == "wiki":
        return _wiki_slot(spot, raw, where, line, column)
    return LinkSlot(
        raw=raw, kind=spot.kind, path=where.path, suffix=where.suffix, style=spot.style, line=line, column=column
    )


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
