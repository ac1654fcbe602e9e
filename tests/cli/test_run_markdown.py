"""The comment for a merge request."""

from dataclasses import replace

import pyromark

from pagemirror.cli.output.documents import Failure
from pagemirror.cli.output.run_markdown import failure_markdown, runs_markdown
from pagemirror.cli.output.runs import run_of
from pagemirror.model.plans import Action, Guard, Outcome, Result
from pagemirror.model.reports.runs import PageDiff, TreeChange, TreeRow
from support.clireports import done, passed, planned, step


def html(markdown: str) -> str:
    return pyromark.html(markdown, options=pyromark.Options.ENABLE_TABLES)


def test_counts_are_a_table_and_steps_are_folded() -> None:
    told = runs_markdown([run_of(passed(done("a.md"), done("b.md", Action.UPDATE)))])
    assert "### Pagemirror: sync" in told
    assert "| handbook | `3f2a1bc9d8` | ok | 12 | 1 created, 1 updated, 10 unchanged | 2 | 0.1 s |" in told
    assert told.index("<details>") < told.index("`a.md`") < told.index("</details>")
    assert "<table>" in html(told)


def test_what_is_held_or_failed_is_not_folded() -> None:
    report = passed(
        done("a.md"),
        done("b.md", Action.UPDATE, Outcome.HELD, code="conflict", reason="both changed"),
        done("c.md", Action.CREATE, Outcome.FAILED, code="title", reason="too long"),
        result=Result.FAILED,
    )
    told = runs_markdown([run_of(report)])
    opened = told[: told.index("<details>")]
    assert "`b.md`" in opened
    assert "conflict: both changed" in opened
    assert "`pagemirror resolve b.md --take git` or `--take remote, --take merge`" in opened
    assert "title: too long" in opened


def test_a_title_stays_in_its_cell_and_calls_nobody() -> None:
    title = "a | b `c` @someone <script> \n| x | y |"
    shown = html(runs_markdown([run_of(passed(done("we|ird`.md", title=title)))]))
    assert "<script>" not in shown
    assert "a | b `c` @<!-- -->someone &lt;script&gt;" in shown
    assert "<code>we|ird`.md</code>" in shown
    assert shown.count("<td>x</td>") == 0


def test_a_plan_has_its_digest_and_its_diffs() -> None:
    diff = PageDiff(path="a.md", diff="-old\n+```\n+new")
    told = runs_markdown([run_of(planned(step("a.md"), diffs=(diff,)), with_diffs=True)])
    assert "### Pagemirror: plan" in told
    assert "Digest: `d1`" in told
    assert "````diff\n-old\n+```\n+new\n````" in told


def test_guards_warnings_and_errors_are_told() -> None:
    guard = Guard(code="rewind", message="3 commits older", hint="pagemirror sync --allow-rewind")
    error = {"code": "unusable", "message": "The token was refused.", "hint": "Mend it.", "exit": "5"}
    report = passed(
        result=Result.UNUSABLE, guards=(guard,), warnings=("b.md: odd",), error=error, until=0.0, done_by=86_400.0
    )
    told = runs_markdown([run_of(report)])
    for part in (
        "rewind",
        "3 commits older",
        "b.md: odd",
        "The token was refused.",
        "Mend it.",
        "1970-01-01",
        "done by 1970-01-02",
    ):
        assert part in told


def test_a_failure_without_reports_is_told_alone() -> None:
    failure = Failure(code="config", message="Two problems:\n  one\n  two", hint="Mend <them>.")
    assert runs_markdown([], failure) == failure_markdown(failure)
    assert "Mend \\<them\\>." in failure_markdown(failure)


def test_a_very_long_list_is_cut_with_its_number() -> None:
    told = runs_markdown([run_of(passed(*(done(f"{number}.md") for number in range(700))))])
    assert "and 200 more" in told
    assert told.count(".md`") == 500


def test_the_trees_are_a_folded_block_that_no_title_can_end() -> None:
    row = TreeRow(path="a.md", title="A", depth=0, parent=None, why="```\n# Title", change=TreeChange.NEW)
    shown = runs_markdown([run_of(replace(planned(step("a.md")), tree=(row,)), with_tree=True)])
    assert "<summary>The tree</summary>\n\n````text\n" in shown
    assert "\n# Title" not in shown
