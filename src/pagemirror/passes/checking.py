"""Checks a source folder against its target's limits: reads files only, asks no target and no state."""

from collections import Counter
from collections.abc import Collection, Iterable

from pagemirror.content import ToFile, ToMissing, ToPage, ToSelf, ancestors, name_keys, parents, resolve, sections
from pagemirror.content.checks import anchor_finding, duplicates, link_finding
from pagemirror.model.documents import Finding, Level, LinkKind, LinkSlot
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.fields import PARENT
from pagemirror.model.ids import MirrorName, RepoPath, Uid
from pagemirror.model.images import Image
from pagemirror.model.pages import Tree
from pagemirror.model.reports.checks import CheckFinding, CheckReport
from pagemirror.passes.book import Book, names_of
from pagemirror.passes.examining import Examiner
from pagemirror.passes.images import Unfit
from pagemirror.passes.linking import Linker
from pagemirror.passes.setup import MirrorSetup
from pagemirror.source import Snapshot

__all__ = ["check", "unchecked"]


def check(setup: MirrorSetup, snapshot: Snapshot, mirrors: Collection[str]) -> CheckReport:
    """Read a mirror's whole folder and tell what is wrong in it. `mirrors` are all that the config has."""
    examiner = Examiner(setup, snapshot, mirrors)
    examiner.read_all()
    _Judge(setup, snapshot, examiner).judge()
    root = snapshot.root
    told = {_told(finding, root, examiner) for finding in examiner.findings}
    return CheckReport(
        mirror=setup.name,
        commit=snapshot.commit,
        files=examiner.files,
        pages=len(examiner.kept.documents),
        left_out=len(examiner.kept.left_out),
        findings=tuple(sorted(told, key=_place)),
    )


def unchecked(name: MirrorName, error: PagemirrorError) -> CheckReport:
    """The report of a mirror whose folder could not be read."""
    said = {"code": error.code, "message": error.message, "hint": error.hint, "exit": str(error.exit_code)}
    return CheckReport(mirror=name, commit=None, files=0, pages=0, left_out=0, findings=(), error=said)


def _told(finding: Finding, root: RepoPath, examiner: Examiner) -> CheckFinding:
    return CheckFinding(
        path=RepoPath("." if finding.path == root else examiner.named(finding.path)),
        file=finding.path or RepoPath("."),
        line=finding.line,
        column=finding.column,
        code=finding.code,
        level=finding.level,
        message=finding.message,
    )


def _place(finding: CheckFinding) -> tuple[str, int, int, str, str]:
    return (finding.path, finding.line or 0, finding.column or 0, finding.code, finding.message)


class _Judge:
    """Says what only all files together can tell."""

    def __init__(self, setup: MirrorSetup, snapshot: Snapshot, examiner: Examiner) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._examiner = examiner
        self._kept = examiner.kept
        self._tree = setup.backend.tree(setup.target)
        self._small: dict[str, RepoPath] | None = None

    def judge(self) -> None:
        """Note all findings."""
        examiner = self._examiner
        if not examiner.files:
            self._empty()
        examiner.findings += duplicates(self._kept.documents, examiner.named)
        if self._tree is Tree.TITLE:
            self._title_paths()
        if PARENT in examiner.fields:
            self._parents()
        linker = self._linker()
        for path, slot in self._kept.links:
            self._link(path, slot, linker)
        self._unlinked()

    def _empty(self) -> None:
        root = self._snapshot.root
        missing = self._snapshot.tree is None
        what = "is not there" if missing else "holds no Markdown file that the settings select"
        said = f"the source folder {root or '.'} {what}"
        self._examiner.add(Finding(path=root, code="empty_source", message=said, level=Level.ERROR))

    def _title_paths(self) -> None:
        """Where titles hold those above them, whether the whole fits: that is known only now."""
        documents = self._kept.documents
        above = parents({path: item.place for path, item in documents.items()})
        titles = {path: item.title for path, item in documents.items()}
        told = {finding.path for finding in self._examiner.findings if finding.code == "title"}
        for path, document in documents.items():
            chain = ancestors(path, above, titles)
            if chain and path not in told:
                self._examiner.fits(document, "", b"", chain)

    def _parents(self) -> None:
        """Parents that the front matter names and that are not there."""
        root, documents = self._snapshot.root, self._kept.documents
        titles = Counter(item.title for item in documents.values())
        for path, item in documents.items():
            name = item.front.parent
            if name is None or RepoPath(f"{root}/{name.lstrip('/')}" if root else name.lstrip("/")) in documents:
                continue
            if titles[name] != 1:
                what = "no page" if not titles[name] else "the title of more than one page"
                said = f"the parent {name!r} is {what} here; the page stands where its folder says"
                self._examiner.add(Finding(path=path, code="parent", message=said))

    # ------------------------------------------------------------------ links

    def _linker(self) -> Linker:
        """What there is to link to; a file that can't be read counts as the page that it will be."""
        kept = self._kept
        book = Book()
        for path in (*kept.documents, *kept.unreadable, *self._sections()):
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

    def _link(self, path: RepoPath, slot: LinkSlot, linker: Linker) -> None:
        examiner = self._examiner
        resolved = resolve(slot, page=path, index=linker)
        if isinstance(resolved, ToFile) and slot.kind is LinkKind.IMAGE and linker.images.wanted:
            examiner.add(self._image(path, slot, linker.images.get(resolved.path)))
            return
        wrong = link_finding(
            slot,
            resolved,
            page=path,
            root=self._snapshot.root,
            has_web_url=bool(self._setup.web_url),
            has_raw_url=bool(self._setup.raw_url),
            near=self._near(slot) if isinstance(resolved, ToMissing) else "",
            named=examiner.named,
        )
        examiner.add(wrong)
        if isinstance(resolved, ToPage):
            self._kept.note_between(path, slot)
        target = path if isinstance(resolved, ToSelf) else resolved.path if isinstance(resolved, ToPage) else None
        if target in self._kept.documents:
            there = self._kept.anchors(target)
            said = "this page" if target == path else examiner.named(target)
            examiner.add(anchor_finding(slot, there, page=path, target=said))

    def _image(self, path: RepoPath, slot: LinkSlot, image: Image | Unfit) -> Finding | None:
        """What is wrong with an image that the target would keep."""
        if isinstance(image, Image) or (image.code != "image_large" and self._setup.raw_url):
            return None
        instead = "it is linked by raw_url" if self._setup.raw_url else "source.raw_url isn't set; readers won't see it"
        said = f"the image {slot.raw} {image.reason}; it is not uploaded, and {instead}"
        return Finding(path=path, code=image.code, message=said, line=slot.line or None, column=slot.column or None)

    def _near(self, slot: LinkSlot) -> str:
        """The file whose name differs from a link's only in capitals, "" if there is none."""
        if self._small is None:
            self._small = {path.lower(): path for path in self._examiner.blobs}
        found = self._small.get(slot.path.lower()) if slot.path else None
        return self._examiner.named(found) if found is not None else ""

    def _unlinked(self) -> None:
        """Where neither setting is there, links between pages lead nowhere: told once, it is one mistake."""
        kept = self._kept
        if self._setup.page_url or self._setup.web_url or kept.first_between is None:
            return
        path, slot = kept.first_between
        said = (
            f"neither target.page_url nor source.web_url is set; links between pages ({kept.between}) stay as written"
        )
        line, column = slot.line or None, slot.column or None
        self._examiner.add(Finding(path=path, code="no_page_url", message=said, line=line, column=column))
