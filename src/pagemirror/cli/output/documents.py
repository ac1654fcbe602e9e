"""The JSON that every command ends with: plain dicts of a stable shape. Their schemas are in `cli/schemas`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pagemirror.cli.output.runs import MirrorRun, summary
from pagemirror.cli.output.words import instant
from pagemirror.model.plans import StepResult
from pagemirror.model.reports.runs import TreeRow

if TYPE_CHECKING:  # each command makes the classes of its own reports only
    from pagemirror.model.reports.checks import CheckFinding, CheckReport, Checkup
    from pagemirror.model.reports.contents import StateContent, VerifyReport
    from pagemirror.model.reports.edits import PullReport, PullRow
    from pagemirror.model.reports.holds import ConflictReport, HistoryRow, ResolveReport
    from pagemirror.model.reports.standings import BudgetReport, MirrorStatus
    from pagemirror.model.reports.ties import AdoptRow

__all__ = [
    "SCHEMA",
    "Failure",
    "adopt_document",
    "check_document",
    "conflicts_document",
    "content_document",
    "decision_document",
    "doctor_document",
    "doctor_rows",
    "document",
    "history_document",
    "pull_document",
    "runs_document",
    "status_document",
    "verify_document",
]

SCHEMA = 1
"""The version of these shapes; a key that goes or changes its meaning raises it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a command ended with nothing, or with less than it should."""

    code: str
    message: str
    hint: str = ""


def document(code: int, failure: Failure | None = None, **content: object) -> dict[str, Any]:
    """What all commands have in common, and what this one adds."""
    error = None if failure is None else {"code": failure.code, "message": failure.message, "hint": failure.hint}
    return {"schema": SCHEMA, "exit": code, "error": error, **content}


def runs_document(runs: Sequence[MirrorRun], code: int, failure: Failure | None = None) -> dict[str, Any]:
    """`sync` and `plan`."""
    return document(code, failure, mirrors=[_run(run) for run in runs])


def check_document(reports: Sequence[CheckReport], code: int, failure: Failure | None = None) -> dict[str, Any]:
    """`check`."""
    return document(code, failure, mirrors=[_check(report) for report in reports])


def status_document(rows: Sequence[MirrorStatus]) -> dict[str, Any]:
    """`status`."""
    return document(0, mirrors=[_status(row) for row in rows])


def doctor_document(rows: Sequence[Checkup], code: int) -> dict[str, Any]:
    """`doctor`."""
    return document(code, checks=doctor_rows(rows))


def doctor_rows(rows: Sequence[Checkup]) -> list[dict[str, Any]]:
    """What was looked at, a row each."""
    return [
        {
            "mirror": row.mirror or None,
            "check": row.name,
            "verdict": row.verdict.value,
            "code": row.code,
            "message": row.message,
            "hint": row.hint,
        }
        for row in rows
    ]


def conflicts_document(rows: Sequence[ConflictReport]) -> dict[str, Any]:
    """`conflicts`."""
    return document(0, conflicts=[_conflict(row) for row in rows])


def history_document(rows: Sequence[HistoryRow]) -> dict[str, Any]:
    """`history`."""
    return document(0, texts=[_text(row) for row in rows])


def pull_document(reports: Sequence[PullReport], code: int, *, dry: bool) -> dict[str, Any]:
    """`pull`."""
    return document(code, mirrors=[_pull(report) for report in reports], dry_run=dry)


def adopt_document(rows: Sequence[AdoptRow], *, dry: bool) -> dict[str, Any]:
    """`adopt`."""
    ties = [
        {
            "mirror": row.mirror,
            "path": row.path,
            "title": row.title,
            "tie": row.tie.value,
            "equal": row.equal,
            "page_id": row.page_id,
            "candidates": list(row.candidates),
        }
        for row in rows
    ]
    return document(0, dry_run=dry, ties=ties)


def decision_document(report: ResolveReport) -> dict[str, Any]:
    """`resolve` and `restore`."""
    decision = {
        "mirror": report.mirror,
        "path": report.path,
        "choice": report.choice,
        "code": report.code,
        "page_id": report.page_id,
    }
    return document(0, decision=decision)


def content_document(contents: Sequence[StateContent]) -> dict[str, Any]:
    """`state export --file` and `state import`."""
    mirrors = [
        {
            "name": row.mirror,
            "records": row.records,
            "pages": row.pages,
            "intents": row.intents,
            "holds": row.holds,
            "decisions": row.decisions,
            "kept_bytes": row.texts_bytes,
        }
        for row in contents
    ]
    return document(0, mirrors=mirrors)


def verify_document(reports: Sequence[VerifyReport], code: int) -> dict[str, Any]:
    """`state verify`."""
    mirrors = [
        {
            "name": report.mirror,
            "records": report.records,
            "listed": report.listed,
            "requests": report.requests,
            "seconds": round(report.seconds, 3),
            "warnings": list(report.warnings),
            "findings": [
                {
                    "path": finding.path,
                    "page_id": finding.page_id,
                    "title": finding.title,
                    "difference": finding.difference.value,
                    "message": finding.message,
                }
                for finding in report.findings
            ],
        }
        for report in reports
    ]
    return document(code, mirrors=mirrors)


def _run(run: MirrorRun) -> dict[str, Any]:
    report = run.report
    diffs = None if run.diffs is None else {diff.path: diff.diff for diff in run.diffs}
    told: dict[str, Any] = {
        "name": report.mirror,
        "commit": report.commit,
        "result": report.result.value,
        "digest": report.digest,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "summary": summary(report),
        "steps": [_step(step, diffs) for step in report.steps],
    }
    if run.tree is not None:
        told["tree"] = [_tree_row(row) for row in run.tree]
    return told


def _tree_row(row: TreeRow) -> dict[str, Any]:
    page = {"id": row.page_id, "title": row.page_title, "depth": row.page_depth, "parent": row.page_parent}
    return {
        "path": row.path,
        "title": row.title,
        "depth": row.depth,
        "parent": row.parent,
        "why": row.why,
        "change": row.change.value,
        "page": None if row.page_id is None else page,
    }


def _step(result: StepResult, diffs: Mapping[str, str] | None) -> dict[str, Any]:
    step = result.step
    told: dict[str, Any] = {
        "action": step.action.value,
        "path": step.path,
        "title": step.title,
        "page_id": result.page_id,
        "moved_from": step.moved_from,
        "outcome": result.outcome.value,
        "code": result.code,
        "reason": result.reason,
        "requests": result.requests,
    }
    if diffs is not None:
        told["diff"] = diffs.get(step.path, "")
    return told


def _check(report: CheckReport) -> dict[str, Any]:
    return {
        "name": report.mirror,
        "commit": report.commit,
        "files": report.files,
        "pages": report.pages,
        "left_out": report.left_out,
        "errors": report.errors,
        "warnings": report.warnings,
        "counts": dict(report.counts),
        "seconds": round(report.seconds, 3),
        "error": _error(report.error),
        "findings": [_finding(finding) for finding in report.findings],
    }


def _error(error: Mapping[str, str] | None) -> dict[str, str] | None:
    return None if error is None else {key: error.get(key, "") for key in ("code", "message", "hint")}


def _finding(finding: CheckFinding) -> dict[str, Any]:
    return {
        "file": finding.path,
        "line": finding.line,
        "column": finding.column,
        "level": finding.level.value,
        "code": finding.code,
        "message": finding.message,
    }


def _status(row: MirrorStatus) -> dict[str, Any]:
    return {
        "name": row.name,
        "target": row.target,
        "configured": row.configured,
        "result": row.result,
        "last_pass": _instant(row.last_pass),
        "commit": row.commit,
        "pages": row.pages,
        "pending": row.pending,
        "held": row.held,
        "failed": row.failed,
        "unsettled": row.unsettled,
        "diverged": row.diverged,
        "deferred": row.deferred,
        "kept_bytes": row.kept_bytes,
        "budget": _budget(row.budget),
        "lock": row.lock or None,
        "message": row.message,
    }


def _budget(row: BudgetReport) -> dict[str, Any]:
    return {
        "minute_limit": row.minute_limit,
        "minute_left": row.minute_left,
        "day_limit": row.day_limit,
        "day_left": row.day_left,
        "paused_until": _instant(row.paused_until),
        "finished_at": _instant(row.finished_at),
    }


def _conflict(row: ConflictReport) -> dict[str, Any]:
    return {
        "mirror": row.mirror,
        "path": row.path,
        "page_id": row.page_id,
        "url": row.url,
        "action": row.action,
        "code": row.code,
        "reason": row.reason,
        "at": instant(row.at),
        "choices": list(row.choices),
        "decided": row.decided or None,
        "candidates": list(row.candidates),
        "gone": row.gone,
        "base": row.base,
        "git": row.git,
        "remote": row.remote,
    }


def _text(row: HistoryRow) -> dict[str, Any]:
    return {
        "mirror": row.mirror,
        "id": row.number,
        "path": row.path,
        "page_id": row.page_id,
        "at": instant(row.at),
        "why": row.why,
        "title": row.title,
        "first_line": row.first_line,
        "size": row.size,
        "text": row.text,
    }


def _pull(report: PullReport) -> dict[str, Any]:
    return {
        "name": report.mirror,
        "commit": report.commit,
        "branch": report.branch,
        "onto": report.onto,
        "tip": report.tip or None,
        "pushed": report.pushed,
        "requests": report.requests,
        "warnings": list(report.warnings),
        "edits": [_edit(row) for row in report.rows],
    }


def _edit(row: PullRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "title": row.title,
        "page_id": row.page_id,
        "url": row.url,
        "outcome": row.outcome.value,
        "code": row.code,
        "reason": row.reason,
        "author": row.author,
        "diff": row.diff,
    }


def _instant(value: float | None) -> str | None:
    return None if value is None else instant(value)
