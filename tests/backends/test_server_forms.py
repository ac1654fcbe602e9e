"""What a server may make of a text, and where its listings end: each built-in backend with the sandbox's switches."""

import asyncio

import pytest

from pagemirror.backends.marks import Mark, find_mark
from pagemirror.model.fields import BODY
from pagemirror.model.pages import Complete, Partial
from pagemirror.sandbox.process import SandboxProcess
from pagemirror.testing import a_page, awaited, holds, texts
from support.targets import opened

APIS = ("exec", "pharen", "ravendocs")


@pytest.fixture(params=APIS)
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


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
async def test_a_full_last_page_of_a_listing_asks_for_no_page_past_the_end(box: SandboxProcess, api: str) -> None:
    if api == "exec":
        box.switches(api, page_past_end="400")
    async with opened(box, api) as desk:
        await asyncio.gather(*(desk.session.create(desk.fields(f"P{i}", "x")) for i in range(100)))
        before = desk.transport.requests
        assert isinstance(await desk.session.list_headers(), Complete)
        assert desk.transport.requests - before == 1


@pytest.mark.parametrize(("shortfall", "pages"), [("rows", 120), ("total", 5)])
@awaited
async def test_a_listing_that_lacks_rows_or_tells_a_wrong_total_is_partial(
    box: SandboxProcess, api: str, shortfall: str, pages: int
) -> None:
    async with opened(box, api) as desk:
        await asyncio.gather(*(desk.session.create(desk.fields(f"P{i}", "x")) for i in range(pages)))
        box.faults({"fault": "short_list", "shortfall": shortfall})
        listing = await desk.session.list_headers()
    assert isinstance(listing, Partial)
    assert listing.reason


@pytest.mark.parametrize("api", ["exec", "pharen"])
@awaited
async def test_the_server_keeps_the_mark_below_the_text(box: SandboxProcess, api: str) -> None:
    async with opened(box, api, mark="comment") as desk:
        page = (await desk.session.create(desk.fields("One", "Text.\n", "guides/a--b ü.md"))).page
        stored = box.page(api, page.id)["content"]
        assert find_mark(stored) == Mark(mirror="handbook", path="guides/a--b ü.md")
        assert stored.startswith("Text.\n\n<!-- pagemirror: handbook/guides/")
        assert texts(desk.backend, page.fields) == ("One", "Text.\n")
        assert desk.backend.to_markdown(page.fields) == "Text.\n"
