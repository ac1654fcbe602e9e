"""What people read after `sync` and `plan`."""

import io
from dataclasses import replace

import pytest

from pagemirror.cli.output.lines import Line, Style
from pagemirror.cli.output.printing import Printer
from pagemirror.cli.output.run_lines import ADVISED, SHOWN_OF_A_KIND, runs_lines
from pagemirror.cli.output.runs import MirrorRun, run_of
from pagemirror.model.ids import MirrorName, PageId
from pagemirror.model.plans import Action, Guard, Outcome, Result
from pagemirror.model.reports.runs import PageDiff, TreeChange, TreeRow
from support.clireports import done, passed, planned, step

GUARD = Guard(
    code="max_removals",
    message="14 of 40 pages (35 %) would be archived; the limit is 20 %.",
    hint="pagemirror sync handbook --max-removals 14",
)


def text(lines: tuple[Line, ...]) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in lines)


def told(*runs: MirrorRun, quiet: bool = False) -> str:
    return text(tuple(runs_lines(runs, quiet=quiet)))


def test_nothing_to_do_is_one_line() -> None:
    assert told(run_of(passed(unchanged=52))) == "handbook: 52 pages, nothing to do, 0 requests, 0.1 s"


def test_nothing_to_do_says_what_still_waits() -> None:
    line = told(run_of(passed(unchanged=52, result=Result.HELD)))
    assert "\n" not in line
    assert "pagemirror conflicts" in line


def test_each_step_has_its_page_title_and_reason() -> None:
    moved = done("new.md", Action.UPDATE, title="New name", moved_from="old.md", reason="renamed, text")
    shown = told(run_of(passed(done("a.md", title="A"), moved)))
    assert "handbook  3f2a1bc9d8" in shown
    assert "+ created  a.md  “A”  new file" in shown
    assert "~ updated  old.md → new.md  “New name”  renamed, text" in shown
    assert shown.splitlines()[-1] == "handbook: 12 pages: 1 created, 1 updated, 10 unchanged; 2 requests, 0.1 s"


def test_a_title_without_end_is_cut() -> None:
    shown = told(run_of(passed(done("a.md", title="Long " * 1000))))
    assert "“Long Long" in shown
    assert "…”  new file" in shown
    assert max(map(len, shown.splitlines())) < 160


def test_a_plan_says_what_would_be_done_and_its_digest() -> None:
    shown = told(run_of(planned(step("a.md"), step("b.md", Action.ARCHIVE, reason="file gone"))))
    assert "+ create   a.md" in shown
    assert "- archive  b.md" in shown
    assert "digest  d1" in shown
    assert "created" not in shown


@pytest.mark.parametrize("code", ["conflict", "drift"])
def test_a_conflict_says_how_to_look_and_how_to_decide(code: str) -> None:
    held = done("my page.md", Action.UPDATE, Outcome.HELD, code=code, reason="both changed")
    shown = told(run_of(passed(held, result=Result.HELD)))
    assert f"! held (update)  my page.md  “My Page”  {code}: both changed" in shown
    assert "pagemirror conflicts 'my page.md'" in shown
    assert "→ pagemirror resolve 'my page.md' --take git\n" in shown
    assert "or --take remote, --take merge" in shown


def test_a_page_in_doubt_is_told_with_the_pages_that_it_could_be() -> None:
    held = done("a.md", Action.CREATE, Outcome.HELD, code="in_doubt", candidates=(PageId("p9"),))
    shown = told(run_of(passed(held, result=Result.HELD)))
    assert "→ pagemirror resolve a.md --page p9\n" in shown
    assert "or --new" in shown


def test_of_a_page_that_is_another_files_the_command_names_no_page() -> None:
    """There was no command, although a person can decide."""
    held = done("a.md", Action.CREATE, Outcome.HELD, code="page_taken", candidates=(PageId("p9"),))
    shown = told(run_of(passed(held, result=Result.HELD)))
    assert "→ pagemirror conflicts a.md\n" in shown
    assert "→ pagemirror resolve a.md --new\n" in shown
    assert "or --page ID" in shown


def test_a_guard_is_told_with_its_numbers_and_its_flag_and_no_other_advice() -> None:
    held = done("a.md", Action.ARCHIVE, Outcome.HELD, code="max_removals", reason="too many removals")
    shown = told(run_of(passed(held, result=Result.HELD, guards=(GUARD,))))
    assert "14 of 40 pages (35 %)" in shown
    assert "→ pagemirror sync handbook --max-removals 14" in shown
    assert "pagemirror resolve" not in shown


