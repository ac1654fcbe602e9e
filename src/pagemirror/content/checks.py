"""What a reader of the pages would miss, told before anything is sent: dead links, lost anchors, titles twice. Pure.

An error is a file that gets no page, or a dead end for the reader; a warning is anything less. Knows documents and what
their links mean; knows no target, no config and no disk.
"""

import re
from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final, assert_never

from pagemirror.content import frontmatter
from pagemirror.content.frontkeys import KNOWN
from pagemirror.content.links import Ambiguous, Resolved, ToFile, ToMissing, ToPage, ToSelf, fragment
from pagemirror.content.slugs import slug
from pagemirror.model.documents import Document, Finding, FrontMatter, Level, LinkKind, LinkSlot
from pagemirror.model.ids import PageId, RepoPath

__all__ = ["anchor_finding", "duplicates", "field_findings", "key_line", "link_finding", "table_findings"]

_FIELDS: Final = ("status", "visibility", "slug", "icon", "order", "parent", "folders", "skills", "sources", "labels")
"""The front matter's keys that a target may have no place for."""
_JOINTS: Final = re.compile(r"[-_. ]+")
_TOP: Final = frozenset({"", "top"})
_TEXT_FRAGMENT: Final = ":~:"


def link_finding(
    slot: LinkSlot,
    resolved: Resolved,
    *,
    page: RepoPath,
    root: RepoPath,
    has_web_url: bool,
    has_raw_url: bool,
    near: str = "",
    named: Callable[[RepoPath], str] = str,
) -> Finding | None:
    """What is wrong with where a link leads; its anchor is `anchor_finding`'s.

    `root` is the source folder, `near` a file of a like name; `named` is how people call a file.
    """
    match resolved:
        case ToSelf() | ToPage():
            return None
        case ToFile():
            return _unaddressed(slot, page, has_web_url=has_web_url, has_raw_url=has_raw_url)
        case Ambiguous(paths):
            said = f"[[{slot.name}]] could mean {', '.join(map(named, paths))}; it stays as written"
            return _at(slot, page, "link_ambiguous", said)
        case ToMissing():
            return _missing(slot, page, root, near)
        case _:
            assert_never(resolved)


def _unaddressed(slot: LinkSlot, page: RepoPath, *, has_web_url: bool, has_raw_url: bool) -> Finding | None:
    if slot.kind is LinkKind.IMAGE:
        said = f"the image {slot.raw} is a file of the repository and source.raw_url isn't set; readers won't see it"
        return None if has_raw_url else _at(slot, page, "no_raw_url", said)
    said = f"{slot.raw} is no page but a file of the repository, and source.web_url isn't set; it stays as written"
    return None if has_web_url else _at(slot, page, "no_web_url", said)


def _missing(slot: LinkSlot, page: RepoPath, root: RepoPath, near: str) -> Finding:
    if slot.raw.startswith("/"):
        said = f"{slot.raw} starts at a site's root, and the source folder has no such file; it stays as written"
        return _at(slot, page, "site_link", said)
    hint = f"; there is {near}" if near else ""
    if slot.style == "wiki" and slot.kind is LinkKind.LINK:
        said = f"no page is called {slot.name or slot.raw}{hint}; it stays as written"
        return _at(slot, page, "wiki_missing", said)
    if slot.kind is LinkKind.IMAGE:
        return _at(slot, page, "image_missing", f"the image {slot.raw} is not there{hint}", Level.ERROR)
    if root and slot.path and not slot.path.startswith(f"{root}/") and _is_of_a_site(slot.path):
        said = f"{slot.raw} leads out of the source folder, to nothing in the repository; it stays as written"
        return _at(slot, page, "link_outside", said)
    return _at(slot, page, "link_missing", f"{slot.raw} leads nowhere{hint}", Level.ERROR)


def _is_of_a_site(path: RepoPath) -> bool:
    """Whether a path reads like a page of a built site rather than a file: it may be there where the docs are built."""
    name = path.rpartition("/")[2]
    return "." not in name or name.endswith((".html", ".htm"))


