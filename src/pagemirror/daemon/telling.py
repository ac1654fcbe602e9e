"""What the log says of a pass: one event a line, with mirror, pass id and page path; what repeats, ever more rarely.

The names of the events are stable, and listed in docs/events.md.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, assert_never

import structlog

from pagemirror.daemon.repeats import Repeats
from pagemirror.daemon.schedule import Run
from pagemirror.daemon.views import MirrorView
from pagemirror.model.plans import Outcome, PassReport, Result, StepResult

__all__ = ["PassLog"]

_log = structlog.stdlib.get_logger("pagemirror.service")

_TROUBLED: Final = frozenset({Result.UNUSABLE, Result.LOCKED})
_IN_MOTION: Final = frozenset({"in_progress", "changed_meanwhile"})


_Key = tuple[str, str, str]
"""What repeats: its kind, and for a page its path and code."""


class PassLog:
    """Tells of one mirror's passes."""

    def __init__(self, mirror: str, monotonic: Callable[[], float]) -> None:
        self._mirror = mirror
        self._monotonic = monotonic
        self.repeats = Repeats()
        self._open: set[_Key] = set()
        self._trouble = ""

    def told(self, view: MirrorView, report: PassReport, run: Run) -> None:
        """Say how a pass ended."""
        log = _log.bind(mirror=self._mirror, **({"pass_id": report.id} if report.id else {}))
        error = report.error
        if error is not None and error.get("code") in _IN_MOTION:
            log.debug("pass.postponed", why=error["message"])
            return
        if report.result in _TROUBLED:
            self._failed(log, view, error or {})
            return
        self._recovered(log)
        now: set[_Key] = set()
        for text in report.warnings:
            if times := self._times(("warning", text, ""), now):
                log.warning("pass.warning", why=text, times=times)
        for guard in report.guards:
            if times := self._times(("guard", guard.code, ""), now):
                log.warning("pass.guard", code=guard.code, why=guard.message, hint=guard.hint, times=times)
        for result in report.steps:
            self._step(log, result, now)
        self._forget(log, now)
        worked = report.requests or any(result.outcome is Outcome.DONE for result in report.steps)
        (log.info if worked or run.drift else log.debug)(
            "pass.ended",
            result=report.result.value,
            commit=report.commit,
            requests=report.requests,
            seconds=round(report.seconds, 3),
            unchanged=report.unchanged,
            **{name: number for name, number in _tally(report).items() if number},
        )

    def _failed(self, log: Any, view: MirrorView, error: Mapping[str, str]) -> None:
        code = error.get("code", "")
        if self._trouble and self._trouble != code:
            self.repeats.over(("pass", self._trouble))
        self._trouble = code
        times = self.repeats.happened(("pass", code), self._monotonic())
        if times is not None:
            log.error(
                "pass.failed",
                code=code,
                why=error.get("message", ""),
                hint=error.get("hint", ""),
                times=times,
                troubles=view.troubles,
            )

    def _recovered(self, log: Any) -> None:
        if self._trouble:
            times = self.repeats.over(("pass", self._trouble))
            log.info("pass.recovered", code=self._trouble, after=times)
            self._trouble = ""

    def _step(self, log: Any, result: StepResult, now: set[_Key]) -> None:
        page = {"page": result.step.path, "action": result.step.action.value}
        match result.outcome:
            case Outcome.DONE:
                log.info("page.done", **page)
            case Outcome.DEFERRED | Outcome.SKIPPED | Outcome.PLANNED:
                log.debug("page.left", outcome=result.outcome.value, reason=result.reason, **page)
            case Outcome.HELD | Outcome.FAILED | Outcome.UNKNOWN:
                if times := self._times(("page", result.step.path, result.code or ""), now):
                    said = {"code": result.code, "reason": result.reason, "times": times, **page}
                    if result.outcome is Outcome.HELD:
                        log.warning("page.held", **said)
                    else:
                        log.error("page.failed", outcome=result.outcome.value, **said)
            case _:
                assert_never(result.outcome)

    def _times(self, key: _Key, now: set[_Key]) -> int:
        """How often it has happened, 0 where that isn't to be told now."""
        now.add(key)
        return self.repeats.happened(key, self._monotonic()) or 0

    def _forget(self, log: Any, now: set[_Key]) -> None:
        """What is over, is over; of a page that is told."""
        for kind, what, code in self._open - now:
            times = self.repeats.over((kind, what, code))
            if kind == "page":
                log.info("page.recovered", page=what, code=code, after=times)
        self._open = now


def _tally(report: PassReport) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for result in report.steps:
        name = result.step.action.value if result.outcome is Outcome.DONE else result.outcome.value
        counts[name] = counts.get(name, 0) + 1
    return counts
