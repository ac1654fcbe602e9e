"""The small languages of the config: durations, sizes, limits, and values that come as text.

Pure: strings in, values out; an error says what is allowed, never where it stood.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

__all__ = [
    "Count",
    "Limit",
    "Share",
    "Text",
    "parse_duration",
    "parse_flag",
    "parse_integer",
    "parse_limit",
    "parse_size",
    "show_duration",
    "show_limit",
    "show_size",
]

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(s|m|h|d)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)", re.ASCII)
_BYTES = {
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_ALL = 100
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class Text(str):
    """A value that could only be given as text: from the environment or the command line.

    In a file `concurrency = "8"` is a mistake; in a variable it is the only way to say it.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Count:
    """At most so many pages."""

    pages: int


@dataclass(frozen=True, slots=True)
class Share:
    """At most so many per cent of the mirror's pages."""

    percent: float


Limit = Count | Share


def parse_duration(value: object) -> timedelta:
    """Read "90s", "15m", "24h" or "7d"."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError('a duration is a number and a unit: "90s", "15m", "24h" or "7d"')
    return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])


def show_duration(value: timedelta) -> str:
    """Write a duration as the config has it, in the largest unit that divides it."""
    micro = value // timedelta(microseconds=1)
    for unit in ("d", "h", "m", "s"):
        size = _SECONDS[unit] * 1_000_000
        if micro and micro % size == 0:
            return f"{micro // size}{unit}"
    return f"{micro / 1_000_000:.6f}".rstrip("0").rstrip(".") + "s"


def parse_size(value: object) -> int:
    """Read "5MB" (5,000,000 bytes), "512KiB" and the like; an integer is a number of bytes already read."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError('a size is a number and a unit: "500kB", "5MB", "1GB", or "5MiB" for powers of two')
    return int(float(found[1]) * _BYTES[found[2]])


def show_size(value: int) -> str:
    """Write a size in the largest unit that divides it."""
    for unit in ("GB", "MB", "kB"):
        if value and value % _BYTES[unit] == 0:
            return f"{value // _BYTES[unit]}{unit}"
    return f"{value}B"


def parse_limit(value: object) -> Limit:
    """Read a number of pages or a share of them: 14 or "20%"."""
    if isinstance(value, Count | Share):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return Count(value)
    if isinstance(value, str):
        text = value.strip()
        share = _SHARE.fullmatch(text)
        if share is not None and float(share[1]) <= _ALL:
            return Share(float(share[1]))
        if _INTEGER.fullmatch(text) and int(text) >= 0:
            return Count(int(text))
    raise ValueError('a limit is a number of pages or a share of them: 14 or "20%", at most "100%"')


def show_limit(value: Limit) -> str:
    """Write a limit as the config has it."""
    match value:
        case Count(pages=pages):
            return str(pages)
        case Share(percent=percent):
            return f"{percent:g}%"
        case _:
            assert_never(value)


def parse_integer(value: object) -> int:
    """Take a whole number; as text only where text is the only way."""
    if isinstance(value, Text) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("a whole number is needed")


def parse_flag(value: object) -> bool:
    """Take true or false; as text only where text is the only way."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Text) and value.strip().lower() in _TRUE | _FALSE:
        return value.strip().lower() in _TRUE
    raise ValueError("true or false is needed")
