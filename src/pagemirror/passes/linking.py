"""What links lead to in one pass: pages with and without an id, files, other mirrors."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, assert_never

from pagemirror.content import (
    Ambiguous,
    Resolved,
    ToFile,
    ToMissing,
    ToPage,
    ToSelf,
    candidates,
    resolve,
    web_url,
)
from pagemirror.model.documents import LinkKind, LinkSlot
from pagemirror.model.ids import MirrorName, PageId, RepoPath, Uid
from pagemirror.model.images import Image, upload_of
from pagemirror.passes.book import TOKEN, Book
from pagemirror.passes.images import Images, Unfit
from pagemirror.passes.setup import MirrorSetup, page_url
from pagemirror.source import Snapshot

__all__ = ["Destination", "Forms", "Linker", "other_pages"]


class Destination(NamedTuple):
    """Where a link goes: its URL, None to leave it as written, and the document whose page it waits for.

    `caution` says what a reader will miss, "" where all is well. `image` is a file that the target shall keep.
    """

    url: str | None
    waits_for: Uid | None = None
    caution: str = ""
    image: Image | None = None


class Forms(NamedTuple):
    """What one link becomes, None where it stays as written.

    `real` is what a reader's browser opens; `volatile` the same with `{commit}` as it is (None also where no URL has
    it); `by_path` is the same on every machine. `meaning` is what `Linker.by_uid` makes the last form of.
    """

    real: Destination
    volatile: str | None
    by_path: str | None
    meaning: Resolved


class Linker:
    """Resolves the links of documents, in every form that is needed. Implements `content.LinkIndex`.

    `volatile`: URLs hold words that move with each commit.
    """

    def __init__(
        self,
        setup: MirrorSetup,
        snapshot: Snapshot,
        book: Book,
        elsewhere: Mapping[RepoPath, str],
        images: Images | None = None,
    ) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._book = book
        self._elsewhere = dict(elsewhere)
        self._files: dict[RepoPath, bool] = {}
        self._others: dict[RepoPath, RepoPath | None] = {}
        self.images: Final = images or Images(snapshot, setup.file_limit)
        ref = "{commit}" if snapshot.detached else None
        self._web = setup.web_url.replace("{ref}", ref) if ref else setup.web_url
        self._raw = setup.raw_url.replace("{ref}", ref) if ref else setup.raw_url
        self.volatile: Final = "{commit}" in self._web or "{commit}" in self._raw

    # -------------------------------------------------------------- LinkIndex

    def page(self, path: RepoPath) -> RepoPath | None:
        """The mirrored document that a path means."""
        paths = self._book.paths
        if path in paths and not path.endswith("/"):
            return path  # it is its own first candidate
        if path not in self._others:  # images and folders, which many pages link to
            self._others[path] = next((candidate for candidate in candidates(path) if candidate in paths), None)
        return self._others[path]

    def file(self, path: RepoPath) -> bool:
        """Whether the repository holds this file, or this folder where the path ends in `/`."""
        if path not in self._files:
            self.look_up((path,))
        return self._files[path]

    def named(self, name: str) -> tuple[RepoPath, ...]:
        """The documents that a wiki link may mean."""
        return self._book.names.get(f"[[{name}]]", ())

    def look_up(self, paths: Iterable[RepoPath]) -> None:
        """Ask Git once for what many links will need."""
        unknown = {path for path in paths if path not in self._files}
        there = self._snapshot.exists(RepoPath(path.rstrip("/")) for path in unknown) if unknown else {}
        for path in unknown:
            kind = there.get(RepoPath(path.rstrip("/")))
            self._files[path] = kind == "folder" if path.endswith("/") else kind == "file"

    def foreign(self, pages: Mapping[RepoPath, str]) -> None:
        """Note pages of other mirrors: path → URL."""
        self._elsewhere.update(pages)

    # ------------------------------------------------------------ destinations

    def forms(self, slot: LinkSlot, page: RepoPath) -> Forms:
        """What a link becomes in each form of its page's body but one, which a new page doesn't need: `by_uid`."""
        meaning = resolve(slot, page=page, index=self)
        return Forms(
            real=self._real(meaning, slot, page, volatile=False),
            volatile=self._real(meaning, slot, page, volatile=True).url if self.volatile else None,
            by_path=_token(meaning, slot, str),
            meaning=meaning,
        )

    def by_uid(self, slot: LinkSlot, meaning: Resolved) -> str | None:
        """A link's form that outlives a new name of the document it leads to; None where it stays as written."""
        return _token(meaning, slot, lambda path: f"/{self._book.paths[path]}")

    def _real(self, meaning: Resolved, slot: LinkSlot, page: RepoPath, *, volatile: bool) -> Destination:
        match meaning:
            case ToSelf():
                return Destination(url=_fragment(slot) or "#")
            case ToPage(path):
                return self._to_page(slot, path, volatile=volatile)
            case ToFile(path) if slot.kind is LinkKind.IMAGE and self.images.wanted and path not in self._elsewhere:
                return self._to_image(slot, path, page, volatile=volatile)
            case ToFile(path):
                url = self._to_file(slot, path, volatile=volatile)
                return Destination(url=url, caution="" if url is not None else _unreachable(slot))
            case Ambiguous(paths):
                return Destination(url=None, caution=f"[[{slot.name}]] could mean {', '.join(paths)}; left as written")
            case ToMissing():
                return Destination(url=None, caution=f"{slot.raw} leads nowhere in this commit; left as written")
            case never:
                assert_never(never)

    def _to_page(self, slot: LinkSlot, path: RepoPath, *, volatile: bool) -> Destination:
        uid = self._book.paths[path]
        known = self._book.pages.get(uid)
        if self._setup.page_url and known is not None:
            return Destination(url=self._setup.url(known[0], slug=known[1]) + slot.suffix)
        web = self.url(self._web, path, volatile=volatile)
        return Destination(url=web + slot.suffix if web else None, waits_for=uid if self._setup.page_url else None)

    def _to_file(self, slot: LinkSlot, path: RepoPath, *, volatile: bool) -> str | None:
        other = self._elsewhere.get(path)
        if other is not None:
            return other + slot.suffix
        template = self._raw if slot.kind is LinkKind.IMAGE else self._web
        url = self.url(template, path, volatile=volatile)
        return url + slot.suffix if url else None

    def _to_image(self, slot: LinkSlot, path: RepoPath, page: RepoPath, *, volatile: bool) -> Destination:
        """The target's own file of an image; where it has none (yet), what a target without files would show."""
        url = self._to_file(slot, path, volatile=volatile)
        image = self.images.get(path)
        if isinstance(image, Unfit):
            told = f"{slot.raw} {image.reason}; it was not uploaded"
            return Destination(url=url, caution=told if url is None or image.code == "image_large" else "")
        upload = upload_of(self._book.uploads.get(self._book.paths[page], ()), path)
        if upload is not None and upload.file:
            url = self._setup.file_url(upload.file, upload.name)
        return Destination(url=url, image=image)

    @property
    def templates(self) -> tuple[str, str]:
        """Of the URLs of files: the one for readers, and the one for images."""
        return self._web, self._raw

    def url(self, template: str, path: RepoPath, *, volatile: bool) -> str:
        """A file's URL by one of these, "" where there is none."""
        if not template:
            return ""
        snapshot = self._snapshot
        return web_url(template, ref=snapshot.ref_name, commit=snapshot.head, path=path, volatile=volatile)

    def web(self, path: RepoPath, *, volatile: bool) -> str:
        """A file's place in the repository's web view, "" where nobody said."""
        return self.url(self._web, path, volatile=volatile)


