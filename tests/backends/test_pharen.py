"""Pharen: the pure half, tombstones, and over real HTTP each open question both ways."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pagemirror.backends.interface import Context
from pagemirror.backends.pharen import BACKEND
from pagemirror.backends.pharen.answers import page_of, part_of
from pagemirror.backends.pharen.settings import PharenSettings
from pagemirror.backends.pharen.tombstone import buried, unearthed
from pagemirror.backends.texts import same_text
from pagemirror.model.errors import Rejected, TargetUnusable
from pagemirror.model.fields import BODY, STATUS, TITLE
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Complete, Page, Removal, Tree
from pagemirror.sandbox.bodies import BODY_FORMS, take_form
from pagemirror.sandbox.process import SandboxProcess
from support.awaiting import awaited
from support.targets import a_document, a_target, opened, rendered

TODAY = "2026-11-23T10:00:00Z"
TITLES = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=300)


def test_a_document_is_title_and_body() -> None:
    fields = rendered(BACKEND, a_target("pharen"), "One", "Text.\n", folders=("A",), status="draft")
    assert dict(fields) == {TITLE: "One", BODY: "Text.\n"}


def test_the_tree_goes_into_the_title_where_asked() -> None:
    context = Context(path="guides/api/a.md", ancestors=("Guides", "API"))
    plain, pathed = a_target("pharen"), a_target("pharen", title_path=True)
    document = a_document("One", "x", "guides/api/a.md")
    assert BACKEND.render(document, "x", context, plain)[TITLE] == "One"
    assert BACKEND.render(document, "x", context, pathed)[TITLE] == "Guides / API / One"
    assert BACKEND.tree(plain) is Tree.NONE
    assert BACKEND.tree(pathed) is Tree.TITLE


def test_a_title_over_the_limit_is_a_problem_and_not_cut() -> None:
    assert BACKEND.problem({TITLE: "😀" * 255, BODY: ""}) is None
    problem = BACKEND.problem({TITLE: "x" * 256, BODY: ""})
    assert problem is not None
    assert problem.code == "title"
    assert "256" in problem.reason


@pytest.mark.parametrize(("path", "kept"), [("/new-page", "/new-page"), ("docs/pages/", "/docs/pages"), (" /x ", "/x")])
def test_the_resource_path_has_one_form(path: str, kept: str) -> None:
    settings = PharenSettings(path=path)
    assert settings.path == kept
    assert PharenSettings.model_validate(settings.model_dump()) == settings


@pytest.mark.parametrize("wrong", [{"path": ""}, {"path": "/"}, {"path": "/a?b"}, {"path": "/../x"}, {"paths": "/x"}])
def test_settings_that_pharen_does_not_have_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PharenSettings.model_validate(wrong)


def test_the_target_is_named_with_its_path() -> None:
    assert BACKEND.target_key(a_target("pharen", token="t")) == "pharen:https://api.pharen.de/v1/new-page"


def test_nothing_is_frozen() -> None:
    assert BACKEND.frozen({TITLE: "a", STATUS: "published"}, {TITLE: "b", STATUS: "draft"}) == {}


@given(title=TITLES, body=st.text())
def test_a_tombstone_gives_title_and_body_back(title: str, body: str) -> None:
    marked = buried(title, body, TODAY)
    assert len(marked.title) <= 255
    assert marked.title.startswith("[Archived] ")
    assert "2026-11-23" in marked.body
    below = unearthed(marked.title, marked.body)
    assert below is not None
    assert below.title.strip() == title.strip()
    assert same_text(below.body, body)


@pytest.mark.parametrize("form", BODY_FORMS)
def test_a_tombstone_is_known_in_whatever_form_the_server_keeps_it(form: Any) -> None:
    for title in ("One", "A long title " * 30):
        marked = buried(title, "Text _soft_.\n\n- one", TODAY)
        below = unearthed(marked.title.strip(), take_form(marked.body, form))
        assert below is not None
        assert below.title.strip() == title.strip()
        assert same_text(below.body, take_form("Text _soft_.\n\n- one", form))


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("[Archived] One", "Text."),
        ("One", buried("One", "Text.", TODAY).body),
        ("[Archived] One", "> **Archived on Monday.** because"),
        ("[Archived] One", "Text.\n\n" + buried("One", "Text.", TODAY).body),
    ],
)
def test_a_page_that_a_person_marked_or_unmarked_is_no_tombstone(title: str, body: str) -> None:
    assert unearthed(title, body) is None


def test_what_a_person_adds_to_a_tombstone_is_seen_below_the_marks() -> None:
    marked = buried("One", "Text.", TODAY)
    below = unearthed(marked.title + " (old)", marked.body + "\nMore.")
    assert below is not None
    assert below.title == "One (old)"
    assert "More." in below.body


@pytest.mark.parametrize("value", [None, [], {}, {"id": "p"}, {"id": "other", "title": "x"}, {"id": "p", "title": 5}])
def test_an_answer_that_is_not_this_page_is_none(value: Any) -> None:
    assert page_of(value, page_id=PageId("p")) is None


def test_an_answer_without_content_leaves_the_body_unknown() -> None:
    page = page_of({"id": "p", "title": "x"}, page_id=PageId("p"))
    assert page is not None
    assert not page.body_known


@pytest.mark.parametrize("value", [None, [], {}, {"data": None}])
def test_an_answer_that_is_no_listing_is_none(value: Any) -> None:
    assert part_of(value, 1, 100) is None


def test_a_server_that_gives_smaller_parts_is_read_to_the_end() -> None:
    part = part_of({"data": [{"id": "a"}], "total": 3, "page": 1, "per_page": 1}, 1, 100)
    assert part is not None
    assert not part.last


@awaited
async def test_an_update_sends_only_what_moved(box: SandboxProcess) -> None:
    async with opened(box, "pharen") as desk:
        page = (await desk.session.create(desk.fields("One", "Text.\n"))).page
        box.edit("pharen", page.id, content="theirs")
        await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "Text.\n"))
        assert box.page("pharen", page.id)["content"] == "theirs"
        before = desk.transport.requests
        await desk.session.update(page, {}, desk.fields("Two", "Text.\n"))
        assert desk.transport.requests == before
    assert box.violations("pharen") == []


@pytest.mark.parametrize("content", ["short", "full"])
@awaited
async def test_list_rows_are_never_bodies(box: SandboxProcess, content: str) -> None:
    box.switches("pharen", list_content=content)
    async with opened(box, "pharen") as desk:
        page = (await desk.session.create(desk.fields("One", "# Heading\n\nText.\n"))).page
        listing = await desk.session.list_headers()
    assert listing == Complete(headers=(page.header,))


@pytest.mark.parametrize(("switch", "kind"), [("403", Absence.HIDDEN), ("404", Absence.GONE)])
@awaited
async def test_a_hidden_page_is_what_the_server_says(box: SandboxProcess, switch: str, kind: Absence) -> None:
    box.switches("pharen", hidden_page=switch)
    async with opened(box, "pharen") as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        box.edit("pharen", page.id, hidden=True)
        assert await desk.session.get(page.id) == Absent(id=page.id, kind=kind)


@awaited
async def test_a_read_only_key_fails_the_page_and_not_the_target(box: SandboxProcess) -> None:
    page = box.create("pharen", "One", "x")
    box.switches("pharen", key="read_only")
    async with opened(box, "pharen") as desk:
        found = await desk.session.get(PageId(page["id"]))
        assert isinstance(found, Page)
        for write in (
            desk.session.create(desk.fields("Two", "x")),
            desk.session.update(found, {TITLE: "Two"}, desk.fields("Two", "x")),
            desk.session.remove(found, Removal.DELETE, TODAY),
            desk.session.remove(found, Removal.ARCHIVE, TODAY),
        ):
            with pytest.raises(Rejected) as caught:
                await write
            assert caught.value.code == "forbidden"


@awaited
async def test_a_removal_makes_a_tombstone_and_a_restore_lifts_it(box: SandboxProcess) -> None:
    title = "A long title " * 19
    async with opened(box, "pharen") as desk:
        page = (await desk.session.create(desk.fields(title, "Text.\n"))).page
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        stored = box.page("pharen", page.id)
        assert stored["title"].startswith("[Archived] A long title")
        assert stored["content"].startswith("> **Archived on 2026-11-23.**")
        found = await desk.session.get(page.id)
        assert isinstance(found, Page)
        assert found.tombstone
        assert found.header.title == stored["title"]
        assert desk.backend.normal(found.fields) == desk.backend.normal(page.fields)
        before = desk.transport.requests
        await desk.session.remove(found, Removal.ARCHIVE, TODAY)
        assert desk.transport.requests == before
        back = (await desk.session.restore(found, desk.fields("Back", "New.\n"))).page
    assert (back.id, back.fields[TITLE], back.fields[BODY]) == (page.id, "Back", "New.\n")
    assert box.violations("pharen") == []


@awaited
async def test_an_update_of_a_tombstone_takes_both_marks_off(box: SandboxProcess) -> None:
    async with opened(box, "pharen") as desk:
        page = (await desk.session.create(desk.fields("One", "Text.\n"))).page
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        found = await desk.session.get(page.id)
        assert isinstance(found, Page)
        wanted = desk.fields("One", "New.\n")
        await desk.session.update(found, {BODY: "New.\n"}, wanted)
        again = await desk.session.get(page.id)
    assert isinstance(again, Page)
    assert not again.tombstone
    assert (again.fields[TITLE], again.fields[BODY]) == ("One", "New.\n")


@awaited
async def test_delete_is_for_good(box: SandboxProcess) -> None:
    async with opened(box, "pharen") as desk:
        page = (await desk.session.create(desk.fields("One", "Text.\n"))).page
        await desk.session.remove(page, Removal.DELETE, TODAY)
        assert await desk.session.get(page.id) == Absent(id=page.id, kind=Absence.GONE)
    assert box.pages("pharen") == []


@pytest.mark.parametrize(("unit", "fits"), [("code_points", True), ("utf16", False), ("bytes", False)])
@awaited
async def test_a_title_that_the_server_counts_otherwise_is_refused_with_the_field(
    box: SandboxProcess,
    unit: str,
    fits: bool,  # noqa: FBT001
) -> None:
    box.switches("pharen", title_unit=unit)
    async with opened(box, "pharen") as desk:
        fields = desk.fields("😀" * 255, "x")
        if fits:
            await desk.session.create(fields)
            return
        with pytest.raises(Rejected) as caught:
            await desk.session.create(fields)
    assert "field: title" in caught.value.message


@pytest.mark.parametrize("reset", [True, False])
@awaited
async def test_a_429_is_waited_out_with_and_without_a_reset(box: SandboxProcess, reset: bool) -> None:  # noqa: FBT001
    box.switches("pharen", rate_reset=reset)
    box.faults({"fault": "rate_limited", "retry_after": 20, "limit": 1})
    async with opened(box, "pharen", max_wait=None) as desk:
        await desk.session.create(desk.fields("One", "x"))
        assert len(desk.clock.slept) == 1
    assert len(box.pages("pharen")) == 1


@pytest.mark.parametrize("touch", [True, False])
@awaited
async def test_an_update_with_equal_values_is_harmless(box: SandboxProcess, touch: bool) -> None:  # noqa: FBT001
    box.switches("pharen", touch_unchanged=touch)
    async with opened(box, "pharen") as desk:
        wanted = desk.fields("One", "x")
        page = (await desk.session.create(wanted)).page
        written = (await desk.session.update(page, wanted, wanted)).page
    assert written.fields == page.fields


@pytest.mark.parametrize("out_of_range", ["clamp", "400"])
@awaited
async def test_the_listing_keeps_within_the_documented_values(box: SandboxProcess, out_of_range: str) -> None:
    box.switches("pharen", out_of_range=out_of_range)
    async with opened(box, "pharen") as desk:
        await desk.session.create(desk.fields("One", "x"))
        assert isinstance(await desk.session.list_headers(), Complete)
        await desk.session.probe()
    assert box.violations("pharen") == []


@awaited
async def test_a_wrong_path_stops_the_target(box: SandboxProcess) -> None:
    async with opened(box, "pharen", path="/pages") as desk:
        with pytest.raises(TargetUnusable):
            await desk.session.get(PageId("p1"))


@awaited
async def test_a_page_whose_text_is_not_known_is_not_buried(box: SandboxProcess) -> None:
    async with opened(box, "pharen") as desk:
        page = (await desk.session.create(desk.fields("One", "x"))).page
        unread = Page(header=page.header, fields={TITLE: "One"}, body_known=False)
        with pytest.raises(Rejected):
            await desk.session.remove(unread, Removal.ARCHIVE, TODAY)
    assert box.page("pharen", page.id)["content"] == "x"
