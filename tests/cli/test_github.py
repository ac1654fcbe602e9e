"""Annotations for a job in GitHub Actions: escaped as the runner wants, at file and line, with a summary."""

from pathlib import Path

from pagemirror.cli.output.documents import Failure
from pagemirror.cli.output.github import annotation, failure_annotation
from pagemirror.model.plans import Action, Guard, Outcome, Result
from support.clidesk import Desk
from support.clireports import checked, done, found, passed, planned, step


def test_an_annotation_is_one_line_with_everything_escaped() -> None:
    told = annotation("error", "50% of\r\nit: a, b", title="x: y, z", file="docs/a,b:c%\n.md", line=3, column=7)
    assert told == "::error file=docs/a%2Cb%3Ac%25%0A.md,line=3,col=7,title=x%3A y%2C z::50%25 of %0Ait: a, b\n"


def test_what_steers_a_terminal_is_not_passed_on() -> None:
    told = annotation("warning", "a\x1b[31mb\u202ec", title="t\x07")
    assert told == "::warning title=t::a[31mbc\n"


def test_a_column_needs_a_line_and_a_line_needs_a_file() -> None:
    assert annotation("error", "m", title="t", file="a.md", column=7) == "::error file=a.md,title=t::m\n"
    assert annotation("error", "m", title="t", line=3) == "::error title=t::m\n"


def test_a_failure_carries_its_way_out() -> None:
    told = failure_annotation(Failure(code="usage", message="Bad.", hint="Mend it."))
    assert told == "::error title=pagemirror%3A usage::Bad.%0AMend it.\n"


def test_findings_are_annotations_at_the_repositorys_paths_errors_first(desk: Desk) -> None:
    desk.app.checks = (checked(found("b.md", None, "warning", code="parent", message="w"), found("a.md")),)
    assert desk("check", "--output", "github").out.splitlines() == [
        "::error file=docs/a.md,line=3,col=7,title=pagemirror%3A link_missing::gone.md leads nowhere",
        "::warning file=docs/b.md,title=pagemirror%3A parent::w",
        "handbook: 4 pages (1 left out by mirror: false): 1 error, 1 warning (link_missing 1, parent 1), 0.2 s",
    ]


def test_a_file_cant_give_the_runner_a_command_of_its_own(desk: Desk) -> None:
    desk.app.checks = (checked(found("x\n::stop-commands::y.md", message="m\n::set-output name=a::b")),)
    told = desk("check", "--output", "github").out.splitlines()
    assert [row for row in told if row.startswith("::")] == [told[0]]
    assert "%0A%3A%3Astop-commands%3A%3Ay.md" in told[0]
    assert told[0].endswith("::m%0A::set-output name=a::b")


def test_the_summary_is_added_to_what_the_job_has_said_before(desk: Desk, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    desk.env["GITHUB_STEP_SUMMARY"] = str(summary)
    desk.app.checks = (checked(found("größe.md")),)
    assert desk("check", "--output", "github").code == 1
    told = summary.read_text("utf-8")
    assert told.startswith("before\n### Pagemirror: check\n")
    assert "`größe.md`" in told
    desk("check", "--output", "human")
    assert summary.read_text("utf-8") == told


def test_a_summary_that_cant_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.env["GITHUB_STEP_SUMMARY"] = str(tmp_path / "nosuch" / "summary.md")
    desk.app.checks = (checked(),)
    told = desk("check", "--output", "github")
    assert told.code == 8
    assert "::error title=pagemirror%3A output::The job's summary can't be written" in told.out


def test_what_has_nothing_to_annotate_says_what_it_has_to_say(desk: Desk, tmp_path: Path) -> None:
    desk.env["GITHUB_STEP_SUMMARY"] = str(tmp_path / "summary.md")
    assert desk("--version", "--output", "github").out.startswith("pagemirror ")
    assert not (tmp_path / "summary.md").exists()


def test_a_pass_annotates_what_failed_and_what_is_held(desk: Desk, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    desk.env["GITHUB_STEP_SUMMARY"] = str(summary)
    desk.app.passes = (
        passed(
            done("ok.md"),
            done("held.md", Action.UPDATE, Outcome.HELD, code="conflict", reason="both changed"),
            done("bad.md", outcome=Outcome.FAILED, code="front_matter", reason="line 4: bad"),
            result=Result.FAILED,
            guards=(Guard(code="max_removals", message="14 of 40 pages", hint="Look."),),
        ),
    )
    told = desk("sync", "--output", "github")
    assert told.code == 1
    assert told.out.splitlines() == [
        "::warning title=pagemirror%3A max_removals::handbook: 14 of 40 pages%0ALook.",
        "::error file=docs-of-handbook/bad.md,line=4,title=pagemirror%3A front_matter::failed (create): line 4: bad",
        "::warning file=docs-of-handbook/held.md,title=pagemirror%3A conflict::held (update): both changed",
        "handbook: 1 created, 10 unchanged, 1 held, 1 failed; 1 request, 0.1 s",
    ]
    assert summary.read_text("utf-8").startswith("### Pagemirror: sync\n")


def test_a_plan_does_too_and_a_mirror_that_stopped_says_why(desk: Desk) -> None:
    error = {"code": "fetch_failed", "message": "No way there.", "hint": "Try later.", "exit": "8"}
    desk.app.plans = (
        planned(step("held.md", Action.UPDATE, Outcome.HELD, code="drift", reason="edited")),
        passed(result=Result.UNUSABLE, error=error, mirror="other"),
    )
    told = desk("plan", "--output", "github")
    assert told.code == 8
    assert told.out.splitlines()[0].startswith("::warning file=docs-of-handbook/held.md,")
    assert told.out.splitlines()[-1] == "::error title=pagemirror%3A fetch_failed::other: No way there.%0ATry later."
