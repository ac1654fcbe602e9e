"""The files of a check, one at a time: what each says of itself, and what has to wait until all are known.

Of a file only what others may depend on is kept: title, place, anchors, and the links that can't be judged yet. A link
to a file that comes later waits for that file and goes with it, so that memory stays bounded.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from pagemirror.backends.interface import Context
from pagemirror.content import LeftOut, Nav, Navigation, anchors, may_navigate, parse, read_navigation
from pagemirror.content.checks import anchor_finding, field_findings, key_line, table_findings
from pagemirror.model.documents import Document, Finding, Level, LinkKind, LinkSlot, Unreadable
from pagemirror.model.fields import ORDER, PARENT
from pagemirror.model.ids import BlobId, FieldName, RepoPath
from pagemirror.model.pages import Tree
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.source import Snapshot

__all__ = ["Examiner", "Kept"]

_BREAK = "\n"
"""Stands around each anchor in the text that holds all of one document."""

Link = tuple[RepoPath, LinkSlot]


@dataclass(slots=True)
class Kept:
    """What is remembered of the files read so far. `documents` are without their bodies.

    `links` wait for the end. `linkers` are those who link to a listed file: that is a page, unless it turns out to be
    left out. `between` counts the links between pages, `first_between` is the first of them.
    """

    documents: dict[RepoPath, Document] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    linkers: defaultdict[RepoPath, list[RepoPath]] = field(default_factory=lambda: defaultdict(list))
    unreadable: set[RepoPath] = field(default_factory=set)
    left_out: set[RepoPath] = field(default_factory=set)
    between: int = 0
    first_between: Link | None = None
    _anchors: dict[RepoPath, str] = field(default_factory=dict)
    _waiting: defaultdict[RepoPath, list[Link]] = field(default_factory=lambda: defaultdict(list))

    def add(self, document: Document, anchors: frozenset[str]) -> list[Link]:
        """Keep a document; gives the links that have waited for its anchors."""
        self.documents[document.path] = replace(document, body=(), headings=(), ids=(), findings=(), note=b"")
        if anchors:
            self._anchors[document.path] = _BREAK.join(anchors)
        return self._waiting.pop(document.path, [])

    def wait(self, page: RepoPath, slot: LinkSlot, target: RepoPath) -> None:
        """Judge a link's anchor when its target is read."""
        self._waiting[target].append((page, slot))

    def end_waiting(self) -> None:
        """Let the links wait for the end whose targets became no documents."""
        for links in self._waiting.values():
            self.links += links
        self._waiting.clear()

    def anchors(self, path: RepoPath) -> frozenset[str]:
        """The places in a document that links may point to."""
        told = self._anchors.get(path)
        return frozenset(told.split(_BREAK)) if told is not None else frozenset()

    def note_between(self, page: RepoPath, slot: LinkSlot) -> None:
        """Count a link between two pages."""
        self.between += 1
        if self.first_between is None or page < self.first_between[0]:
            self.first_between = (page, slot)


