"""The published server's dialect over real HTTP: login, places, the trash, lists, and each kind of refusal."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.backends.interface import Session
from pagemirror.model.errors import Changed, NotApplied, Rejected, TargetUnusable
from pagemirror.model.fields import BODY, ICON, PARENT, TITLE
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Complete, Page, Partial, Removal
from pagemirror.sandbox.process import SandboxProcess
from support.awaiting import awaited
from support.targets import Desk, opened

API = "ravendocs_rpc"
TODAY = "2026-11-23T10:00:00Z"


async def looked(desk: Desk, page_id: PageId) -> Page:
    found = await desk.session.get(page_id)
    assert isinstance(found, Page)
    return found


async def made(desk: Desk, title: str, body: str = "Text.\n", parent: PageId | None = None, **front: Any) -> Page:
    """A new page, as a look finds it."""
    written = await desk.session.create({**desk.fields(title, body, **front), PARENT: parent})
    return await looked(desk, written.page.id)


def logged_in(desk: Desk, box: SandboxProcess, **wrong: str) -> Session:
    """A session that has e-mail and password in place of a token."""
    secrets = {**box.api(API).secrets, **wrong}
    return desk.backend.open(replace(desk.target, token="", secrets=secrets), desk.transport)


def asked(box: SandboxProcess) -> list[str]:
    """The calls so far, by their last words."""
    return [row["path"].removeprefix("/api/") for row in box.log(API)]


@awaited
async def test_a_login_is_made_once_for_many_calls_at_once(box: SandboxProcess) -> None:
    async with opened(box, API, token="") as desk:
        session = logged_in(desk, box)
        await asyncio.gather(*(session.create(desk.fields(f"P{number}", "x")) for number in range(6)))
    assert asked(box).count("auth/login") == 1
    assert len(box.pages(API)) == 6


@awaited
async def test_a_token_that_ends_is_got_anew_and_each_write_is_done_once(box: SandboxProcess) -> None:
    box.switches(API, token_life=60)
    async with opened(box, API, token="") as desk:
        session = logged_in(desk, box)
        await session.create(desk.fields("One", "x"))
        box.advance(61)
        await asyncio.gather(*(session.create(desk.fields(f"P{number}", "x")) for number in range(4)))
    assert asked(box).count("auth/login") == 2
    assert len(box.pages(API)) == 5


@awaited
async def test_a_wrong_password_stops_the_target_and_is_told_nowhere(box: SandboxProcess) -> None:
    async with opened(box, API, token="") as desk:
        with pytest.raises(TargetUnusable, match="email or password does not match") as caught:
            await logged_in(desk, box, password="wrong-and-secret").probe()
    assert caught.value.code == "credentials"
    assert "wrong-and-secret" not in f"{caught.value}{caught.value.hint}"
    assert asked(box) == ["auth/login"]


@awaited
async def test_a_login_that_is_closed_later_stops_the_target(box: SandboxProcess) -> None:
    box.switches(API, token_life=60)
    async with opened(box, API, token="") as desk:
        session = logged_in(desk, box)
        await session.probe()
        box.switches(API, login="closed")
        box.advance(61)
        with pytest.raises(TargetUnusable):
            await session.probe()


@pytest.mark.parametrize("login", [True, False])
@awaited
async def test_a_server_of_the_other_dialect_is_told_from_missing_pages(box: SandboxProcess, *, login: bool) -> None:
    box.switches(API, dialect="rest")
    async with opened(box, API) as desk:
        session = logged_in(desk, box) if login else desk.session
        with pytest.raises(TargetUnusable, match="Cannot POST") as caught:
            await session.get(PageId("p1"))
    assert caught.value.code == "dialect"
    assert 'dialect = "rest"' in caught.value.hint


@awaited
async def test_lost_access_is_an_error_of_the_target_and_no_missing_page(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        box.switches(API, access="lost")
        for call in (desk.session.get(page.id), desk.session.list_headers(), desk.session.probe()):
            with pytest.raises(TargetUnusable, match="Space permissions not found"):
                await call
        with pytest.raises(TargetUnusable):
            await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "x"))


@awaited
async def test_a_reader_is_told_of_each_page(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        box.switches(API, role="reader")
        with pytest.raises(Rejected) as caught:
            await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "x"))
        assert caught.value.code == "forbidden"
        await looked(desk, page.id)


@awaited
async def test_a_500_that_is_a_bad_request_is_no_doubt_and_not_sent_again(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        before = desk.transport.requests
        with pytest.raises(Rejected, match="invalid byte sequence"):
            await desk.session.update(page, {TITLE: "nul \0"}, desk.fields("nul", "x"))
        assert desk.transport.requests - before == 1
        assert (await looked(desk, page.id)).fields[TITLE] == "One"


@awaited
async def test_any_other_500_to_a_read_is_repeated(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        box.faults({"fault": "status", "status": 500, "path": "/api/pages/info", "limit": 2})
        await looked(desk, page.id)
        box.faults({"fault": "status", "status": 500, "path": "/api/pages/info"})
        with pytest.raises(NotApplied):
            await desk.session.get(page.id)


@awaited
async def test_a_page_too_long_for_a_request_is_not_sent(box: SandboxProcess) -> None:
    quotes = 'say "so" '
    async with opened(box, API) as desk:
        await desk.session.create(desk.fields("Fits", quotes * 60_000))
        before = desk.transport.requests
        with pytest.raises(Rejected, match="1048576") as caught:
            await desk.session.create(desk.fields("Too long", quotes * 90_000))
        assert caught.value.code == "too_large"
        assert desk.transport.requests == before
    assert box.violations(API) == []


@awaited
async def test_a_create_carries_the_mark_of_its_mirror_and_an_update_leaves_it(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "x"))
    (kept,) = box.pages(API)
    assert ["Metadata", json.dumps({"pagemirror": {"mirror": "handbook"}}, separators=(",", ":"))] in kept["facts"]


@awaited
async def test_an_update_sends_the_fields_that_moved_and_no_others(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One", icon="rocket")
        box.edit(API, page.id, content="by hand")
        written = await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "Text.\n"))
        assert "by hand" in str(written.page.fields[BODY])
        assert (written.page.fields[TITLE], written.page.fields[ICON]) == ("Two", "rocket")


@awaited
async def test_a_page_moves_without_its_text(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        above, other = await made(desk, "Above"), await made(desk, "Other")
        await made(desk, "First", parent=above.id)
        page = await made(desk, "Moved")
        box.faults({"fault": "normalised", "form": "add_newline"})
        wanted = {**page.fields, PARENT: above.id}
        written = await desk.session.update(page, {PARENT: above.id}, wanted)
        assert (written.page.header.parent, written.page.fields[BODY]) == (above.id, page.fields[BODY])
        wanted = {**desk.fields("Moved on", "New.\n"), PARENT: None}
        written = await desk.session.update(written.page, wanted, wanted)
        assert (written.page.header.parent, written.page.fields[TITLE]) == (None, "Moved on")
        assert other.header.parent is None
    assert box.violations(API) == []


@awaited
async def test_a_parent_that_is_gone_is_told_so(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        above, page = await made(desk, "Above"), await made(desk, "One")
        box.archive(API, above.id)
        with pytest.raises(Rejected) as caught:
            await made(desk, "Below", parent=above.id)
        assert caught.value.code == "parent"
        with pytest.raises(Rejected) as caught:
            await desk.session.update(page, {PARENT: above.id}, {**page.fields, PARENT: above.id})
        assert caught.value.code == "parent"


@awaited
async def test_a_page_with_pages_below_it_is_not_removed(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        above = await made(desk, "Above")
        below = await made(desk, "Below", parent=above.id)
        with pytest.raises(Rejected) as caught:
            await desk.session.remove(above, Removal.ARCHIVE, TODAY)
        assert caught.value.code == "foreign_children"
        await desk.session.remove(below, Removal.ARCHIVE, TODAY)
        await desk.session.remove(above, Removal.ARCHIVE, TODAY)
        found = await desk.session.get(above.id)
        assert isinstance(found, Absent)
        assert found.kind is Absence.TRASHED


async def trashed(desk: Desk, box: SandboxProcess) -> tuple[Page, Page]:
    """A page in the trash, as it was, and one below it that went with it, as it is there."""
    above = await made(desk, "Above")
    below = await made(desk, "Below", parent=above.id)
    box.archive(API, above.id)
    rest = await desk.session.get(below.id)
    assert isinstance(rest, Absent)
    assert rest.page is not None
    return above, rest.page


@awaited
async def test_a_page_comes_out_of_the_trash_alone_and_to_its_place(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        above, rest = await trashed(desk, box)
        top = await desk.session.get(above.id)
        assert isinstance(top, Absent)
        assert top.page is not None
        await desk.session.restore(top.page, top.page.fields)
        assert [page["title"] for page in box.pages(API) if not page["archived"]] == ["Above"]
        back = (await desk.session.restore(rest, {**rest.fields, TITLE: "Back"})).page
        assert (back.id, back.header.parent) == (rest.id, above.id)
        assert back.fields[TITLE] == "Back"


@awaited
async def test_no_page_is_brought_back_while_the_one_above_it_is_in_the_trash(box: SandboxProcess) -> None:
    """The server puts it at the top of the space, and takes no move below a page in the trash."""
    async with opened(box, API) as desk:
        _, rest = await trashed(desk, box)
        with pytest.raises(Rejected, match="the page above is trashed") as caught:
            await desk.session.restore(rest, rest.fields)
        assert caught.value.code == "parent"
        assert [page["title"] for page in box.pages(API) if not page["archived"]] == []


@awaited
async def test_the_page_above_those_that_come_back_is_looked_at_once(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        above = await made(desk, "Above")
        pages = [await made(desk, title, parent=above.id) for title in ("One", "Two")]
        for page in pages:
            box.archive(API, page.id)
        before = len(box.log(API))
        for page in pages:
            await desk.session.restore(page, page.fields)
        calls = [row["path"].removeprefix("/api/pages/") for row in box.log(API)][before:]
        assert calls == ["info", "restore-single", "info", "restore-single", "info"]


@awaited
async def test_a_slug_id_finds_its_page_under_the_real_id(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        found = await looked(desk, PageId(page.header.slug or ""))
        assert found.id == page.id
        await desk.session.remove(found, Removal.ARCHIVE, TODAY)
    assert box.violations(API) == []


@awaited
async def test_a_long_listing_during_which_a_page_goes_into_the_trash_is_not_complete(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        await asyncio.gather(*(desk.session.create(desk.fields(f"P{number}", "x")) for number in range(101)))
        box.archive(API, box.pages(API)[0]["id"])
        await desk.session.create(desk.fields("One more", "x"))
        assert isinstance(await desk.session.list_headers(), Partial)
        box.advance(10)
        assert isinstance(await desk.session.list_headers(), Complete)


@awaited
async def test_a_listing_of_changes_stops_at_the_first_older_page(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        await asyncio.gather(*(desk.session.create(desk.fields(f"P{number}", "x")) for number in range(120)))
        box.advance(60)
        page = await made(desk, "New")
        before = desk.transport.requests
        listing = await desk.session.list_headers(page.header.updated)
        assert desk.transport.requests - before == 1
    assert [header.title for header in listing.headers] == ["New"]


@awaited
async def test_a_page_that_was_removed_meanwhile_is_looked_at_again(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        above, page = await made(desk, "Above"), await made(desk, "One")
        box.archive(API, page.id)
        with pytest.raises(Changed):
            await desk.session.update(page, {PARENT: above.id}, {**page.fields, PARENT: above.id})
