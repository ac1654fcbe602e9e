"""What a row of the table is: a figure beside its goal. Measures nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from benchmarks.worlds import Worlds

__all__ = ["Figure", "Row", "at_least", "at_most"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. `details` are what the figure was made from; `goal` and `said` are for people."""

    what: str
    goal: str
    said: str
    met: bool
    details: Mapping[str, Any] = field(default_factory=dict)


class Row(Protocol):
    """Measures one row of the table."""

    def __call__(self, worlds: Worlds) -> Iterable[Figure]:
        """Give the figures one by one."""
        ...


def at_most(what: str, value: float, goal: float, show: Callable[[float], str], **details: Any) -> Figure:
    """A figure that should be small."""
    return Figure(what=what, goal=f"≤ {show(goal)}", said=show(value), met=value <= goal, details=details)


def at_least(what: str, value: float, goal: float, show: Callable[[float], str], **details: Any) -> Figure:
    """A figure that should be large."""
    return Figure(what=what, goal=f"≥ {show(goal)}", said=show(value), met=value >= goal, details=details)
