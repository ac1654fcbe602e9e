"""When work that a target's budget can't pay for at once will be done. Pure: counts and the time are handed in."""

from collections.abc import Iterable
from typing import Final

from pagemirror.model.plans import Action, Step
from pagemirror.transport.pacing import MINUTE, Limits, Used, finished_at

__all__ = ["REQUESTS_A_STEP", "forecast", "requests_for"]

REQUESTS_A_STEP: Final = 2
"""What a step is reckoned to cost where nothing more is known of it: a look and a write."""

_COSTS: Final = {Action.CREATE: 1, Action.MOVE: 0, Action.KEEP: 0, Action.RECORD: 1}


def requests_for(steps: Iterable[Step]) -> int:
    """What these steps are reckoned to cost. Links that are settled at the end may cost a little more."""
    return sum(_COSTS.get(step.action, REQUESTS_A_STEP) for step in steps)


def forecast(used: Used, limits: Limits, now: float, requests: int) -> float | None:
    """When so many requests could all have been sent (seconds since 1970); None where that is within a minute."""
    if limits.none or not requests:
        return None
    at = finished_at(used, limits, now, requests)
    return at if at > now + MINUTE else None
