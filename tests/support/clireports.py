"""Reports as the composition root would give them, short to write."""

from typing import Any

from pagemirror.model.documents import Level
from pagemirror.model.ids import CommitId, MirrorName, PageId, RepoPath, TargetKey, Uid
from pagemirror.model.plans import Action, Outcome, PassReport, Plan, Result, Step, StepResult
from pagemirror.model.reports.checks import CheckFinding, CheckReport
from pagemirror.model.reports.holds import ConflictReport, HistoryRow
from pagemirror.model.reports.runs import PageDiff, PlanReport
from pagemirror.model.reports.standings import BudgetReport, MirrorStatus

COMMIT = CommitId("3f2a1bc9d8e7f60514233241506f7e8d9cab1234")
HANDBOOK = MirrorName("handbook")


def step(path: str, action: Action = Action.CREATE, outcome: Outcome = Outcome.PLANNED, **more: Any) -> Step:
    values: dict[str, Any] = {"title": path.removesuffix(".md").title(), "reason": "new file", **more}
    return Step(action=action, uid=Uid(path), path=RepoPath(path), outcome=outcome, **values)


def done(path: str, action: Action = Action.CREATE, outcome: Outcome = Outcome.DONE, **more: Any) -> StepResult:
    made = step(path, action, outcome if outcome is not Outcome.DONE else Outcome.PLANNED, **more)
    return StepResult(
        step=made,
        outcome=outcome,
        page_id=PageId(f"page-{path}"),
        code=made.code,
        reason=made.reason,
        requests=1 if outcome is Outcome.DONE else 0,
    )


def passed(*steps: StepResult, result: Result = Result.OK, **more: Any) -> PassReport:
    values: dict[str, Any] = {
        "mirror": HANDBOOK,
        "commit": COMMIT,
        "digest": "d1",
        "requests": sum(step.requests for step in steps),
        "seconds": 0.12,
        "unchanged": 10,
        "diverged": 0,
        "unsettled": 0,
        **more,
    }
    return PassReport(result=result, steps=steps, **values)


def planned(*steps: Step, diffs: tuple[PageDiff, ...] = (), warnings: tuple[str, ...] = (), **more: Any) -> PlanReport:
    values: dict[str, Any] = {
        "mirror": HANDBOOK,
        "guards": (),
        "refresh": (),
        "forget": (),
        "unchanged": 10,
        "diverged": 0,
        "digest": "d1",
        **more,
    }
    return PlanReport(
        plan=Plan(steps=steps, **values), commit=COMMIT, requests=0, seconds=0.05, diffs=diffs, warnings=warnings
    )


def stood(**more: Any) -> MirrorStatus:
    budget = BudgetReport(minute_limit=60, minute_left=57, day_limit=1000, day_left=812)
    values: dict[str, Any] = {
        "name": HANDBOOK,
        "target": TargetKey("exec https://api.example.com/rest/v1"),
        "result": "held",
        "last_pass": 1_799_999_700.0,
        "commit": COMMIT,
        "pages": 52,
        "pending": 1,
        "held": 2,
        "failed": 0,
        "unsettled": 0,
        "diverged": 3,
        "deferred": 0,
        "kept_bytes": 12_345,
        "budget": budget,
        **more,
    }
    return MirrorStatus(**values)


def hold(path: str = "b.md", **more: Any) -> ConflictReport:
    values: dict[str, Any] = {
        "mirror": HANDBOOK,
        "page_id": PageId("p1"),
        "url": "https://hub.example.com/p1",
        "action": "update",
        "code": "conflict",
        "reason": "both changed",
        "at": 1_799_999_700.0,
        "choices": ("git", "remote", "merge"),
        "base": "one\ntwo\n",
        "git": "one\ntwo of Git\n",
        "remote": "one by hand\ntwo\n",
        **more,
    }
    return ConflictReport(path=path, **values)


def kept(number: int = 7, **more: Any) -> HistoryRow:
    values: dict[str, Any] = {
        "mirror": HANDBOOK,
        "path": "b.md",
        "page_id": PageId("p1"),
        "at": 1_799_999_700.0,
        "why": "overwritten",
        "title": "B",
        "first_line": "one by hand",
        "size": 16,
        "text": "one by hand\ntwo\n",
        **more,
    }
    return HistoryRow(number=number, **values)


def found(path: str = "a.md", line: int | None = 3, level: str = "error", **more: Any) -> CheckFinding:
    values: dict[str, Any] = {"code": "link_missing", "message": "gone.md leads nowhere", **more}
    column = 7 if line else None
    place = {"path": RepoPath(path), "file": RepoPath(f"docs/{path}"), "line": line, "column": column}
    return CheckFinding(level=Level(level), **{**place, **values})


def checked(*findings: CheckFinding, name: str = HANDBOOK, **more: Any) -> CheckReport:
    values: dict[str, Any] = {"commit": COMMIT, "files": 5, "pages": 4, "left_out": 1, "seconds": 0.25, **more}
    return CheckReport(mirror=MirrorName(name), findings=findings, **values)