def test_commands_name_the_mirror_where_there_are_several() -> None:
    held = passed(done("a.md", outcome=Outcome.HELD, code="conflict"), result=Result.HELD)
    shown = told(run_of(held), run_of(passed(mirror=MirrorName("wiki"))))
    assert "pagemirror resolve a.md --mirror handbook --take git" in shown
    assert "wiki: 10 pages, nothing to do" in shown


def test_of_several_that_wait_under_one_path_each_command_says_which_is_meant() -> None:
    there = done("a.md", Action.UPDATE, Outcome.HELD, code="conflict")
    first, second = (
        replace(done("a.md", Action.ARCHIVE, Outcome.HELD, code="removed_and_edited"), page_id=PageId(page))
        for page in ("p1", "p2")
    )
    assert "→ pagemirror resolve a.md --take git" in told(run_of(passed(first, result=Result.HELD)))
    shown = told(run_of(passed(there, first, result=Result.HELD)))
    assert "→ pagemirror resolve a.md --there --take git" in shown
    assert "→ pagemirror resolve a.md --gone --take git" in shown
    shown = told(run_of(passed(there, first, second, result=Result.HELD)))
    assert "→ pagemirror resolve a.md --there --take git" in shown
    assert "→ pagemirror resolve a.md --gone --of p1 --take git" in shown
    assert "→ pagemirror resolve a.md --gone --of p2 --take git" in shown


def test_many_alike_are_shortened_but_what_is_held_or_failed_never() -> None:
    created = [done(f"{number}.md") for number in range(300)]
    held = [done(f"h{number}.md", Action.UPDATE, Outcome.HELD, code="drift") for number in range(60)]
    failed = [done(f"f{number}.md", Action.UPDATE, Outcome.FAILED, code="title") for number in range(60)]
    shown = told(run_of(passed(*created, *held, *failed, result=Result.FAILED)))
    assert shown.count("+ created") == SHOWN_OF_A_KIND
    assert "… and 260 more created" in shown
    assert shown.count("! held (update)") == 60
    assert shown.count("x failed (update)") == 60
    assert "300 created" in shown


def test_many_holds_share_their_advice() -> None:
    held = [done(f"h{number}.md", Action.UPDATE, Outcome.HELD, code="drift") for number in range(ADVISED + 1)]
    shown = told(run_of(passed(*held, result=Result.HELD)))
    assert shown.count("→ pagemirror conflicts") == 1
    assert shown.count("→ pagemirror resolve") == 1
    assert told(run_of(passed(*held[:ADVISED], result=Result.HELD))).count("→ pagemirror resolve") == ADVISED


def test_a_mirror_that_stopped_before_its_plan_claims_nothing() -> None:
    error = {"code": "source", "message": "no such ref", "hint": "", "exit": "8"}
    shown = told(run_of(passed(result=Result.UNUSABLE, error=error, unchanged=0)))
    assert "handbook: stopped; 0 requests" in shown
    assert "nothing to do" not in shown


def test_a_plan_is_never_shortened() -> None:
    shown = told(run_of(planned(*(step(f"{number}.md") for number in range(100)))))
    assert shown.count("+ create ") == 100


def test_failed_pages_come_with_the_way_to_try_again() -> None:
    shown = told(run_of(passed(done("a.md", outcome=Outcome.FAILED, code="title"), result=Result.FAILED)))
    assert "pagemirror sync handbook --retry-failed" in shown


def test_deferred_work_says_when_it_can_go_on() -> None:
    late = passed(done("a.md", outcome=Outcome.DEFERRED, code="budget"), result=Result.DEFERRED, until=1_800_000_000.0)
    assert "from 2027-01-15 08:00 UTC" in told(run_of(late))
    unknown = passed(done("a.md", outcome=Outcome.UNKNOWN, code="unknown"), result=Result.DEFERRED)
    assert "To finish the rest: pagemirror sync handbook" in told(run_of(unknown))
    stopped = passed(done("a.md", outcome=Outcome.SKIPPED, code="stopped"), result=Result.DEFERRED)
    assert "To finish the rest: pagemirror sync handbook" in told(run_of(stopped))


def test_a_plan_and_a_pass_say_when_a_budget_lets_the_work_be_done() -> None:
    plan = replace(planned(step("a.md")), done_by=1_800_000_000.0)
    assert "The target's budget lets this be done by 2027-01-15 08:00 UTC." in told(run_of(plan))
    late = done("a.md", outcome=Outcome.DEFERRED, code="budget")
    report = passed(late, result=Result.DEFERRED, until=1_800_000_000.0, done_by=1_800_086_400.0)
    assert "All will be done by 2027-01-16 08:00 UTC." in told(run_of(report))
    assert "be done by" not in told(run_of(planned(step("a.md"))))


