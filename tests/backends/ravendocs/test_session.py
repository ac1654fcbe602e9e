"""Raven Docs over real HTTP: each open question both ways, each documented error, and each way to archive."""

import asyncio
import json
from typing import Any

import pytest

from pagemirror.backends.ravendocs.session import RavendocsSession
from pagemirror.model.errors import Changed, NotApplied, Rejected, TargetUnusable, UnknownOutcome
from pagemirror.model.fields import BODY, ICON, PARENT, TITLE, Fields
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Complete, Page, Partial, Removal
from pagemirror.sandbox.process import SandboxProcess
from support.awaiting import awaited
from support.targets import Desk, opened

API = "ravendocs"
TODAY = "2026-11-23T10:00:00Z"


async def looked(desk: Desk, page_id: PageId) -> Page:
    found = await desk.session.get(page_id)
    assert isinstance(found, Page)
    return found


async def made(desk: Desk, title: str, body: str = "Text.\n", **more: Any) -> Page:
    """A new page, as a look finds it."""
    parent = more.pop("parent", None)
    written = (await desk.session.create({**desk.fields(title, body, **more), PARENT: parent})).page
    return await looked(desk, written.id)


def same(desk: Desk, one: Fields, other: Fields) -> bool:
    """Title and body, in normal form."""
    first, second = desk.backend.normal(one), desk.backend.normal(other)
    return all(first[name] == second[name] for name in (TITLE, BODY))


@pytest.mark.parametrize("update", ["page", "full", "empty"])
@pytest.mark.parametrize("create", ["page", "full"])
@awaited
async def test_a_write_is_told_whatever_its_answer_holds(box: SandboxProcess, create: str, update: str) -> None:
    box.switches(API, create_answer=create, update_answer=update)
    async with opened(box, API) as desk:
        wanted = desk.fields("One", "Some **text**.\n")
        first = (await desk.session.create(wanted)).page
        assert first.body_known is (create == "full")
        wanted = desk.fields("Two", "Other *text*.\n")
        second = (await desk.session.update(first, wanted, wanted)).page
        assert second.body_known is (update != "page")
        assert not second.body_known or same(desk, second.fields, wanted)
        assert same(desk, (await looked(desk, first.id)).fields, wanted)
    assert box.violations(API) == []


@pytest.mark.parametrize("missing", ["keep", "clear"])
@awaited
async def test_an_update_keeps_what_it_does_not_change(box: SandboxProcess, missing: str) -> None:
    box.switches(API, missing_on_put=missing)
    async with opened(box, API) as desk:
        above = await made(desk, "Above")
        page = await made(desk, "One", "Some **text**.\n", icon="rocket", parent=above.id)
        await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "Some **text**.\n"))
        found = await looked(desk, page.id)
    assert found.fields == {**page.fields, TITLE: "Two"}
    assert (found.fields[ICON], found.fields[PARENT]) == ("rocket", above.id)


@awaited
async def test_an_update_of_one_field_sends_the_rest_as_it_was_looked_at(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        box.edit(API, page.id, content='{"type":"doc","content":[{"type":"callout","content":[{"type":"paragraph"}]}]}')
        theirs = await looked(desk, page.id)
        await desk.session.update(theirs, {TITLE: "Two"}, desk.fields("Two", "Text.\n"))
        assert (await looked(desk, page.id)).fields[BODY] == theirs.fields[BODY]
        before = desk.transport.requests
        await desk.session.update(theirs, {}, desk.fields("Two", "Text.\n"))
        assert desk.transport.requests == before


@awaited
async def test_a_page_whose_text_is_not_known_is_read_before_it_is_written(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = (await desk.session.create(desk.fields("One", "Text.\n"))).page
        assert not page.body_known
        await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "Text.\n"))
        assert same(desk, (await looked(desk, page.id)).fields, desk.fields("Two", "Text.\n"))
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        assert (await looked(desk, page.id)).tombstone


