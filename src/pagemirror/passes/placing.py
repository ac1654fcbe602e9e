"""The source's tree beside the target's, from the snapshot and the records. Asks no target."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pagemirror.content import Branch, branches, parents
from pagemirror.model.fields import PARENT, TITLE
from pagemirror.model.ids import PageId, RepoPath
from pagemirror.model.records import Record, Standing
from pagemirror.model.reports.runs import TreeChange, TreeRow
from pagemirror.passes.gathering import Gathered, named_parent
from pagemirror.passes.setup import shown

__all__ = ["tree_rows"]


def tree_rows(gathered: Gathered, root: RepoPath) -> tuple[TreeRow, ...]:
    """All documents in their order, then the pages without one. `gathered` must be of a whole reading."""
    reading, documents = gathered.reading, gathered.reading.documents
    above, chosen = _above(gathered, root)
    target = _Target(reading.records.values(), expresses=gathered.parent is not None, root=root)
    by_path = {path: reading.records.get(uid) for path, uid in reading.uids.items()}
    rows = [
        target.row(branch, documents[branch.path].title, by_path)
        for branch in branches(documents, above, chosen=chosen, root=root)
    ]
    shown_uids = {reading.uids[path] for path in documents}
    unreadable = set(reading.uids.values()) - shown_uids
    others = [record for uid, record in reading.records.items() if uid not in shown_uids]
    rows += [
        target.alone(record, unreadable=record.uid in unreadable)
        for record in sorted(others, key=lambda record: (record.path, record.uid))
        if record.standing is Standing.LIVE and record.page_id is not None
    ]
    return tuple(rows)


def _above(gathered: Gathered, root: RepoPath) -> tuple[dict[RepoPath, RepoPath | None], frozenset[RepoPath]]:
    """The parent of each document, and those that have the one that their front matter names."""
    reading, documents, parent = gathered.reading, gathered.reading.documents, gathered.parent
    if parent is None:
        return parents({path: item.place for path, item in documents.items()}), frozenset()
    paths = {uid: path for path, uid in reading.uids.items()}
    uids = {path: parent(path) for path in documents}
    above = {path: None if uid is None else paths[uid] for path, uid in uids.items()}
    chosen = (
        path
        for path, item in documents.items()
        if item.front.parent is not None and above[path] is not None
        if named_parent(item.front.parent, root, documents) == above[path]
    )
    return above, frozenset(chosen)


class _Target:
    """The tree of pages, as recorded. Without `expresses` the target has none: all pages stand beside each other."""

    def __init__(self, records: Iterable[Record], *, expresses: bool, root: RepoPath) -> None:
        live = (record for record in records if record.standing is Standing.LIVE)
        self._pages = {record.page_id: record for record in live if record.page_id is not None}
        self._expresses = expresses
        self._root = root

    def row(self, branch: Branch, title: str, by_path: Mapping[RepoPath, Record | None]) -> TreeRow:
        """A document and its page."""
        record = by_path.get(branch.path)
        row = TreeRow(
            path=shown(branch.path, self._root),
            title=title,
            depth=branch.depth,
            parent=None if branch.parent is None else shown(branch.parent, self._root),
            why=branch.why,
            change=TreeChange.NEW,
        )
        if record is not None and record.standing is Standing.LEFT:
            return replace(row, change=TreeChange.LET_GO)
        if record is None or record.page_id not in self._pages:
            return row
        wanted = None if branch.parent is None else by_path.get(branch.parent)
        moved = self._expresses and (
            self._parent(record) != (None if wanted is None else wanted.page_id)
            or (branch.parent is not None and wanted is None)
        )
        return self._with_page(row, record, TreeChange.MOVED if moved else TreeChange.SAME)

    def alone(self, record: Record, *, unreadable: bool) -> TreeRow:
        """A page whose file is not there to be a document."""
        why = "its file can't be read, and its page stays" if unreadable else "its file is gone, or left out"
        change = TreeChange.SAME if unreadable else TreeChange.GONE
        row = TreeRow(path=shown(record.path, self._root), title=None, depth=0, parent=None, why=why, change=change)
        return self._with_page(row, record, change)

    def _with_page(self, row: TreeRow, record: Record, change: TreeChange) -> TreeRow:
        above = self._parent(record)
        known = self._pages.get(above) if above is not None else None
        return replace(
            row,
            change=change,
            page_id=record.page_id,
            page_title=str(record.values.get(TITLE) or record.title),
            page_depth=self._depth(record),
            page_parent=above if known is None else shown(known.path, self._root),
        )

    def _parent(self, record: Record) -> PageId | None:
        parent = record.values.get(PARENT)
        return PageId(str(parent)) if parent and self._expresses else None

    def _depth(self, record: Record) -> int:
        """How many pages of ours stand above one."""
        passed = {record.uid}
        above = self._parent(record)
        while above is not None and (step := self._pages.get(above)) is not None and step.uid not in passed:
            passed.add(step.uid)
            above = self._parent(step)
        return len(passed) - 1
