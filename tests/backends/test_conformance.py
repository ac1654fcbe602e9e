"""What every backend must do, over real HTTP against the sandbox. Who passes is right by definition."""

import asyncio
from collections.abc import Mapping

import pytest

from pagemirror.backends.interface import Backend
from pagemirror.backends.marks import Mark, find_mark
from pagemirror.backends.registry import backend
from pagemirror.model.errors import Changed, Deferred, NotApplied, Rejected, TargetUnusable, UnknownOutcome
from pagemirror.model.fields import BODY, TITLE, Fields
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Complete, Page, Partial, Removal
from pagemirror.sandbox.process import SandboxProcess
from support.awaiting import awaited
from support.targets import opened

APIS = ("exec", "pharen", "ravendocs")
MARKDOWN = ("exec", "pharen")
PAGE: Mapping[str, str] = {
    "exec": "/knowledge-hub/pages/{page_id}",
    "pharen": "/new-page/{id}",
    "ravendocs": "/v1/pages/{id}",
}
TODAY = "2026-11-23T10:00:00Z"
HARD = "# Ümlaut\r\n\r\nOne  \nline\u00a0and\u2028more 😀\n\n```\n  code\n```\n\n<b>html</b> & [x](y)"


@pytest.fixture(params=APIS)
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def texts(chosen: Backend, fields: Fields) -> tuple[object, object]:
    """Title and body in normal form."""
    normal = chosen.normal(fields)
    return normal[TITLE], normal[BODY]


def read_texts(chosen: Backend, title: str, markdown: str) -> tuple[object, object]:
    """Title and body in normal form, for a Markdown text."""
    return texts(chosen, {TITLE: title, BODY: chosen.from_markdown(markdown)})


def holds(chosen: Backend, page: Page, wanted: Fields) -> bool:
    """Whether a write's answer holds what was wanted; one without the text can only hold the title."""
    if page.body_known:
        return texts(chosen, page.fields) == texts(chosen, wanted)
    return BODY not in page.fields and page.fields[TITLE] == wanted[TITLE]


def a_page(found: object) -> Page:
    """The page that must be there."""
    assert isinstance(found, Page)
    return found


@awaited
async def test_a_page_goes_through_its_whole_life_without_a_wrong_request(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        session = desk.session
        await session.probe()
        made = (await session.create(await session.resolve(desk.fields("One", "Text.\n")))).page
        looked = a_page(await session.get(made.id))
        wanted = desk.fields("Two", "Other text.\n")
        await session.update(looked, wanted, wanted)
        found = a_page(await session.get(made.id))
        assert texts(desk.backend, found.fields) == read_texts(desk.backend, "Two", "Other text.\n")
        assert isinstance(await session.list_headers(), Complete)
        await session.remove(found, Removal.ARCHIVE, TODAY)
    assert box.violations(api) == []


@pytest.mark.parametrize("body", ["", "Text.\n", HARD, "no line end", "\n\nblank above"])
@awaited
async def test_what_was_written_is_what_is_read(box: SandboxProcess, api: str, body: str) -> None:
    async with opened(box, api) as desk:
        wanted = desk.fields("Ä title 😀 עברית", body)
        written = (await desk.session.create(wanted)).page
        found = a_page(await desk.session.get(written.id))
        assert texts(desk.backend, found.fields) == texts(desk.backend, wanted)
        assert holds(desk.backend, written, wanted)
        assert found.header == written.header
        assert found.header.created > 1_700_000_000
    assert len(box.pages(api)) == 1


@pytest.mark.parametrize("form", ["add_newline", "strip_newline", "drop_comments", "rich_text"])
@awaited
async def test_the_answer_to_a_write_shows_the_servers_own_form(box: SandboxProcess, api: str, form: str) -> None:
    box.switches(api, body=form)
    async with opened(box, api) as desk:
        body = "- one\n- two\n\n\n_soft_ <!-- note --> text"
        written = (await desk.session.create(desk.fields("One", body))).page
        found = a_page(await desk.session.get(written.id))
        assert holds(desk.backend, written, found.fields)
        changed = desk.fields("One", body + "\n\nmore")
        again = (await desk.session.update(found, {BODY: changed[BODY]}, changed)).page
        found = a_page(await desk.session.get(written.id))
        assert holds(desk.backend, again, found.fields)


@pytest.mark.parametrize("form", ["add_newline", "strip_newline"])
@awaited
async def test_a_line_end_that_the_server_adds_or_cuts_is_no_change(box: SandboxProcess, api: str, form: str) -> None:
    box.switches(api, body=form)
    async with opened(box, api) as desk:
        for body in ("Text.", "Text.\n"):
            wanted = desk.fields("One", body)
            written = (await desk.session.create(wanted)).page
            found = a_page(await desk.session.get(written.id))
            assert texts(desk.backend, found.fields) == texts(desk.backend, wanted)


@awaited
async def test_an_update_of_one_field_leaves_the_other(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "Text.\n"))).page
        wanted = desk.fields("Two", "Text.\n")
        await desk.session.update(page, {TITLE: "Two"}, wanted)
        page = a_page(await desk.session.get(page.id))
        assert texts(desk.backend, page.fields) == texts(desk.backend, wanted)
        wanted = desk.fields("Two", "")
        await desk.session.update(page, {BODY: wanted[BODY]}, wanted)
        page = a_page(await desk.session.get(page.id))
        assert texts(desk.backend, page.fields) == texts(desk.backend, wanted)


