"""Exec's documented endpoints: a call in, an answer out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, Endpoint, Json, Refused
from pagemirror.sandbox.exec.answers import Writer, listing
from pagemirror.sandbox.exec.pages import Page, Source
from pagemirror.sandbox.exec.requests import PAGE_SORTS, SOURCE_STATUSES, SOURCE_TYPES, STATUSES, Paging, Reader
from pagemirror.sandbox.exec.store import ARCHIVED, LIVE, Store
from pagemirror.sandbox.exec.switches import Switches
from pagemirror.sandbox.paging import bend_rows
from pagemirror.sandbox.table import Query

__all__ = ["Endpoints"]

_PAGES, _PAGE = "/knowledge-hub/pages", "/knowledge-hub/pages/{page_id}"
_SOURCES, _SOURCE = "/knowledge-hub/sources", "/knowledge-hub/sources/{source_id}"
_FOLDERS, _FOLDER = "/knowledge-hub/folders", "/knowledge-hub/folders/{folder_id}"
_PAGE_FILTERS = (
    "folder_id",
    "status",
    "owner_id",
    "skill_id",
    "query",
    "updated_after",
    "updated_before",
    "sort",
    "page",
    "page_size",
)


class Endpoints:
    """The endpoints over one store."""

    def __init__(self, store: Store, clock: Clock, switches: Callable[[], Switches], writer: Writer) -> None:
        self._store, self._clock, self._switches, self._write = store, clock, switches, writer

    def table(self) -> tuple[Endpoint, ...]:
        """List them all."""
        return (
            Endpoint(method="GET", template=_PAGES, handler=self.list_pages, lists=True),
            Endpoint(method="POST", template=_PAGES, handler=self.create_page, writes=True),
            Endpoint(method="GET", template=_PAGE, handler=self.get_page),
            Endpoint(method="PATCH", template=_PAGE, handler=self.update_page, writes=True),
            Endpoint(method="PUT", template=_PAGE, handler=self.update_page, writes=True),
            Endpoint(method="DELETE", template=_PAGE, handler=self.archive_page),
            Endpoint(method="GET", template=f"{_PAGE}/versions", handler=self.list_versions),
            Endpoint(method="GET", template=_FOLDERS, handler=self.list_folders),
            Endpoint(method="GET", template=_FOLDER, handler=self.get_folder),
            Endpoint(method="GET", template=_SOURCES, handler=self.list_sources),
            Endpoint(method="POST", template=_SOURCES, handler=self.create_source),
            Endpoint(method="GET", template=_SOURCE, handler=self.get_source),
            Endpoint(method="DELETE", template=_SOURCE, handler=self.archive_source),
            Endpoint(method="GET", template="/skills", handler=self.list_skills),
            Endpoint(method="GET", template="/workspace", handler=self.get_workspace),
            Endpoint(method="GET", template="/workspace/members", handler=self.list_members),
        )

    def list_pages(self, call: Call) -> Answer:
        """Answer one page of the pages' headers."""
        read = self._read()
        query = read.query(call, *_PAGE_FILTERS)
        paging = read.paging(call, query)
        order = read.choice(call, query, "sort", PAGE_SORTS) or "updated_at"
        status = read.choice(call, query, "status", STATUSES)
        after, before = read.second(call, query, "updated_after"), read.second(call, query, "updated_before")
        archived = status == "archived"
        if archived and self._switches().archived_filter == "400":
            raise Refused(400, "status must be draft or published")
        by_bound = after is not None and order == "updated_at"
        keep = _page_filter(query, status, None if by_bound else after, before, match=self._matches)
        if archived and self._switches().archived_filter == "empty":
            keep = _nothing
        found = self._store.pages.select(
            Query(
                order=order,
                shelf=ARCHIVED if archived else LIVE,
                descending=order != "title",
                offset=paging.offset,
                limit=paging.size,
                lowest=(after,) if by_bound else None,
                keep=keep,
                before=self._cutoff(call),
                writes_ago=call.bend.stale_writes,
            )
        )
        found = bend_rows(found, call.bend, paging.offset)
        return self._listing(call, [self._write.page(page) for page in found.rows], paging, found.total)

    def create_page(self, call: Call) -> Answer:
        """Create a page."""
        new = self._read().new_page(call)
        page = self._store.create(new, by=self._owner(), form=call.bend.body_form)
        return Answer(status=201, body=self._written(page))

    def get_page(self, call: Call) -> Answer:
        """Answer one page with its body."""
        read = self._read()
        included = read.included(call, read.query(call, "include"), "draft")
        page = self._visible_page(call)
        return Answer(status=200, body=self._write.page_detail(page, draft="draft" in included))

    def update_page(self, call: Call) -> Answer:
        """Change only the fields that are given; PATCH and PUT are the same."""
        page = self._page(call)
        if page.status == "archived" and self._switches().archived_patch == "404":
            raise _page_not_found(page.id)
        change = self._read().revision(call, page)
        page = self._store.revise(page, change, by=self._owner(), form=call.bend.body_form)
        return Answer(status=200, body=self._written(page))

    def archive_page(self, call: Call) -> Answer:
        """Archive a page."""
        page = self._page(call)
        if page.status != "archived":
            self._store.archive(page)
        elif self._switches().second_delete == "404":
            raise _page_not_found(page.id)
        return Answer(status=200, body={"id": page.id, "deleted": True})

    def list_versions(self, call: Call) -> Answer:
        """Answer a page's versions, newest first, without their texts."""
        read = self._read()
        paging = read.paging(call, read.query(call, "page", "page_size"))
        page = self._visible_page(call)
        rows = [self._write.version(version) for version in reversed(page.versions)]
        return self._part(call, rows, paging)

    def list_folders(self, call: Call) -> Answer:
        """Answer the folders."""
        read = self._read()
        query = read.query(call, "parent_id", "query", "page", "page_size")
        paging = read.paging(call, query)
        parent, text = query.get("parent_id"), query.get("query", "").casefold()
        rows = [
            self._write.folder(folder)
            for folder in self._store.folders.values()
            if parent in (None, folder.parent) and text in folder.name.casefold()
        ]
        return self._part(call, rows, paging)

    def get_folder(self, call: Call) -> Answer:
        """Answer one folder."""
        folder = self._store.folders.get(call.params["folder_id"])
        if folder is None:
            raise Refused(404, f"Folder not found: {call.params['folder_id']}")
        return Answer(status=200, body=self._write.folder(folder))

    def list_sources(self, call: Call) -> Answer:
        """Answer the sources that are not archived, newest first."""
        read = self._read()
        query = read.query(call, "type", "status", "folder_id", "query", "page_id", "page", "page_size")
        paging = read.paging(call, query)
        kind = read.choice(call, query, "type", SOURCE_TYPES)
        status = read.choice(call, query, "status", SOURCE_STATUSES)
        page = self._store.pages.get(query["page_id"]) if "page_id" in query else None
        rows = [
            self._write.source(source)
            for source in sorted(self._store.sources.values(), key=lambda source: -source.number)
            if not source.archived
            and kind in (None, "url")
            and status in (None, self._write.source_status(source))
            and ("folder_id" not in query or query["folder_id"] in source.folders)
            and ("page_id" not in query or (page is not None and source.id in page.sources))
            and query.get("query", "").casefold() in source.title.casefold()
        ]
        return self._part(call, rows, paging)

    def create_source(self, call: Call) -> Answer:
        """Add a source, or answer the one that has this URL already."""
        new = self._read().new_source(call)
        for source in self._store.sources.values():
            if source.url == new.url and not source.archived:
                return Answer(status=200, body=self._write.source(source))
        made = self._store.add_source(new.title, new.url, cover=new.cover, folders=new.folders, by=self._owner())
        return Answer(status=201, body=self._write.source(made))

    def get_source(self, call: Call) -> Answer:
        """Answer one source."""
        read = self._read()
        included = read.included(call, read.query(call, "include"), "content")
        return Answer(status=200, body=self._write.source(self._source(call), content="content" in included))

    def archive_source(self, call: Call) -> Answer:
        """Archive a source."""
        source = self._source(call)
        self._store.archive_source(source)
        return Answer(status=200, body={"id": source.id, "deleted": True})

    def list_skills(self, call: Call) -> Answer:
        """Answer the skills by name."""
        read = self._read()
        query = read.query(call, "include", "page", "page_size")
        proficiency = "proficiency" in read.included(call, query, "proficiency")
        skills = sorted(self._store.skills.values(), key=lambda skill: (skill.name.casefold(), skill.id))
        rows = [self._write.skill(skill, proficiency=proficiency) for skill in skills]
        return self._part(call, rows, read.paging(call, query))

    def get_workspace(self, call: Call) -> Answer:
        """Answer the workspace of the key."""
        self._read().query(call)
        first = min(member.created for member in self._store.members.values())
        return Answer(status=200, body=self._write.workspace(first))

    def list_members(self, call: Call) -> Answer:
        """Answer the members; there are no groups here, so a filter on groups finds nobody."""
        read = self._read()
        query = read.query(call, "group_ids", "page", "page_size")
        nested = self._switches().members == "nested"
        ids = () if query.get("group_ids") else tuple(self._store.members)
        rows = [self._write.member(key, nested=nested) for key in ids]
        return self._part(call, rows, read.paging(call, query))

    def _read(self) -> Reader:
        return Reader(self._store, self._switches())

    def _owner(self) -> str | None:
        return next(iter(self._store.members), None) if self._switches().owner == "member" else None

    def _page(self, call: Call) -> Page:
        page = self._store.pages.get(call.params["page_id"])
        if page is None:
            raise _page_not_found(call.params["page_id"])
        return page

    def _visible_page(self, call: Call) -> Page:
        page = self._page(call)
        if page.status == "archived" and self._switches().archived_get == "404":
            raise _page_not_found(page.id)
        return page

    def _source(self, call: Call) -> Source:
        source = self._store.sources.get(call.params["source_id"])
        if source is None or source.archived:
            raise Refused(404, f"Source not found: {call.params['source_id']}")
        return source

    def _written(self, page: Page) -> Json:
        form = self._switches().write_answer
        return self._write.page_detail(page, draft=form == "with_draft", content=form != "no_content")

    def _cutoff(self, call: Call) -> float | None:
        lag = max(self._switches().list_lag, call.bend.stale_seconds)
        return self._clock.now() - lag if lag else None

    def _matches(self, title: str, text: str) -> bool:
        title, text = title.casefold(), text.casefold()
        match self._switches().query_match:
            case "substring":
                return text in title
            case "words":
                return set(text.split()) <= set(title.split())
            case "prefix":
                return title.startswith(text)

    def _part(self, call: Call, rows: Sequence[Json], paging: Paging) -> Answer:
        return self._listing(call, rows[paging.offset : paging.offset + paging.size], paging, len(rows))

    def _listing(self, call: Call, rows: Sequence[Json], paging: Paging, total: int) -> Answer:
        if paging.page > 1 and paging.offset >= total and self._switches().page_past_end == "400":
            call.note("invalid_pagination", f"page {paging.page} is past the end")
            raise Refused(400, "Invalid pagination parameters", code="invalid_pagination")
        return listing(rows, page=paging.page, page_size=paging.size, total=total)


def _page_not_found(page_id: str) -> Refused:
    return Refused(404, f"Page not found: {page_id}")


def _nothing(_page: Any) -> bool:
    return False


def _page_filter(
    query: Mapping[str, str],
    status: str | None,
    after: int | None,
    before: int | None,
    *,
    match: Callable[[str, str], bool],
) -> Callable[[Page], bool] | None:
    """Return what a row must satisfy, or None where every row will do, so that the table needs no scan."""
    tests: list[Callable[[Page], bool]] = []
    if status in ("draft", "published"):
        tests.append(lambda page: page.status == status)
    if "folder_id" in query:
        tests.append(lambda page: query["folder_id"] in page.folders)
    if "owner_id" in query:
        tests.append(lambda page: page.owner == query["owner_id"])
    if "skill_id" in query:
        tests.append(lambda page: query["skill_id"] in page.skills)
    if query.get("query"):
        tests.append(lambda page: match(page.title, query["query"]))
    if after is not None:
        tests.append(lambda page: page.updated >= after)
    if before is not None:
        tests.append(lambda page: page.updated <= before)
    return (lambda page: all(test(page) for test in tests)) if tests else None
