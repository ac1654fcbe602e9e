"""Checks a source folder against its target's limits: reads files only, asks no target and no state.

Files are read one at a time. Of each only what the others may depend on is kept: title, place, anchors, and the links
that can't be judged before all files are known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pagemirror.backends.interface import Context
from pagemirror.content import LeftOut, Nav, ToPage, ToSelf, ancestors, name_keys, parents, parse, resolve, sections
from pagemirror.content.checks import anchor_finding, duplicates, field_findings, key_line, link_finding
from pagemirror.model.documents import Document, Finding, Level, LinkKind, LinkSlot, Unreadable
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.fields import ORDER, PARENT
from pagemirror.model.ids import BlobId, MirrorName, RepoPath, Uid
from pagemirror.model.pages import Tree
from pagemirror.model.reports import CheckFinding, CheckReport
from pagemirror.passes.linking import Book, Linker, names_of
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.source import Snapshot

__all__ = ["check", "unchecked"]

_BREAK = "\n"
"""Stands around each anchor in the text that holds all of one document."""


def check(setup: MirrorSetup, snapshot: Snapshot) -> CheckReport:
    """Read a mirror's whole folder and tell what is wrong in it."""
    checker = _Checker(setup, snapshot)
    checker.read()
    checker.judge()
    return checker.report()


def unchecked(name: MirrorName, error: PagemirrorError) -> CheckReport:
    """The report of a mirror whose folder could not be read."""
    said = {"code": error.code, "message": error.message, "hint": error.hint, "exit": str(error.exit_code)}
    return CheckReport(mirror=name, commit=None, files=0, pages=0, left_out=0, findings=(), error=said)


@dataclass(slots=True)
class _Kept:
    """What is remembered of the files read so far. `documents` are without their bodies.

    `linkers` are those who link to a listed file: what they link to is a page, unless it turns out to be left out.
    """

    documents: dict[RepoPath, Document] = field(default_factory=dict)
    anchors: dict[RepoPath, str] = field(default_factory=dict)
    links: list[tuple[RepoPath, LinkSlot]] = field(default_factory=list)
    linkers: defaultdict[RepoPath, list[RepoPath]] = field(default_factory=lambda: defaultdict(list))
    unreadable: set[RepoPath] = field(default_factory=set)
    left_out: set[RepoPath] = field(default_factory=set)
    between: int = 0
    first_between: tuple[RepoPath, LinkSlot] | None = None


