"""Exec over real HTTP: drafts, publishing, sets, races, and each open question both ways."""

import pytest

from pagemirror.model.errors import Deferred, Rejected, TargetUnusable
from pagemirror.model.fields import BODY, FOLDERS, SKILLS, SOURCES, STATUS, TITLE, VISIBILITY, Fields
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Complete, Page, Removal
from pagemirror.sandbox.process import SandboxProcess
from pagemirror.transport.pacing import Limits
from support.awaiting import awaited
from support.targets import Desk, opened

TODAY = "2026-11-23"


async def made(desk: Desk, fields: Fields) -> Page:
    """A page, as its create answered."""
    return (await desk.session.create(await desk.session.resolve(fields))).page


async def look(desk: Desk, page_id: PageId) -> Page:
    """The page that must be there."""
    found = await desk.session.get(page_id)
    assert isinstance(found, Page)
    return found


@awaited
async def test_a_published_page_is_live_at_once(box: SandboxProcess) -> None:
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        assert page.fields[STATUS] == "published"
        assert page.header.version == "1"
        assert page.fields[VISIBILITY] == "workspace"
        wanted = desk.fields("One", "Other.\n")
        written = await desk.session.update(page, {BODY: "Other.\n"}, wanted)
        assert written.warnings == ()
        assert written.page.header.version == "2"
    assert box.page("exec", page.id)["content"] == "Other.\n"


@pytest.mark.parametrize("first_version", [1, 7])
@awaited
async def test_a_draft_is_read_changed_and_published(box: SandboxProcess, first_version: int) -> None:
    box.switches("exec", first_version=first_version)
    async with opened(box, "exec", publish=False) as desk:
        made_page = await made(desk, desk.fields("One", "Text.\n"))
        assert not made_page.body_known
        page = await look(desk, made_page.id)
        assert (page.fields[TITLE], page.fields[BODY], page.fields[STATUS]) == ("One", "Text.\n", "draft")
        wanted = desk.fields("Two", "Text 2.\n")
        await desk.session.update(page, wanted, wanted)
        page = await look(desk, page.id)
        assert (page.fields[TITLE], page.fields[BODY], page.fields[STATUS]) == ("Two", "Text 2.\n", "draft")
        wanted = desk.fields("Two", "Text 2.\n", status="published")
        written = await desk.session.update(page, {STATUS: "published"}, wanted)
        assert written.page.fields[STATUS] == "published"
        assert written.page.header.version == str(first_version)
        assert written.warnings == ()
    assert box.violations("exec") == []


@pytest.mark.parametrize("after_publish", ["keep", "drop"])
@awaited
async def test_a_draft_that_goes_on_after_a_publish_is_no_persons_work(box: SandboxProcess, after_publish: str) -> None:
    box.switches("exec", draft_after_publish=after_publish)
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        assert (await look(desk, page.id)).draft is None
        box.edit("exec", page.id, content="theirs", publish=False)
        found = await look(desk, page.id)
    assert found.draft is not None
    assert found.draft.body == "theirs"
    assert found.fields[BODY] == "Text.\n"


@pytest.mark.parametrize("answer", ["full", "no_content", "with_draft"])
@awaited
async def test_a_write_may_answer_with_more_or_less(box: SandboxProcess, answer: str) -> None:
    box.switches("exec", write_answer=answer)
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        assert page.body_known is (answer != "no_content")
        assert page.draft is None
        wanted = desk.fields("Two", "Other.\n")
        written = (await desk.session.update(page, wanted, wanted)).page
        assert written.body_known is (answer != "no_content")
        assert written.fields.get(BODY, "Other.\n") == "Other.\n"
        draft = await made(desk, desk.fields("Three", "Text.\n", status="draft"))
        assert draft.body_known is (answer == "with_draft")


@pytest.mark.parametrize("gaps", ["none", "skip", "drafts"])
@awaited
async def test_gaps_in_version_numbers_are_no_race(box: SandboxProcess, gaps: str) -> None:
    box.switches("exec", version_gaps=gaps)
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        for body in ("a\n", "b\n"):
            wanted = desk.fields("One", body)
            written = await desk.session.update(page, {BODY: body}, wanted)
            page = written.page
            assert written.warnings == ()


@awaited
async def test_a_publish_between_look_and_write_is_reported(box: SandboxProcess) -> None:
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        box.edit("exec", page.id, content="theirs")
        before = desk.transport.requests
        written = await desk.session.update(page, {BODY: "ours"}, desk.fields("One", "ours"))
        assert desk.transport.requests - before == 2
    (warning,) = written.warnings
    assert "version 2 was published by Docs Team" in warning


@awaited
async def test_a_race_that_cannot_be_looked_up_does_not_fail_the_write(box: SandboxProcess) -> None:
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        box.edit("exec", page.id, content="theirs")
        box.faults({"fault": "status", "status": 400, "method": "GET"})
        written = await desk.session.update(page, {BODY: "ours"}, desk.fields("One", "ours"))
    assert "from 1 to 3" in written.warnings[0]


