"""The suite's part about single pages: their life, their text, what people do to them."""

import pytest

from pagemirror.backends.interface import Backend
from pagemirror.backends.marks import Mark, find_mark
from pagemirror.model.errors import Changed, Rejected
from pagemirror.model.fields import BODY, TITLE
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Complete, Removal
from pagemirror.testing.awaiting import awaited
from pagemirror.testing.bench import TODAY, Bench, holds, texts

__all__ = ["PageTests"]

HARD = "# Ümlaut\r\n\r\nOne  \nline\u00a0and\u2028more 😀\n\n```\n  code\n```\n\n<b>html</b> & [x](y)"


class PageTests:
    """One page at a time."""

    def test_the_object_is_a_backend_and_tells_its_gaps(self, bench: Bench) -> None:
        assert isinstance(bench.backend, Backend)
        assert bench.backend.name
        assert bench.backend.capabilities.gaps

    @awaited
    async def test_a_page_goes_through_its_whole_life_without_a_wrong_request(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            await desk.session.probe()
            looked = await desk.made("One", "Text.\n")
            wanted = desk.fields("Two", "Other text.\n")
            await desk.session.update(looked, wanted, wanted)
            found = await desk.look(looked.id)
            assert texts(desk.backend, found.fields) == desk.read("Two", "Other text.\n")
            await desk.session.list_headers()
            await desk.session.remove(found, Removal.ARCHIVE, TODAY)
            assert not desk.live(found.id)
        assert list(bench.subject.complaints()) == []

    @pytest.mark.parametrize("body", ["", "Text.\n", HARD, "no line end", "\n\nblank above"])
    @awaited
    async def test_what_was_written_is_what_is_read(self, bench: Bench, body: str) -> None:
        async with bench.opened() as desk:
            wanted = desk.fields("Ä title 😀 עברית", body)
            written = (await desk.session.create(wanted)).page
            found = await desk.look(written.id)
            assert texts(desk.backend, found.fields) == texts(desk.backend, wanted)
            assert holds(desk.backend, written, wanted)
            assert found.header == written.header
            assert len(desk.titles()) == 1

    @awaited
    async def test_an_update_of_one_field_leaves_the_other(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "Text.\n")
            wanted = desk.fields("Two", "Text.\n")
            await desk.session.update(page, {TITLE: wanted[TITLE]}, wanted)
            page = await desk.look(page.id)
            assert texts(desk.backend, page.fields) == texts(desk.backend, wanted)
            wanted = desk.fields("Two", "")
            await desk.session.update(page, {BODY: wanted[BODY]}, wanted)
            page = await desk.look(page.id)
            assert texts(desk.backend, page.fields) == texts(desk.backend, wanted)

    @awaited
    async def test_two_pages_with_one_title_are_two_pages(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            first = (await desk.create("Same", "1")).page
            second = (await desk.create("Same", "2")).page
            assert first.id != second.id
            assert len(desk.titles()) == 2

    @awaited
    async def test_an_edit_of_a_person_is_seen(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            bench.subject.later(5)
            bench.subject.edit(page.id, "y")
            found = await desk.look(page.id)
            assert texts(desk.backend, found.fields) == desk.read("One", "y")
            if desk.backend.capabilities.versions:
                assert found.header.version != page.header.version
            assert found.header.updated > page.header.updated

    @awaited
    async def test_an_update_over_an_edit_that_came_after_the_look_tells_what_is_there(self, bench: Bench) -> None:
        """No API here has conditional writes, so the race can be lost; the answer must not hide it."""
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            bench.subject.later(5)
            bench.subject.edit(page.id, "y")
            wanted = desk.fields("Two", "z")
            try:
                written = await desk.session.update(page, wanted, wanted)
            except Changed:
                assert texts(desk.backend, (await desk.look(page.id)).fields) == desk.read("One", "y")
                return
            found = await desk.look(page.id)
            assert written.page.header == found.header
            assert texts(desk.backend, found.fields) == texts(desk.backend, wanted)

    @awaited
    async def test_an_unknown_page_is_gone(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            found = await desk.session.get(PageId("unknown"))
        assert found == Absent(id=PageId("unknown"), kind=Absence.GONE)

    @awaited
    async def test_a_page_that_vanished_between_look_and_write_is_looked_at_again(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            bench.subject.vanish(page.id)
            wanted = desk.fields("Two", "x")
            with pytest.raises(Changed):
                await desk.session.update(page, {TITLE: wanted[TITLE]}, wanted)

    @pytest.mark.parametrize("how", [Removal.ARCHIVE, Removal.DELETE])
    @awaited
    async def test_a_page_that_is_gone_already_is_removed_without_an_error(self, bench: Bench, how: Removal) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            bench.subject.vanish(page.id)
            await desk.session.remove(page, how, TODAY)
            assert not desk.live(page.id)

    @pytest.mark.parametrize("how", [Removal.ARCHIVE, Removal.DELETE])
    @awaited
    async def test_a_page_that_was_removed_can_be_removed_once_more(self, bench: Bench, how: Removal) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            await desk.session.remove(page, how, TODAY)
            rest = await desk.rest(page)
            await desk.session.remove(rest, how, TODAY)
            assert not desk.live(page.id)
            found = await desk.session.get(page.id)
            assert isinstance(found, Absent) or found.tombstone

    @awaited
    async def test_a_page_comes_back_under_its_id_where_the_api_can(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            await desk.session.remove(page, Removal.ARCHIVE, TODAY)
            found, wanted = await desk.rest(page), desk.fields("Back", "y")
            if not desk.backend.capabilities.restore:
                with pytest.raises(Rejected):
                    await desk.session.restore(found, wanted)
                return
            restored = (await desk.session.restore(found, wanted)).page
            assert restored.id == page.id
            assert not restored.tombstone
            assert desk.live(page.id)
            assert texts(desk.backend, (await desk.look(page.id)).fields) == texts(desk.backend, wanted)

    @awaited
    async def test_the_mark_is_on_the_page_and_in_no_comparison(self, bench: Bench) -> None:
        async with bench.opened(mark="comment") as desk:
            wanted = desk.fields("One", "Text.\n", "guides/a--b ü.md")
            markdown = desk.backend.capabilities.format == "markdown"
            mark = Mark(mirror=desk.target.mirror, path="guides/a--b ü.md")
            assert find_mark(str(wanted[BODY])) == (mark if markdown else None)
            page = await desk.look((await desk.session.create(wanted)).page.id)
            assert texts(desk.backend, page.fields) == texts(desk.backend, desk.fields("One", "Text.\n", "other.md"))
            assert desk.backend.to_markdown(page.fields).strip() == "Text."

    @pytest.mark.parametrize("page_id", ["..", ".", "", "a b", "a\n"])
    @awaited
    async def test_an_id_that_would_name_another_address_is_not_sent(self, bench: Bench, page_id: str) -> None:
        async with bench.opened() as desk:
            with pytest.raises(Rejected):
                await desk.session.get(PageId(page_id))
            assert desk.transport.requests == 0

    @pytest.mark.parametrize("page_id", ["../workspace", "a/b", "a?b=c", "a#b", "%2e%2e", "ü"])
    @awaited
    async def test_an_odd_id_stays_one_part_of_the_path(self, bench: Bench, page_id: str) -> None:
        async with bench.opened() as desk:
            assert await desk.session.list_headers() == Complete(headers=())
            try:
                found = await desk.session.get(PageId(page_id))
            except Rejected:
                return
            assert isinstance(found, Absent)