class _Checker:
    """One check of one mirror."""

    def __init__(self, setup: MirrorSetup, snapshot: Snapshot) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._tree = setup.backend.tree(setup.target)
        self._kept = _Kept()
        self._findings: list[Finding] = []
        listing = snapshot.entries()
        self._blobs = {entry.path: entry.blob for entry in listing.entries}
        self._files = listing.selected
        self._nav = Nav.of(self._blobs)
        self._fields = set(setup.backend.capabilities.fields)
        if self._tree is Tree.PARENTS:
            self._fields |= {PARENT, ORDER}
        self._findings += listing.findings
        for problem in listing.problems:
            self._unreadable(problem)
        if not self._files:
            self._empty()

    def _empty(self) -> None:
        root = self._snapshot.root
        if self._snapshot.tree is None:
            said = f"the source folder {root or '.'} is not there"
        else:
            said = f"the source folder {root or '.'} holds no Markdown file that the settings select"
        self._findings.append(Finding(path=root, code="empty_source", message=said, level=Level.ERROR))

    # ------------------------------------------------------------ one by one

    def read(self) -> None:
        """Read each file once, and note what can be told of it alone."""
        for path, data in self._texts(self._blobs):
            match self._parsed(path, data):
                case LeftOut():
                    self._kept.left_out.add(path)
                case Unreadable() as problem:
                    self._unreadable(problem)
                case Document() as document:
                    self._document(document, data)

    def _texts(self, paths: Iterable[RepoPath]) -> Iterator[tuple[RepoPath, bytes]]:
        users: defaultdict[BlobId, list[RepoPath]] = defaultdict(list)
        for path in paths:
            users[self._blobs[path]].append(path)
        for blob, data in self._snapshot.read(users):
            for path in users[blob]:
                yield path, data

    def _parsed(self, path: RepoPath, data: bytes) -> Document | Unreadable | LeftOut:
        return parse(
            data,
            path=path,
            blob=self._blobs[path],
            root=self._snapshot.root,
            mirror=self._setup.name,
            nav=self._nav,
        )

    def _unreadable(self, problem: Unreadable) -> None:
        self._kept.unreadable.add(problem.path)
        self._error(problem.path, problem.code, problem.reason, problem.line)

    def _error(self, path: RepoPath, code: str, message: str, line: int | None) -> None:
        self._findings.append(Finding(path=path, code=code, message=message, level=Level.ERROR, line=line))

    def _document(self, document: Document, data: bytes) -> None:
        path, kept = document.path, self._kept
        text = document.text
        self._findings += document.findings
        self._findings += field_findings(document, data, self._fields)
        self._fits(document, text, data)
        if self._setup.backend.capabilities.format == "prosemirror":
            self._findings += _losses(document, text, data)
        for slot in document.links:
            self._link(document, slot)
        kept.documents[path] = replace(document, body=(), anchors=frozenset(), findings=())
        if document.anchors:
            kept.anchors[path] = _BREAK.join(("", *document.anchors, ""))

    def _link(self, document: Document, slot: LinkSlot) -> None:
        """Judge a link now where that can be done; most lead to a listed file, and are fine if that is a page."""
        path, kept = document.path, self._kept
        if slot.path == path and not slot.name:
            self._add(anchor_finding(slot, document.anchors, page=path, target="this page"))
        elif slot.path in self._blobs and not slot.name and slot.kind is LinkKind.LINK and "#" not in slot.suffix:
            self._between(path, slot)
            linkers = kept.linkers[slot.path]
            if not linkers or linkers[-1] != path:
                linkers.append(path)
        else:
            kept.links.append((path, slot))

    def _between(self, path: RepoPath, slot: LinkSlot) -> None:
        self._kept.between += 1
        if self._kept.first_between is None or path < self._kept.first_between[0]:
            self._kept.first_between = (path, slot)

    def _fits(self, document: Document, text: str, data: bytes, *, context: Context | None = None) -> None:
        """Whether the target takes this page. The banner and the mark count; the length of links' URLs can't yet."""
        path, setup = document.path, self._setup
        around = context or Context(path=shown(path, self._snapshot.root))
        above = f"{setup.banner}\n\n" if setup.banner else ""
        problem = setup.backend.problem(setup.backend.render(document, above + text, around, setup.target))
        if problem is not None:
            self._error(path, problem.code, problem.reason, key_line(data, problem.code))

    def _add(self, finding: Finding | None) -> None:
        if finding is not None:
            self._findings.append(finding)

    def _named(self, path: RepoPath) -> str:
        return shown(path, self._snapshot.root)

    # ---------------------------------------------------------- all together

    def judge(self) -> None:
        """Note what only all files together can tell."""
        kept = self._kept
        self._findings += duplicates(kept.documents, self._named)
        if self._tree is Tree.TITLE:
            self._title_paths()
        self._parents()
        self._revisit()
        linker = self._linker()
        near = _Near(self._blobs)
        for path, slot in kept.links:
            resolved = resolve(slot, page=path, index=linker)
            wrong = link_finding(
                slot,
                resolved,
                page=path,
                root=self._snapshot.root,
                has_web_url=bool(self._setup.web_url),
                has_raw_url=bool(self._setup.raw_url),
                near=near.to(slot, self._snapshot.root),
                named=self._named,
            )
            self._add(wrong)
            if isinstance(resolved, ToPage):
                self._between(path, slot)
                self._anchor(path, slot, resolved.path, self._named(resolved.path))
            elif isinstance(resolved, ToSelf):
                self._anchor(path, slot, path, "this page")
        self._unlinked()

    def _anchor(self, page: RepoPath, slot: LinkSlot, path: RepoPath, target: str) -> None:
        if path in self._kept.documents:
            there = frozenset(self._kept.anchors.get(path, "").split(_BREAK))
            self._add(anchor_finding(slot, there, page=page, target=target))

    def _revisit(self) -> None:
        """Read the files again that link to one that is left out."""
        kept = self._kept
        again = {path for target in kept.left_out for path in kept.linkers.get(target, ())}
        for path, data in self._texts(sorted(again)):
            document = self._parsed(path, data)
            if isinstance(document, Document):
                lost = [slot for slot in document.links if slot.path in kept.left_out]
                known = {slot for at, slot in kept.links if at == path}
                kept.links += [(path, slot) for slot in lost if slot not in known]

    def _linker(self) -> Linker:
        """What there is to link to; a file that can't be read counts as the page that it will be."""
        kept = self._kept
        book = Book()
        made = self._sections()
        for path in (*kept.documents, *kept.unreadable, *made):
            book.paths[path] = Uid(path)
        if any(slot.name for _, slot in kept.links):
            named = ((key, path) for path, item in kept.documents.items() for key in name_keys(path, item.title))
            book.names = names_of(named)
        linker = Linker(self._setup, self._snapshot, book, {})
        linker.look_up({slot.path for _, slot in kept.links if slot.path and linker.page(slot.path) is None})
        return linker

    def _sections(self) -> Iterable[RepoPath]:
        if self._tree is not Tree.PARENTS or not self._setup.section_pages:
            return ()
        return sections(self._kept.documents, root=self._snapshot.root)

    def _title_paths(self) -> None:
        """Where titles hold those above them, whether the whole fits: that is known only now."""
        documents = self._kept.documents
        above = parents({path: item.place for path, item in documents.items()})
        titles = {path: item.title for path, item in documents.items()}
        told = {(finding.path, finding.code) for finding in self._findings}
        for path, document in documents.items():
            chain = ancestors(path, above, titles)
            if chain and (path, "title") not in told:
                context = Context(path=shown(path, self._snapshot.root), ancestors=chain)
                self._fits(document, "", b"", context=context)

    def _parents(self) -> None:
        """Parents that the front matter names and that are not there."""
        if PARENT not in self._fields:
            return
        root = self._snapshot.root
        documents = self._kept.documents
        titles: defaultdict[str, int] = defaultdict(int)
        for item in documents.values():
            titles[item.title] += 1
        for path, item in documents.items():
            name = item.front.parent
            if name is None or RepoPath(f"{root}/{name.lstrip('/')}" if root else name.lstrip("/")) in documents:
                continue
            if titles[name] != 1:
                what = "no page" if not titles[name] else "more than one page"
                said = f"the parent {name!r} is {what} here; the page stands where its folder says"
                self._findings.append(Finding(path=path, code="parent", message=said))

    def _unlinked(self) -> None:
        """Where neither setting is there, links between pages lead nowhere: told once, it is one mistake."""
        kept = self._kept
        if self._setup.page_url or self._setup.web_url or kept.first_between is None:
            return
        path, slot = kept.first_between
        said = (
            f"neither target.page_url nor source.web_url is set: links between pages stay as written ({kept.between})"
        )
        self._findings.append(
            Finding(path=path, code="no_page_url", message=said, line=slot.line or None, column=slot.column or None)
        )

    # --------------------------------------------------------------- telling

    def report(self) -> CheckReport:
        """What was found, by file and line."""
        root = self._snapshot.root
        told = {
            CheckFinding(
                path=RepoPath(shown(finding.path, root)) if finding.path != root else RepoPath("."),
                file=finding.path or RepoPath("."),
                line=finding.line,
                column=finding.column,
                code=finding.code,
                level=finding.level,
                message=finding.message,
            )
            for finding in self._findings
        }
        return CheckReport(
            mirror=self._setup.name,
            commit=self._snapshot.commit,
            files=self._files,
            pages=len(self._kept.documents),
            left_out=len(self._kept.left_out),
            findings=tuple(sorted(told, key=_place)),
        )


