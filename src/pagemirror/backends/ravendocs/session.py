"""Raven Docs' network half in the documented dialect: one space, and what each method sends there.

Knows no state and decides nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from pagemirror.backends.answers import ABSENT, FORBIDDEN, Access, misread, refused, unusable
from pagemirror.backends.interface import Probe, Written
from pagemirror.backends.ravendocs import requests
from pagemirror.backends.ravendocs.answers import Version, about, header_of, page_of, part_of, versions_of
from pagemirror.backends.ravendocs.limits import PAGE_SIZE
from pagemirror.backends.ravendocs.listing import SpaceListing
from pagemirror.backends.ravendocs.routes import Routes
from pagemirror.backends.ravendocs.settings import RavendocsSettings
from pagemirror.backends.ravendocs.tombstone import buried
from pagemirror.backends.scanning import Part
from pagemirror.model.errors import BackendError, Changed, Rejected, TargetUnusable, UnknownOutcome
from pagemirror.model.fields import BODY, PARENT, TITLE, Fields
from pagemirror.model.ids import PageId, named
from pagemirror.model.pages import Absence, Absent, Complete, Found, Listing, Page, Partial, Removal
from pagemirror.transport.interface import Call, Transport

__all__ = ["RavendocsSession"]

_REFUSED = ABSENT | {FORBIDDEN}


class RavendocsSession:
    """A session on one space of a Raven Docs workspace."""

    def __init__(self, own: RavendocsSettings, transport: Transport) -> None:
        self._own = own
        self._transport = Routes(transport)
        self._access = Access(self._transport, self.probe)
        self._listing = SpaceListing(self._part, roots_only=own.listing == "roots")

    async def probe(self) -> Probe:
        """A listing of one row; it needs the right key, workspace and space, and names none of them."""
        call = replace(requests.probe(self._own), statuses=_REFUSED)
        answer = await self._transport.send(call)
        if answer.status in _REFUSED:
            raise _unusable_space(unusable("this space", call, answer))
        if part_of(answer.body, 1, 1) is None:
            raise _no_listing(call)
        return Probe(workspace=self._own.workspace_id, name=self._own.space_id)

    async def resolve(self, fields: Fields) -> Fields:
        """There is nothing to look up."""
        return fields

    async def list_headers(self, changed_since: float | None = None) -> Listing:
        """All pages of the space but archived ones, 100 a request; read again if pages came or went meanwhile.

        The API has no filter by time, so all pages are listed and the older ones left out.
        """
        found = await self._listing.read()
        headers = [header_of(row, PageId(key), self._own.archive_parent) for key, row in found.rows.items()]
        for header in headers:
            self._listing.saw(header.id, header.parent)
        since = 0 if changed_since is None else int(changed_since)
        live = tuple(header for header in headers if not header.archived and header.updated >= since)
        return Partial(headers=live, reason=found.flaw) if found.flaw else Complete(headers=live)

    async def get(self, page_id: PageId) -> Found:
        """`GET` by id."""
        call = requests.look(page_id)
        answer = await self._access.send(call)
        if answer.status == FORBIDDEN or (answer.status in ABSENT and about(answer.body) in {"space", "workspace"}):
            return Absent(id=page_id, kind=Absence.HIDDEN)
        if answer.status in ABSENT:
            self._listing.saw(page_id, None)
            return Absent(id=page_id, kind=Absence.GONE)
        page = self._page(answer.body, page_id)
        if page is None:
            raise misread(call, "no page of this id with a title")
        return Absent(id=page_id, kind=Absence.ARCHIVED, page=page) if page.header.archived else page

    async def create(self, fields: Fields) -> Written:
        """`POST`; its answer holds no document, as documented."""
        return await self._written(requests.create_page(self._own, fields), None)

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        """One `PUT` of the whole page: what moved, and the rest as it was looked at.

        A page whose text the look didn't give is read first. A tombstone gets all wanted fields, which takes its marks
        off.
        """
        if not changed and not page.tombstone:
            return Written(page=page)
        whole = await self._whole(page)
        if whole is None:
            raise Changed(f"page {named(page.id)} is not there any more; nothing was changed", code="gone")
        return await self._put(page.id, {**whole.fields, **(wanted if page.tombstone else changed)})

    async def remove(self, page: Page, how: Removal, on: str) -> None:
        """`DELETE`, or a `PUT`: below `archive_parent` where it is set, else with a tombstone's marks."""
        if how is Removal.DELETE:
            call = requests.delete_page(self._own, page.id)
            answer = await self._access.send(call)
            if answer.status == FORBIDDEN:
                raise refused(call, answer)
            return
        if page.tombstone or page.header.archived:
            return
        whole = await self._whole(page)
        if whole is None:
            return
        try:
            await self._archive(whole, on)
        except Changed as error:
            if error.status not in ABSENT:
                raise

    async def restore(self, page: Page, wanted: Fields) -> Written:
        """A `PUT` of the wanted fields and place, which takes the marks off or moves the page back."""
        whole = await self._whole(page)
        if whole is None:
            raise Changed(f"page {named(page.id)} is not there any more; nothing was restored", code="gone")
        back = {PARENT: None} if page.header.archived else {}
        return await self._put(page.id, {**whole.fields, **back, **wanted})

    async def history(self, page_id: PageId) -> tuple[Version, ...]:
        """The versions that the server has of a page, newest first: one request."""
        call = requests.list_versions(page_id)
        answer = await self._access.send(call)
        if answer.status == FORBIDDEN:
            raise refused(call, answer)
        found = versions_of(answer.body) if answer.status not in ABSENT else None
        if found is None:
            raise misread(call, "no history of this page")
        return found

    async def restore_version(self, page_id: PageId, version: str) -> Written:
        """Give a page the title, text and icon of one of its versions: one write."""
        return await self._written(requests.restore_version(page_id, version), page_id)

    async def _archive(self, page: Page, on: str) -> None:
        if self._own.archive_parent:
            above = PageId(self._own.archive_parent)
            moved = (await self._put(page.id, {**page.fields, PARENT: above})).page
            if moved.header.parent != above:
                raise Rejected(
                    f"page {named(page.id)} was not archived: the server took the request and left the page there",
                    code="unsupported",
                    hint='this server does not move pages by PUT; set archive_parent = "" to mark them instead',
                )
            return
        marked = buried(str(page.fields[TITLE] or ""), str(page.fields.get(BODY) or ""), on)
        if marked is None:
            raise Rejected(
                f"page {named(page.id)} was not archived: its text is no document, and nothing can stand above it"
            )
        await self._put(page.id, {**page.fields, TITLE: marked.title, BODY: marked.body})

    async def _put(self, page_id: PageId, fields: Fields) -> Written:
        written = await self._written(requests.update_page(self._own, page_id, fields), page_id)
        if PARENT in fields and written.page.header.parent != (fields[PARENT] or None):
            warning = "the server took the page's text and left it where it stood in the tree"
            return replace(written, warnings=(*written.warnings, warning))
        return written

    async def _written(self, call: Call, page_id: PageId | None) -> Written:
        answer = await self._access.write(call, page_id)
        page = self._page(answer.body, page_id)
        if page is None and page_id is not None and not isinstance(answer.body, Mapping):
            return Written(page=await self._read_back(call, page_id), read_back=True)
        if page is None:
            raise misread(call, "no page with id and title")
        return Written(page=page)

    async def _read_back(self, call: Call, page_id: PageId) -> Page:
        """The page after a write whose answer was empty; the write is done, whatever comes of the read."""
        told = f"{call.method} {call.path} was answered, and the page could not be read afterwards"
        hint = "the next pass looks at what became of it before it sends anything"
        try:
            found = await self.get(page_id)
        except BackendError as error:
            raise UnknownOutcome(f"{told}: {error.message}", hint=hint) from error
        if isinstance(found, Page):
            return found
        if found.page is None:
            raise UnknownOutcome(f"{told}: it is {found.kind}", hint=hint)
        return found.page

    async def _whole(self, page: Page) -> Page | None:
        """The page with its text, read now if the look didn't give it; None if it is gone."""
        if page.body_known:
            return page
        found = await self.get(page.id)
        known = found.page if isinstance(found, Absent) else found
        if known is not None and not known.body_known:
            raise Rejected(
                f"page {named(page.id)} was left as it is: the server doesn't give its text, and a write would lose it",
                hint="open the page in the web app and look whether its text can be read there",
            )
        return known

    def _page(self, body: object, page_id: PageId | None) -> Page | None:
        page = page_of(body, page_id=page_id, archive_parent=self._own.archive_parent)
        if page is not None:
            self._listing.saw(page.id, page.header.parent)
        return page

    async def _part(self, number: int, parent: PageId | None) -> Part:
        call = requests.list_pages(self._own, number, parent)
        answer = await self._access.send(call)
        if answer.status in _REFUSED:
            raise _unusable_space(unusable("the listing", call, answer))
        part = part_of(answer.body, number, PAGE_SIZE)
        if part is None:
            raise _no_listing(call)
        return part


def _unusable_space(error: TargetUnusable) -> TargetUnusable:
    return TargetUnusable(
        error.message,
        status=error.status,
        hint="check target.workspace_id and target.space_id, and that the key's owner is a member of the space; "
        f"then {error.hint}",
    )


def _no_listing(call: Call) -> TargetUnusable:
    return TargetUnusable(
        f"GET {call.path} was answered, but with no listing: this is not Raven Docs' API",
        hint="check target.base_url (everything before /pages) and target.backend",
    )
