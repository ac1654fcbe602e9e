"""When the next request may go: limits over rolling windows, decided from what was counted so far.

Pure: time and counts are handed in. Knows no clock, no store and no HTTP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

__all__ = [
    "DAY",
    "KEPT_FOR_RECOVERY",
    "MINUTE",
    "Exhausted",
    "Go",
    "Limits",
    "Used",
    "Verdict",
    "Wait",
    "delay",
    "finished_at",
    "left_today",
]

MINUTE: Final = 60.0
DAY: Final = 86_400.0

KEPT_FOR_RECOVERY: Final = 5
"""How many of a day's requests are kept for settling what was in flight."""

HELD: Final = 1.0
"""How many seconds a counted request may wait until it is sent."""

_MARGIN: Final = HELD + 1.0
"""Added to the minute: a request may be sent `HELD` after it was counted, and counts stand at whole seconds."""


class Used(Protocol):
    """What is known of a target: (whole second, count) pairs, oldest first, and when its last pause ends.

    A count below zero gives back requests that were counted just before and never sent.
    """

    @property
    def slots(self) -> Sequence[tuple[int, int]]:
        """The counts of the last 24 hours."""
        ...

    @property
    def paused_until(self) -> float:
        """Seconds since 1970, 0.0 where there is no pause."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Requests a minute and in any 24 hours; 0 is no limit of ours."""

    per_minute: int = 0
    per_day: int = 0

    @property
    def none(self) -> bool:
        """Whether nothing needs to be counted."""
        return self.per_minute <= 0 and self.per_day <= 0

    def kept(self) -> int:
        """How many of the day's requests only recovery may use; never more than half of a small limit."""
        return min(KEPT_FOR_RECOVERY, self.per_day // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """Up to `count` requests may go now."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """None now, but after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """The day's requests are used; one is free again at `until`."""

    until: float


Verdict = Go | Wait | Exhausted


def delay(used: Used, limits: Limits, now: float, *, wanted: int = 1, recovery: bool = False) -> Verdict:
    """Whether up to `wanted` requests may go now, and if none may, when.

    `recovery` may use the day's last requests too. The verdict names the longest of all waits that are known now.
    """
    slots = _netted(used.slots)
    pause = max(0.0, used.paused_until - now)
    free = wanted
    if limits.per_day > 0:
        limit = limits.per_day - (0 if recovery else limits.kept())
        day_free = limit - _count_after(slots, now - DAY)
        if day_free <= 0:
            return Exhausted(until=max(_free_at(slots, limit, DAY), now + pause))
        free = min(free, day_free)
    if limits.per_minute > 0:
        window = MINUTE + _MARGIN
        recent = [slot for slot in slots if now - window < slot[0] <= now + _MARGIN]  # later ones: the clock went back
        minute_free = limits.per_minute - sum(count for _, count in recent)
        if minute_free <= 0:
            return Wait(seconds=max(_free_at(recent, limits.per_minute, window) - now, pause))
        free = min(free, minute_free)
    return Wait(seconds=pause) if pause > 0 else Go(count=free)


def left_today(used: Used, limits: Limits, now: float) -> int | None:
    """How many requests the 24-hour limit still allows, those kept for recovery included; None without a limit."""
    if limits.per_day <= 0:
        return None
    return max(0, limits.per_day - _count_after(_netted(used.slots), now - DAY))


def finished_at(used: Used, limits: Limits, now: float, requests: int) -> float:
    """When so many more requests could all have been sent, if nobody else sends any: seconds since 1970."""
    slots = _netted(used.slots)
    at = max(now, used.paused_until)
    rest = requests
    while rest > 0:
        state = _Counted(slots=tuple(slots), paused_until=0.0)
        match delay(state, limits, at, wanted=rest):
            case Go(count=count):
                slots.append((int(at), count))
                rest -= count
            case Wait(seconds=seconds):
                at += max(seconds, 0.001)
            case Exhausted(until=until):
                at = max(until, at + 0.001)
    return at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    slots: tuple[tuple[int, int], ...]
    paused_until: float


def _netted(slots: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The slots with what was given back taken from the latest ones before it."""
    net: list[tuple[int, int]] = []
    for second, count in slots:
        rest = count
        while rest < 0 and net:
            before, had = net.pop()
            rest += had
            if rest > 0:
                net.append((before, rest))
                rest = 0
        if rest > 0:
            net.append((second, rest))
    return net


def _count_after(slots: Sequence[tuple[int, int]], since: float) -> int:
    return sum(count for second, count in slots if second > since)


def _free_at(slots: Sequence[tuple[int, int]], limit: int, window: float) -> float:
    """When fewer than `limit` of the counted requests are still inside the window."""
    seen = 0
    for second, count in reversed(slots):
        seen += count
        if seen >= limit:
            return second + window
    return 0.0
