"""Images of a page: each is noted, sent and noted again, and no file is sent or replaced that another one shows."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from pagemirror.executor.outcomes import based_on, written
from pagemirror.executor.ports import Rendered
from pagemirror.executor.uploading import send_images
from pagemirror.executor.writing import update
from pagemirror.model.errors import UnknownOutcome
from pagemirror.model.fields import BODY, TITLE, fingerprint
from pagemirror.model.ids import BlobId, PageId, RepoPath, Uid
from pagemirror.model.images import IMAGES, Image, Upload, images_print
from pagemirror.model.pages import Page
from pagemirror.model.plans import Action
from pagemirror.model.records import Open, Record
from pagemirror.planner.verdicts import Verdict
from pagemirror.planner.views import View
from pagemirror.state.interface import PutRecord
from support.steps import Memory, Shelf, Target, a_context, a_page, a_record, a_wanted

UID, ID = Uid("a"), PageId("page-a")
PAGE = a_page()


def image(path: str, blob: str = "1", *, name: str = "") -> Image:
    return Image(path=RepoPath(path), blob=BlobId(blob), name=name or path, mime="image/png")


def upload(path: str, blob: str = "1", *, file: str = "", name: str = "") -> Upload:
    return Upload(path=RepoPath(path), blob=BlobId(blob), name=name or path, file=file)


class Files(Target):
    """A target that keeps files: `there` are those it has, by id; `lose` cuts the line after so many uploads."""

    def __init__(self, journal: Memory, there: Mapping[str, str], *, lose: bool) -> None:
        super().__init__(PAGE, journal=journal)
        self.there = dict(there)
        self.lose = lose

    async def files(self, page_id: PageId) -> Mapping[str, str]:
        self.calls.append(("files", page_id))
        return self.there

    async def upload(self, page_id: PageId, name: str, mime: str, content: bytes, *, file: str | None) -> str:
        assert (page_id, mime) == (ID, "image/png")
        self.calls.append(("upload", (name, content.decode(), file)))
        self.noted.append(list(self.journal.changes))
        if self.lose:
            raise UnknownOutcome("cut")
        return file or f"new {name}"


class Reading(Shelf):
    """Renderings that name the files of the images that are there."""

    def render(self, uid: Uid) -> Rendered:
        given = super().render(uid)
        there = {one.path: one.file for one in self.uploads(uid)}
        body = "".join(f"![{image.path}]({there.get(image.path) or image.path})\n" for image in given.images)
        wanted = replace(given.wanted, sent={**given.wanted.sent, BODY: fingerprint(body)})
        return replace(given, wanted=wanted, fields={TITLE: "Title", BODY: body})


class Case:
    """The images of one page."""

    def __init__(
        self,
        *images: Image,
        there: Iterable[Upload] = (),
        files: Mapping[str, str] | None = None,
        lose: bool = False,
        keeps: bool = True,
    ) -> None:
        self.journal = Memory()
        self.pages = Reading({"a": Rendered(wanted=a_wanted("a"), fields={}, pending=(), images=images)})
        self.pages.sent(UID, tuple(there))
        self.target = Files(self.journal, files or {}, lose=lose) if keeps else Target(PAGE)
        self.context = a_context(self.target, journal=self.journal, pages=self.pages)
        self.given = self.pages.render(UID)
        self.view = View(uid=UID, record=a_record("a"), wanted=self.given.wanted)

    def send(self) -> tuple[View, Rendered | None]:
        return asyncio.run(send_images(self.context, self.view, self.given, ID))

    def noted(self) -> list[tuple[Upload, ...]]:
        """The uploads as they were written down, one time after the other."""
        records = [change.record for change in self.journal.changes if isinstance(change, PutRecord)]
        assert len(records) == len(self.journal.changes)
        assert all(replace(record, uploads=()) == a_record("a") for record in records)
        return [record.uploads for record in records]


def sent(case: Case) -> tuple[Upload, ...]:
    """All that is known after the images were sent, told alike by the record, the view and the pass."""
    view, again = case.send()
    assert again == case.pages.render(UID)
    assert view.record is not None
    assert view.wanted == again.wanted
    assert view.record.uploads == case.pages.uploads(UID) == case.noted()[-1]
    return view.record.uploads


def test_an_image_is_noted_before_it_is_sent_and_when_it_is_there() -> None:
    case = Case(image("i.png"))
    there = upload("i.png", file="new i.png")
    assert sent(case) == (there,)
    assert case.noted() == [(upload("i.png"),), (there,)]
    assert case.target.calls == [("upload", ("i.png", "i.png", None))]
    assert len(case.target.noted[0]) == 1


def test_images_that_are_there_cost_nothing() -> None:
    for case in (Case(image("i.png"), there=[upload("i.png", file="1")]), Case(), Case(image("i.png"), keeps=False)):
        assert case.send() == (case.view, None)
        assert (case.target.calls, case.journal.changes) == ([], [])


def test_only_what_is_missing_is_sent_and_what_is_known_stays_in_the_order_of_its_paths() -> None:
    case = Case(image("b.png", "2"), image("a.png", "1"), image("c.png", "3"), there=[upload("c.png", "3", file="3")])
    assert [(one.path, one.file) for one in sent(case)] == [
        ("a.png", "new a.png"),
        ("b.png", "new b.png"),
        ("c.png", "3"),
    ]
    assert [told[0] for _, told in case.target.calls] == ["b.png", "a.png"]


def test_the_same_file_at_another_path_is_shown_from_there() -> None:
    case = Case(image("new.png"), there=[upload("old.png", file="1", name="old.png")])
    assert sent(case) == (upload("new.png", file="1", name="old.png"), upload("old.png", file="1"))
    assert case.target.calls == []


def test_a_file_of_which_nobody_knows_whether_it_came_is_no_twin() -> None:
    case = Case(image("new.png"), there=[upload("old.png")])
    sent(case)
    assert [name for name, _ in case.target.calls] == ["upload"]


def test_an_image_that_changed_takes_the_place_of_the_one_before() -> None:
    case = Case(image("i.png", "2", name="other.png"), there=[upload("i.png", "1", file="1")])
    assert sent(case) == (upload("i.png", "2", file="1"),)
    assert case.noted() == [(upload("i.png", "2", file="1"),)]  # it is there all the time
    assert case.target.calls == [("upload", ("i.png", "other.png", "1"))]


def test_a_file_that_another_image_shows_is_not_replaced() -> None:
    there = [upload("i.png", "1", file="1"), upload("twin.png", "1", file="1", name="i.png")]
    case = Case(image("i.png", "2"), image("twin.png", "1"), there=there)
    assert sent(case) == (upload("i.png", "2", file="new i.png"), there[1])
    assert case.target.calls == [("upload", ("i.png", "i.png", None))]


def test_a_file_that_is_shown_by_no_other_image_any_more_is_replaced() -> None:
    gone = upload("gone.png", "1", file="1", name="i.png")
    changed = Case(image("i.png", "2"), there=[upload("i.png", "1", file="1"), gone])
    assert sent(changed) == (upload("i.png", "2", file="1"),)  # what the file was is known no more
    elsewhere = Case(
        image("i.png", "2"), image("x.png", "9"), there=[upload("i.png", file="1"), upload("x.png", "9", file="9")]
    )
    sent(elsewhere)
    assert elsewhere.target.calls == [("upload", ("i.png", "i.png", "1"))]


def test_of_an_upload_without_an_answer_the_file_is_looked_for() -> None:
    lost = Case(image("i.png"), lose=True)
    with pytest.raises(UnknownOutcome):
        lost.send()
    assert lost.pages.uploads(UID) == (upload("i.png"),)
    again = Case(image("i.png", "2"), there=[upload("i.png")], files={"7": "i.png", "8": "x.png"})
    assert sent(again) == (upload("i.png", "2", file="7"),)
    assert again.target.calls == [("files", ID), ("upload", ("i.png", "i.png", "7"))]
    assert again.noted()[0] == (upload("i.png", "2"),)
    never = Case(image("i.png"), there=[upload("i.png")], files={"8": "x.png"})
    assert sent(never) == (upload("i.png", file="new i.png"),)


def test_a_file_of_that_name_which_another_image_has_is_not_it() -> None:
    other = upload("d/i.png", "5", file="7", name="i.png")
    case = Case(
        image("i.png"), image("d/i.png", "5"), there=[upload("i.png"), other], files={"9": "i.png", "7": "i.png"}
    )
    assert sent(case) == (other, upload("i.png", file="9"))


def test_a_page_is_written_with_the_addresses_of_its_images() -> None:
    case = Case(image("i.png"))
    record, _ = written(case.context.backend, based_on(level_of(case), case.given), PAGE, PAGE.fields, {})
    view = replace(case.view, record=replace(record, sent=case.given.wanted.sent))
    verdict = Verdict(action=Action.UPDATE, reason="why", changed=frozenset({TITLE}))
    done = asyncio.run(update(case.context, verdict, view, case.given, PAGE))
    assert case.target.calls[-1] == ("update", {BODY: "![i.png](new i.png)\n"})
    assert done.record is not None
    assert done.record.uploads == (upload("i.png", file="new i.png"),)
    assert done.record.sent[IMAGES] == images_print([image("i.png")])
    assert done.record.open is Open.NONE


def level_of(case: Case) -> Record:
    assert case.view.record is not None
    return case.view.record


def test_a_title_that_moved_goes_with_the_images() -> None:
    case = Case(image("i.png"))
    page: Page = a_page(title="Before")
    record, _ = written(case.context.backend, based_on(level_of(case), case.given), page, page.fields, {})
    view = replace(case.view, record=replace(record, sent=case.given.wanted.sent))
    verdict = Verdict(action=Action.UPDATE, reason="why", changed=frozenset({TITLE}))
    asyncio.run(update(case.context, verdict, view, case.given, page))
    assert case.target.calls[-1] == ("update", {TITLE: "Title", BODY: "![i.png](new i.png)\n"})