def _place(finding: CheckFinding) -> tuple[str, int, int, str, str]:
    return (finding.path, finding.line or 0, finding.column or 0, finding.code, finding.message)


def _losses(document: Document, text: str, data: bytes) -> Iterator[Finding]:
    """What an editor's document can't hold. What stands before the body is cut off, so its lines are counted back."""
    from pagemirror.content.prosemirror import to_prosemirror  # noqa: PLC0415 - only for targets of that kind

    losses = to_prosemirror(text).losses
    before = data.count(b"\n") - text.count("\n") if losses else 0
    for loss in losses:
        line = loss.line + before
        yield Finding(path=document.path, code=f"lowered_{loss.kind}", message=loss.message, line=line)


class _Near:
    """Finds the file whose name differs only in capitals from what a link says."""

    def __init__(self, paths: Mapping[RepoPath, BlobId]) -> None:
        self._paths = paths
        self._lower: dict[str, RepoPath] | None = None

    def to(self, slot: LinkSlot, root: RepoPath) -> str:
        """How people name that file, "" if there is none."""
        if not slot.path:
            return ""
        if self._lower is None:
            self._lower = {path.lower(): path for path in self._paths}
        found = self._lower.get(slot.path.lower())
        return shown(found, root) if found is not None and found != slot.path else ""
