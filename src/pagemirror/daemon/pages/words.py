"""Moments, spans and counts as people read them. Pure; times are seconds since 1970, in UTC."""

from datetime import UTC, datetime
from typing import Final

__all__ = ["ago", "count", "exact", "machine", "plural", "sentence", "span"]

_UNITS: Final = ((86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second"))


def span(seconds: float) -> str:
    """A length of time in its largest unit: `4 minutes`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return plural(int(seconds // size), unit)
    return "less than a second"


def ago(then: float, now: float) -> str:
    """How long ago, or in what time, a moment is."""
    if abs(now - then) < 1.0:
        return "just now"
    return f"{span(now - then)} ago" if then < now else f"in {span(then - now)}"


def exact(then: float) -> str:
    """A moment in full."""
    return _moment(then).strftime("%Y-%m-%d %H:%M:%S UTC")


def machine(then: float) -> str:
    """A moment as HTML's `datetime` has it."""
    return _moment(then).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(then: float) -> datetime:
    try:
        return datetime.fromtimestamp(then, UTC)
    except (OverflowError, OSError, ValueError):  # a server's stamp, whatever it says
        return datetime.fromtimestamp(0, UTC)


def count(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}"


def plural(number: int, word: str) -> str:
    """A number with its word: `1 page`, `2 pages`."""
    return f"{count(number)} {word}" if number == 1 else f"{count(number)} {word}s"


def sentence(said: str) -> str:
    """What a log line or a command says, as a sentence. A path, a flag or code at its beginning stays as it is."""
    said = said.strip()
    first = said.partition(" ")[0]
    plain = first.replace("'", "").rstrip(",:;").isalpha() and first.islower()
    said = said[:1].upper() + said[1:] if plain else said
    return said if not said or said[-1] in ".!?…" else f"{said}."
