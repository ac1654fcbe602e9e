"""Steps that write: what is durable before the request leaves, what is sent, and what is written down after it."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.backends.interface import Backend, Written
from pagemirror.backends.registry import backend
from pagemirror.content import Merged, merge
from pagemirror.executor.context import StepContext
from pagemirror.executor.observe import prints_of, see
from pagemirror.executor.outcomes import based_on, fresh, removed, written
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.reverting import marks_of
from pagemirror.executor.writing import create, make_intent, remove, restore, update, with_all_of_it
from pagemirror.model.errors import Rejected
from pagemirror.model.fields import BODY, FOLDERS, SKILLS, STATUS, TITLE, Fields, fingerprint
from pagemirror.model.ids import BlobId, FieldName, PageId, RepoPath, Uid
from pagemirror.model.images import Upload
from pagemirror.model.pages import Absence, Draft, Page, Removal
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Decision, Hold, Intent, IntentKind, Open, Record, Standing
from pagemirror.planner.policy import Way
from pagemirror.planner.verdicts import Verdict
from pagemirror.planner.views import Missing, View
from pagemirror.state.interface import (
    Change,
    DropDecision,
    DropHold,
    DropIntent,
    Keep,
    PutHold,
    PutIntent,
    PutRecord,
    PutText,
    text_id,
)
from support.steps import Memory, Shelf, StillClock, Target, Texts, a_context, a_page, a_record, a_wanted

EXEC, RAVEN = backend("exec"), backend("ravendocs")
NOW = StillClock().now()
UID, ID = Uid("a"), PageId("page-a")
BASE, GIT, HAND = "First.\n\nSecond.\n", "From Git.\n\nSecond.\n", "First.\n\nBy hand.\n"
BOTH = "From Git.\n\nBy hand."
PAGE, EDITED = a_page(body=BASE), a_page(body=HAND)
UPLOAD = Upload(path=RepoPath("i.png"), blob=BlobId("c" * 40), name="i.png", file="1")
BOTH_TEXTS = frozenset({TITLE, BODY})
HOLD = Hold(uid=UID, path=RepoPath("a.md"), page_id=ID, action="update", code="drift", reason="r", basis="b", at=1.0)
CHOSEN = Decision(uid=UID, choice=Choice.RESTORE, basis="b", at=1.0, text=text_id("Kept.\n"))


class Uids(Shelf):
    """Renderings in which the address of another page means its uid."""

    def blind(self, text: str, of: Uid) -> str:
        assert of == UID
        return text.replace("https://pages.example/b", "uid-b").replace("b.md", "uid-b")


class Merging(Texts):
    """Texts that are merged as the product does."""

    def merge(self, base: str, git: str, remote: str) -> str | None:
        found = merge(base, git, remote)
        return found.text if isinstance(found, Merged) else None


def rendered(body: str = GIT, *, title: str = "Title", more: Fields | None = None, **but: Any) -> Rendered:
    pending, warnings = but.pop("pending", ()), but.pop("warnings", ())
    return Rendered(
        wanted=a_wanted("a", body=body, title=title, **but),
        fields={TITLE: title, BODY: body, **(more or {})},
        pending=pending,
        warnings=warnings,
    )


def level(page: Page = PAGE, *, on: Backend = EXEC, **but: Any) -> Record:
    """A page that stands as Git had it."""
    body = str(page.fields[BODY])
    record, _ = written(on, based_on(a_record("a"), rendered(body)), page, page.fields, {})
    return replace(record, **but)


class Case:
    """One write."""

    def __init__(
        self,
        *,
        page: Page = PAGE,
        record: Record | None = None,
        given: Rendered | None = None,
        answers: Iterable[Exception | Written] = (),
        on: Backend = EXEC,
        lasting: bool = True,
        texts: Iterable[str] = (BASE,),
        **of_view: Any,
    ) -> None:
        self.journal, self.page = Memory(), page
        self.target = Target(page, answers=answers, journal=self.journal)
        self.given = given or rendered()
        self.pages = Uids({"a": self.given})
        seen = {"seen": see(on, record, page), **of_view}
        self.view = View(uid=UID, record=record, wanted=self.given.wanted, **seen)
        self.context: StepContext = a_context(
            self.target, journal=self.journal, pages=self.pages, backend=on, texts=Merging(*texts, lasting=lasting)
        )

    def create(self) -> Done:
        return asyncio.run(create(self.context, self.view))

    def update(self, *changed: FieldName, way: str = "") -> Done:
        verdict = Verdict(action=Action.UPDATE, reason="why", changed=frozenset(changed or (BODY,)), way=way)
        return asyncio.run(update(self.context, verdict, self.view, self.given, self.page))

    def restore(self) -> Done:
        verdict = Verdict(action=Action.RESTORE, reason="why", changed=BOTH_TEXTS)
        return asyncio.run(restore(self.context, verdict, self.view, self.given, self.page))

    def remove(self, action: Action) -> Done:
        return asyncio.run(remove(self.context, Verdict(action=action, reason="why"), self.view, self.page))

    @property
    def intent(self) -> Intent:
        """The one intent, which was durable before the one request that writes."""
        (noted,) = self.target.noted
        (put,) = [change for change in noted if isinstance(change, PutIntent)]
        assert noted[-1] == put
        assert self.journal.of(PutIntent) == [put]
        return put.intent

    def before(self) -> list[Change]:
        """What else was durable before the request."""
        return self.target.noted[0][:-1]

    def after(self) -> list[Change]:
        return self.journal.changes[len(self.target.noted[0]) :]

    def texts(self) -> set[str]:
        return {change.text for change in self.before() if isinstance(change, PutText)}

    def kept(self) -> list[str]:
        return [change.text for change in self.before() if isinstance(change, Keep)]


def record_of(done: Done) -> Record:
    assert done.record is not None
    return done.record


def ended(done: Done) -> tuple[Outcome, str | None, Action | None]:
    return done.outcome, done.code, done.action


# ------------------------------------------------------------------- create


def test_a_page_is_noted_made_and_written_down() -> None:
    given = rendered(more={FOLDERS: ("f",)}, warnings=("shown as text",))
    case = Case(given=given, answers=[Written(page=a_page("new", body=GIT), warnings=("slow",))], hold=HOLD)
    done = case.create()
    record = record_of(done)
    assert case.target.calls == [("create", given.fields)]
    assert case.before() == [PutText(text=GIT)]
    assert case.after() == [PutText(text=GIT), PutRecord(record=record), DropIntent(uid=UID), DropHold(uid=UID)]
    assert ended(done) == (Outcome.DONE, None, Action.CREATE)
    assert (done.page_id, record.page_id, record.ours) == ("page-new", "page-new", {FOLDERS: ("f",)})
    assert done.warnings == ("shown as text", "slow")
    assert case.pages.known_ids == {UID: PageId("page-new")}


def test_the_note_of_a_create_says_what_will_be_there() -> None:
    given = rendered("To [b](b.md).\n\n\n", more={STATUS: "published"})
    case = Case(given=given)
    case.create()
    assert case.intent == Intent(
        uid=UID,
        kind=IntentKind.CREATE,
        page_id=None,
        record=replace(based_on(fresh(given.wanted), given), text=text_id("To [b](b.md).\n\n\n"), server_text=None),
        title="Title",
        remote=prints_of(EXEC, given.fields),
        blind=fingerprint("To [b](uid-b).\n"),
        sent_at=NOW,
        epoch=1,
        pass_id="pass",
    )


def test_a_page_that_is_made_anew_has_nothing_of_the_one_before() -> None:
    before = level(page_id=None, uploads=(UPLOAD,), last_write=("+m",), shadowed=True, former_ids=(PageId("former"),))
    case = Case(record=before)
    case.pages.sent(UID, (UPLOAD,))
    record = record_of(case.create())
    assert (record.uploads, record.last_write, record.shadowed, record.former_ids) == ((), (), False, ("former",))
    assert case.pages.uploads(UID) == ()


def test_a_page_whose_parent_has_none_is_made_when_it_has() -> None:
    case = Case(given=rendered(parent=Uid("above")))
    done = case.create()
    assert ended(done) == (Outcome.SKIPPED, "parent", None)
    assert done.record == fresh(case.given.wanted)  # others may hold its uid in their links
    assert (case.target.calls, case.journal.changes) == ([], [])
    case.pages.known_ids[Uid("above")] = PageId("page-above")
    assert case.create().outcome is Outcome.DONE


def test_a_page_that_can_not_be_sent_is_not_sent() -> None:
    case = Case(given=rendered(problem=("title", "the title is empty")))
    with pytest.raises(Rejected) as caught:
        case.create()
    assert (caught.value.code, caught.value.message) == ("title", "the title is empty; nothing was sent")
    assert (case.target.calls, case.journal.changes) == ([], [])


# ------------------------------------------------------------------- update


def test_only_what_moved_is_sent_and_all_is_written_down() -> None:
    case = Case(record=level(), hold=HOLD, given=rendered(warnings=("shown as text",)))
    done = case.update(TITLE, BODY)
    record = record_of(done)
    assert case.target.calls == [("update", {BODY: GIT})]
    assert case.before() == [PutText(text=GIT)]
    assert case.after() == [PutText(text=GIT), PutRecord(record=record), DropIntent(uid=UID), DropHold(uid=UID)]
    assert (ended(done), done.page_id, done.warnings) == (
        (Outcome.DONE, None, Action.UPDATE),
        ID,
        ("shown as text",),
    )
    assert (record.text, record.diverged) == (text_id(GIT), False)
    assert (case.intent.kind, case.intent.page_id, case.intent.record.text) == (IntentKind.UPDATE, ID, text_id(GIT))


def test_a_page_that_has_it_all_is_written_down_without_a_request() -> None:
    served = a_page(body=GIT + "\n", more={FOLDERS: ("ours", "theirs")})
    record = level(ours={FOLDERS: ("ours", "gone")})
    case = Case(page=served, record=record, given=rendered(more={FOLDERS: ("ours",)}), decision=CHOSEN)
    done = case.update(BODY)
    after = record_of(done)
    assert case.target.calls == []
    texts = [PutText(text=GIT), PutText(text=GIT + "\n")]
    assert case.journal.changes == [*texts, PutRecord(record=after), DropDecision(uid=UID)]
    assert (ended(done), done.page_id) == ((Outcome.DONE, None, Action.UPDATE), ID)
    assert case.pages.known_ids == {UID: ID}
    assert (after.ours, after.text, after.server_text) == ({FOLDERS: ("ours",)}, text_id(GIT), text_id(GIT + "\n"))


def test_a_draft_is_published_over_though_the_page_says_the_same() -> None:
    drafted = replace(a_page(body=GIT), draft=Draft(title="Title", body="Mine.\n"))
    case = Case(page=drafted, record=level())
    case.update(BODY)
    assert case.target.calls == [("update", {BODY: GIT})]
    assert case.kept() == [GIT, "Mine.\n"]


def test_a_set_is_always_sent_with_what_people_added() -> None:
    case = Case(
        page=a_page(body=BASE, more={FOLDERS: ("theirs",)}), record=level(), given=rendered(more={FOLDERS: ("f",)})
    )
    record = record_of(case.update(BODY, FOLDERS))
    assert case.target.calls == [("update", {BODY: GIT, FOLDERS: ("theirs", "f")})]
    assert record.ours == {FOLDERS: ("f",)}
    lifted = Case(page=a_page(body=BASE, more={SKILLS: ("s", "theirs")}), record=level(ours={SKILLS: ("s",)}))
    assert record_of(lifted.update(SKILLS)).ours == {}
    assert lifted.target.calls == [("update", {SKILLS: ("theirs",)})]


def test_a_field_that_the_file_no_longer_sets_is_not_sent() -> None:
    for page in (PAGE, a_page(body=BASE, more={STATUS: "draft"})):
        case = Case(page=page, record=level())
        case.update(BODY, STATUS)
        assert case.target.calls == [("update", {BODY: GIT})]


def test_a_persons_text_is_kept_before_it_is_overwritten() -> None:
    case = Case(page=EDITED, record=level())
    case.update()
    assert case.kept() == [HAND]
    assert [change.why for change in case.before() if isinstance(change, Keep)] == ["why"]


def test_where_no_text_lasts_a_persons_text_is_not_overwritten() -> None:
    case = Case(page=EDITED, record=level(), lasting=False)
    done = case.update()
    assert ended(done) == (Outcome.HELD, "text_unkept", Action.UPDATE)
    assert (case.target.calls, case.journal.of(PutIntent)) == ([], [])
    assert Case(record=level(), lasting=False).update().outcome is Outcome.DONE  # ours may be


def test_an_edit_between_write_and_answer_is_no_part_of_the_base() -> None:
    read = Written(page=a_page(title="By hand", body="By hand.\n"), read_back=True)
    record = record_of(Case(record=level(), answers=[read]).update())
    assert record.remote == prints_of(EXEC, {TITLE: "Title", BODY: GIT})
    assert record.version is None
    answered = replace(read, read_back=False)
    record = record_of(Case(record=level(), answers=[answered]).update())
    # What was sent is there in the server's own form; what was not sent should be as it was looked at.
    assert record.remote == prints_of(EXEC, {TITLE: "Title", BODY: "By hand.\n"})


def test_of_a_text_that_nobody_read_nothing_is_expected() -> None:
    unread = replace(PAGE, body_known=False)
    answer = Written(page=a_page(title="New", body="Whatever.\n"))
    case = Case(page=unread, record=level(), given=rendered(BASE, title="New"), answers=[answer])
    assert record_of(case.update(TITLE)).version == "1"
    other = Case(page=unread, record=level(), given=rendered(BASE, more={STATUS: "published"}), answers=[answer])
    assert record_of(other.update(STATUS)).version is None  # the title should be as it was looked at
    known = Case(record=level(), given=rendered(BASE, title="New"), answers=[answer])
    assert record_of(known.update(TITLE)).version is None


def test_a_page_on_which_people_work_in_an_editor_is_shadowed() -> None:
    for shadowed in (True, False):
        answer = Written(page=a_page(body=GIT), shadowed=shadowed)
        assert record_of(Case(record=level(), answers=[answer]).update()).shadowed is shadowed


# ------------------------------------------------------------------ a live editor


def raven(body: str, **but: Any) -> Page:
    return a_page(body=RAVEN.from_markdown(body), **but)


def marked(page: Page, record: Record, **but: Any) -> Record:
    case = Case(page=page, record=record, on=RAVEN, given=rendered(RAVEN.from_markdown(GIT)), **but)
    return record_of(case.update())


def test_what_a_write_changes_is_remembered_where_an_editor_may_put_it_back() -> None:
    page = raven(BASE, header={"updated": 7.0})
    record = marked(page, level(page, on=RAVEN))
    assert (record.last_write, record.written_over, record.shadowed) == (marks_of(BASE, GIT), 7.0, False)


@pytest.mark.parametrize(
    ("page", "but"), [(raven(HAND), {}), (raven(BASE), {"diverged": True}), (raven(BASE), {"shadowed": True})]
)
def test_a_page_that_people_edited_before_has_a_document_of_its_own(page: Page, but: dict[str, Any]) -> None:
    assert marked(page, replace(level(raven(BASE), on=RAVEN), **but)).shadowed


def test_nothing_is_remembered_of_a_write_without_a_text_or_over_one_that_nobody_read() -> None:
    record = level(raven(BASE), on=RAVEN, last_write=("+m",))
    titled = Case(page=raven(BASE), record=record, on=RAVEN, given=rendered(RAVEN.from_markdown(BASE), title="New"))
    assert record_of(titled.update(TITLE)).last_write == ("+m",)
    assert marked(replace(raven(HAND), body_known=False), record).last_write == ("+m",)
    assert record_of(Case(record=level(last_write=("+m",))).update()).last_write == ("+m",)  # no such editor


# ------------------------------------------------------------- merge and restore


def test_a_merge_sends_both_sides_and_stays_apart_from_git() -> None:
    case = Case(page=EDITED, record=level())
    record = record_of(case.update(way=Way.MERGE))
    assert case.target.calls == [("update", {BODY: BOTH})]
    assert case.texts() == {GIT, BOTH}
    assert case.kept() == [HAND]
    assert (record.diverged, record.text, record.server_text) == (True, text_id(GIT), text_id(BOTH))
    assert (case.intent.record.text, case.intent.record.server_text) == (text_id(GIT), text_id(BOTH))
    assert case.intent.remote == prints_of(EXEC, {TITLE: "Title", BODY: BOTH})
    assert case.intent.title == "Title"


def test_a_merge_takes_a_title_from_where_it_moved() -> None:
    case = Case(page=a_page(title="By hand", body=BASE), record=level())
    record = record_of(case.update(way=Way.MERGE))
    assert case.target.calls == [("update", {BODY: GIT})]
    assert record.diverged
    git = Case(page=EDITED, record=level(), given=rendered(BASE, title="New"))
    assert record_of(git.update(TITLE, way=Way.MERGE)).diverged
    assert git.target.calls == [("update", {TITLE: "New"})]


def test_a_merge_sends_what_else_moved_too() -> None:
    case = Case(page=EDITED, record=level(), given=rendered(more={STATUS: "published"}))
    case.update(STATUS, way=Way.MERGE)
    assert case.target.calls == [("update", {BODY: BOTH, STATUS: "published"})]


def test_a_merge_that_the_page_holds_already_is_written_down_as_what_people_wrote() -> None:
    case = Case(page=EDITED, record=level(), given=rendered(BASE))
    record = record_of(case.update(way=Way.MERGE))
    assert case.target.calls == []
    assert (record.diverged, record.text, record.server_text) == (True, text_id(BASE), text_id(HAND))


def overlap(**but: Any) -> tuple[Done, Case]:
    case = Case(page=a_page(body="By hand.\n\nSecond.\n"), record=level(), **but)
    return case.update(way=Way.MERGE), case


def test_a_merge_of_the_same_lines_is_a_persons_to_make() -> None:
    done, case = overlap()
    assert ended(done) == (Outcome.HELD, "conflict", Action.UPDATE)
    assert case.target.calls == []
    (put,) = case.journal.of(PutHold)
    assert put.hold.remote == text_id("By hand.\n\nSecond.\n")


@pytest.mark.parametrize(("code", "kept"), [("drift", "drift"), ("reverted", "reverted"), ("in_doubt", "conflict")])
def test_what_was_drift_before_stays_drift(code: str, kept: str) -> None:
    assert overlap(hold=replace(HOLD, code=code))[0].code == kept


def test_without_the_text_of_the_base_nothing_is_merged() -> None:
    emptied = a_page(body="")
    for case in (
        Case(page=EDITED, record=level(), texts=()),
        Case(page=EDITED, record=level(text=None)),
        Case(page=emptied, record=level(), texts=()),
    ):
        assert case.update(way=Way.MERGE).code == "conflict"
        assert case.target.calls == []


def with_an_empty_list(markdown: str) -> Page:
    """A page with a list that no Markdown can say, as nothing is in it."""
    page = raven(markdown)
    document = json.loads(str(page.fields[BODY]))
    document["content"].append({"type": "bulletList", "content": []})
    return replace(page, fields={**page.fields, BODY: json.dumps(document)})


def test_a_page_with_what_no_markdown_says_is_not_merged() -> None:
    base = RAVEN.from_markdown(BASE)
    for page, merges in ((raven(HAND), True), (with_an_empty_list(HAND), False)):
        case = Case(
            page=page,
            record=level(raven(BASE), on=RAVEN),
            on=RAVEN,
            given=rendered(RAVEN.from_markdown(GIT)),
            texts=(base,),
        )
        assert (case.update(way=Way.MERGE).outcome is Outcome.DONE) is merges
        both = whole(RAVEN.from_markdown(BOTH), page, on=RAVEN, record=level(raven(BASE), on=RAVEN), texts=(base,))
        assert (both is not None) is merges
    said = RAVEN.from_markdown(RAVEN.to_markdown(with_an_empty_list(BOTH).fields))
    page = with_an_empty_list(HAND)
    assert whole(said, page, on=RAVEN, record=level(raven(BASE), on=RAVEN), texts=(base,)) is None


def test_a_kept_text_goes_back_as_it_was_with_its_title() -> None:
    case = Case(page=EDITED, record=level(), texts=("Kept.\n",), decision=replace(CHOSEN, title="Kept"))
    record = record_of(case.update(way=Choice.RESTORE))
    assert case.target.calls == [("update", {TITLE: "Kept", BODY: "Kept.\n"})]
    assert (record.diverged, record.text, record.server_text) == (True, text_id(GIT), text_id("Kept.\n"))
    assert case.after()[-1] == DropDecision(uid=UID)
    untitled = Case(page=EDITED, record=level(), texts=("Kept.\n",), decision=CHOSEN)
    untitled.update(STATUS, way=Choice.RESTORE)
    assert untitled.target.calls == [("update", {BODY: "Kept.\n"})]


@pytest.mark.parametrize("decision", [CHOSEN, replace(CHOSEN, text=None)])
def test_a_kept_text_that_is_gone_is_not_put_back(decision: Decision) -> None:
    case = Case(page=EDITED, record=level(), decision=decision)
    with pytest.raises(Rejected) as caught:
        case.update(way=Choice.RESTORE)
    assert caught.value.code == "text_gone"
    assert case.target.calls == []


def test_what_is_put_back_as_git_has_it_is_not_diverged() -> None:
    case = Case(page=EDITED, record=level(), texts=(GIT,), decision=replace(CHOSEN, text=text_id(GIT)))
    assert not record_of(case.update(way=Choice.RESTORE)).diverged


# -------------------------------------------------------- all of it is in the file


def whole(git: str, page: Page = EDITED, *, title: str = "Title", on: Backend = EXEC, **but: Any) -> Verdict | None:
    record = but.pop("record", None) or level(on=on)
    case = Case(page=page, record=record, given=rendered(git, title=title), on=on, **but)
    return with_all_of_it(case.context, case.view, case.given, page)


def test_a_file_that_has_all_that_people_wrote_is_sent_without_asking() -> None:
    verdict = whole(BOTH)
    assert verdict is not None
    assert (verdict.action, verdict.changed, verdict.outcome) == (Action.UPDATE, frozenset({BODY}), Outcome.PLANNED)
    titled = whole(BOTH, a_page(title="New", body=HAND), title="New")
    assert titled is not None
    assert titled.changed == {TITLE, BODY}
    unseen = whole(BOTH, seen=Missing(kind=Absence.GONE))
    assert unseen is not None
    assert unseen.changed == {BODY}
    record = level(remote={**level().remote, STATUS: fingerprint("published")})
    hidden = whole(BOTH, a_page(body=HAND, more={STATUS: "draft"}), record=record)
    assert hidden is not None
    assert hidden.changed == {BODY, STATUS}  # what people did beside the text is taken back with it


def test_a_file_that_lacks_some_of_it_is_not() -> None:
    assert whole(GIT) is None
    assert whole("From Git.\n\nAnother.\n") is None
    assert whole(GIT, a_page(body="By hand.\n\nSecond.\n")) is None
    assert whole(BOTH, a_page(title="By hand", body=HAND)) is None
    assert whole(BOTH, a_page(title="By hand", body=HAND), title="New") is None


def test_two_addresses_of_one_page_say_the_same() -> None:
    base, page = "To [b](https://pages.example/b).\n\nSecond.\n", "To [b](https://pages.example/b).\n\nBy hand.\n"
    assert whole("To [b](b.md).\n\nBy hand.\n", a_page(body=page), record=level(a_page(body=base)), texts=(base,))


def test_where_the_base_is_not_known_nobody_can_tell() -> None:
    assert whole(BOTH, texts=()) is None
    assert whole(BOTH, record=level(text=None)) is None


# ------------------------------------------------------------------ restore


def test_a_page_that_comes_back_gets_the_files_text_and_its_own_is_kept() -> None:
    away = level(standing=Standing.REMOVED, removal="archive")
    case = Case(page=EDITED, record=away, seen=Missing(kind=Absence.TRASHED), hold=HOLD)
    done = case.restore()
    record = record_of(done)
    assert case.target.calls == [("restore", case.given.fields)]
    assert (case.kept(), case.texts()) == ([HAND], {GIT})
    assert case.after() == [PutText(text=GIT), PutRecord(record=record), DropIntent(uid=UID), DropHold(uid=UID)]
    assert ended(done) == (Outcome.DONE, None, Action.RESTORE)
    assert (record.standing, record.removal) == (Standing.LIVE, "")
    assert (case.intent.kind, case.intent.page_id) == (IntentKind.RESTORE, ID)


def test_a_page_that_was_never_away_is_only_updated() -> None:
    case = Case(record=level(standing=Standing.REMOVED, removal="keep"))
    assert case.restore().action is Action.RESTORE
    assert case.target.calls == [("update", {BODY: GIT})]
    buried = Case(page=replace(PAGE, tombstone=True), record=level(standing=Standing.REMOVED))
    buried.restore()
    assert [name for name, _ in buried.target.calls] == ["restore"]


def test_where_no_text_lasts_a_page_with_a_persons_text_does_not_come_back() -> None:
    case = Case(page=EDITED, record=level(), lasting=False, seen=Missing(kind=Absence.TRASHED))
    assert ended(case.restore()) == (Outcome.HELD, "text_unkept", Action.RESTORE)
    assert case.target.calls == []
    ours = Case(record=level(), lasting=False, seen=Missing(kind=Absence.TRASHED))
    assert ours.restore().outcome is Outcome.DONE


# ------------------------------------------------------------------- remove


@pytest.mark.parametrize(("action", "how"), [(Action.ARCHIVE, Removal.ARCHIVE), (Action.DELETE, Removal.DELETE)])
def test_a_page_goes_after_its_text_was_kept(action: Action, how: Removal) -> None:
    before = level(open=Open.LEAVING, leaving_since=1.0)
    case = Case(record=before, hold=HOLD)
    done = case.remove(action)
    after = removed(before, how, ID)
    assert case.target.calls == [("remove", (ID, how, "1970-01-01"))]
    assert case.kept() == [BASE]
    assert [change.why for change in case.before() if isinstance(change, Keep)] == [f"before {action}"]
    assert case.after() == [PutRecord(record=after), DropIntent(uid=UID), DropHold(uid=UID)]
    assert done == Done(outcome=Outcome.DONE, page_id=ID, record=after, action=action)
    assert case.intent == Intent(
        uid=UID,
        kind=IntentKind.REMOVE,
        page_id=ID,
        record=after,
        title=before.title,
        remote=before.remote,
        blind=fingerprint(""),
        sent_at=NOW,
        epoch=1,
        pass_id="pass",
    )


def test_where_no_text_lasts_a_persons_text_is_never_deleted_and_may_be_archived() -> None:
    case = Case(page=EDITED, record=level(), lasting=False)
    assert ended(case.remove(Action.DELETE)) == (Outcome.HELD, "text_unkept", Action.DELETE)
    assert case.target.calls == []
    assert Case(record=level(), lasting=False).remove(Action.DELETE).outcome is Outcome.DONE
    kept = Case(page=EDITED, record=level())
    assert kept.remove(Action.DELETE).outcome is Outcome.DONE
    assert kept.kept() == [HAND]
    assert Case(page=EDITED, record=level(), lasting=False).remove(Action.ARCHIVE).outcome is Outcome.DONE


def test_the_note_of_a_page_without_title_or_text_has_empty_ones() -> None:
    case = Case(record=level())
    bare = replace(case.given, fields={})
    noted = make_intent(case.context, IntentKind.UPDATE, level(), ID, bare, {TITLE: None, BODY: None})
    assert (noted.title, noted.blind, noted.record.text) == ("", fingerprint(""), text_id(""))
