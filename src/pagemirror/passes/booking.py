"""What the documents at hand can link to: this mirror's pages, files of the repository, pages of other mirrors."""

from pagemirror.content import name_keys
from pagemirror.model.documents import Document
from pagemirror.model.ids import RepoPath
from pagemirror.model.records import Standing
from pagemirror.passes.book import Book, names_of
from pagemirror.passes.images import Images
from pagemirror.passes.linking import Linker, other_pages
from pagemirror.passes.reading import Reading
from pagemirror.passes.setup import MirrorSetup
from pagemirror.source import Snapshot
from pagemirror.state.interface import Store

__all__ = ["make_book", "make_linker"]


def make_book(reading: Reading, setup: MirrorSetup, store: Store) -> Book:
    """The documents that can be linked to, with their pages."""
    book = Book()
    book.uploads = {uid: record.uploads for uid, record in reading.records.items() if record.uploads}
    for path, uid in reading.uids.items():
        record = reading.records.get(uid)
        if record is not None and record.standing is Standing.LIVE:
            book.add(path, uid, record.page_id, record.slug)
        elif isinstance(reading.parsed.get(path), Document):
            book.add(path, uid, None, None)
    if not reading.whole:
        _add_targets(book, reading, setup, store)
    elif book.paths == reading.uids:
        book.paths = reading.uids  # one table of a whole folder instead of two
    if reading.names:
        documents = sorted(reading.documents.items())
        book.names = names_of((key, path) for path, item in documents for key in name_keys(path, item.title))
    return book


def _add_targets(book: Book, reading: Reading, setup: MirrorSetup, store: Store) -> None:
    """The records that the documents at hand link to; the others aren't needed."""
    keys = [RepoPath(key) for key in reading.keys]
    # Of a removed page's record the path may be another file's by now.
    moved_or_gone = {record.path for record in reading.records.values() if record.standing is Standing.LIVE}
    for record in store.records_by_path(setup.name, keys):
        if record.standing is Standing.LIVE and record.path not in book.paths and record.path not in moved_or_gone:
            book.add(record.path, record.uid, record.page_id, record.slug)


def make_linker(
    reading: Reading, setup: MirrorSetup, snapshot: Snapshot, store: Store, book: Book, root: str
) -> Linker:
    """Resolves the links of these documents; Git and the other mirrors are asked once. `root`: the root commit."""
    known = {one.blob for uploads in book.uploads.values() for one in uploads if one.file}
    linker = Linker(setup, snapshot, book, {}, Images(snapshot, setup.file_limit, known))
    outside = {path for path in reading.outside if linker.page(path) is None}
    linker.look_up(outside)
    linker.images.look_up(outside)
    if setup.others and outside and root:
        pages = {
            path: (mirror, record.page_id, record.slug)
            for path, (mirror, record) in store.elsewhere(root, outside).items()
            if mirror != setup.name and record.page_id is not None
        }
        linker.foreign(other_pages(pages, setup.others))
    return linker