def test_a_mirror_that_failed_says_why_and_what_to_do() -> None:
    error = {"code": "unusable", "message": "The token was refused.", "hint": "Mend EXEC_API_KEY.", "exit": "5"}
    shown = told(run_of(passed(result=Result.UNUSABLE, error=error)))
    assert "The token was refused." in shown
    assert "→ Mend EXEC_API_KEY." in shown


def test_warnings_and_notes_are_told() -> None:
    shown = told(run_of(passed(warnings=("a.md:3: unknown file",), notes=("lock of pid 5 taken over",))))
    assert "warning: a.md:3: unknown file" in shown
    assert "lock of pid 5 taken over" in shown


def test_quiet_tells_problems_only() -> None:
    assert told(run_of(passed(done("a.md"))), quiet=True) == ""
    assert told(run_of(passed()), quiet=True) == ""
    both = passed(done("a.md"), done("b.md", outcome=Outcome.HELD, code="drift"), result=Result.HELD)
    shown = told(run_of(both), quiet=True)
    assert "b.md" in shown
    assert "a.md" not in shown
    assert "created" not in shown
    assert "handbook" in told(run_of(passed(result=Result.LOCKED)), quiet=True)


def test_diffs_follow_their_step() -> None:
    report = planned(step("a.md"), diffs=(PageDiff(path="a.md", diff="--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n"),))
    lines = tuple(runs_lines([run_of(report, with_diffs=True)]))
    shown = text(lines)
    assert shown.index("+ create") < shown.index("-old") < shown.index("+new") < shown.index("digest")
    styles = {piece.text.strip(): piece.style for line in lines for piece in line}
    assert styles["+new"] is Style.GOOD
    assert styles["-old"] is Style.BAD
    assert styles["+++ b"] is Style.STRONG


def test_a_changed_line_is_shown_word_by_word_where_its_versions_share_half_of_their_words() -> None:
    diff = "--- a\n+++ b\n@@ -1,2 +1,2 @@\n-The old hub\n-gone\n+The new hub\n+come\n"
    report = planned(step("a.md"), diffs=(PageDiff(path="a.md", diff=diff),))
    lines = tuple(runs_lines([run_of(report, with_diffs=True)]))
    plain, painted = io.StringIO(), io.StringIO()
    Printer(plain, colours=False).lines(lines)
    assert "      ~The [-old-]{+new+} hub\n      -gone\n      +come\n" in plain.getvalue()
    Printer(painted, colours=True).lines(lines)
    assert "[-" not in painted.getvalue()
    styles = {piece.text: piece.style for line in lines for piece in line}
    assert (styles["old"], styles["new"]) == (Style.OLD, Style.NEW)


TREE = (
    TreeRow(
        path="guide/", title="Guide", depth=0, parent=None, why="section page of its folder", change=TreeChange.NEW
    ),
    TreeRow(
        path="guide/日本.md",
        title="A\x1b[2J",
        depth=1,
        parent="guide/",
        why="in the folder guide",
        change=TreeChange.MOVED,
        page_id=PageId("p1"),
        page_title="A\x1b[2J",
    ),
    TreeRow(
        path="old.md",
        title=None,
        depth=0,
        parent=None,
        why="its file is gone, or left out",
        change=TreeChange.GONE,
        page_id=PageId("p2"),
        page_title="Old",
    ),
)


def test_the_trees_stand_side_by_side_with_the_reason_before_the_steps() -> None:
    run = run_of(replace(planned(step("a.md")), tree=TREE), with_tree=True)
    assert told(run).splitlines()[1:6] == [
        "  source       target  why",
        "  guide/     +         section page of its folder",
        "    日本.md  > A[2J    in the folder guide",
        "             - Old     old.md: its file is gone, or left out",
        "",
    ]
    assert "section page" not in told(run_of(replace(planned(step("a.md")), tree=TREE)))


def test_a_title_can_bring_neither_markup_nor_escapes() -> None:
    evil = done("e\x1b[2Jvil.md", title="[red]x[/red]\x1b]0;owned\x07\nhandbook: all fine")
    shown = told(run_of(passed(evil)))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[red]x[/red]" in shown
    assert "\nhandbook: all fine" not in shown
