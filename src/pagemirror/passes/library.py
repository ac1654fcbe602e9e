"""The documents of one snapshot, parsed when they are needed; memory stays bounded however large the folder is."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from pagemirror.content import LeftOut, Nav, parse
from pagemirror.model.documents import Document, Unreadable
from pagemirror.model.ids import BlobId, MirrorName, RepoPath
from pagemirror.source import Snapshot

__all__ = ["Library"]

ROOM = 32_000_000
"""How many bytes of text are kept parsed."""


class Library:
    """Gives documents by path; keeps the last ones."""

    def __init__(self, snapshot: Snapshot, mirror: MirrorName, nav: Nav, blobs: dict[RepoPath, BlobId]) -> None:
        self._snapshot = snapshot
        self._mirror = mirror
        self._nav = nav
        self._blobs = blobs
        self._kept: OrderedDict[RepoPath, tuple[Document | Unreadable | LeftOut, int]] = OrderedDict()
        self._size = 0
        self._made: dict[RepoPath, Document] = {}

    def add(self, document: Document) -> None:
        """Keep a document that no file holds: a section page."""
        self._made[document.path] = document

    def get(self, path: RepoPath) -> Document | Unreadable | LeftOut:
        """One file, parsed."""
        for _, document in self.each((path,)):
            return document
        raise KeyError(path)

    def each(self, paths: Iterable[RepoPath]) -> Iterator[tuple[RepoPath, Document | Unreadable | LeftOut]]:
        """These files, parsed, in their order; those not kept are read in one go."""
        asked = list(paths)
        wanted = [path for path in asked if path not in self._made]
        made = ((path, self._made[path]) for path in asked if path in self._made)
        yield from made
        missing = list(dict.fromkeys(self._blobs[path] for path in wanted if path not in self._kept))
        reader = self._snapshot.read(missing) if missing else iter(())
        read: dict[BlobId, bytes] = {}
        users: dict[BlobId, int] = {}
        for path in wanted:
            if path not in self._kept:
                users[self._blobs[path]] = users.get(self._blobs[path], 0) + 1
        for path in wanted:
            held = self._kept.get(path)
            if held is not None:
                yield path, held[0]
                continue
            blob = self._blobs[path]
            while blob not in read:
                got, data = next(reader)
                read[got] = data
            data = read[blob]
            users[blob] -= 1
            if users[blob] == 0:
                del read[blob]
            yield path, self._keep(path, blob, data)

    def _keep(self, path: RepoPath, blob: BlobId, data: bytes) -> Document | Unreadable | LeftOut:
        document = parse(data, path=path, blob=blob, root=self._snapshot.root, mirror=self._mirror, nav=self._nav)
        self._kept[path] = (document, len(data))
        self._size += len(data)
        while self._size > ROOM and len(self._kept) > 1:
            _, (_, size) = self._kept.popitem(last=False)
            self._size -= size
        return document
