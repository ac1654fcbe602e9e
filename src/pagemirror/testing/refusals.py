"""The suite's part about refusals: a refused page, a refused token and a wrong address are three things."""

import pytest

from pagemirror.model.errors import Changed, NotApplied, Rejected, TargetUnusable, UnknownOutcome
from pagemirror.model.fields import TITLE
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent
from pagemirror.testing.awaiting import awaited
from pagemirror.testing.bench import Bench
from pagemirror.testing.deeds import READS, WRITES
from pagemirror.testing.faults import Fault

__all__ = ["RefusalTests"]


class RefusalTests:
    """What a status means."""

    @awaited
    async def test_a_refused_page_is_hidden_and_not_gone(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            desk.spoil(Fault.STATUS, status=403, times=1)
            assert await desk.session.get(page.id) == Absent(id=page.id, kind=Absence.HIDDEN)

    @pytest.mark.parametrize("deed", [*READS, *WRITES])
    @awaited
    async def test_a_token_that_is_refused_everywhere_stops_the_target(self, bench: Bench, deed: str) -> None:
        chosen = {**READS, **WRITES}[deed]
        async with bench.opened() as desk:
            page = await chosen.ready(desk)
            desk.spoil(Fault.STATUS, status=403)
            with pytest.raises(TargetUnusable):
                await chosen.does(desk, page)

    @awaited
    async def test_an_unknown_token_stops_the_target_and_is_not_repeated_in_the_error(self, bench: Bench) -> None:
        wrong = bench.subject.wrong_token
        if not wrong:
            pytest.skip("this API takes no token")
        async with bench.opened(token=wrong) as desk:
            for call in (desk.session.probe(), desk.session.get(PageId("p1")), desk.session.list_headers()):
                with pytest.raises(TargetUnusable) as caught:
                    await call
                assert caught.value.code == "credentials"
                assert wrong not in str(caught.value)

    @pytest.mark.parametrize(("root", "suffix"), [(False, "/wrong"), (True, "/nowhere")])
    @awaited
    async def test_a_wrong_base_url_is_never_taken_for_pages_that_are_gone(
        self,
        bench: Bench,
        root: bool,  # noqa: FBT001 - a parameter of the table above
        suffix: str,
    ) -> None:
        async with bench.opened(root=root, suffix=suffix) as desk:
            with pytest.raises((TargetUnusable, Rejected)):
                await desk.session.get(PageId("p1"))
            with pytest.raises((TargetUnusable, Rejected)):
                await desk.session.list_headers()

    @pytest.mark.parametrize("status", [400, 413, 422])
    @pytest.mark.parametrize("deed", WRITES)
    @awaited
    async def test_a_refused_write_is_rejected_with_what_the_server_said(
        self, bench: Bench, deed: str, status: int
    ) -> None:
        async with bench.opened() as desk:
            page, titles = await WRITES[deed].ready(desk), desk.titles()
            desk.spoil(Fault.STATUS, writes=True, status=status)
            with pytest.raises(Rejected) as caught:
                await WRITES[deed].does(desk, page)
            assert caught.value.status == status
            assert "refused for a test" in caught.value.message
            assert desk.titles() == titles

    @pytest.mark.parametrize("deed", WRITES)
    @awaited
    async def test_a_write_that_only_this_page_is_refused_is_rejected_as_forbidden(
        self, bench: Bench, deed: str
    ) -> None:
        async with bench.opened() as desk:
            page = await WRITES[deed].ready(desk)
            desk.spoil(Fault.STATUS, writes=True, status=403)
            with pytest.raises(Rejected) as caught:
                await WRITES[deed].does(desk, page)
            assert caught.value.code == "forbidden"

    @pytest.mark.parametrize("status", [409, 412])
    @awaited
    async def test_a_page_that_moved_is_told_so(self, bench: Bench, status: int) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            desk.spoil(Fault.STATUS, writes=True, status=status)
            wanted = desk.fields("Two", "x")
            with pytest.raises(Changed):
                await desk.session.update(page, {TITLE: wanted[TITLE]}, wanted)

    @pytest.mark.parametrize(
        ("status", "error"), [(401, TargetUnusable), (408, UnknownOutcome), (425, NotApplied), (503, UnknownOutcome)]
    )
    @pytest.mark.parametrize("deed", ["create", "update"])
    @awaited
    async def test_each_status_of_a_write_has_its_meaning(
        self, bench: Bench, deed: str, status: int, error: type[Exception]
    ) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            before = desk.written()
            desk.spoil(Fault.STATUS, writes=True, status=status)
            with pytest.raises(error):
                await WRITES[deed].does(desk, page)
            assert desk.written() == before