class Examiner:
    """Reads the files of one snapshot; collects findings and what is kept. `mirrors` are all that the config has."""

    def __init__(self, setup: MirrorSetup, snapshot: Snapshot, mirrors: Collection[str]) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._mirrors = frozenset(mirrors)
        self.kept = Kept()
        self.findings: list[Finding] = []
        listing = snapshot.entries()
        self.blobs = {entry.path: entry.blob for entry in listing.entries}
        self.files = listing.selected
        self._nav = Nav.of(self.blobs, self._navigation())
        self.fields = _fields(setup)
        self.findings += listing.findings
        for problem in listing.problems:
            self._unreadable(problem)

    def _navigation(self) -> Navigation:
        outside = [RepoPath(path) for path, _ in self._snapshot.key_parts()]
        inside = may_navigate(self.blobs, root=self._snapshot.root)
        navigation = read_navigation(self._snapshot.texts([*outside, *inside]), root=self._snapshot.root)
        for path, reason in navigation.problems:
            self.add(Finding(path=path, code="navigation", message=f"it does not order the pages: {reason}"))
        return navigation

    def named(self, path: RepoPath) -> str:
        """A file as people name it."""
        return shown(path, self._snapshot.root)

    def add(self, finding: Finding | None) -> None:
        """Note a finding, if there is one."""
        if finding is not None:
            self.findings.append(finding)

    def read_all(self) -> None:
        """Read each file once, and note what can be told of it alone."""
        for path, data in self._texts(self.blobs):
            match self._parsed(path, data):
                case LeftOut():
                    self.kept.left_out.add(path)
                case Unreadable() as problem:
                    self._unreadable(problem)
                case Document() as document:
                    self._document(document, data)
        self.kept.end_waiting()
        self._revisit()

    def fits(self, document: Document, text: str, data: bytes, ancestors: tuple[str, ...] = ()) -> None:
        """Whether the target takes this page. The banner and the mark count; the length of links' URLs can't yet."""
        setup = self._setup
        around = Context(path=self.named(document.path), ancestors=ancestors)
        above = f"{setup.banner}\n\n" if setup.banner else ""
        problem = setup.backend.problem(setup.backend.render(document, above + text, around, setup.target))
        if problem is not None:
            self._error(document.path, problem.code, problem.reason, key_line(data, problem.code))

    # ---------------------------------------------------------------- reading

    def _texts(self, paths: Iterable[RepoPath]) -> Iterator[tuple[RepoPath, bytes]]:
        users: defaultdict[BlobId, list[RepoPath]] = defaultdict(list)
        for path in paths:
            users[self.blobs[path]].append(path)
        for blob, data in self._snapshot.read(users):
            for path in users[blob]:
                yield path, data

    def _parsed(self, path: RepoPath, data: bytes) -> Document | Unreadable | LeftOut:
        root, mirror = self._snapshot.root, self._setup.name
        return parse(data, path=path, blob=self.blobs[path], root=root, mirror=mirror, nav=self._nav)

    def _revisit(self) -> None:
        """Read the files again that link to one that is left out: those links lead to no page after all."""
        kept = self.kept
        again = {path for target in kept.left_out for path in kept.linkers.get(target, ())}
        for path, data in self._texts(sorted(again)):
            document = self._parsed(path, data)
            if isinstance(document, Document):
                lost = (slot for slot in document.links if slot.path in kept.left_out and self._is_plain(slot))
                kept.links += [(path, slot) for slot in lost]

    # ------------------------------------------------------------- one by one

    def _unreadable(self, problem: Unreadable) -> None:
        self.kept.unreadable.add(problem.path)
        self._error(problem.path, problem.code, problem.reason, problem.line)

    def _error(self, path: RepoPath, code: str, message: str, line: int | None) -> None:
        self.findings.append(Finding(path=path, code=code, message=message, level=Level.ERROR, line=line))

    def _document(self, document: Document, data: bytes) -> None:
        path, text = document.path, document.text
        self.findings += document.findings
        self.findings += field_findings(document, data, self.fields)
        self.findings += table_findings(path, data, self._mirrors)
        self.fits(document, text, data)
        if self._setup.backend.capabilities.format == "prosemirror":
            self.findings += _losses(document, text, data, self._setup.target.html)
        own = anchors(document)
        for slot in document.links:
            self._link(document, slot, own)
        for page, slot in self.kept.add(document, own):
            self.add(anchor_finding(slot, own, page=page, target=self.named(path)))

    def _link(self, document: Document, slot: LinkSlot, own: frozenset[str]) -> None:
        """Judge a link now where that can be done; most lead to a listed file, and are fine if that is a page."""
        path, kept = document.path, self.kept
        if slot.path == path and not slot.name:
            self.add(anchor_finding(slot, own, page=path, target="this page"))
            return
        if slot.path is None or not self._is_listed(slot):
            kept.links.append((path, slot))
            return
        if not self._is_plain(slot):
            if slot.path in kept.documents:
                there = kept.anchors(slot.path)
                self.add(anchor_finding(slot, there, page=path, target=self.named(slot.path)))
            else:
                kept.wait(path, slot, slot.path)
        elif path not in kept.linkers[slot.path][-1:]:
            kept.linkers[slot.path].append(path)
        kept.note_between(path, slot)

    def _is_listed(self, slot: LinkSlot) -> bool:
        """Whether a link names a selected file by its path."""
        return slot.path in self.blobs and not slot.name and slot.kind is LinkKind.LINK

    def _is_plain(self, slot: LinkSlot) -> bool:
        """Whether it leads to the file as a whole."""
        return self._is_listed(slot) and "#" not in slot.suffix


def _fields(setup: MirrorSetup) -> frozenset[FieldName]:
    """What of a front matter the target has a place for."""
    fields = setup.backend.capabilities.fields
    return fields | {PARENT, ORDER} if setup.backend.tree(setup.target) is Tree.PARENTS else fields


def _losses(document: Document, text: str, data: bytes, html: Literal["code", "text"]) -> Iterator[Finding]:
    """What an editor's document can't hold. What stands before the body is cut off, so its lines are counted back."""
    from pagemirror.content.prosemirror import Lowering, to_prosemirror  # noqa: PLC0415 - only for targets of that kind

    losses = to_prosemirror(text, options=Lowering(html_blocks=html)).losses
    before = data.count(b"\n") - text.count("\n") if losses else 0
    for loss in losses:
        line = loss.line + before
        yield Finding(path=document.path, code=f"lowered_{loss.kind}", message=loss.message, line=line)
