"""`sync` and `plan` for people: a header a mirror, its steps, what waits and what to do about it, one line at the end.

Pure: reports in, lines out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pagemirror.cli.output import advice
from pagemirror.cli.output.diffs import diff_lines
from pagemirror.cli.output.lines import Line, Piece, Style, block, line, piece
from pagemirror.cli.output.runs import MirrorRun, commit_of, pages, summary
from pagemirror.cli.output.safe import quoted
from pagemirror.cli.output.trees import tree_lines
from pagemirror.cli.output.words import DONE, PLANNED, SIGNS, counted, number, seconds, stamp
from pagemirror.model.plans import Action, Outcome, PassReport, Result, StepResult

__all__ = ["ADVISED", "SHOWN_OF_A_KIND", "done_by_text", "run_lines", "runs_lines", "summary_text"]

SHOWN_OF_A_KIND = 40
"""So many steps of one kind are listed; of more than that, the rest is a number."""

SHOWN_WARNINGS = 20
"""How many warnings of one mirror are printed."""


ADVISED = 10
"""Up to so many holds each come with the commands that decide; of more than that, the commands are told once."""

_STOPPED = "stopped"
_SHORTENED = frozenset({Outcome.DONE, Outcome.DEFERRED, Outcome.SKIPPED})
_PROBLEMS = frozenset({Outcome.FAILED, Outcome.HELD, Outcome.UNKNOWN})
_STYLES = {
    Outcome.HELD: Style.CARE,
    Outcome.FAILED: Style.BAD,
    Outcome.UNKNOWN: Style.CARE,
    Outcome.DEFERRED: Style.FAINT,
    Outcome.SKIPPED: Style.FAINT,
}
_TAKEN_AWAY = frozenset({Action.ARCHIVE, Action.DELETE})
_RESULTS = {
    Result.HELD: "something waits for a decision: `pagemirror conflicts` shows it",
    Result.FAILED: "some pages fail for their own reason, as before",
    Result.DEFERRED: "some work is left for later",
    Result.UNUSABLE: "the target can't be used",
    Result.LOCKED: "another process holds the lock",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """How much is told: `name_mirrors` where commands have to say which one is meant."""

    quiet: bool
    name_mirrors: bool


def runs_lines(runs: Sequence[MirrorRun], *, quiet: bool = False) -> Iterator[Line]:
    """All mirrors, an empty line between those that have more than one line."""
    view = _View(quiet=quiet, name_mirrors=len(runs) > 1)
    after_block = False
    for run in runs:
        told = list(run_lines(run, quiet=quiet, name_mirrors=view.name_mirrors))
        if after_block and told:
            yield ()
        yield from told
        after_block = len(told) > 1


def run_lines(run: MirrorRun, *, quiet: bool = False, name_mirrors: bool = False) -> Iterator[Line]:
    """One mirror: a single line where nothing is to do."""
    report = run.report
    told = list(_details(run, _View(quiet=quiet, name_mirrors=name_mirrors)))
    if not told:
        if not quiet or report.result is not Result.OK:
            yield line(_nothing_to_do(report))
        return
    yield (piece(report.mirror, Style.STRONG), piece(f"  {commit_of(report)}", Style.FAINT))
    yield from told
    if not quiet:
        yield from _ending(run)


def summary_text(run: MirrorRun) -> str:
    """The counts in words, those that are not 0."""
    words = PLANNED if run.is_plan else DONE
    named = {action.value: words[action] for action in Action}
    counts = summary(run.report)
    told = [f"{number(count)} {named.get(key, key)}" for key, count in counts.items() if count]
    return ", ".join(told) or "nothing to do"


def done_by_text(run: MirrorRun) -> str:
    """When the target's budget lets the work be done; "" where nothing has to wait."""
    if run.report.done_by is None:
        return ""
    what = "The target's budget lets this" if run.is_plan else "All will"
    return f"{what} be done by {stamp(run.report.done_by)}."


def _details(run: MirrorRun, view: _View) -> Iterator[Line]:
    report = run.report
    normal = () if view.quiet else tuple(step for step in report.steps if step.outcome not in _PROBLEMS)
    problems = tuple(step for step in report.steps if step.outcome in _PROBLEMS)
    width = max((len(_verb(step)) for step in (*normal, *problems)), default=0)
    if run.tree:
        yield from tree_lines(run.tree)
        yield ()
    yield from _shortened(normal, run, width)
    undecided = sum(advice.resolve(step) is not None for step in problems if step.outcome is Outcome.HELD)
    held = advice.held_at(problems)
    for step in problems:
        yield from _problem(step, run, width, view, advise=undecided <= ADVISED, held=held)
    if undecided > ADVISED:
        yield from _hint("pagemirror conflicts")
        yield from _hint("pagemirror resolve PATH --take git, or as `conflicts` says")
    for guard in report.guards:
        yield from block(f"{guard.code}: {guard.message}", indent="  ", style=Style.CARE)
        yield from _hint(guard.hint)
    for warning in report.warnings[:SHOWN_WARNINGS]:
        yield from block(f"warning: {warning}", indent="  ", style=Style.CARE)
    if len(report.warnings) > SHOWN_WARNINGS:
        more = number(len(report.warnings) - SHOWN_WARNINGS)
        yield from block(f"… and {more} more warnings; `--output markdown` has them all", indent="  ", style=Style.CARE)
    if not view.quiet:
        for note in report.notes:
            yield from block(note, indent="  ", style=Style.FAINT)
    if report.error is not None:
        yield from block(report.error.get("message", ""), indent="  ", style=Style.BAD)
        yield from _hint(report.error.get("hint", ""))


