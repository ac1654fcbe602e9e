"""Pharen's network half: one target, and what each method sends there. Knows no state and decides nothing."""

from dataclasses import replace

from pagemirror.backends.answers import ABSENT, FORBIDDEN, Access, misread, refused, unusable
from pagemirror.backends.interface import Probe, Written
from pagemirror.backends.pharen import requests
from pagemirror.backends.pharen.answers import header_of, page_of, part_of
from pagemirror.backends.pharen.limits import PAGE_SIZE
from pagemirror.backends.pharen.settings import PharenSettings
from pagemirror.backends.pharen.tombstone import buried
from pagemirror.backends.scanning import Part, scan
from pagemirror.model.errors import Rejected, TargetUnusable
from pagemirror.model.fields import BODY, TITLE, Fields
from pagemirror.model.ids import PageId, named
from pagemirror.model.pages import Absence, Absent, Complete, Found, Listing, Page, Partial, Removal
from pagemirror.transport.interface import Call, Transport

__all__ = ["PharenSession"]

_REFUSED = ABSENT | {FORBIDDEN}


class PharenSession:
    """A session on one Pharen workspace."""

    def __init__(self, own: PharenSettings, transport: Transport) -> None:
        self._path = own.path
        self._transport = transport
        self._access = Access(transport, self.probe)

    async def probe(self) -> Probe:
        """A listing of one row; the API doesn't name its workspace."""
        call = replace(requests.probe(self._path), statuses=_REFUSED)
        answer = await self._transport.send(call)
        if answer.status in _REFUSED:
            raise unusable("this workspace", call, answer)
        if part_of(answer.body, 1, 1) is None:
            raise _no_listing(call)
        return Probe(workspace="", name="")

    async def resolve(self, fields: Fields) -> Fields:
        """There is nothing to look up."""
        return fields

    async def list_headers(self, changed_since: float | None = None) -> Listing:
        """Newest page first, 100 a request; read again if pages came or went meanwhile.

        The API has no filter by time, so all pages are listed and the older ones left out.
        """
        found = await scan(self._part)
        headers = tuple(header_of(row, PageId(key)) for key, row in found.rows.items())
        if changed_since is not None:
            headers = tuple(header for header in headers if header.updated >= int(changed_since))
        return Partial(headers=headers, reason=found.flaw) if found.flaw else Complete(headers=headers)

    async def get(self, page_id: PageId) -> Found:
        """`GET` by id."""
        call = requests.look(self._path, page_id)
        answer = await self._access.send(call)
        if answer.status == FORBIDDEN:
            return Absent(id=page_id, kind=Absence.HIDDEN)
        if answer.status in ABSENT:
            return Absent(id=page_id, kind=Absence.GONE)
        page = page_of(answer.body, page_id=page_id)
        if page is None:
            raise misread(call, "no page of this id with a title")
        return page

    async def create(self, fields: Fields) -> Written:
        """`POST`."""
        return await self._written(requests.create_page(self._path, fields), None)

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        """One `PUT` with what moved; a tombstone gets both, which takes its marks off."""
        body = requests.update_body(wanted if page.tombstone else changed)
        if not body:
            return Written(page=page)
        return await self._written(requests.update_page(self._path, page.id, body), page.id)

    async def remove(self, page: Page, how: Removal, on: str) -> None:
        """`DELETE` for good, or a `PUT` that makes a tombstone."""
        if how is Removal.DELETE:
            await self._send_removal(requests.delete_page(self._path, page.id))
            return
        if page.tombstone:
            return
        if not page.body_known:
            raise Rejected(
                f"page {named(page.id)} was not archived: its text is not known, and the tombstone would lose it",
                hint="the next pass reads the page first",
            )
        marked = buried(str(page.fields[TITLE] or ""), str(page.fields[BODY] or ""), on)
        body = {"title": marked.title, "content": marked.body}
        await self._send_removal(requests.update_page(self._path, page.id, body))

    async def restore(self, page: Page, wanted: Fields) -> Written:
        """A `PUT` of title and body, which takes the marks off."""
        body = requests.update_body(wanted)
        return await self._written(requests.update_page(self._path, page.id, body), page.id)

    async def _written(self, call: Call, page_id: PageId | None) -> Written:
        answer = await self._access.write(call, page_id)
        page = page_of(answer.body, page_id=page_id)
        if page is None:
            raise misread(call, "no page with id and title")
        return Written(page=page)

    async def _send_removal(self, call: Call) -> None:
        """Send a removal; a page that is gone already is no error."""
        answer = await self._access.send(call)
        if answer.status == FORBIDDEN:
            raise refused(call, answer)

    async def _part(self, number: int) -> Part:
        call = requests.list_pages(self._path, number)
        answer = await self._access.send(call)
        if answer.status in _REFUSED:
            raise unusable("the listing", call, answer)
        part = part_of(answer.body, number, PAGE_SIZE)
        if part is None:
            raise _no_listing(call)
        return part


def _no_listing(call: Call) -> TargetUnusable:
    return TargetUnusable(
        f"GET {call.path} was answered, but with no listing: this is not Pharen's API",
        hint="check target.base_url, target.path and target.backend",
    )
