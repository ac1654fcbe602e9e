"""How mirrors and their budgets stand."""

from dataclasses import dataclass

from pagemirror.model.ids import CommitId, MirrorName, TargetKey

__all__ = ["BudgetReport", "MirrorStatus"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReport:
    """What is left of a target's budget; None where there is no limit. `finished_at`: when the deferred work will be
    done at this budget (seconds since 1970), None where nothing is deferred.
    """

    minute_limit: int | None
    minute_left: int | None
    day_limit: int | None
    day_left: int | None
    paused_until: float | None = None
    finished_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorStatus:
    """One mirror as `status` tells it. `result` is that of the last pass, "never" where there was none."""

    name: MirrorName
    target: TargetKey
    result: str
    last_pass: float | None
    commit: CommitId | None
    pages: int
    pending: int
    held: int
    failed: int
    unsettled: int
    diverged: int
    deferred: int
    kept_bytes: int
    budget: BudgetReport
    lock: str = ""
    message: str = ""
    configured: bool = True
