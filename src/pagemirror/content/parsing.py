"""One Markdown file to a document: the way from its bytes to title, place, template and findings."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from pagemirror.content import frontmatter
from pagemirror.content.bodies import Body
from pagemirror.content.encoding import BadText, decode
from pagemirror.content.frontmatter import NO_FRONT, BadFront, Front
from pagemirror.content.glance import look
from pagemirror.content.outline import Heading
from pagemirror.content.paths import tidy_root
from pagemirror.content.titles import clean, heading_title, readable
from pagemirror.content.tree import Nav, place
from pagemirror.model.documents import Document, Finding, Unreadable
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
    seen = look(body, text)
    root = tidy_root(root)
    said = front.values
    where = place(path, root=root, nav=nav, order=said.order if said.order is not None else said.position)
    titled = _title(front, seen.first, body)
    title = titled.title or readable(path, index=nav.is_index(path), root=root)
    cut = Body(path=path, root=root, data=body, start=start, line=whole.count(b"\n", 0, start) + 1)
    template, findings, note = cut.template(seen.spots, titled.cut)
    warnings = [Finding(path=path, code="front_matter", message=said, line=line) for said, line in front.warnings]
    return Document(
        path=path,
        blob=blob,
        front=front.values,
        title=title,
        body=template,
        place=where,
        headings=seen.words,
        ids=tuple(seen.ids),
        findings=(*warnings, *findings, *cut.unparsed(seen.unparsed)),
        note=note,
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


def _title(front: Front, first: Heading | None, body: bytes) -> _Titled:
    """The title ("" for the file's name to give it), and the bytes of the heading that goes because it says the same.

    What goes are the heading's lines and the blank lines below, so that the next block keeps its indentation.
    """
    title = clean(front.values.title or "")
    if first is None or first.level != "H1" or body[: first.start].strip(b" \t\r\n"):
        return _Titled(title, (0, 0))
    said, _ = heading_title(first.text)
    if not said or (title and said != title):
        return _Titled(title, (0, 0))
    start = body.rfind(b"\n", 0, first.start) + 1
    blank = _BLANK_LINES.match(body, first.end)
    end = blank.end() if blank else first.end
    return _Titled(said, (start, len(body) if not body[end:].strip(b" \t") else end))
