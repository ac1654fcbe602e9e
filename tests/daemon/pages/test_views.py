"""How mirrors and pages stand, in words and tones."""

from dataclasses import replace

import pytest

from pagemirror.daemon.pages.views import Badge, Tone, badges_of, bases_of, card_of
from pagemirror.daemon.views import Activity, MirrorView
from pagemirror.model.ids import RepoPath, TargetKey, Uid
from pagemirror.model.listing import PageRow, Show
from pagemirror.model.records import Failure, Open, Standing
from pagemirror.model.reports.runs import Progress
from pagemirror.model.reports.standings import BudgetReport, MirrorStatus
from support.standin import HANDBOOK, NOW
from support.staterows import a_record

HOUR = 3600.0
VIEW = MirrorView(name=HANDBOOK, activity=Activity.IDLE, tried_at=NOW, level_at=NOW)
STATUS = MirrorStatus(
    name=HANDBOOK,
    target=TargetKey("exec x"),
    result="ok",
    last_pass=NOW - 60.0,
    commit=None,
    pages=1,
    pending=0,
    held=2,
    failed=0,
    unsettled=0,
    diverged=0,
    deferred=0,
    kept_bytes=0,
    budget=BudgetReport(minute_limit=None, minute_left=None, day_limit=1000, day_left=12),
)


def badge(view: MirrorView, result: str = "ok") -> Badge:
    return card_of(view, replace(STATUS, result=result), now=NOW, fresh_within=HOUR).badge


@pytest.mark.parametrize(
    ("result", "tone", "word"),
    [
        ("ok", Tone.GOOD, "Up to date"),
        ("held", Tone.WARN, "Waits for you"),
        ("failed", Tone.BAD, "Pages failed"),
        ("deferred", Tone.WARN, "Deferred"),
        ("unusable", Tone.BAD, "Can't work"),
        ("locked", Tone.WARN, "Locked"),
        ("never", Tone.QUIET, "Not run yet"),
    ],
)
def test_each_result_has_a_word_and_a_tone(result: str, tone: Tone, word: str) -> None:
    assert badge(VIEW, result) == Badge(tone=tone, word=word)


def test_what_a_mirror_does_now_comes_before_how_it_ended() -> None:
    assert badge(replace(VIEW, activity=Activity.RUNNING), "failed").word == "Pass under way"
    assert badge(replace(VIEW, activity=Activity.STOPPED)).word == "Stopped"
    assert badge(MirrorView(name=HANDBOOK), "failed").word == "Starting"


def test_pages_that_nobody_knows_to_be_level_are_stale() -> None:
    old = replace(VIEW, level_at=NOW - 2 * HOUR)
    assert badge(old) == Badge(tone=Tone.WARN, word="Stale")
    assert badge(old, "failed").word == "Pages failed"


def test_a_card_counts_pages_and_what_is_left_of_the_budget() -> None:
    card = card_of(VIEW, STATUS, now=NOW, fresh_within=HOUR)
    assert [(figure.word, figure.number) for figure in card.figures[:2]] == [("page", 1), ("held", 2)]
    assert card.figures[1].show is Show.HELD
    assert [(budget.word, budget.left, budget.limit) for budget in card.budgets] == [("today", 12, 1000)]


def test_progress_is_a_share_where_the_total_is_known() -> None:
    progress = Progress(mirror=HANDBOOK, stage="sending", done=1, total=4, requests=2)
    running = replace(VIEW, activity=Activity.RUNNING, progress=progress)
    assert card_of(running, None, now=NOW, fresh_within=HOUR).percent == 25
    unknown = replace(running, progress=replace(progress, total=0))
    assert card_of(unknown, None, now=NOW, fresh_within=HOUR).percent is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"page_id": "p"}, ["settled"]),
        ({}, ["no page yet"]),
        ({"held": "conflict", "page_id": "p"}, ["held"]),
        ({"failure": "too_long", "open": Open.FAILED}, ["failed"]),
        ({"open": Open.FAILED}, ["failed"]),
        ({"open": Open.UNSETTLED, "diverged": True}, ["unsettled", "diverged"]),
        ({"standing": Standing.REMOVED, "diverged": True}, ["removed"]),
        ({"standing": Standing.LEFT}, ["no longer mirrored"]),
    ],
)
def test_a_page_says_how_it_stands(fields: dict[str, object], words: list[str]) -> None:
    row = replace(PageRow(uid=Uid("u"), path=RepoPath("a.md")), **fields)  # type: ignore[arg-type]  # fields of a row
    assert [badge.word for badge in badges_of(row)] == words


def test_a_record_says_so_too() -> None:
    failed = a_record(failure=Failure(code="c", reason="r", payload="p", at=1.0), open=Open.FAILED)
    assert [badge.word for badge in badges_of(failed, held=["conflict"])] == ["held", "failed"]


def test_both_bases_are_told_in_words() -> None:
    git, remote = bases_of(a_record(updated=NOW - 60.0), NOW)
    assert git.startswith("The file last gave blob 0000000000")
    assert (
        remote
        == "The target last held version 3, stamped 1 minute ago by the target: written or taken over by pagemirror."
    )
    assert "accepted from a person's edit" in bases_of(a_record(diverged=True, version=None, updated=0.0), NOW)[1]
    assert bases_of(a_record(remote={}), NOW)[1] == "Nothing has been written to the target yet."
