"""One Markdown file to a document: the way from its bytes to title, place, template and findings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from pagemirror.content import frontmatter
from pagemirror.content.boxes import with_boxes
from pagemirror.content.encoding import BadText, decode
from pagemirror.content.frontmatter import NO_FRONT, BadFront, Front
from pagemirror.content.outline import Heading, Outline, Spot, outline
from pagemirror.content.paths import Outside, Relative, is_relative, locate, tidy_root
from pagemirror.content.slugs import slugs
from pagemirror.content.titles import clean, heading_title, readable
from pagemirror.content.tree import Nav, place
from pagemirror.content.wiki import label_of
from pagemirror.model.documents import Document, Finding, LinkKind, LinkSlot, Template, Unreadable
from pagemirror.model.ids import BlobId, MirrorName, RepoPath

__all__ = ["LeftOut", "parse"]

_BLANK_LINES: Final = re.compile(rb"(?:[ \t]*\r?\n)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file that says `mirror: false` in its front matter."""

    path: RepoPath


def parse(
    data: bytes, *, path: RepoPath, blob: BlobId, root: RepoPath, mirror: MirrorName, nav: Nav
) -> Document | Unreadable | LeftOut:
    """Read one file. `root` is the source folder; `nav` says what stands around the file."""

    def unreadable(code: str, reason: str, line: int) -> Unreadable:
        return Unreadable(path=path, blob=blob, code=code, reason=reason, line=line)

    decoded = decode(data)
    if isinstance(decoded, BadText):
        return unreadable("encoding", decoded.reason, decoded.line)
    split = _split(decoded.data, mirror)
    if isinstance(split, BadFront):
        return unreadable("front_matter", split.reason, split.line)
    front, start = split
    if not front.values.mirror:
        return LeftOut(path=path)
    whole = decoded.data
    body = whole[start:] if start else whole
    text = body.decode() if start else decoded.text
    found = with_boxes(outline(body, text, is_relative), body, text, is_relative)
    root = tidy_root(root)
    said = front.values
    where = place(path, root=root, nav=nav, order=said.order if said.order is not None else said.position)
    titled = _title(front, found.headings, body)
    title = titled.title or readable(path, index=nav.is_index(path), root=root)
    page = _Page(path=path, root=root, body=body, line=whole.count(b"\n", 0, start) + 1)
    template, findings = page.template(found.spots, titled.cut)
    warnings = [Finding(path=path, code="front_matter", message=said, line=line) for said, line in front.warnings]
    return Document(
        path=path,
        blob=blob,
        front=front.values,
        title=title,
        body=template,
        place=where,
        anchors=_anchors(found),
        findings=(*warnings, *findings, *page.unparsed(found.unparsed)),
    )


def _split(data: bytes, mirror: MirrorName) -> tuple[Front, int] | BadFront:
    parts = frontmatter.cut(data) if data.startswith(b"---") else None
    if parts is None:
        return NO_FRONT, 0
    if isinstance(parts, BadFront):
        return parts
    source, start = parts
    front = frontmatter.read(source.decode(), mirror)
    return front if isinstance(front, BadFront) else (front, start)


class _Titled(NamedTuple):
    title: str
    cut: tuple[int, int]


def _title(front: Front, headings: list[Heading], body: bytes) -> _Titled:
    """The title ("" for the file's name to give it), and the bytes of the heading that goes because it says the same.

    What goes are the heading's lines and the blank lines below, so that the next block keeps its indentation.
    """
    title = clean(front.values.title or "")
    first = headings[0] if headings and headings[0].level == "H1" else None
    if first is None or body[: first.start].strip(b" \t\r\n"):
        return _Titled(title, (0, 0))
    said, _ = heading_title(first.text)
    if not said or (title and said != title):
        return _Titled(title, (0, 0))
    start = body.rfind(b"\n", 0, first.start) + 1
    blank = _BLANK_LINES.match(body, first.end)
    end = blank.end() if blank else first.end
    return _Titled(said, (start, len(body) if not body[end:].strip(b" \t") else end))


def _anchors(found: Outline) -> frozenset[str]:
    """The ids that links may point to: headings' slugs, their `{#id}` and ids in raw HTML."""
    if not found.headings:
        return frozenset(found.ids)
    titled = [heading_title(heading.words) for heading in found.headings]
    return frozenset((*slugs(title for title, _ in titled), *(own for _, own in titled if own), *found.ids))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A body on its way to a template."""

    path: RepoPath
    root: RepoPath
    body: bytes
    line: int

    def template(self, spots: list[Spot], cut: tuple[int, int]) -> tuple[Template, list[Finding]]:
        """Cut the body at its destinations, without the title's heading."""
        findings: list[Finding] = []
        parts: list[str | LinkSlot] = []
        lines = _Lines(self.body, self.line)
        done = 0
        for spot in spots:
            if spot.start < done or cut[0] <= spot.start < cut[1]:
                continue
            slot = self._slot(spot, *lines.at(spot.start))
            if isinstance(slot, Finding):
                findings.append(slot)
                continue
            parts += (self._text(done, spot.start, cut), slot)
            done = spot.end
        parts.append(self._text(done, len(self.body), cut))
        return tuple(part for part in parts if part), findings  # an empty string says nothing

    def unparsed(self, starts: list[int]) -> Iterator[Finding]:
        """The findings for links whose destination could not be found in the file's bytes."""
        lines = _Lines(self.body, self.line)
        for start in sorted(starts):
            line, column = lines.at(start)
            message = "this link's destination could not be told from the text around it; it stays as written"
            yield Finding(path=self.path, code="link_unparsed", message=message, line=line, column=column)

    def _text(self, start: int, end: int, cut: tuple[int, int]) -> str:
        if start <= cut[0] and cut[1] <= end:
            return (self.body[start : cut[0]] + self.body[cut[1] : end]).decode()
        return self.body[start:end].decode()

    def _slot(self, spot: Spot, line: int, column: int) -> LinkSlot | Finding:
        where = locate(spot.destination, page=self.path, root=self.root)
        if isinstance(where, Outside):
            message = f"`{spot.destination}` leads out of the repository; the link stays as written"
            return Finding(path=self.path, code="link_outside", message=message, line=line, column=column)
        raw = self.body[spot.start : spot.end].decode()
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
