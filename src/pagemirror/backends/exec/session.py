"""Exec's network half: one target, and what each method sends there. Knows no state and decides nothing."""

import asyncio
from collections.abc import Callable, Sequence

from pagemirror.backends.answers import ABSENT, FORBIDDEN, Access, misread, refused, rows_of, text_of, unusable
from pagemirror.backends.exec import requests
from pagemirror.backends.exec.answers import header_of, page_of, part_of, published_between, publisher_of
from pagemirror.backends.exec.lookup import Entry, find, folder_entries, skill_entries, source_entries
from pagemirror.backends.interface import Probe, Target, Written
from pagemirror.backends.scanning import Part, scan
from pagemirror.model.errors import BackendError, Rejected, TargetUnusable
from pagemirror.model.fields import BODY, FOLDERS, SKILLS, SOURCES, VISIBILITY, Fields
from pagemirror.model.ids import FieldName, PageId, named
from pagemirror.model.pages import Absence, Absent, Complete, Found, Listing, Page, Partial, Removal
from pagemirror.transport.interface import Call, Transport

__all__ = ["ExecSession"]

_REFUSED = ABSENT | {FORBIDDEN}

_LISTINGS: dict[FieldName, tuple[str, Callable[[int], Call], Callable[..., tuple[Entry, ...]]]] = {
    FOLDERS: ("folder", requests.list_folders, folder_entries),
    SKILLS: ("skill", requests.list_skills, skill_entries),
    SOURCES: ("source", requests.list_sources, source_entries),
}


class ExecSession:
    """A session on one Exec workspace."""

    def __init__(self, target: Target, transport: Transport) -> None:
        self._target = target
        self._transport = transport
        self._access = Access(transport, self.probe)
        self._entries: dict[FieldName, Sequence[Entry]] = {}
        self._listing = asyncio.Lock()

    async def probe(self) -> Probe:
        """`GET /workspace`."""
        call = Call(method="GET", path=requests.workspace().path, statuses=_REFUSED)
        answer = await self._transport.send(call)
        if answer.status in _REFUSED:
            raise unusable("this workspace", call, answer)
        workspace = answer.body if isinstance(answer.body, dict) else {}
        found = text_of(workspace, "id")
        if not found:
            raise TargetUnusable(
                "GET /workspace was answered, but with no workspace: this is not Exec's API",
                hint="check target.base_url and target.backend",
            )
        return Probe(workspace=found, name=text_of(workspace, "name") or found)

    async def resolve(self, fields: Fields) -> Fields:
        """Folders, skills and sources as ids; each kind is listed once a session."""
        resolved = dict(fields)
        for name, (kind, _, _) in _LISTINGS.items():
            members = fields.get(name)
            if isinstance(members, tuple) and members:
                entries = await self._named(name)
                resolved[name] = tuple(dict.fromkeys(find(kind, member, entries) for member in members))
        return resolved

    async def list_headers(self, changed_since: float | None = None) -> Listing:
        """Newest page first, 100 a request; read again if pages came or went meanwhile."""
        found = await scan(lambda number: self._part(requests.list_pages(number, changed_since), number))
        headers = tuple(header_of(row, PageId(key)) for key, row in found.rows.items())
        live = tuple(header for header in headers if not header.archived)
        return Partial(headers=live, reason=found.flaw) if found.flaw else Complete(headers=live)

    async def get(self, page_id: PageId) -> Found:
        """`GET ?include=draft`."""
        call = requests.look(page_id)
        answer = await self._access.send(call)
        if answer.status == FORBIDDEN:
            return Absent(id=page_id, kind=Absence.HIDDEN)
        if answer.status in ABSENT:
            return Absent(id=page_id, kind=Absence.GONE)
        page = page_of(answer.body, page_id=page_id)
        if page is None:
            raise misread(call, "no page of this id with a title")
        return Absent(id=page_id, kind=Absence.ARCHIVED, page=page) if page.header.archived else page

    async def create(self, fields: Fields) -> Written:
        """`POST`, published at once unless it is a draft."""
        call = requests.create_page(fields)
        answer = await self._access.write(call, None)
        page = page_of(answer.body, page_id=None, sent_body=str(fields.get(BODY) or ""))
        if page is None:
            raise misread(call, "no page with id and title")
        return Written(page=page)

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        """One `PATCH`; after a publish that skipped a version, the version history is asked for whose that was."""
        body = requests.update_body(changed, wanted)
        unsent = ("visibility was not sent: Exec's API can't change it",) if VISIBILITY in changed else ()
        if not body:
            return Written(page=page, warnings=unsent)
        call = requests.update_page(page.id, body)
        answer = await self._access.write(call, page.id)
        written = page_of(answer.body, page_id=page.id, sent_body=body.get("content"))
        if written is None:
            raise misread(call, "no page of this id with a title")
        races = await self._races(page, written) if "status" in body else ()
        return Written(page=written, warnings=unsent + races)

    async def remove(self, page: Page, how: Removal, on: str) -> None:
        """`DELETE`, which archives; so does `delete`, as there is nothing else."""
        del how, on
        call = requests.archive_page(page.id)
        answer = await self._access.send(call)
        if answer.status == FORBIDDEN:
            raise refused(call, answer)

    async def restore(self, page: Page, wanted: Fields) -> Written:
        """Exec can't."""
        del wanted
        raise Rejected(
            f"page {named(page.id)} is archived, and Exec's API can't bring an archived page back",
            code="unsupported",
            hint="restore it in the web app and run again, or let the file get a new page",
        )

    async def editor(self, page: Page) -> str:
        """Who published the version that was read; "" for the system."""
        answer = await self._access.send(requests.list_versions(page.id))
        return publisher_of(rows_of(answer.body, "data") or (), page.header.version)

    async def _part(self, call: Call, number: int) -> Part:
        answer = await self._access.send(call)
        if answer.status in _REFUSED:
            raise unusable("the listing", call, answer)
        part = part_of(answer.body, number, requests.PAGE_SIZE)
        if part is None:
            raise TargetUnusable(
                f"GET {call.path} was answered, but with no listing: this is not Exec's API",
                hint="check target.base_url and target.backend",
            )
        return part

    async def _named(self, name: FieldName) -> Sequence[Entry]:
        _, call, entries = _LISTINGS[name]
        async with self._listing:
            if name not in self._entries:
                found = await scan(lambda number: self._part(call(number), number), tries=1)
                self._entries[name] = entries(found.rows.values())
            return self._entries[name]

    async def _races(self, looked_at: Page, written: Page) -> tuple[str, ...]:
        """Who published between the look and the write, where the version number says that somebody may have."""
        looked, answered = looked_at.header.version, written.header.version
        if looked is None or answered is None or int(answered) == int(looked) + 1:
            return ()
        call = requests.list_versions(written.id)
        try:
            answer = await self._access.send(call)
        except BackendError as error:
            return (
                f"version went from {looked} to {answered}, and whose the others are can't be told: {error.message}",
            )
        rows = rows_of(answer.body, "data") or ()
        return tuple(
            f"version {other.number} was published by {other.by} at {other.at} between the look and the write; it is "
            "in the page's version history, and no longer live"
            for other in published_between(rows, int(looked), int(answered))
        )