@awaited
async def test_a_listing_of_many_pages_is_complete_at_a_request_a_hundred(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        made = await asyncio.gather(*(desk.session.create(desk.fields(f"P{i}", "x")) for i in range(230)))
        before = desk.transport.requests
        listing = await desk.session.list_headers()
        assert desk.transport.requests - before == 3
    assert isinstance(listing, Complete)
    assert {header.id: header for header in listing.headers} == {
        written.page.id: written.page.header for written in made
    }


@awaited
async def test_a_full_last_page_of_a_listing_asks_for_no_page_past_the_end(box: SandboxProcess, api: str) -> None:
    if api == "exec":
        box.switches(api, page_past_end="400")
    async with opened(box, api) as desk:
        await asyncio.gather(*(desk.session.create(desk.fields(f"P{i}", "x")) for i in range(100)))
        before = desk.transport.requests
        assert isinstance(await desk.session.list_headers(), Complete)
        assert desk.transport.requests - before == 1


@awaited
async def test_an_empty_listing_is_complete(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        assert await desk.session.list_headers() == Complete(headers=())


@pytest.mark.parametrize(("shortfall", "pages"), [("rows", 120), ("rows", 5), ("total", 5)])
@awaited
async def test_a_listing_that_lacks_rows_is_partial(box: SandboxProcess, api: str, shortfall: str, pages: int) -> None:
    async with opened(box, api) as desk:
        await asyncio.gather(*(desk.session.create(desk.fields(f"P{i}", "x")) for i in range(pages)))
        box.faults({"fault": "short_list", "shortfall": shortfall})
        listing = await desk.session.list_headers()
    assert isinstance(listing, Partial)
    assert listing.reason


@awaited
async def test_a_listing_that_was_short_once_is_read_again(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        await asyncio.gather(*(desk.session.create(desk.fields(f"P{i}", "x")) for i in range(120)))
        box.faults({"fault": "short_list", "shortfall": "rows", "limit": 1})
        listing = await desk.session.list_headers()
    assert isinstance(listing, Complete)
    assert len(listing.headers) == 120


@awaited
async def test_an_unknown_page_is_gone(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        found = await desk.session.get(PageId("unknown"))
    assert found == Absent(id=PageId("unknown"), kind=Absence.GONE)


@awaited
async def test_a_refused_page_is_hidden_and_not_gone(box: SandboxProcess, api: str) -> None:
    box.faults({"fault": "status", "status": 403, "method": "GET", "path": PAGE[api]})
    async with opened(box, api) as desk:
        found = await desk.session.get(PageId("p1"))
        assert found == Absent(id=PageId("p1"), kind=Absence.HIDDEN)
        before = desk.transport.requests
        await desk.session.get(PageId("p2"))
        assert desk.transport.requests - before == 1


@awaited
async def test_a_key_that_is_refused_everywhere_stops_the_target(box: SandboxProcess, api: str) -> None:
    box.faults({"fault": "status", "status": 403, "api": api})
    async with opened(box, api) as desk:
        with pytest.raises(TargetUnusable):
            await desk.session.get(PageId("p1"))
        with pytest.raises(TargetUnusable):
            await desk.session.create(desk.fields("One", "x"))
        with pytest.raises(TargetUnusable):
            await desk.session.list_headers()


@awaited
async def test_an_unknown_key_stops_the_target(box: SandboxProcess, api: str) -> None:
    wrong = "exec_live_" + "x" * 40
    async with opened(box, api, token=wrong) as desk:
        for call in (desk.session.probe(), desk.session.get(PageId("p1")), desk.session.list_headers()):
            with pytest.raises(TargetUnusable) as caught:
                await call
            assert caught.value.code == "credentials"
            assert wrong not in str(caught.value)


@awaited
async def test_a_wrong_base_url_is_never_taken_for_pages_that_are_gone(box: SandboxProcess, api: str) -> None:
    for wrong in (f"{box.api(api).base_url}/wrong", f"{box.url}/nowhere"):
        async with opened(box, api, base_url=wrong) as desk:
            with pytest.raises((TargetUnusable, Rejected)):
                await desk.session.get(PageId("p1"))
            with pytest.raises((TargetUnusable, Rejected)):
                await desk.session.list_headers()


@awaited
async def test_a_lost_answer_to_a_create_is_unknown_and_the_page_is_there_once(box: SandboxProcess, api: str) -> None:
    box.faults({"fault": "lost_answer", "method": "POST", "limit": 1})
    async with opened(box, api) as desk:
        with pytest.raises(UnknownOutcome):
            await desk.session.create(desk.fields("One", "x"))
    assert [page["title"] for page in box.pages(api)] == ["One"]


@pytest.mark.parametrize("fault", ["cut", "error_before"])
@awaited
async def test_a_create_that_was_cut_is_unknown_and_not_sent_again(box: SandboxProcess, api: str, fault: str) -> None:
    box.faults({"fault": fault, "method": "POST"})
    async with opened(box, api) as desk:
        with pytest.raises(UnknownOutcome):
            await desk.session.create(desk.fields("One", "x"))
        assert desk.transport.requests == 1
    assert box.pages(api) == []


@pytest.mark.parametrize("fault", ["lost_answer", "error_after"])
@awaited
async def test_a_lost_answer_to_an_update_is_unknown_and_a_look_tells(
    box: SandboxProcess, api: str, fault: str
) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        wanted = desk.fields("Two", "y")
        box.faults({"fault": fault, "method": "PATCH"}, {"fault": fault, "method": "PUT"})
        with pytest.raises(UnknownOutcome):
            await desk.session.update(page, wanted, wanted)
        found = a_page(await desk.session.get(page.id))
        assert texts(desk.backend, found.fields) == texts(desk.backend, wanted)


@awaited
async def test_a_slow_write_is_unknown(box: SandboxProcess, api: str) -> None:
    async with opened(box, api, patience=0.2) as desk:
        box.faults({"fault": "slow", "method": "POST", "seconds": 1.0, "when": "after"})
        with pytest.raises(UnknownOutcome):
            await desk.session.create(desk.fields("One", "x"))


@awaited
async def test_reads_survive_a_server_that_is_unwell(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        box.faults({"fault": "status", "status": 503, "method": "GET", "limit": 2})
        a_page(await desk.session.get(page.id))
        box.faults({"fault": "cut", "method": "GET", "limit": 3})
        assert isinstance(await desk.session.list_headers(), Complete)
        box.faults({"fault": "cut", "method": "GET"})
        with pytest.raises(NotApplied):
            await desk.session.get(page.id)


@awaited
async def test_a_429_is_waited_out_and_the_write_done_once(box: SandboxProcess, api: str) -> None:
    box.faults({"fault": "rate_limited", "retry_after": 3, "limit": 2})
    async with opened(box, api) as desk:
        await desk.session.create(desk.fields("One", "x"))
        assert sum(desk.clock.slept) >= 5
    assert len(box.pages(api)) == 1


@awaited
async def test_a_long_429_defers(box: SandboxProcess, api: str) -> None:
    box.faults({"fault": "rate_limited", "retry_after": 10**10})
    async with opened(box, api, max_wait=10.0) as desk:
        with pytest.raises(Deferred):
            await desk.session.create(desk.fields("One", "x"))
        assert desk.transport.requests == 1


@pytest.mark.parametrize("status", [400, 413, 422])
@awaited
async def test_a_refused_page_names_what_the_server_said(box: SandboxProcess, api: str, status: int) -> None:
    box.faults({"fault": "status", "status": status, "method": "POST"})
    async with opened(box, api) as desk:
        with pytest.raises(Rejected) as caught:
            await desk.session.create(desk.fields("One", "x"))
    assert caught.value.status == status
    assert "equest" in caught.value.message


@pytest.mark.parametrize("status", [409, 412])
@awaited
async def test_a_page_that_moved_is_told_so(box: SandboxProcess, api: str, status: int) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        box.faults({"fault": "status", "status": status})
        with pytest.raises(Changed):
            await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "x"))


@awaited
async def test_a_page_that_vanished_between_look_and_write_is_looked_at_again(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        box.archive(api, page.id)
        with pytest.raises(Changed):
            await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "x"))


@pytest.mark.parametrize("how", [Removal.ARCHIVE, Removal.DELETE])
@awaited
async def test_a_removal_is_done_even_if_its_answer_is_lost_or_it_was_done_before(
    box: SandboxProcess, api: str, how: Removal
) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        box.faults({"fault": "lost_answer", "method": "DELETE", "limit": 1})
        await desk.session.remove(page, how, TODAY)
        await desk.session.remove(a_page_or_its_rest(await desk.session.get(page.id), page), how, TODAY)
        found = await desk.session.get(page.id)
    assert isinstance(found, Absent) or found.tombstone


@awaited
async def test_a_page_that_is_gone_already_is_removed_without_an_error(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        box.archive(api, page.id)
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)


@awaited
async def test_a_page_comes_back_under_its_id_where_the_api_can(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        found = a_page_or_its_rest(await desk.session.get(page.id), page)
        wanted = desk.fields("Back", "y")
        if not desk.backend.capabilities.restore:
            with pytest.raises(Rejected):
                await desk.session.restore(found, wanted)
            return
        restored = (await desk.session.restore(found, wanted)).page
        assert restored.id == page.id
        assert not restored.tombstone
        assert texts(desk.backend, a_page(await desk.session.get(page.id)).fields) == texts(desk.backend, wanted)


@pytest.mark.parametrize("api", MARKDOWN)
@awaited
async def test_the_mark_is_on_the_page_and_in_no_comparison(box: SandboxProcess, api: str) -> None:
    async with opened(box, api, mark="comment") as desk:
        page = (await desk.session.create(desk.fields("One", "Text.\n", "guides/a--b ü.md"))).page
        stored = box.page(api, page.id)["content"]
        assert find_mark(stored) == Mark(mirror="handbook", path="guides/a--b ü.md")
        assert stored.startswith("Text.\n\n<!-- pagemirror: handbook/guides/")
        assert texts(desk.backend, page.fields) == ("One", "Text.\n")
        assert desk.backend.to_markdown(page.fields) == "Text.\n"


@pytest.mark.parametrize("page_id", ["..", ".", "", "a b", "a\n"])
@awaited
async def test_an_id_that_would_name_another_address_is_not_sent(box: SandboxProcess, api: str, page_id: str) -> None:
    async with opened(box, api) as desk:
        with pytest.raises(Rejected):
            await desk.session.get(PageId(page_id))
        assert desk.transport.requests == 0


@pytest.mark.parametrize("page_id", ["../workspace", "a/b", "a?b=c", "a#b", "%2e%2e", "ü"])
@awaited
async def test_an_odd_id_stays_one_part_of_the_path(box: SandboxProcess, api: str, page_id: str) -> None:
    async with opened(box, api) as desk:
        await desk.session.list_headers()
        try:
            found = await desk.session.get(PageId(page_id))
        except Rejected:
            return
        assert isinstance(found, Absent)


@awaited
async def test_two_pages_with_one_title_are_two_pages(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        first = (await desk.session.create(desk.fields("Same", "1"))).page
        second = (await desk.session.create(desk.fields("Same", "2"))).page
    assert first.id != second.id


@awaited
async def test_an_edit_of_a_person_is_seen(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        box.advance(5)
        box.edit(api, page.id, content="y")
        found = a_page(await desk.session.get(page.id))
        assert texts(desk.backend, found.fields) == read_texts(desk.backend, "One", "y")
        assert found.header.updated > page.header.updated
        changed = await desk.session.list_headers(found.header.updated)
    assert [header.id for header in changed.headers] == [page.id]


@awaited
async def test_nothing_changed_since_gives_an_empty_listing(box: SandboxProcess, api: str) -> None:
    async with opened(box, api) as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        assert await desk.session.list_headers(page.header.updated + 2) == Complete(headers=())
        again = await desk.session.list_headers(page.header.updated)
    assert [header.id for header in again.headers] == [page.id]


def test_a_built_in_backend_is_a_backend(api: str) -> None:
    assert isinstance(backend(api), Backend)
    assert backend(api).name == api
    assert backend(api).capabilities.gaps


def a_page_or_its_rest(found: object, before: Page) -> Page:
    """The page, or what is left of it, or as it was before."""
    if isinstance(found, Absent):
        return found.page or before
    return a_page(found)
