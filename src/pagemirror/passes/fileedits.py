"""What people wrote on a page, as new bytes of its file: merged with what Git has since, or why that can't be.

Reads the texts of the state and of Git; asks no target and writes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pagemirror.executor.reverting import older_is_back
from pagemirror.executor.writing import comes_back
from pagemirror.model.documents import Document
from pagemirror.model.errors import SourceError
from pagemirror.model.fields import BODY, TITLE
from pagemirror.model.ids import BlobId, RepoPath, Uid
from pagemirror.model.pages import Page
from pagemirror.model.records import Record
from pagemirror.model.reports.edits import Pull
from pagemirror.passes.book import TOKEN
from pagemirror.passes.gathering import Gathered
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.passes.turning import Turner, merged_file, raw_of, relative
from pagemirror.planner.views import Present, View
from pagemirror.source import Snapshot
from pagemirror.state.interface import Store

__all__ = ["FileEdits", "Left"]

_CONFLICT: Final = (
    "Git changed the same lines; look with `pagemirror conflicts {path}` after a sync, decide with `pagemirror resolve`"
)
_NO_BASE: Final = "the text that was sent, or the file's text at that time, is no longer there to compare with"
_NOT_WHOLE: Final = (
    "the page holds what can't be made again of Markdown, so the file would lose it; it stays on the page"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Why an edit is not pulled."""

    outcome: Pull
    code: str
    reason: str


class FileEdits:
    """Turns edits of one mirror's pages into bytes of its files. `on_disk` are the files of a worktree mirror."""

    def __init__(
        self, setup: MirrorSetup, snapshot: Snapshot, store: Store, gathered: Gathered, on_disk: Snapshot | None
    ) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._store = store
        self._gathered = gathered
        self._on_disk = on_disk
        self._turner = Turner(backend=setup.backend, mirror=setup.name, root=snapshot.root, banner=setup.banner)

    def of(self, view: View, record: Record, page: Page) -> tuple[bytes, bytes] | Left | None:
        """The file as Git has it and as it shall be; None where Git has all that the page says."""
        wanted = view.wanted
        if wanted is None:
            code, told = ("removed", "the file is gone from Git")
            if view.unreadable is not None:
                code, told = view.unreadable.code, view.unreadable.told
            return Left(outcome=Pull.LEFT, code=code, reason=f"{told}; the edit stays on the page")
        if wanted.path.endswith("/"):
            return Left(outcome=Pull.LEFT, code="section", reason="a section page is made of no file")
        unfit = self._unfit(view, record, page)
        if unfit is not None:
            return unfit
        base, ours = self._bytes(record.blob), self._bytes(wanted.blob)
        text = self._store.text(record.text) if record.text is not None else None
        if base is None or ours is None or text is None:
            return Left(outcome=Pull.LEFT, code="no_base", reason=_NO_BASE)
        theirs = self._theirs(record, page, base, self._sent(record, text), wanted.path)
        if isinstance(theirs, Left):
            return theirs
        merged = merged_file(base, ours, theirs)
        if merged is None:
            said = _CONFLICT.format(path=shown(wanted.path, self._snapshot.root))
            return Left(outcome=Pull.HELD, code="conflict", reason=said)
        if merged == ours:
            return None
        if self._dirty(wanted.path, ours):
            reason = "the file has uncommitted changes; commit them and pull again"
            return Left(outcome=Pull.LEFT, code="uncommitted", reason=reason)
        return ours, merged

    def _unfit(self, view: View, record: Record, page: Page) -> Left | None:
        """Why the page's text is none that a file could take in."""
        plain = self._setup.backend.to_markdown(page.fields)
        if isinstance(view.seen, Present) and view.seen.reverted and older_is_back(record.last_write, plain):
            return Left(
                outcome=Pull.LEFT, code="reverted", reason="the target's editor put an older text back; nobody wrote it"
            )
        if page.body_known and not comes_back(self._setup.backend, page):
            return Left(outcome=Pull.LEFT, code="unsupported", reason=_NOT_WHOLE)
        return None

    def _sent(self, record: Record, text: str) -> str:
        """The body that people started from: where the page isn't diverged, as the server gave it back."""
        if record.diverged or record.server_text is None:
            return text
        return self._store.text(record.server_text) or text

    def _theirs(self, record: Record, page: Page, base: bytes, sent: str, path: RepoPath) -> bytes | Left:
        """The file at the record's blob with the page's edits in it."""
        document = self._turner.read(base, path)
        if not isinstance(document, Document):
            return Left(outcome=Pull.LEFT, code="no_base", reason=_NO_BASE)
        now = str(page.fields.get(BODY) or "") if page.body_known else sent
        made = self._turner.with_text(base, document, sent=sent, now=now, links=self._links(document))
        title = self._title(record, page)
        if title is None:
            reason = "the page's title no longer begins with those above it, so its own part can't be told"
            return Left(outcome=Pull.LEFT, code="title", reason=reason)
        if title == record.title:
            return made
        retitled = self._turner.with_title(made, path, title)
        if retitled is None:
            return Left(outcome=Pull.LEFT, code="title", reason=f"the title {title!r} can't be written into the file")
        return retitled

    def _title(self, record: Record, page: Page) -> str | None:
        """The page's own title now, without those above it where the target shows them; None where that is unclear."""
        sent, now = str(record.values.get(TITLE) or record.title), str(page.fields.get(TITLE) or "").strip()
        if now == sent.strip() or not now:
            return record.title
        if not sent.endswith(record.title):
            return None
        above = sent.removesuffix(record.title)
        return now.removeprefix(above) if now.startswith(above) else None

    def _links(self, document: Document) -> Callable[[str], str | None]:
        """The way from a destination on the page to the one that the file has, or would have."""
        rendering, page = self._gathered.rendering, document.path
        raws = raw_of(document, rendering.meant)

        def back(url: str) -> str | None:
            token = rendering.token(url, page)
            if token is None or token in raws:
                return raws.get(token or "")
            return self._written(token, page)

        return back

    def _written(self, token: str, page: RepoPath) -> str | None:
        """A destination that the file does not have yet, relative to it."""
        name = token.removeprefix(TOKEN)
        at = min((place for place in (name.find("#"), name.find("?")) if place >= 0), default=len(name))
        name, suffix = name[:at], name[at:]
        if name == "self":
            return suffix or "#"
        if name.startswith("file/"):
            return relative(RepoPath(name.removeprefix("file/")), suffix, page)
        view = self._gathered.views.get(Uid(name.removeprefix("/")))
        if view is None or view.wanted is None or view.wanted.path.endswith("/"):
            return None
        return suffix if suffix and view.wanted.path == page else relative(view.wanted.path, suffix, page)

    def _bytes(self, blob: BlobId) -> bytes | None:
        try:
            return next((data for _, data in self._snapshot.read([blob])), None)
        except SourceError:
            return None  # told as an edit without a base

    def _dirty(self, path: RepoPath, ours: bytes) -> bool:
        """Whether the file on disk is another one than the commit's; its line ends are Git's affair."""
        if self._on_disk is None:
            return False
        there = self._on_disk.texts((path,)).get(path)
        return there is None or there.replace(b"\r\n", b"\n") != ours.replace(b"\r\n", b"\n")