@awaited
async def test_a_page_that_stays_published_keeps_its_live_text_when_the_file_becomes_a_draft(
    box: SandboxProcess,
) -> None:
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "live\n"))
        wanted = desk.fields("One", "not yet\n", status="draft")
        await desk.session.update(page, {BODY: "not yet\n"}, wanted)
        found = await look(desk, page.id)
    assert found.fields[BODY] == "live\n"
    assert found.draft is not None
    assert found.draft.body == "not yet\n"
    assert box.violations("exec") == []


@awaited
async def test_folders_are_named_by_path_and_sent_alone(box: SandboxProcess) -> None:
    top = box.seed("exec", "folders", name="Sales")
    below = box.seed("exec", "folders", name="Playbook", parent=top["id"])
    async with opened(box, "exec", folders={"**": ["Guides", "Sales/Playbook"]}) as desk:
        fields = await desk.session.resolve(desk.fields("One", "x"))
        page = (await desk.session.create(fields)).page
        folders = page.fields[FOLDERS]
        assert isinstance(folders, tuple)
        assert below["id"] in folders
        assert len(folders) == 2
        before = desk.transport.requests
        assert await desk.session.resolve(desk.fields("Two", "x")) == {**fields, TITLE: "Two"}
        assert desk.transport.requests == before
        written = await desk.session.update(page, {FOLDERS: (below["id"],)}, fields)
        assert written.page.fields[FOLDERS] == (below["id"],)
        assert written.page.header.version == page.header.version
        cleared = await desk.session.update(page, {FOLDERS: ()}, fields)
        assert cleared.page.fields[FOLDERS] == ()
    assert box.violations("exec") == []


@awaited
async def test_an_empty_set_that_the_server_ignores_is_seen_in_the_answer(box: SandboxProcess) -> None:
    box.switches("exec", empty_folders="ignore")
    async with opened(box, "exec", folders={"**": "Guides"}) as desk:
        fields = await desk.session.resolve(desk.fields("One", "x"))
        page = (await desk.session.create(fields)).page
        written = await desk.session.update(page, {FOLDERS: ()}, fields)
    assert written.page.fields[FOLDERS] == page.fields[FOLDERS]


@awaited
async def test_a_missing_folder_is_an_error_with_those_there_are(box: SandboxProcess) -> None:
    async with opened(box, "exec", folders={"**": "Marketing"}) as desk:
        with pytest.raises(Rejected) as caught:
            await desk.session.resolve(desk.fields("One", "x"))
    assert "Guides, Reference, Team handbook" in caught.value.message


@awaited
async def test_more_than_a_hundred_folders_are_all_known(box: SandboxProcess) -> None:
    for number in range(120):
        box.seed("exec", "folders", name=f"Folder {number}")
    async with opened(box, "exec") as desk:
        for name in ("Folder 0", "Folder 119", "Guides"):
            fields = await desk.session.resolve(desk.fields("One", "x", folders=(name,)))
            assert fields[FOLDERS] != (name,)
        assert desk.transport.requests == 2


@awaited
async def test_skills_and_sources_are_found_and_linked(box: SandboxProcess) -> None:
    async with opened(box, "exec", skills={"**": "Product knowledge"}) as desk:
        fields = await desk.session.resolve(desk.fields("One", "x", sources=()))
        page = (await desk.session.create(fields)).page
        assert page.fields[SKILLS] == fields[SKILLS] != ("Product knowledge",)
        assert page.fields[SOURCES] == ()


@pytest.mark.parametrize("status", ["400", "404"])
@awaited
async def test_a_folder_that_vanished_meanwhile_is_a_refusal(box: SandboxProcess, status: str) -> None:
    box.switches("exec", unknown_ids=status)
    async with opened(box, "exec") as desk:
        with pytest.raises(Rejected) as caught:
            await desk.session.create({**desk.fields("One", "x"), FOLDERS: ("f_gone",)})
    assert "f_gone" in caught.value.message


@pytest.mark.parametrize(("switch", "kind"), [("200", Absence.ARCHIVED), ("404", Absence.GONE)])
@awaited
async def test_an_archived_page_is_told_from_a_gone_one_where_the_server_does(
    box: SandboxProcess, switch: str, kind: Absence
) -> None:
    box.switches("exec", archived_get=switch)
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        found = await desk.session.get(page.id)
        assert isinstance(found, Absent)
        assert found.kind is kind
        if kind is Absence.ARCHIVED:
            assert found.page is not None
            assert found.page.fields[BODY] == "Text.\n"
        assert await desk.session.list_headers() == Complete(headers=())