@awaited
async def test_a_page_stands_where_it_is_put_and_moves(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        one, two = await made(desk, "One"), await made(desk, "Two")
        page = await made(desk, "Below", parent=one.id)
        assert (page.fields[PARENT], page.header.parent) == (one.id, one.id)
        written = await desk.session.update(page, {PARENT: two.id}, {**page.fields, PARENT: two.id})
        assert written.warnings == ()
        assert (await looked(desk, page.id)).header.parent == two.id
        page = await looked(desk, page.id)
        await desk.session.update(page, {PARENT: None}, {**page.fields, PARENT: None})
        assert (await looked(desk, page.id)).header.parent is None
    assert box.violations(API) == []


@awaited
async def test_a_server_that_moves_no_pages_is_told_of(box: SandboxProcess) -> None:
    box.switches(API, put_parent="ignore")
    async with opened(box, API) as desk:
        above, page = await made(desk, "Above"), await made(desk, "One")
        written = await desk.session.update(page, {PARENT: above.id}, {**page.fields, PARENT: above.id})
        assert "left it where it stood" in written.warnings[0]
        assert written.page.fields[PARENT] is None


@pytest.mark.parametrize("status", ["404", "422"])
@awaited
async def test_a_parent_that_is_not_there_fails_the_page_and_says_so(box: SandboxProcess, status: str) -> None:
    box.switches(API, unknown_parent=status)
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        fields = {**page.fields, PARENT: "page_none"}
        for write in (desk.session.create(fields), desk.session.update(page, {PARENT: "page_none"}, fields)):
            with pytest.raises(Rejected) as caught:
                await write
            assert "Parent page not found" in caught.value.message


@awaited
async def test_a_removal_makes_a_tombstone_and_a_restore_lifts_it(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        above = await made(desk, "Above")
        page = await made(desk, "One", "Some **text**.\n", parent=above.id)
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        stored = box.page(API, page.id)
        assert stored["title"] == "[Archived] One"
        blocks = json.loads(stored["content"])["content"]
        assert [block["type"] for block in blocks] == ["callout", "paragraph"]
        found = await looked(desk, page.id)
        assert found.tombstone
        assert found.header.title == "[Archived] One"
        assert found.fields == page.fields
        before = desk.transport.requests
        await desk.session.remove(found, Removal.ARCHIVE, TODAY)
        assert desk.transport.requests == before
        wanted = desk.fields("Back", "New.\n")
        await desk.session.restore(found, wanted)
        back = await looked(desk, page.id)
    assert not back.tombstone
    assert same(desk, back.fields, wanted)
    assert back.fields[PARENT] == above.id
    assert box.violations(API) == []


@awaited
async def test_a_tombstone_is_known_after_the_editor_opened_it(box: SandboxProcess) -> None:
    box.switches(API, body="rich_text")
    async with opened(box, API) as desk:
        page = await made(desk, "One", "- [ ] a task\n")
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        found = await looked(desk, page.id)
        assert found.tombstone
        assert same(desk, found.fields, page.fields)


@awaited
async def test_an_update_of_a_tombstone_takes_both_marks_off(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        wanted = desk.fields("One", "New.\n")
        await desk.session.update(await looked(desk, page.id), {BODY: wanted[BODY]}, wanted)
        again = await looked(desk, page.id)
    assert not again.tombstone
    assert same(desk, again.fields, wanted)


@awaited
async def test_archived_pages_go_below_the_page_that_is_set_and_come_back(box: SandboxProcess) -> None:
    attic = PageId(box.create(API, "Attic")["id"])
    async with opened(box, API, archive_parent=attic) as desk:
        above = await made(desk, "Above")
        page = await made(desk, "One", parent=above.id)
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        stored = box.page(API, page.id)
        assert (stored["title"], stored["parent"]) == ("One", attic)
        found = await desk.session.get(page.id)
        assert isinstance(found, Absent)
        assert found.kind is Absence.ARCHIVED
        assert found.page is not None
        before = desk.transport.requests
        await desk.session.remove(found.page, Removal.ARCHIVE, TODAY)
        assert desk.transport.requests == before
        listing = await desk.session.list_headers()
        assert {header.title for header in listing.headers} == {"Attic", "Above"}
        await desk.session.restore(found.page, {**desk.fields("Back", "New.\n"), PARENT: above.id})
        back = await looked(desk, page.id)
    assert back.fields[PARENT] == above.id
    assert same(desk, back.fields, desk.fields("Back", "New.\n"))
    assert box.violations(API) == []


@awaited
async def test_a_restored_page_with_no_place_of_its_own_leaves_the_archive(box: SandboxProcess) -> None:
    attic = PageId(box.create(API, "Attic")["id"])
    async with opened(box, API, archive_parent=attic) as desk:
        page = await made(desk, "One")
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        found = await desk.session.get(page.id)
        assert isinstance(found, Absent)
        assert found.page is not None
        await desk.session.restore(found.page, desk.fields("One", "Text.\n"))
        assert (await looked(desk, page.id)).header.parent is None


@awaited
async def test_an_archive_that_did_not_happen_is_no_success(box: SandboxProcess) -> None:
    attic = box.create(API, "Attic")["id"]
    async with opened(box, API, archive_parent=attic) as desk:
        page = await made(desk, "One")
        box.switches(API, put_parent="ignore")
        with pytest.raises(Rejected, match="left the page there"):
            await desk.session.remove(page, Removal.ARCHIVE, TODAY)
    async with opened(box, API, archive_parent="page_none") as desk:
        box.switches(API, put_parent="move")
        with pytest.raises(Rejected) as caught:
            await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        assert "archive_parent" in caught.value.hint


@pytest.mark.parametrize(("answer", "gone"), [("204", "404"), ("200", "410")])
@awaited
async def test_delete_is_for_good(box: SandboxProcess, answer: str, gone: str) -> None:
    box.switches(API, delete_answer=answer, deleted=gone)
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        await desk.session.remove(page, Removal.DELETE, TODAY)
        assert await desk.session.get(page.id) == Absent(id=page.id, kind=Absence.GONE)
        await desk.session.remove(page, Removal.DELETE, TODAY)
        with pytest.raises(Changed):
            await desk.session.restore(Page(header=page.header, fields={}, body_known=False), page.fields)
    assert box.pages(API) == []


@awaited
async def test_the_history_is_listed_and_a_version_restored(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        session = desk.session
        assert isinstance(session, RavendocsSession)
        page = await made(desk, "One", "First.\n")
        box.advance(5)
        box.edit(API, page.id, content="Second.")
        newest, oldest = await session.history(page.id)
        assert (newest.number, oldest.number) == (2, 1)
        assert newest.at > oldest.at
        assert newest.by != oldest.by
        await session.restore_version(page.id, oldest.id)
        assert same(desk, (await looked(desk, page.id)).fields, page.fields)
        with pytest.raises(Rejected, match="no history"):
            await session.history(PageId("page_none"))
        with pytest.raises(Rejected, match="Page history not found"):
            await session.restore_version(page.id, "hist_none")


@pytest.mark.parametrize("setting", ["all", "roots"])
@awaited
async def test_a_server_that_lists_roots_only_is_walked(box: SandboxProcess, setting: str) -> None:
    box.switches(API, list_scope="roots")
    async with opened(box, API, listing=setting) as desk:
        above = await made(desk, "Above")
        below = await made(desk, "Below", parent=above.id)
        await made(desk, "Deep", parent=below.id)
        listing = await desk.session.list_headers()
    assert isinstance(listing, Complete)
    assert {header.title: header.parent for header in listing.headers} == {
        "Above": None,
        "Below": above.id,
        "Deep": below.id,
    }


@awaited
async def test_a_nested_page_that_is_gone_does_not_make_a_listing_one_of_roots(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        above = await made(desk, "Above")
        below = await made(desk, "Below", parent=above.id)
        box.archive(API, below.id)
        before = desk.transport.requests
        listing = await desk.session.list_headers()
        assert [header.title for header in listing.headers] == ["Above"]
        assert desk.transport.requests - before == 2


@pytest.mark.parametrize("order", ["updated", "created", "title"])
@awaited
async def test_a_listing_is_complete_in_whatever_order_it_comes(box: SandboxProcess, order: str) -> None:
    box.switches(API, list_order=order, total_pages=True)
    async with opened(box, API) as desk:
        for turn in range(3):
            await asyncio.gather(*(desk.session.create(desk.fields(f"P{turn}{i}", "x")) for i in range(45)))
            box.advance(2)
        listing = await desk.session.list_headers()
    assert isinstance(listing, Complete)
    assert len(listing.headers) == 135


@awaited
async def test_a_listing_with_too_small_a_total_is_partial(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        await made(desk, "One")
        box.faults({"fault": "short_list", "shortfall": "rows"})
        assert isinstance(await desk.session.list_headers(), Partial)


@pytest.mark.parametrize("form", ["raven", "nest"])
@pytest.mark.parametrize("cut", ["/v1", "/wrong"])
@awaited
async def test_a_route_that_is_not_there_stops_the_target_and_no_page_is_gone(
    box: SandboxProcess, form: str, cut: str
) -> None:
    box.switches(API, unknown_route=form)
    base = box.api(API).base_url
    wrong = base.removesuffix("/v1") if cut == "/v1" else base + cut
    async with opened(box, API) as desk:
        page = await made(desk, "One")
    async with opened(box, API, base_url=wrong) as desk:
        for call in (
            desk.session.probe(),
            desk.session.get(page.id),
            desk.session.list_headers(),
            desk.session.create(page.fields),
            desk.session.update(page, {TITLE: "Two"}, page.fields),
            desk.session.remove(page, Removal.DELETE, TODAY),
            desk.session.remove(page, Removal.ARCHIVE, TODAY),
        ):
            with pytest.raises(TargetUnusable) as caught:
                await call
            assert caught.value.code == "dialect"
            assert "target.base_url" in caught.value.hint
            assert caught.value.exit_code == 5
    assert [row["title"] for row in box.pages(API)] == ["One"]


@awaited
async def test_a_prefix_that_moves_while_pages_are_mirrored_stops_the_target(box: SandboxProcess) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        box.switches(API, prefix="none")
        with pytest.raises(TargetUnusable):
            await desk.session.get(page.id)


@pytest.mark.parametrize("status", ["403", "404"])
@awaited
async def test_lost_access_to_the_space_is_no_deletion(box: SandboxProcess, status: str) -> None:
    box.switches(API, foreign_space=status)
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        box.switches(API, access="lost")
        try:
            found = await desk.session.get(page.id)
        except TargetUnusable:
            assert status == "403"
        else:
            assert found == Absent(id=page.id, kind=Absence.HIDDEN)
    async with opened(box, API) as desk:
        with pytest.raises(TargetUnusable) as caught:
            await desk.session.get(page.id)
        assert "space_id" in caught.value.hint


@pytest.mark.parametrize("status", ["403", "404"])
@awaited
async def test_a_foreign_workspace_stops_the_target(box: SandboxProcess, status: str) -> None:
    box.switches(API, foreign_workspace=status)
    async with opened(box, API, workspace_id="ws_x") as desk:
        for call in (desk.session.probe(), desk.session.list_headers()):
            with pytest.raises(TargetUnusable) as caught:
                await call
            assert "workspace_id" in caught.value.hint


@awaited
async def test_an_expired_key_stops_the_target(box: SandboxProcess) -> None:
    box.switches(API, key_state="expired")
    async with opened(box, API) as desk:
        with pytest.raises(TargetUnusable, match="expired"):
            await desk.session.list_headers()


@awaited
async def test_a_key_that_may_only_read_fails_the_page_and_not_the_target(box: SandboxProcess) -> None:
    page_id = PageId(box.create(API, "One", "x")["id"])
    box.switches(API, role="viewer")
    async with opened(box, API) as desk:
        page = await looked(desk, page_id)
        for write in (
            desk.session.create(page.fields),
            desk.session.update(page, {TITLE: "Two"}, page.fields),
            desk.session.remove(page, Removal.DELETE, TODAY),
            desk.session.remove(page, Removal.ARCHIVE, TODAY),
        ):
            with pytest.raises(Rejected) as caught:
                await write
            assert caught.value.code == "forbidden"


@pytest.mark.parametrize(
    ("switch", "title", "said"),
    [
        ({"longest_title": 10}, "A long title", "field: title"),
        ({"unique_titles": True}, "One", "exists already"),
    ],
)
@awaited
async def test_a_title_that_the_server_refuses_fails_the_page(
    box: SandboxProcess, switch: dict[str, Any], title: str, said: str
) -> None:
    async with opened(box, API) as desk:
        await made(desk, "One")
        box.switches(API, **switch)
        with pytest.raises((Rejected, Changed)) as caught:
            await desk.session.create(desk.fields(title, "x"))
    assert said in caught.value.message


@awaited
async def test_a_body_over_the_servers_limit_fails_the_page(box: SandboxProcess) -> None:
    box.switches(API, body_limit=500)
    async with opened(box, API) as desk:
        with pytest.raises(Rejected, match="413"):
            await desk.session.create(desk.fields("One", "word " * 200))


@pytest.mark.parametrize("status", [500, 503])
@awaited
async def test_a_server_error_on_a_write_is_unknown_and_on_a_read_passes(box: SandboxProcess, status: int) -> None:
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        box.faults({"fault": "status", "status": status, "method": "PUT"})
        with pytest.raises((UnknownOutcome, NotApplied)):
            await desk.session.update(page, {TITLE: "Two"}, page.fields)
        box.faults({"fault": "status", "status": status, "method": "GET", "limit": 1})
        await looked(desk, page.id)


@awaited
async def test_a_write_that_was_done_and_could_not_be_read_back_is_unknown(box: SandboxProcess) -> None:
    box.switches(API, update_answer="empty")
    async with opened(box, API) as desk:
        page = await made(desk, "One")
        box.faults({"fault": "cut", "method": "GET"})
        with pytest.raises(UnknownOutcome):
            await desk.session.update(page, {TITLE: "Two"}, page.fields)
    assert box.page(API, page.id)["title"] == "Two"


@pytest.mark.parametrize("retry_after", ["header", "none"])
@awaited
async def test_the_documented_rate_limit_is_waited_out(box: SandboxProcess, retry_after: str) -> None:
    box.switches(API, retry_after=retry_after)
    box.faults({"fault": "rate_limited", "retry_after": 20, "limit": 1})
    async with opened(box, API, max_wait=None) as desk:
        await desk.session.create(desk.fields("One", "x"))
        assert sum(desk.clock.slept) >= 15
    assert len(box.pages(API)) == 1


@pytest.mark.parametrize("page_id", ["a/b", "../x", "a\\b"])
@awaited
async def test_an_id_with_a_slash_is_not_sent_as_it_would_be_another_route(box: SandboxProcess, page_id: str) -> None:
    async with opened(box, API) as desk:
        with pytest.raises(Rejected):
            await desk.session.get(PageId(page_id))
        assert desk.transport.requests == 0
