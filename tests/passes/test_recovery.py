"""Lost answers, cut lines, refusals and storms: whatever happens, later passes end where Git says.

No page twice, no edit lost, no page forgotten; and the pass after the last one has nothing to ask.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from pagemirror.model.plans import PassReport
from support.mirrors import Mirror, ended, many

COUNT = 12
MADE = {f"Page {n}": f"Text {n}.\n" for n in range(COUNT)}
FAULTS = [
    "error_before",
    "lost_answer",
    *(pytest.param(fault, marks=pytest.mark.slow) for fault in ("cut", "error_after")),
]
"""Before the request takes effect and after it; the simulation has all of them, too."""


def until_settled(mirror: Mirror, *, passes: int = 6, **options: Any) -> PassReport:
    """Passes until one ends well; the faults are still there."""
    report = mirror.sync(**options)
    for _ in range(passes):
        if report.result == "ok":
            break
        assert report.result in {"deferred", "failed", "unusable"}, (report.error, ended(report))
        report = mirror.sync(**options)
    assert report.result == "ok", (report.error, ended(report))
    return report


def writing(api: str, fault: str, effect: str, **more: Any) -> Mapping[str, Any]:
    """A rule for the requests that change something: creates, changes, removals."""
    methods = {"exec": {"create": "POST", "update": "PATCH", "remove": "DELETE"}}
    methods["pharen"] = {"create": "POST", "update": "PUT", "remove": "PUT"}
    return {"fault": fault, "method": methods[api][effect], "api": api, **more}


# -------------------------------------------------------------------- creates


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("nth", [pytest.param(1, marks=pytest.mark.slow), 7])
def test_a_create_without_an_answer_makes_one_page(mirror: Mirror, fault: str, nth: int) -> None:
    mirror.commit(many(COUNT))
    mirror.box.faults(writing(mirror.api, fault, "create", nth=nth))
    until_settled(mirror)
    assert mirror.bodies() == MADE
    assert len(mirror.titles()) == COUNT
    mirror.quiet()


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_first_sync_through_every_kind_of_fault_makes_each_page_once(mirror: Mirror, seed: int) -> None:
    mirror.commit({**many(COUNT), "a.md": "# A\n\n[b](b.md) [3](p003.md)\n", "b.md": "# B\n\n[a](a.md)\n"})
    rates = {"lost_answer": 0.1, "cut": 0.1, "error_before": 0.08, "error_after": 0.08}
    mirror.box.faults(seed=seed, rates=rates)
    for _ in range(8):
        if mirror.sync().result == "ok":
            break
    mirror.box.faults()
    mirror.sync()
    mirror.done()
    assert mirror.titles() == sorted([*MADE, "A", "B"])
    assert mirror.bodies()["B"] == f"[a]({mirror.url('A')})\n"
    assert mirror.bodies()["A"] == f"[b]({mirror.url('B')}) [3]({mirror.url('Page 3')})\n"
    mirror.quiet()


def test_creates_of_one_title_that_all_lost_their_answers_are_told_apart(mirror: Mirror) -> None:
    mirror.commit({f"{name}/intro.md": f"# Intro\n\nOf {name}.\n" for name in "abcd"})
    mirror.box.faults(writing(mirror.api, "lost_answer", "create"))
    mirror.sync()
    mirror.box.faults()
    until_settled(mirror)
    assert mirror.titles() == ["Intro"] * 4
    assert sorted(page["content"] for page in mirror.box.pages(mirror.api)) == [f"Of {name}.\n" for name in "abcd"]
    mirror.quiet()
    mirror.commit({"c/intro.md": "# Intro\n\nOf c, edited.\n"})
    mirror.done()
    assert sorted(page["content"] for page in mirror.box.pages(mirror.api))[2] == "Of c, edited.\n"


def test_equal_files_whose_answers_were_lost_have_a_page_each(mirror: Mirror) -> None:
    mirror.commit({f"{name}/intro.md": "# Intro\n\nThe same.\n" for name in "abc"})
    mirror.box.faults(writing(mirror.api, "lost_answer", "create"))
    mirror.sync()
    mirror.box.faults()
    until_settled(mirror)
    assert mirror.titles() == ["Intro"] * 3
    mirror.quiet()


def test_a_create_in_doubt_that_a_person_edited_meanwhile_loses_no_edit(mirror: Mirror) -> None:
    mirror.configure(target={"settle": "3s"})
    mirror.commit(many(1))
    mirror.box.faults(
        writing(mirror.api, "lost_answer", "create", nth=1), {"fault": "status", "status": 401, "method": "GET"}
    )
    mirror.sync(assume_empty=True)
    mirror.box.faults()
    (page,) = mirror.box.pages(mirror.api)
    mirror.box.advance(5)
    mirror.box.edit(mirror.api, page["id"], content="By hand.\n")
    mirror.clock.ahead += 60
    report = mirror.sync()
    assert report.result == "held", ended(report)
    assert {step.code for step in report.steps} <= {"in_doubt", "foreign"}
    assert mirror.bodies() == {"Page 0": "By hand.\n"}
    mirror.resolve("p000.md", page=page["id"])
    mirror.done()
    assert mirror.bodies() == {"Page 0": "Text 0.\n"}
    assert [row.text for row in mirror.history("p000.md")] == ["By hand.\n"]
    mirror.quiet()


def test_a_file_edited_after_its_create_lost_its_answer_still_has_one_page(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.box.faults(
        writing(mirror.api, "lost_answer", "create", nth=2), {"fault": "status", "status": 401, "method": "GET"}
    )
    mirror.sync(assume_empty=True)
    mirror.box.faults()
    mirror.commit({f"p00{n}.md": f"# Page {n}\n\nEdited {n}.\n" for n in range(3)})
    until_settled(mirror)
    assert mirror.bodies() == {f"Page {n}": f"Edited {n}.\n" for n in range(3)}
    assert len(mirror.titles()) == 3
    mirror.quiet()


def test_a_file_removed_after_its_create_lost_its_answer_leaves_no_orphan(mirror: Mirror) -> None:
    mirror.commit(many(8))
    mirror.done()
    mirror.commit({"new.md": "# New\n\nText.\n"})
    mirror.box.faults(
        writing(mirror.api, "lost_answer", "create", nth=1), {"fault": "status", "status": 401, "method": "GET"}
    )
    mirror.sync()
    mirror.box.faults()
    mirror.remove("new.md")
    mirror.commit()
    until_settled(mirror)
    assert mirror.titles() == [f"Page {n}" for n in range(8)]
    mirror.quiet()


def test_a_file_renamed_after_its_create_lost_its_answer_keeps_that_page(mirror: Mirror) -> None:
    mirror.commit(many(4))
    mirror.box.faults(
        writing(mirror.api, "lost_answer", "create", nth=2), {"fault": "status", "status": 401, "method": "GET"}
    )
    mirror.sync(assume_empty=True)
    mirror.box.faults()
    for n in range(4):
        mirror.rename(f"p00{n}.md", f"sub/q{n}.md")
    mirror.commit()
    until_settled(mirror)
    assert mirror.titles() == [f"Page {n}" for n in range(4)]
    mirror.quiet()


# -------------------------------------------------------------------- updates


@pytest.mark.parametrize("fault", FAULTS)
def test_an_update_without_an_answer_is_neither_lost_nor_taken_for_an_edit(mirror: Mirror, fault: str) -> None:
    mirror.commit(many(COUNT))
    mirror.done()
    mirror.box.faults(writing(mirror.api, fault, "update", limit=5))
    mirror.commit({f"p{n:03}.md": f"# Page {n}\n\nEdited {n}.\n" for n in range(4)})
    until_settled(mirror)
    assert {title: mirror.bodies()[title] for title in ("Page 0", "Page 3", "Page 5")} == {
        "Page 0": "Edited 0.\n",
        "Page 3": "Edited 3.\n",
        "Page 5": "Text 5.\n",
    }
    assert mirror.conflicts() == {}
    mirror.quiet()


def test_an_edit_after_an_update_whose_answer_was_lost_is_not_overwritten(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    mirror.commit({"p001.md": "# Page 1\n\nFrom Git.\n"})
    read = {"fault": "status", "status": 401, "method": "GET"}
    mirror.box.faults(writing(mirror.api, "lost_answer", "update"), {**read, "nth": 2}, {**read, "nth": 3}, seed=1)
    mirror.sync()
    mirror.box.faults()
    mirror.person_edits("Page 1", content="From Git.\n\nAnd by hand.\n")
    mirror.commit({"p001.md": "# Page 1\n\nFrom Git, again.\n"})
    report = mirror.sync()
    text = mirror.bodies()["Page 1"]
    assert "And by hand." in text
    assert report.result == "held"


def test_a_second_change_after_an_unknown_update_arrives(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    mirror.box.faults(writing(mirror.api, "lost_answer", "update"), {"fault": "status", "status": 401, "method": "GET"})
    mirror.commit({"p001.md": "# Page 1\n\nSecond.\n"})
    mirror.sync()
    mirror.box.faults()
    mirror.commit({"p001.md": "# Page 1\n\nThird.\n"})
    until_settled(mirror)
    assert mirror.bodies()["Page 1"] == "Third.\n"
    mirror.quiet()


# ---------------------------------------------------------- removals, restores


@pytest.mark.parametrize("fault", FAULTS)
def test_a_removal_without_an_answer_is_carried_out_once(mirror: Mirror, fault: str) -> None:
    mirror.commit(many(COUNT))
    mirror.done()
    mirror.box.faults(writing(mirror.api, fault, "remove", limit=3))
    mirror.remove("p001.md", "p002.md")
    mirror.commit()
    until_settled(mirror)
    assert len(mirror.titles()) == COUNT - 2
    assert not any(page["title"].startswith("[Archived] [Archived]") for page in mirror.box.pages(mirror.api))
    mirror.quiet()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_is_back_has_one_page_whatever_becomes_of_the_answer(mirror: Mirror, fault: str) -> None:
    mirror.commit(many(COUNT))
    mirror.done()
    mirror.remove("p001.md")
    mirror.commit()
    mirror.done()
    effect = "create" if mirror.api == "exec" else "update"
    mirror.box.faults(writing(mirror.api, fault, effect, limit=2))
    mirror.commit({"p001.md": "# Page 1\n\nBack.\n"})
    until_settled(mirror)
    assert len(mirror.titles()) == COUNT
    assert mirror.bodies()["Page 1"] == "Back.\n"
    mirror.quiet()


# ----------------------------------------------------------------- refusals


@pytest.mark.parametrize("form", ["header", "header_date", "error", "top", "none"])
def test_a_rate_limit_in_any_form_delays_and_loses_nothing(exec_mirror: Mirror, form: str) -> None:
    """A pause that is longer than `max_wait` puts the rest off; the next run goes on where this one stopped."""
    mirror = exec_mirror
    mirror.configure({"max_wait": "20s"})
    mirror.box.switches("exec", retry_after=form)
    mirror.commit(many(6))
    mirror.box.faults({"fault": "rate_limited", "retry_after": 40, "method": "POST", "nth": 3})
    report = mirror.sync()
    assert report.result == "deferred"
    assert report.until is not None
    assert len(mirror.titles()) in range(1, 6)
    mirror.clock.ahead += 70
    mirror.done()
    assert mirror.titles() == [f"Page {n}" for n in range(6)]
    mirror.quiet()


def test_a_short_pause_is_waited_for(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.box.switches("exec", retry_after="header")
    mirror.box.switches("pharen", retry_after="header", rate_reset=False)
    mirror.box.faults({"fault": "rate_limited", "retry_after": 1, "method": "POST", "limit": 2})
    mirror.done()
    assert mirror.titles() == [f"Page {n}" for n in range(6)]
    assert mirror.box.counts(mirror.api)[("POST", mirror.box.log(mirror.api)[-1]["template"])] <= 6 + 2
    mirror.quiet()


def test_one_page_that_the_target_refuses_does_not_stop_the_others(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.box.faults({"fault": "status", "status": 422, "method": "POST", "contains": "Text 2."})
    report = mirror.sync()
    assert report.result == "failed"
    assert ended(report) == Counter({"create done": 5, "create failed rejected": 1})
    before = mirror.requests()
    assert mirror.sync().result == "failed"
    assert mirror.requests() == before
    mirror.box.faults()
    mirror.done(retry_failed=True)
    assert len(mirror.titles()) == 6
    mirror.quiet()


def test_a_page_that_was_refused_is_tried_again_when_its_file_changes(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.box.faults({"fault": "status", "status": 422, "method": "POST", "contains": "Text 2."})
    mirror.sync()
    mirror.commit({"p002.md": "# Page 2\n\nMended.\n"})
    mirror.done()
    assert mirror.bodies()["Page 2"] == "Mended.\n"
    mirror.quiet()


def test_a_refused_token_costs_one_request_and_stops_the_mirror(mirror: Mirror) -> None:
    mirror.commit(many(20))
    mirror.box.faults({"fault": "status", "status": 401})
    report = mirror.sync()
    assert report.result == "unusable"
    assert report.error is not None
    assert report.error["code"] == "credentials"
    assert mirror.requests() == 1
    mirror.box.faults()
    mirror.done()
    assert len(mirror.titles()) == 20
    mirror.quiet()


def test_a_token_that_is_refused_in_the_middle_stops_and_later_goes_on(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1})
    mirror.commit(many(10))
    mirror.box.faults({"fault": "status", "status": 401, "method": "POST", "nth": 4})
    report = mirror.sync()
    assert report.result == "unusable"
    assert len(mirror.titles()) == 3
    mirror.box.faults()
    mirror.done()
    assert mirror.titles() == sorted(f"Page {n}" for n in range(10))
    mirror.quiet()


def test_a_target_that_can_not_be_reached_changes_nothing_and_is_said(mirror: Mirror) -> None:
    mirror.configure(target={"base_url": "http://127.0.0.1:9/api"})
    mirror.commit(many(3))
    report = mirror.sync()
    assert report.result == "unusable"
    assert report.error is not None
    assert report.error["code"] == "unreachable"


# ---------------------------------------------------------- servers' own ways


@pytest.mark.parametrize("form", ["add_newline", "strip_newline", "drop_comments", "rich_text"])
def test_a_server_that_rewrites_bodies_makes_no_perpetual_change(mirror: Mirror, form: str) -> None:
    mirror.box.switches(mirror.api, body=form)
    text = "# A\n\n- one\n- two\n\n\n_soft_ <!-- note --> [b](b.md)"
    mirror.commit({"a.md": text, "b.md": "# B\n\n+ [a](a.md)\n"})
    mirror.done()
    mirror.quiet()
    mirror.box.advance(10)
    assert mirror.done(drift=True).result == "ok"
    mirror.commit({"a.md": text.replace("two", "three")})
    assert ended(mirror.done()) == Counter({"update done": 1})
    assert "three" in mirror.bodies()["A"]
    mirror.quiet()
    mirror.person_edits("A", content="By hand.\n")
    assert ended(mirror.sync(drift=True)) == Counter({"update held drift": 1})


@pytest.mark.parametrize("form", ["add_newline", "strip_newline", "drop_comments", "rich_text"])
def test_a_create_without_an_answer_is_found_again_in_the_servers_own_form(mirror: Mirror, form: str) -> None:
    mirror.box.switches(mirror.api, body=form)
    mirror.commit({"a.md": "# A\n\n- one\n- two\n\n\n_soft_ <!-- note --> end", "b.md": "# B\n\nText.\n"})
    mirror.box.faults(writing(mirror.api, "lost_answer", "create", nth=1))
    report = mirror.sync()
    mirror.box.faults()
    if report.result != "ok" and mirror.sync().result == "held":
        mirror.resolve("a.md" if "a.md" in mirror.conflicts() else "b.md", page=mirror.ids()["A"])
        mirror.done()
    assert mirror.titles() == ["A", "B"]
    assert "one" in mirror.bodies()["A"]
    mirror.quiet()


def test_a_server_whose_answers_hold_no_text_makes_no_drift_and_no_conflict(exec_mirror: Mirror) -> None:
    mirror = exec_mirror
    mirror.box.switches("exec", write_answer="no_content", body="rich_text")
    mirror.commit({"a.md": "# A\n\n- one\n- two\n", "b.md": "# B\n\nText.\n"})
    mirror.done()
    mirror.box.advance(10)
    mirror.done(drift=True)
    mirror.commit({"a.md": "# A\n\n- one\n- three\n"})
    mirror.done()
    assert "three" in mirror.bodies()["A"]
    mirror.quiet()
    mirror.person_edits("A", content="By hand.\n")
    mirror.commit({"a.md": "# A\n\n- one\n- four\n"})
    assert mirror.sync().result == "held"
    assert mirror.bodies()["A"] == "By hand.\n"


@pytest.mark.parametrize(
    "switches",
    [
        {"draft_after_publish": "drop"},
        {"write_answer": "with_draft"},
        {"first_version": 0, "version_gaps": "skip"},
        {"version_gaps": "drafts"},
        {"touch_on_filing": False, "touch_on_draft": False},
        {"title_patch": "draft"},
        {"archived_get": "404"},
        {"ids": "uuid", "owner": "none"},
        {"trim_titles": True},
    ],
    ids=str,
)
def test_any_reading_of_the_contract_ends_in_the_same_state(exec_mirror: Mirror, switches: Mapping[str, Any]) -> None:
    mirror = exec_mirror
    mirror.box.switches("exec", **switches)
    mirror.commit({**many(6), "a.md": "# A\n\n[b](b.md)\n", "b.md": "# B\n\n[a](a.md)\n"})
    mirror.done()
    mirror.quiet()
    mirror.remove("p001.md")
    mirror.commit({"a.md": "# A two\n\n[b](b.md)\n", "p002.md": "# Page 2\n\nEdited.\n"})
    mirror.done()
    mirror.quiet()
    mirror.box.advance(10)
    mirror.done(drift=True)
    assert mirror.titles() == ["A two", "B", "Page 0", "Page 2", "Page 3", "Page 4", "Page 5"]
    assert mirror.bodies()["Page 2"] == "Edited.\n"
    mirror.commit({"p001.md": "# Page 1\n\nBack.\n"})
    mirror.done()
    assert len(mirror.titles()) == 8
    mirror.quiet()


# ------------------------------------------------------------------- listings


def test_a_stale_listing_makes_no_second_page_of_a_create_in_doubt(mirror: Mirror) -> None:
    """The listing lags by less than `settle`: a create is sent again only after a second one."""
    mirror.commit(many(6))
    mirror.box.faults(
        writing(mirror.api, "lost_answer", "create", nth=3), {"fault": "stale_list", "writes": 6, "limit": 2}
    )
    until_settled(mirror)
    assert mirror.titles() == [f"Page {n}" for n in range(6)]
    mirror.quiet()


@pytest.mark.parametrize("shortfall", ["rows", "total"])
def test_an_incomplete_listing_never_justifies_a_second_create(mirror: Mirror, shortfall: str) -> None:
    mirror.commit(many(6))
    mirror.box.faults(
        writing(mirror.api, "cut", "create", nth=3),
        {"fault": "short_list", "shortfall": shortfall},
    )
    report = mirror.sync(assume_empty=True)
    assert report.result != "ok"
    assert len(mirror.titles()) == 5
    mirror.box.faults()
    until_settled(mirror)
    assert mirror.titles() == [f"Page {n}" for n in range(6)]
    mirror.quiet()


@pytest.mark.parametrize("shortfall", ["rows", "total"])
def test_an_incomplete_first_listing_creates_nothing_and_removes_nothing(mirror: Mirror, shortfall: str) -> None:
    mirror.commit(many(6))
    mirror.done()
    mirror.lose_state()
    mirror.box.faults({"fault": "short_list", "shortfall": shortfall})
    report = mirror.sync()
    assert report.result != "ok"
    assert mirror.titles() == [f"Page {n}" for n in range(6)]
    mirror.box.faults()
    mirror.done()
    assert mirror.titles() == [f"Page {n}" for n in range(6)]
    mirror.quiet()


@pytest.mark.parametrize("shortfall", ["rows", "total"])
def test_an_incomplete_drift_listing_never_says_that_pages_vanished(mirror: Mirror, shortfall: str) -> None:
    mirror.commit(many(6))
    mirror.done()
    mirror.box.advance(10)
    mirror.box.faults({"fault": "short_list", "shortfall": shortfall})
    report = mirror.sync(drift=True)
    assert report.result == "ok"
    assert any("incomplete" in warning for warning in report.warnings)
    assert mirror.conflicts() == {}


# ----------------------------------------------------------------- lost state


def test_lost_state_ties_the_pages_again_and_makes_removes_and_writes_nothing(mirror: Mirror) -> None:
    mirror.commit({**many(8), "a.md": "# A\n\n[b](b.md)\n", "b.md": "# B\n\n[a](a.md)\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.lose_state()
    since = max(row["seq"] for row in mirror.box.log(mirror.api))  # rows come in the order of the answers
    report = mirror.done()
    assert ended(report) == Counter({"adopt done": 10})
    assert mirror.writes(since) == Counter()
    assert mirror.ids() == ids
    mirror.quiet()
    mirror.commit({"p000.md": "# Page 0\n\nEdited.\n"})
    mirror.done()
    assert mirror.ids() == ids
    mirror.quiet()


def test_lost_state_removes_no_page_whose_file_is_gone_by_then(mirror: Mirror) -> None:
    mirror.commit(many(8))
    mirror.done()
    mirror.lose_state()
    mirror.remove("p001.md", "p002.md", "p003.md")
    mirror.commit()
    mirror.done()
    assert len(mirror.titles()) == 8


def test_lost_state_overwrites_no_edit_that_a_person_made(mirror: Mirror) -> None:
    mirror.commit(many(4))
    mirror.done()
    mirror.person_edits("Page 1", content="By hand.\n")
    mirror.lose_state()
    report = mirror.sync()
    assert ended(report) == Counter({"adopt done": 3, "adopt held foreign": 1})
    assert mirror.bodies()["Page 1"] == "By hand.\n"
    assert len(mirror.titles()) == 4


def test_lost_state_with_equal_titles_ties_each_file_to_its_own_page(mirror: Mirror) -> None:
    mirror.commit({f"{name}/intro.md": f"# Intro\n\nOf {name}.\n" for name in "abcd"})
    mirror.done()
    mirror.lose_state()
    assert ended(mirror.done()) == Counter({"adopt done": 4})
    mirror.commit({"c/intro.md": "# Intro\n\nOf c, edited.\n"})
    mirror.done()
    texts = sorted(page["content"] for page in mirror.box.pages(mirror.api))
    assert texts == ["Of a.\n", "Of b.\n", "Of c, edited.\n", "Of d.\n"]


def test_state_lost_in_the_middle_of_a_first_sync_makes_no_page_twice(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1})
    mirror.commit(many(10))
    mirror.box.faults({"fault": "status", "status": 401, "method": "POST", "nth": 6})
    mirror.sync()
    mirror.box.faults()
    mirror.lose_state()
    mirror.done()
    assert mirror.titles() == sorted(f"Page {n}" for n in range(10))
    mirror.quiet()


def test_assume_empty_skips_the_first_listing(mirror: Mirror) -> None:
    mirror.commit(many(5))
    mirror.done(assume_empty=True)
    assert mirror.writes() == Counter({"POST": 5})
    assert mirror.requests() == 5
    mirror.quiet()


def test_two_mirrors_with_their_own_state_tie_no_page_of_the_other_by_a_changed_text(mirror: Mirror) -> None:
    """A tidy-up may remove only what has a record of its own."""
    mirror.commit(many(6))
    mirror.done()
    stranger = mirror.box.create(mirror.api, "Handmade", "Text.\n")
    mirror.remove("p000.md")
    mirror.commit()
    mirror.done()
    assert mirror.box.page(mirror.api, stranger["id"]) == stranger