@pytest.mark.parametrize("switch", ["404", "200"])
@awaited
async def test_a_second_archive_is_no_error(box: SandboxProcess, switch: str) -> None:
    box.switches("exec", second_delete=switch)
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        await desk.session.remove(page, Removal.DELETE, TODAY)


@pytest.mark.parametrize("ids", ["token", "uuid"])
@awaited
async def test_ids_are_opaque(box: SandboxProcess, ids: str) -> None:
    box.switches("exec", ids=ids)
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        assert (await look(desk, page.id)).id == page.id


@pytest.mark.parametrize("goes", ["live", "draft"])
@awaited
async def test_a_new_title_goes_live_however_the_server_takes_a_title_alone(box: SandboxProcess, goes: str) -> None:
    box.switches("exec", title_patch=goes)
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n"))
        await desk.session.update(page, {TITLE: "Two"}, desk.fields("Two", "Text.\n"))
        found = await look(desk, page.id)
    assert found.fields[TITLE] == "Two"
    assert found.draft is None


@awaited
async def test_a_visibility_that_cannot_be_changed_is_said_and_costs_nothing(box: SandboxProcess) -> None:
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields("One", "Text.\n", visibility="private"))
        assert page.fields[VISIBILITY] == "private"
        before = desk.transport.requests
        written = await desk.session.update(page, {VISIBILITY: "workspace"}, desk.fields("One", "Text.\n"))
        assert desk.transport.requests == before
    assert "visibility" in written.warnings[0]


@awaited
async def test_a_second_page_of_a_title_may_be_refused(box: SandboxProcess) -> None:
    box.switches("exec", unique_titles=True)
    async with opened(box, "exec") as desk:
        await made(desk, desk.fields("One", "a"))
        with pytest.raises(Rejected):
            await made(desk, desk.fields("One", "b"))


@awaited
async def test_an_inactive_workspace_stops_the_target(box: SandboxProcess) -> None:
    box.switches("exec", workspace="inactive")
    async with opened(box, "exec") as desk:
        with pytest.raises(TargetUnusable):
            await desk.session.create(desk.fields("One", "x"))
        with pytest.raises(TargetUnusable):
            await desk.session.probe()


@awaited
async def test_the_probe_names_the_workspace(box: SandboxProcess) -> None:
    async with opened(box, "exec") as desk:
        probe = await desk.session.probe()
        assert desk.transport.requests == 1
    assert probe.workspace
    assert probe.name


@pytest.mark.parametrize(
    ("place", "seconds"), [("header", 20), ("header_date", 20), ("error", 20), ("top", 20), ("none", 60)]
)
@awaited
async def test_a_429_is_waited_out_wherever_it_names_its_time(box: SandboxProcess, place: str, seconds: float) -> None:
    box.switches("exec", retry_after=place)
    box.faults({"fault": "rate_limited", "retry_after": 20, "limit": 1})
    async with opened(box, "exec") as desk:
        await made(desk, desk.fields("One", "x"))
        (slept,) = desk.clock.slept
    if place != "header_date":  # the sandbox's date is real time, the test's clock is not
        assert slept == seconds
    assert len(box.pages("exec")) == 1


@awaited
async def test_a_day_that_is_used_up_defers(box: SandboxProcess) -> None:
    box.switches("exec", rate_limits=True, requests_per_day=3)
    async with opened(box, "exec") as desk:
        for number in range(3):
            await made(desk, desk.fields(f"P{number}", "x"))
        with pytest.raises(Deferred):
            await made(desk, desk.fields("P3", "x"))
    assert len(box.pages("exec")) == 3


@awaited
async def test_our_own_pace_keeps_within_the_servers_limit(box: SandboxProcess) -> None:
    box.switches("exec", rate_limits=True)
    async with opened(box, "exec", limits=Limits(per_minute=60, per_day=1000)) as desk:
        for number in range(60):
            await desk.session.create(desk.fields(f"P{number}", "x"))
        assert desk.clock.slept == []
        box.advance(70)
        await desk.session.create(desk.fields("P60", "x"))
        assert sum(desk.clock.slept) >= 60
    assert len(box.pages("exec")) == 61


@pytest.mark.parametrize("lag", [0, 30])
@awaited
async def test_a_listing_may_lag_and_is_then_what_it_was(box: SandboxProcess, lag: float) -> None:
    box.switches("exec", list_lag=lag)
    async with opened(box, "exec") as desk:
        await made(desk, desk.fields("One", "x"))
        assert len((await desk.session.list_headers()).headers) == (0 if lag else 1)


@pytest.mark.parametrize("trim", [True, False])
@awaited
async def test_a_title_may_be_trimmed(box: SandboxProcess, trim: bool) -> None:  # noqa: FBT001
    box.switches("exec", trim_titles=trim)
    async with opened(box, "exec") as desk:
        page = await made(desk, desk.fields(" One ", "x"))
        assert desk.backend.normal(page.fields)[TITLE] == "One"
