"""The exit code of a run, from the reports of its mirrors. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from pagemirror.cli.output.runs import MirrorRun
from pagemirror.model.plans import Outcome, Result

__all__ = ["ORDER", "of_run", "of_runs", "worst"]

ORDER = (70, 2, 8, 5, 7, 1, 3, 6, 4)
"""The codes that a run may end with, the one that wins first."""

_WORK = 4
_OF_RESULT = {
    Result.OK: 0,
    Result.HELD: 3,
    Result.FAILED: 1,
    Result.DEFERRED: 6,
    Result.UNUSABLE: 5,
    Result.LOCKED: 7,
}
_OF_OUTCOME = {Outcome.FAILED: 1, Outcome.HELD: 3, Outcome.UNKNOWN: 6, Outcome.DEFERRED: 6}


def worst(codes: Iterable[int]) -> int:
    """The first of the order that is among these; 0 where none is. A code that isn't known counts as 70."""
    found = {code if code in ORDER else ORDER[0] for code in codes if code}
    return next((code for code in ORDER if code in found), 0)


def of_run(run: MirrorRun) -> int:
    """What one mirror's run would end with alone."""
    return worst(_codes(run))


def of_runs(runs: Sequence[MirrorRun], *, count_work: bool = False) -> int:
    """What the command ends with; `count_work`: a plan with something to do, and nothing worse, gives 4."""
    work = count_work and any(step.outcome is Outcome.PLANNED for run in runs for step in run.report.steps)
    return worst([*map(of_run, runs), _WORK if work else 0])


def _codes(run: MirrorRun) -> Iterator[int]:
    report = run.report
    if report.error is not None:
        written = report.error.get("exit", "")
        yield int(written) if written.isdecimal() else ORDER[0]
    yield _OF_RESULT[report.result]
    yield from (_OF_OUTCOME.get(step.outcome, 0) for step in report.steps)
    if report.guards:
        yield _OF_RESULT[Result.HELD]
