"""How long a server asks to be left alone, read from whatever it says. Pure: the time is handed in."""

import math
from collections.abc import Mapping
from datetime import UTC
from typing import Any

__all__ = ["DEFAULT_PAUSE", "LONGEST_PAUSE", "asked_pause", "retry_after"]

DEFAULT_PAUSE = 60.0
"""Seconds to wait after a 429 that names no time."""

LONGEST_PAUSE = 86_400.0
"""Seconds; an answer that asks for more is taken to mean a day."""

_MILLISECONDS = 1e11
_UNIX_TIME = 1e9


def asked_pause(headers: Mapping[str, str], body: Any, *, now: float) -> float:
    """The seconds that a 429 asks for, from 0 to a day.

    Read in this order: `Retry-After` (seconds or a date), `retry_after` in the body's `error` or at its top,
    `X-RateLimit-Reset` (Unix time or seconds); 60 where there is none, or none that makes sense.
    """
    found = retry_after(headers, now=now)
    if found is None:
        found = _body_pause(body)
    if found is None:
        found = _reset_pause(headers, now)
    return DEFAULT_PAUSE if found is None else found


def retry_after(headers: Mapping[str, str], *, now: float) -> float | None:
    """The seconds that a `Retry-After` header asks for; a date is measured against the server's own, if it gives it."""
    text = headers.get("retry-after", "").strip()
    seconds = _number(text)
    if seconds is not None:
        return _within(seconds)
    moment = _date(text)
    return None if moment is None else _within(moment - _server_now(headers, now))


def _body_pause(body: Any) -> float | None:
    if not isinstance(body, Mapping):
        return None
    for holder in (body.get("error"), body):
        if isinstance(holder, Mapping):
            seconds = _number(holder.get("retry_after"))
            if seconds is not None:
                return _within(seconds)
    return None


def _reset_pause(headers: Mapping[str, str], now: float) -> float | None:
    for name in ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"):
        value = _number(headers.get(name))
        if value is None:
            continue
        if value >= _MILLISECONDS:
            value /= 1000
        return _within(value - _server_now(headers, now) if value >= _UNIX_TIME else value)
    return None


def _server_now(headers: Mapping[str, str], now: float) -> float:
    said = _date(headers.get("date", ""))
    return now if said is None else said


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return None if math.isnan(number) else number


def _within(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def _date(text: str) -> float | None:
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - 17 ms that only a dated answer is worth

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