def _shortened(steps: Sequence[StepResult], run: MirrorRun, width: int) -> Iterator[Line]:
    seen: Counter[str] = Counter()
    for step in steps:
        kind = _verb(step)
        seen[kind] += 1
        if step.outcome not in _SHORTENED or seen[kind] <= SHOWN_OF_A_KIND:
            yield _step_line(step, width)
            yield from _diff(step, run)
    shortened = {_verb(step) for step in steps if step.outcome in _SHORTENED}
    for kind in sorted(shortened):
        if seen[kind] > SHOWN_OF_A_KIND:
            yield line(piece(f"  … and {number(seen[kind] - SHOWN_OF_A_KIND)} more {kind}", Style.FAINT))


def _problem(
    step: StepResult, run: MirrorRun, width: int, view: _View, *, advise: bool, held: advice.Held
) -> Iterator[Line]:
    yield _step_line(step, width)
    mirror = run.report.mirror if view.name_mirrors else ""
    decision = advice.resolve(step, mirror, held=held)
    if step.outcome is Outcome.HELD and decision is not None and advise:
        yield from _hint(advice.look(step, mirror))
        yield from _hint(decision.command)
        yield (Piece(f"        or {decision.others}", Style.FAINT),)
    yield from _diff(step, run)


def _step_line(step: StepResult, width: int) -> Line:
    action, outcome = step.step.action, step.outcome
    style = _STYLES.get(outcome) or (Style.CHANGE if action in _TAKEN_AWAY else Style.GOOD)
    path = step.step.path if step.step.moved_from is None else f"{step.step.moved_from} → {step.step.path}"
    reason = step.reason if step.code is None or step.code in step.reason else f"{step.code}: {step.reason}"
    return (
        Piece(f"  {SIGNS[action, outcome]} {_verb(step).ljust(width)}  ", style),
        piece(path),
        Piece(f"  {quoted(step.step.title)}", Style.FAINT),
        piece(f"  {reason}" if reason else "", style if outcome in _PROBLEMS else Style.FAINT),
    )


def _verb(step: StepResult) -> str:
    action = step.step.action
    match step.outcome:
        case Outcome.DONE:
            return DONE[action]
        case Outcome.PLANNED:
            return PLANNED[action]
        case _:
            return f"{step.outcome.value} ({action.value})"


def _diff(step: StepResult, run: MirrorRun) -> Iterator[Line]:
    for diff in run.diffs or ():
        if diff.path == step.step.path and diff.diff:
            yield from diff_lines(diff.diff.rstrip("\n"), indent="      ")


def _hint(hint: str) -> Iterator[Line]:
    if hint:
        yield from block(f"→ {hint}", indent="      ", style=Style.PLAIN)


def _nothing_to_do(report: PassReport) -> str:
    more = f"; {_RESULTS[report.result]}" if report.result in _RESULTS else ""
    return (
        f"{report.mirror}: {counted(pages(report), 'page')}, nothing to do, {counted(report.requests, 'request')}, "
        f"{seconds(report.seconds)}{more}"
    )


def _ending(run: MirrorRun) -> Iterator[Line]:
    report = run.report
    spent = f"{counted(report.requests, 'request')}, {seconds(report.seconds)}"
    if report.error is not None and not report.steps:
        yield (piece(f"{report.mirror}: ", Style.STRONG), piece(f"stopped; {spent}"))
        return
    put_off = report.until is not None and not report.steps  # before it was known what is to do
    told = "put off" if put_off else f"{counted(pages(report), 'page')}: {summary_text(run)}"
    yield (piece(f"{report.mirror}: ", Style.STRONG), piece(f"{told}; {spent}"))
    if run.is_plan and report.digest:
        yield (Piece("  digest  ", Style.FAINT), piece(report.digest))
    if report.until is not None:
        yield line(f"  The rest can be sent from {stamp(report.until)}: pagemirror sync {report.mirror}")
    if report.done_by is not None:
        yield line(f"  {done_by_text(run)}")
    outcomes = {step.outcome for step in report.steps}
    if Outcome.FAILED in outcomes and not run.is_plan:
        yield line(
            "  Failed pages are tried again when their file or the settings change; at once: "
            f"pagemirror sync {report.mirror} --retry-failed"
        )
    is_open = outcomes & {Outcome.UNKNOWN, Outcome.DEFERRED} or any(step.code == _STOPPED for step in report.steps)
    if is_open and report.until is None and not run.is_plan:
        yield line(f"  To finish the rest: pagemirror sync {report.mirror}")
