"""The words and figures of human output. Pure."""

from datetime import UTC, datetime

from pagemirror.model.plans import Action, Outcome

__all__ = [
    "DONE",
    "PLANNED",
    "SIGNS",
    "ago",
    "counted",
    "instant",
    "number",
    "seconds",
    "short_commit",
    "size",
    "stamp",
]

DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.MOVE: "moved",
    Action.RESTORE: "restored",
    Action.ARCHIVE: "archived",
    Action.DELETE: "deleted",
    Action.ADOPT: "adopted",
    Action.RECORD: "recorded",
    Action.KEEP: "kept",
}
PLANNED = {action: action.value for action in Action}
_ACTION_SIGNS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.MOVE: ">",
    Action.RESTORE: "^",
    Action.ARCHIVE: "-",
    Action.DELETE: "-",
    Action.ADOPT: "=",
    Action.RECORD: "=",
    Action.KEEP: "=",
}
_OUTCOME_SIGNS = {
    Outcome.HELD: "!",
    Outcome.FAILED: "x",
    Outcome.UNKNOWN: "?",
    Outcome.DEFERRED: ".",
    Outcome.SKIPPED: ".",
}
SIGNS = {
    (action, outcome): _OUTCOME_SIGNS.get(outcome, _ACTION_SIGNS[action]) for action in Action for outcome in Outcome
}
"""The sign in front of a step."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_KILO = 1000


def number(value: int) -> str:
    """A number with its thousands apart."""
    return f"{value:,}"


def counted(value: int, one: str, many: str = "") -> str:
    """`1 page`, `2 pages`."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def seconds(value: float) -> str:
    """A length of time for people."""
    if value < _MINUTE:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes} min {rest} s"
    return f"{minutes // _MINUTE} h {minutes % _MINUTE} min"


def size(value: int) -> str:
    """A number of bytes for people."""
    if value < _KILO:
        return f"{value} B"
    if value < _KILO**2:
        return f"{value / _KILO:.1f} kB"
    return f"{value / _KILO**2:.1f} MB"


def instant(value: float) -> str:
    """Seconds since 1970 as UTC, in the form of RFC 3339."""
    return datetime.fromtimestamp(value, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(value: float) -> str:
    """Seconds since 1970 as UTC, for people."""
    return datetime.fromtimestamp(value, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def ago(value: float, now: float) -> str:
    """How long ago, or in how long, in one unit."""
    gap = abs(now - value)
    if gap < _MINUTE:
        return "just now"
    size_of_unit, unit = next(
        (unit for unit in ((_DAY, "day"), (_HOUR, "hour")) if gap >= unit[0]), (_MINUTE, "minute")
    )
    told = counted(int(gap // size_of_unit), unit)
    return f"in {told}" if value > now else f"{told} ago"


def short_commit(commit: str | None) -> str:
    """A commit as people write it; the working tree has none."""
    return "working tree" if commit is None else commit[:10]
