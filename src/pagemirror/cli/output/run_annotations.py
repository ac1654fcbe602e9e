"""`sync` and `plan` as annotations for GitHub Actions: what stopped, and each held or failed page at its file. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pagemirror.cli.output.github import annotation
from pagemirror.cli.output.run_lines import summary_text
from pagemirror.cli.output.runs import MirrorRun
from pagemirror.cli.output.words import counted, seconds
from pagemirror.model.plans import Outcome, StepResult

__all__ = ["runs_annotations"]

_LEVELS: Final = {Outcome.FAILED: "error", Outcome.HELD: "warning", Outcome.UNKNOWN: "warning"}
_LINE: Final = re.compile(r"line (\d+): ")


def runs_annotations(runs: Sequence[MirrorRun], folders: Mapping[str, str]) -> str:
    """All mirrors; `folders` are their source folders from the repository's top."""
    return "".join(part for run in runs for part in _run(run, folders.get(run.report.mirror, "")))


def _run(run: MirrorRun, folder: str) -> Iterator[str]:
    report = run.report
    if report.error is not None:
        said = f"{report.mirror}: {report.error.get('message', '')}\n{report.error.get('hint', '')}".rstrip()
        yield annotation("error", said, title=f"pagemirror: {report.error.get('code', '')}")
    for guard in report.guards:
        said = f"{report.mirror}: {guard.message}\n{guard.hint}".rstrip()
        yield annotation("warning", said, title=f"pagemirror: {guard.code}")
    waiting = [step for step in report.steps if step.outcome in _LEVELS]
    for step in sorted(waiting, key=lambda step: step.outcome is not Outcome.FAILED):
        yield _step(step, folder)
    if report.error is None:
        told = summary_text(run)
        yield f"{report.mirror}: {told}; {counted(report.requests, 'request')}, {seconds(report.seconds)}\n"


def _step(step: StepResult, folder: str) -> str:
    line = _LINE.match(step.reason)
    return annotation(
        _LEVELS[step.outcome],
        f"{step.outcome.value} ({step.step.action.value}): {step.reason}",
        title=f"pagemirror: {step.code or step.outcome.value}",
        file=f"{folder}/{step.step.path}" if folder else step.step.path,
        line=int(line[1]) if line else None,
    )
