"""The network half of the published server's dialect: one space.

A write moves only the named fields; a place is moved by a call of its own, ahead of them. Knows no state and decides
nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pagemirror.backends.answers import ABSENT, FORBIDDEN, misread, moment, unusable
from pagemirror.backends.interface import Probe, Saves, Target, Written
from pagemirror.backends.ravendocs.rpc import requests
from pagemirror.backends.ravendocs.rpc.access import Access, Login
from pagemirror.backends.ravendocs.rpc.answers import (
    NO_ACCESS,
    Row,
    Sheet,
    Sibling,
    file_of,
    files_of,
    header_of,
    last_editor_of,
    message_of,
    others_of,
    page_of,
    saves_of,
    sheet_of,
    siblings_of,
)
from pagemirror.backends.ravendocs.rpc.arranging import arranged
from pagemirror.backends.ravendocs.rpc.listing import scan
from pagemirror.backends.ravendocs.rpc.positions import between
from pagemirror.backends.ravendocs.settings import RavendocsSettings
from pagemirror.model.errors import BackendError, Changed, Rejected, TargetUnusable, UnknownOutcome
from pagemirror.model.fields import BODY, ICON, PARENT, TITLE, Fields
from pagemirror.model.ids import PageId, named
from pagemirror.model.pages import Absence, Absent, Complete, Found, Listing, Page, Partial, Removal
from pagemirror.transport.interface import Call, Transport

__all__ = ["RpcSession"]

_REFUSED = ABSENT | {FORBIDDEN}
_CONTENT = (TITLE, BODY, ICON)
_RECALLS = 5
_SECRETS = ("email", "password")
_SHADOWED = (
    "{} worked on this page in the editor, which keeps a document of its own: readers there may go on to see the older "
    "text, and the next edit there brings it back"
)


class RpcSession:
    """A session on one space."""

    def __init__(self, own: RavendocsSettings, target: Target, transport: Transport) -> None:
        self._space = own.space_id
        self._mark = {"pagemirror": {"mirror": target.mirror}}
        email, password = (target.secrets.get(name, "") for name in _SECRETS)
        login = Login(email=email, password=password) if email and password and not target.token else None
        self._listed: dict[PageId | None, tuple[Sibling, ...]] = {}
        self._seen: set[PageId] = set()
        self._access = Access(transport, login, self.probe)

    async def probe(self) -> Probe:
        """A list of one row; it needs the right user and space."""
        call = requests.list_recent(self._space, 1, 1)
        answer = await self._access.raw(call)
        if answer.status in _REFUSED:
            raise _unusable_space(unusable("this space", call, answer), message_of(answer.body))
        if sheet_of(answer.body) is None:
            raise _no_list(call)
        return Probe(workspace="", name=self._space)

    async def resolve(self, fields: Fields) -> Fields:
        """There is nothing to look up."""
        return fields

    async def list_headers(self, changed_since: float | None = None) -> Listing:
        """The space's pages, the last changed first, 100 a request, and a look at the trash if it takes several."""
        found = await scan(self._recent, self._last_deleted, changed_since)
        headers = tuple(header_of(row, PageId(key)) for key, row in found.rows.items())
        return Partial(headers=headers, reason=found.flaw) if found.flaw else Complete(headers=headers)

    async def get(self, page_id: PageId) -> Found:
        """`info`; a page in the trash comes with its text."""
        call = requests.look(page_id)
        answer = await self._access.send(call)
        if answer.status == FORBIDDEN or (answer.status in ABSENT and message_of(answer.body) == NO_ACCESS):
            return Absent(id=page_id, kind=Absence.HIDDEN)
        if answer.status in ABSENT:
            return Absent(id=page_id, kind=Absence.GONE)
        page = page_of(answer.body, page_id)
        if page is None:
            raise misread(call, "no page of this id")
        return Absent(id=page.id, kind=Absence.TRASHED, page=page) if page.header.archived else page

    async def create(self, fields: Fields) -> Written:
        """`create`; its answer holds no document."""
        call = requests.create_page(self._space, fields, self._mark)
        answer = await self._access.write(call, None)
        page = page_of(answer.body, None)
        if page is None:
            raise misread(call, "no page with an id")
        return Written(page=page)

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        """`move` where the place moves, then one `update` of the other fields that do."""
        del wanted
        if not changed:
            return Written(page=page)
        moved = PARENT in changed and (changed[PARENT] or None) != page.header.parent
        if moved:
            await self._move(page.id, _place(changed))
        content = {name: changed[name] for name in _CONTENT if name in changed}
        if content or not moved:
            return await self._update(page.id, content)
        return Written(page=await self._read_back(page.id), read_back=True)

    async def remove(self, page: Page, how: Removal, on: str) -> None:
        """`delete`, which is the trash either way; never with pages below it, as they would go too."""
        del how, on
        if page.header.archived:
            return
        if (await self._siblings(page.id)).rows:
            raise Rejected(
                f"page {named(page.id)} was not removed: pages stand below it, and the server would take them along",
                code="foreign_children",
                hint="move or remove the pages below it in the web app; the next pass tries again",
            )
        try:
            await self._access.write(requests.trash_page(page.id), page.id)
        except Changed as error:
            if error.status not in ABSENT:
                raise

    async def restore(self, page: Page, wanted: Fields) -> Written:
        """`restore-single`, then what differs from the page as it came back; Changed where a person was faster."""
        await self._require(_place(wanted) if PARENT in wanted else None)
        await self._access.write(requests.restore_page(page.id), page.id)
        back = await self._read_back(page.id)
        if any(back.fields.get(name) != page.fields.get(name) for name in _CONTENT):
            raise Changed(f"page {named(page.id)} came back from the trash, and was edited before it was written")
        changed = {name: value for name, value in wanted.items() if back.fields.get(name) != value}
        return await self.update(back, changed, wanted) if changed else Written(page=back, read_back=True)

    async def editor(self, page: Page) -> str:
        """`info`: who changed the page last, by name."""
        answer = await self._access.send(requests.look(page.id))
        return last_editor_of(answer.body)

    async def saves(self, page_id: PageId, since: float) -> Saves:
        """`history`, five rows a request, as each has its document."""
        bodies: list[str] = []
        for number in range(1, _RECALLS + 1):
            call = requests.list_history(page_id, number)
            answer = await self._access.send(call)
            if answer.status in _REFUSED:
                raise Changed(f"page {page_id} is not there any more; its history was asked for", status=answer.status)
            sheet = sheet_of(answer.body)
            if sheet is None:
                raise misread(call, "no list of versions")
            for save in saves_of(sheet):
                if save.at <= since:
                    return Saves(bodies=tuple(bodies), before=True)
                bodies += (save.body,) if save.body is not None else ()
            if not sheet.more or not sheet.rows:
                break
        return Saves(bodies=tuple(bodies), before=False)

    async def siblings(self, parent: PageId | None) -> tuple[PageId, ...]:
        """`sidebar-pages`, 250 a request."""
        there = siblings_of(await self._siblings(parent))
        self._listed[parent] = there
        return tuple(sibling.id for sibling in there)

    async def arrange(self, parent: PageId | None, order: Sequence[PageId]) -> int:
        """`move` for each page that isn't in a longest run of those that stand in order."""
        there = self._listed.pop(parent, ())
        moves, left = arranged(there, order)
        calls = [(move.id, requests.move_page(move.id, parent, move.position)) for move in moves]
        try:
            async with asyncio.TaskGroup() as group:  # each position is known, so none waits for another
                for page_id, call in calls:
                    group.create_task(self._access.write(call, page_id))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        return left

    async def files(self, page_id: PageId) -> Mapping[str, str]:
        """`attachments`, 100 a request."""
        found: dict[str, str] = {}
        number = 1
        while True:
            call = requests.list_files(self._space, page_id, number)
            answer = await self._access.send(call)
            sheet = sheet_of(answer.body) if answer.status not in _REFUSED else None
            if sheet is None:
                raise misread(call, "no list of files")
            found |= files_of(sheet)
            if not sheet.more or not sheet.rows:
                return found
            number += 1

    async def upload(self, page_id: PageId, name: str, mime: str, content: bytes, *, file: str | None) -> str:
        """`files/upload`; with a file's id its bytes are replaced, and its address stays."""
        call = requests.upload_file(page_id, name, mime, content, file)
        answer = await self._access.write(call, page_id)
        sent = file_of(answer.body)
        if sent is None:
            raise misread(call, "no file with an id")
        return sent

    async def _update(self, page_id: PageId, content: Fields) -> Written:
        call = requests.update_page(page_id, content)
        answer = await self._access.write(call, page_id)
        page = page_of(answer.body, page_id)
        if page is None:
            raise misread(call, "no page of this id")
        people = others_of(answer.body) if BODY in content else ()
        told = (_SHADOWED.format(", ".join(people)),) if people else ()
        return Written(page=page, warnings=told, shadowed=bool(people))

    async def _move(self, page_id: PageId, parent: PageId | None) -> None:
        """Behind the last of the pages that stand there."""
        others = [sibling for sibling in siblings_of(await self._siblings(parent)) if sibling.id != page_id]
        await self._access.write(requests.move_page(page_id, parent, _behind(others)), page_id)

    async def _require(self, parent: PageId | None) -> None:
        """Raise Rejected where the page above is not there: the server would put what comes back at the space's top."""
        if parent is None or parent in self._seen:
            return
        found = await self.get(parent)
        if isinstance(found, Absent):
            raise Rejected(f"the page above is {found.kind}, {named(parent)}; nothing was brought back", code="parent")
        self._seen.add(parent)

    async def _siblings(self, parent: PageId | None) -> Sheet:
        rows: list[Row] = []
        number = 1
        while True:
            call = requests.list_siblings(self._space, parent, number)
            answer = await self._access.send(call)
            sheet = sheet_of(answer.body) if answer.status not in _REFUSED else None
            if sheet is None:
                raise misread(call, "no list of pages")
            rows.extend(sheet.rows)
            if not sheet.more or not sheet.rows:
                return replace(sheet, rows=tuple(rows), more=False)
            number += 1

    async def _read_back(self, page_id: PageId) -> Page:
        """The page after a write whose answer holds none; the write is done, whatever comes of the read."""
        hint = "the next pass looks at what became of it before it sends anything"
        try:
            found = await self.get(page_id)
        except BackendError as error:
            told = f"page {named(page_id)} was written and could not be read afterwards: {error.message}"
            raise UnknownOutcome(told, hint=hint) from error
        if isinstance(found, Page):
            return found
        raise UnknownOutcome(f"page {named(page_id)} was written, and is {found.kind} now", hint=hint)

    async def _recent(self, number: int) -> tuple[Sheet, str]:
        call = requests.list_recent(self._space, number)
        answer = await self._access.raw(call)
        if answer.status in _REFUSED:
            raise _unusable_space(unusable("the list of pages", call, answer), message_of(answer.body))
        sheet = sheet_of(answer.body)
        if sheet is None:
            raise _no_list(call)
        return sheet, answer.headers.get("date", "")

    async def _last_deleted(self) -> float:
        call = requests.list_trash(self._space)
        sheet = sheet_of((await self._access.send(call)).body)
        if sheet is None:
            raise misread(call, "no list of deleted pages")
        return max((moment(row.get("deletedAt")) for row in sheet.rows), default=0.0)


def _place(fields: Fields) -> PageId | None:
    parent = fields[PARENT]
    return PageId(str(parent)) if parent else None


def _behind(siblings: list[Sibling]) -> str:
    """A position behind all of these; where theirs can't be followed, one that the server takes."""
    last = max((sibling.position for sibling in siblings), default=None)
    return between(last, None) or between(None, None) or "a0VVV"


def _unusable_space(error: TargetUnusable, said: str) -> TargetUnusable:
    return TargetUnusable(
        f"{error.message} ({said})" if said else error.message,
        status=error.status,
        hint="check target.space_id, and that the user is a member of the space; access may have been taken away",
    )


def _no_list(call: Call) -> TargetUnusable:
    return TargetUnusable(
        f"{call.path} was answered, but with no list of pages: this is not Raven Docs' API",
        hint="check target.base_url (everything before /pages) and target.backend",
    )