def _token(meaning: Resolved, slot: LinkSlot, name: Callable[[RepoPath], str]) -> str | None:
    match meaning:
        case ToSelf():
            return f"{TOKEN}self{slot.suffix}"
        case ToPage(path):
            return f"{TOKEN}{name(path)}{slot.suffix}"
        case ToFile(path):
            return f"{TOKEN}file/{path}{slot.suffix}"
        case _:
            return None


def _unreachable(slot: LinkSlot) -> str:
    """A file of the repository that no page shows, and no address is configured for."""
    key = "raw_url" if slot.kind is LinkKind.IMAGE else "web_url"
    return f"{slot.raw} is a file of the repository and source.{key} isn't set; left as written"


def _fragment(slot: LinkSlot) -> str:
    mark = slot.suffix.find("#")
    return slot.suffix[mark:] if mark >= 0 else ""


def other_pages(
    found: Mapping[RepoPath, tuple[MirrorName, PageId, str | None]], templates: Mapping[MirrorName, str]
) -> dict[RepoPath, str]:
    """URLs of pages that other mirrors hold: path → (mirror, page id, slug)."""
    urls: dict[RepoPath, str] = {}
    for path, (mirror, page_id, slug) in found.items():
        template = templates.get(mirror, "")
        if template:
            urls[path] = page_url(template, page_id, slug=slug)
    return urls
