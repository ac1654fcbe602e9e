"""Adapters with one mistake each: the suite must find every one of them."""

from collections.abc import Iterator
from typing import ClassVar

import pytest
from prove_tinywiki import TinyWikiSubject
from tinywiki import Session, TinyWiki, WikiSession
from tinywiki_server import WikiServer

from pagemirror.backends.interface import Target, Written
from pagemirror.model.errors import BackendError, NotApplied, UnknownOutcome
from pagemirror.model.fields import BODY, Fields
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Complete, Found, Listing, Page
from pagemirror.testing import Conformance, Subject
from pagemirror.transport.interface import Answer, Call, Transport


class SendsTwice(WikiSession):
    async def create(self, fields: Fields) -> Written:
        try:
            return await super().create(fields)
        except UnknownOutcome:
            return await super().create(fields)


class SaysNotApplied(WikiSession):
    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        try:
            return await super().update(page, changed, wanted)
        except UnknownOutcome as error:
            raise NotApplied(error.message) from error


class SwallowsRefusals(WikiSession):
    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        try:
            return await super().update(page, changed, wanted)
        except UnknownOutcome:
            raise
        except BackendError:
            return Written(page=page)


class CallsPartialComplete(WikiSession):
    async def list_headers(self, changed_since: float | None = None) -> Listing:
        return Complete(headers=(await super().list_headers(changed_since)).headers)


class TakesRefusedForGone(WikiSession):
    async def get(self, page_id: PageId) -> Found:
        found = await super().get(page_id)
        return Absent(id=page_id, kind=Absence.GONE) if isinstance(found, Absent) else found


class TakesAnUnwellServerForGone(WikiSession):
    async def get(self, page_id: PageId) -> Found:
        try:
            return await super().get(page_id)
        except NotApplied:
            return Absent(id=page_id, kind=Absence.GONE)


class TellsWhatWasSent(WikiSession):
    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        await super().update(page, changed, wanted)
        return Written(page=Page(header=page.header, fields=wanted))


class LeavesOut(WikiSession):
    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        kept = {name: value for name, value in changed.items() if name != BODY or value}
        return await super().update(page, kept, wanted)


class _Repeating:
    """A transport that takes each write for one that may be repeated."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.requests = 0

    async def send(self, call: Call) -> Answer:
        effect = "idempotent" if call.effect == "write" else call.effect
        return await self._inner.send(
            Call(
                method=call.method,
                path=call.path,
                query=call.query,
                body=call.body,
                effect=effect,
                statuses=call.statuses,
            )
        )

    def authorise(self, token: str) -> None:
        self._inner.authorise(token)

    async def close(self) -> None:
        await self._inner.close()


class MarksAWriteAsRepeatable(WikiSession):
    def __init__(self, transport: Transport) -> None:
        super().__init__(_Repeating(transport))


class _Mistaken(Conformance):
    session: ClassVar[type[WikiSession]]

    @pytest.fixture(scope="class")
    def subject(self) -> Iterator[Subject]:
        chosen = self.session

        class Backend(TinyWiki):
            def open(self, target: Target, transport: Transport) -> Session:
                del target
                return chosen(transport)

        with WikiServer() as server:
            made = TinyWikiSubject(server)
            made.backend = Backend()
            yield made


class TestSendsTwice(_Mistaken):
    session = SendsTwice


class TestSaysNotApplied(_Mistaken):
    session = SaysNotApplied


class TestSwallowsRefusals(_Mistaken):
    session = SwallowsRefusals


class TestCallsPartialComplete(_Mistaken):
    session = CallsPartialComplete


class TestTakesRefusedForGone(_Mistaken):
    session = TakesRefusedForGone


class TestTakesAnUnwellServerForGone(_Mistaken):
    session = TakesAnUnwellServerForGone


class TestTellsWhatWasSent(_Mistaken):
    session = TellsWhatWasSent


class TestLeavesOut(_Mistaken):
    session = LeavesOut


class TestMarksAWriteAsRepeatable(_Mistaken):
    session = MarksAWriteAsRepeatable
