"""The documents of one snapshot; memory stays bounded however large the folder is.

Each file is parsed once. Of its document all but body and headings is kept; the last bodies are kept too,
the others are cut again from the file's bytes when they are needed.
"""

from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from typing import Protocol

from pagemirror.content import LeftOut, Nav, parse, with_body
from pagemirror.model.documents import Document, FrontMatter, Unreadable
from pagemirror.model.ids import BlobId, MirrorName, RepoPath

__all__ = ["Blobs", "Known", "Library", "without_text"]

ROOM = 6_000_000
"""How many bytes of text are kept as bodies."""

AHEAD = 32
"""How many files are read at once where one is asked for that isn't kept: its neighbours are asked for next."""

Parsed = Document | Unreadable | LeftOut
Known = dict[RepoPath, Document | Unreadable]

_NO_FRONT = FrontMatter()


def without_text(document: Document) -> Document:
    """What can be told of a document without its text and links, in little memory."""
    return Document(
        path=document.path,
        blob=document.blob,
        front=_NO_FRONT if document.front == _NO_FRONT else document.front,
        title=document.title,
        body=(),
        place=document.place,
        findings=document.findings,
        note=document.note,
    )


class Blobs(Protocol):
    """What a library needs of a snapshot."""

    @property
    def root(self) -> RepoPath:
        """The source folder from the repository's top."""

    def read(self, blobs: Iterable[BlobId]) -> Iterator[tuple[BlobId, bytes]]:
        """Each blob with its bytes, in the order asked for."""


class Library:
    """Gives documents by path; keeps the last ones, and puts all that it gave into `known`, without their texts."""

    def __init__(
        self,
        snapshot: Blobs,
        mirror: MirrorName,
        nav: Nav,
        blobs: dict[RepoPath, BlobId],
        known: Known,
    ) -> None:
        self._snapshot = snapshot
        self._mirror = mirror
        self._nav = nav
        self._blobs = blobs
        self._kept: OrderedDict[RepoPath, tuple[Parsed, int]] = OrderedDict()
        self._known = known
        self._size = 0
        self._made: dict[RepoPath, Document] = {}
        self._order: list[RepoPath] | None = None

    def add(self, document: Document) -> None:
        """Keep a document that no file holds: a section page."""
        self._made[document.path] = document
        self._known[document.path] = without_text(document)

    def slim(self, path: RepoPath) -> Parsed:
        """What is kept of a file that was read, with its text or without."""
        made = self._made.get(path)
        if made is not None:
            return made
        return self._kept[path][0] if path in self._kept else self._known[path]

    def get(self, path: RepoPath) -> Parsed:
        """One file, parsed."""
        made = self._made.get(path)
        if made is not None:
            return made
        if path not in self._kept:
            for _ in self.each(self._neighbours(path)):
                pass  # they are kept
        return self._kept[path][0]

    def _neighbours(self, path: RepoPath) -> list[RepoPath]:
        """The files that come after it, not kept yet, and itself as the last: the last ones are kept longest."""
        if self._order is None:
            self._order = sorted(self._blobs)
        at = bisect_left(self._order, path)
        near = self._order[at + 1 : at + AHEAD]
        return [*(other for other in near if other not in self._kept), path]

    def each(self, paths: Iterable[RepoPath]) -> Iterator[tuple[RepoPath, Parsed]]:
        """These files, parsed, in their order; those not kept are read in one go."""
        asked = list(paths)
        wanted = [path for path in asked if path not in self._made]
        yield from ((path, self._made[path]) for path in asked if path in self._made)
        held = {path: self._kept[path][0] for path in wanted if path in self._kept}  # others may push them out
        users = Counter(self._blobs[path] for path in wanted if path not in held)
        reader = self._snapshot.read(users) if users else iter(())
        read: dict[BlobId, bytes] = {}
        for path in wanted:
            if path in held:
                yield path, held.pop(path)
                continue
            blob = self._blobs[path]
            while blob not in read:
                got, data = next(reader)
                read[got] = data
            data = read[blob]
            users[blob] -= 1
            if not users[blob]:
                del read[blob]
            yield path, self._keep(path, blob, data)

    def _keep(self, path: RepoPath, blob: BlobId, data: bytes) -> Parsed:
        document = self._read(path, blob, data)
        _, before = self._kept.pop(path, (None, 0))
        self._kept[path] = (document, len(data))
        self._size += len(data) - before
        while self._size > ROOM and len(self._kept) > 1:
            _, (_, size) = self._kept.popitem(last=False)
            self._size -= size
        return document

    def _read(self, path: RepoPath, blob: BlobId, data: bytes) -> Parsed:
        known = self._known.get(path)
        if isinstance(known, Document):
            return with_body(known, data, root=self._snapshot.root)
        document = parse(data, path=path, blob=blob, root=self._snapshot.root, mirror=self._mirror, nav=self._nav)
        if isinstance(document, Document):
            self._known[path] = without_text(document)
        return document