def anchor_finding(slot: LinkSlot, anchors: Iterable[str], *, page: RepoPath, target: str) -> Finding | None:
    """Whether the place in a document that a link points to is there; `target` is how people name that document."""
    wanted = fragment(slot)
    if wanted in _TOP or wanted.startswith(_TEXT_FRAGMENT):
        return None
    there = anchors if isinstance(anchors, frozenset) else frozenset(anchors)
    if wanted in there or (slot.style == "wiki" and slug(wanted) in there):
        return None
    like = next((anchor for anchor in sorted(there) if anchor and _loose(anchor) == _loose(wanted)), "")
    if like:  # other tools make other ids of the same heading, so this may be right elsewhere
        said = f"{target} has #{like}, which is written #{wanted} here"
        return _at(slot, page, "anchor_spelling", said)
    return _at(slot, page, "anchor_missing", f"{target} has no heading or id #{wanted}", Level.ERROR)


def _loose(anchor: str) -> str:
    return _JOINTS.sub("-", anchor.lower()).strip("-")


def field_findings(document: Document, data: bytes, supported: Iterable[str]) -> Iterator[Finding]:
    """The front matter's fields that the target has no place for. `data` is the file."""
    if document.front == FrontMatter():
        return
    there = frozenset(supported)
    for name in _FIELDS:
        if name not in there and getattr(document.front, name) is not None:
            said = f"the target has no {name}; what the front matter says of it is not used"
            yield Finding(path=document.path, code="field_unsupported", message=said, line=key_line(data, name))


def table_findings(path: RepoPath, data: bytes, mirrors: Collection[str]) -> Iterator[Finding]:
    """The names in the `pagemirror` table that no mirror has; what stands there would never be used."""
    parts = frontmatter.cut(data.removeprefix(BOM_UTF8)) if b"pagemirror" in data else None
    if parts is None or isinstance(parts, frontmatter.BadFront):
        return
    for name, line in frontmatter.table_names(parts[0].decode()):
        if name not in mirrors and name not in KNOWN:
            said = f"`pagemirror.{name}` names no mirror of the config, which has {', '.join(sorted(mirrors))}"
            yield Finding(path=path, code="front_matter", message=said, line=line)


def key_line(data: bytes, key: str) -> int | None:
    """The line of a front matter's key, from 1; None where it can't be told."""
    if not data.startswith((b"---", b"\xef\xbb\xbf---")):
        return None
    found = re.search(rb"^[ \t]*['\"]?%s['\"]?[ \t]*:" % re.escape(key.encode()), data, re.MULTILINE)
    return data.count(b"\n", 0, found.start()) + 1 if found else None


def duplicates(documents: Mapping[RepoPath, Document], named: Callable[[RepoPath], str] = str) -> Iterator[Finding]:
    """Titles that stand twice in one place, and ids and pages that several files claim; `named` as above."""
    titles: defaultdict[tuple[RepoPath, str], list[RepoPath]] = defaultdict(list)
    ids: defaultdict[str, list[RepoPath]] = defaultdict(list)
    pages: defaultdict[PageId, list[RepoPath]] = defaultdict(list)
    for path, document in sorted(documents.items()):
        titles[document.place.folder, document.title].append(path)
        if document.front.id is not None:
            ids[document.front.id].append(path)
        if document.front.page_id is not None:
            pages[document.front.page_id].append(path)
    for (_, title), paths in titles.items():
        for path in paths[1:]:
            said = (
                f"{named(paths[0])} is called {title!r} too, in the same place; readers can't tell the two pages apart"
            )
            yield Finding(path=path, code="duplicate_title", message=said)
    yield from _claims("id", "duplicate_id", ids, named)
    yield from _claims("page_id", "duplicate_page_id", pages, named)


def _claims(
    key: str,
    code: str,
    claims: Mapping[str, list[RepoPath]] | Mapping[PageId, list[RepoPath]],
    named: Callable[[RepoPath], str],
) -> Iterator[Finding]:
    for value, paths in claims.items():
        for path in paths if len(paths) > 1 else ():
            others = ", ".join(named(other) for other in paths if other != path)
            said = f"the {key} {value} stands in {others} too; each file needs its own"
            yield Finding(path=path, code=code, message=said, level=Level.ERROR)


def _at(slot: LinkSlot, page: RepoPath, code: str, message: str, level: Level = Level.WARNING) -> Finding:
    return Finding(
        path=page, code=code, message=message, level=level, line=slot.line or None, column=slot.column or None
    )
