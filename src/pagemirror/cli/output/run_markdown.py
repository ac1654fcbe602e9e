"""`sync` and `plan` as a comment for a merge request: counts in a table, what waits in the open, the rest folded.

Pure: reports in, Markdown out.
"""

from collections.abc import Iterator, Sequence

from pagemirror.cli.output import advice
from pagemirror.cli.output.documents import Failure
from pagemirror.cli.output.run_lines import done_by_text, summary_text
from pagemirror.cli.output.runs import MirrorRun, commit_of, pages
from pagemirror.cli.output.safe import clean, code_span, prose, shortened
from pagemirror.cli.output.trees import tree_lines
from pagemirror.cli.output.words import DONE, PLANNED, counted, number, seconds, stamp
from pagemirror.model.plans import Outcome, StepResult
from pagemirror.model.reports.runs import TreeRow

__all__ = ["failure_markdown", "runs_markdown"]

_OPEN = frozenset({Outcome.FAILED, Outcome.HELD, Outcome.UNKNOWN})
_LISTED = 500


def runs_markdown(runs: Sequence[MirrorRun], failure: Failure | None = None) -> str:
    """All mirrors in one comment."""
    is_plan = any(run.is_plan for run in runs)
    rows = [f"### Pagemirror: {'plan' if is_plan else 'sync'}", ""]
    if failure is not None and not runs:
        return failure_markdown(failure)
    rows += ["| mirror | commit | result | pages | what | requests | time |", "|---|---|---|---:|---|---:|---:|"]
    rows += [_row(run) for run in runs]
    for run in runs:
        rows += _mirror(run, name_mirrors=len(runs) > 1)
    return "\n".join(rows) + "\n"


def failure_markdown(failure: Failure) -> str:
    """Why there is nothing else to show."""
    hint = f"\n\n{prose_lines(failure.hint)}" if failure.hint else ""
    return f"### Pagemirror: {prose(failure.code)}\n\n{prose_lines(failure.message)}{hint}\n"


def prose_lines(text: str) -> str:
    """A text of several lines, each kept."""
    return "  \n".join(prose(row) for row in clean(text, lines=True).split("\n"))


def _row(run: MirrorRun) -> str:
    report = run.report
    commit = code_span(commit_of(report))
    return (
        f"| {prose(report.mirror)} | {commit} | {report.result.value} | {number(pages(report))} "
        f"| {summary_text(run)} | {number(report.requests)} | {seconds(report.seconds)} |"
    )


def _mirror(run: MirrorRun, *, name_mirrors: bool) -> Iterator[str]:
    report = run.report
    title = f" in {prose(report.mirror)}" if name_mirrors else ""
    if report.error is not None:
        yield from ("", f"**Stopped{title}:** {prose_lines(report.error.get('message', ''))}")
        yield prose_lines(report.error.get("hint", ""))
    for guard in report.guards:
        yield from ("", f"**{prose(guard.code)}{title}:** {prose_lines(guard.message)}  ", prose_lines(guard.hint))
    for warning in report.warnings:
        yield from ("", f"**Warning{title}:** {prose_lines(warning)}")
    if run.tree:
        yield from _tree(run.tree, title)
    waiting = [step for step in report.steps if step.outcome in _OPEN]
    if waiting:
        yield from ("", f"**Held and failed{title}**", "")
        yield from ("| page | step | why | next |", "|---|---|---|---|")
        held = advice.held_at(waiting)
        yield from (_waiting(step, report.mirror if name_mirrors else "", held) for step in waiting)
    others = [step for step in report.steps if step.outcome not in _OPEN]
    if others:
        yield from _folded(others, title)
    yield from _diffs(run)
    if run.is_plan and report.digest:
        yield from ("", f"Digest{title}: {code_span(report.digest)}")
    if report.until is not None:
        yield from ("", f"The rest can be sent from {stamp(report.until)}.")
    if report.done_by is not None:
        yield from ("", done_by_text(run))


def _tree(rows: Sequence[TreeRow], title: str) -> Iterator[str]:
    told = ["".join(piece.text for piece in row).rstrip() for row in tree_lines(rows)]
    fence = "`" * max(3, _ticks("\n".join(told)) + 1)
    yield from (
        "",
        "<details>",
        f"<summary>The tree{title}</summary>",
        "",
        f"{fence}text",
        *told,
        fence,
        "",
        "</details>",
    )


def _waiting(step: StepResult, mirror: str, held: advice.Held) -> str:
    decision = advice.resolve(step, mirror, held=held) if step.outcome is Outcome.HELD else None
    following = "" if decision is None else f"{code_span(decision.command)} or {code_span(decision.others)}"
    what = f"{step.outcome.value} ({step.step.action.value})"
    why = f"{prose(step.code or '')}: {prose(step.reason)}" if step.code else prose(step.reason)
    return f"| {_page(step)} | {what} | {why} | {following} |"


def _folded(steps: Sequence[StepResult], title: str) -> Iterator[str]:
    yield from ("", "<details>", f"<summary>{counted(len(steps), 'step')}{title}</summary>", "")
    yield from ("| step | page | why |", "|---|---|---|")
    for step in steps[:_LISTED]:
        yield f"| {_what(step)} | {_page(step)} | {prose(step.reason)} |"
    if len(steps) > _LISTED:
        yield f"| … | and {number(len(steps) - _LISTED)} more | |"
    yield from ("", "</details>")


def _what(step: StepResult) -> str:
    match step.outcome:
        case Outcome.DONE:
            return DONE[step.step.action]
        case Outcome.PLANNED:
            return PLANNED[step.step.action]
        case _:
            return f"{step.outcome.value} ({step.step.action.value})"


def _page(step: StepResult) -> str:
    before = f"{code_span(step.step.moved_from)} → " if step.step.moved_from is not None else ""
    return f"{before}{code_span(step.step.path)} {prose(shortened(step.step.title))}"


def _diffs(run: MirrorRun) -> Iterator[str]:
    for diff in run.diffs or ():
        if diff.diff:
            fence = "`" * max(3, _ticks(diff.diff) + 1)
            yield from ("", "<details>", f"<summary>{prose(diff.path)}</summary>", "", f"{fence}diff")
            yield from (clean(diff.diff.rstrip("\n"), lines=True), fence, "", "</details>")


def _ticks(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest
