"""What is known of pages, as the service's status pages show it. Reads the state alone; sends and notes nothing."""

from dataclasses import replace

from pagemirror.model.ids import RepoPath
from pagemirror.model.listing import PageQuery, PageRows, PageStory
from pagemirror.model.records import Standing
from pagemirror.passes.deciding import conflicts, find_record, history
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.state.interface import Store

__all__ = ["page_list", "page_story"]


def page_list(setup: MirrorSetup, store: Store, root: RepoPath, query: PageQuery) -> PageRows:
    """A screenful of pages, their paths as people name them."""
    found = store.page_rows(setup.name, query)
    return replace(found, rows=tuple(replace(row, shown=shown(row.path, root)) for row in found.rows))


def page_story(setup: MirrorSetup, store: Store, root: RepoPath, path: str) -> PageStory | None:
    """All that is known of the page at a path; None where nothing is."""
    record = find_record(setup, store, root, path)
    holds = conflicts(setup, store, root, (path,))
    kept = history(setup, store, root, path)
    if record is None:
        return PageStory(mirror=setup.name, path=path, record=None, kept=kept, holds=holds) if holds or kept else None
    named = [RepoPath(key) for key in record.links]
    there = {other.path for other in store.records_by_path(setup.name, named) if other.standing is Standing.LIVE}
    linkers = store.records_by_uid(setup.name, store.linkers(setup.name, (record.path,)))
    return PageStory(
        mirror=setup.name,
        path=path,
        record=record,
        url=setup.url(record.page_id, slug=record.slug) if record.page_id is not None and setup.page_url else "",
        links=tuple((key if key.startswith("[[") else shown(key, root), key in there) for key in sorted(named)),
        linkers=tuple(sorted(shown(other.path, root) for other in linkers.values())),
        kept=kept,
        holds=holds,
        decision=store.decisions(setup.name).get(record.uid),
    )
