"""What can go wrong between a backend and its server, as data."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["Fault", "Rule"]


class Fault(StrEnum):
    """What becomes of a request, and of its answer."""

    CUT_BEFORE = "cut before the effect"
    NO_ANSWER_BEFORE = "no answer, no effect"
    ERROR_BEFORE = "error before the effect"
    RATE_LIMITED = "429 before the effect"
    STATUS = "refused with a status"
    LOST_ANSWER = "cut after the effect"
    HALF_ANSWER = "cut in the answer"
    GARBLED = "answer that is no JSON"
    WEB_PAGE = "web page for an answer"
    ERROR_AFTER = "error after the effect"
    NO_ANSWER_AFTER = "effect, no answer"
    STALE = "the answer of last time"
    SHORT = "answer bent by the subject"


BEFORE = frozenset({Fault.CUT_BEFORE, Fault.NO_ANSWER_BEFORE, Fault.ERROR_BEFORE, Fault.RATE_LIMITED, Fault.STATUS})
"""The server never sees such a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which requests a fault hits: those that `fits` (method and path), from the `first` on, `times` in all.

    `status` goes with STATUS, `retry_after` in seconds with RATE_LIMITED, `bend` (parsed JSON to JSON) with SHORT.
    """

    fault: Fault
    fits: Callable[[str, str], bool] = lambda _method, _path: True
    first: int = 1
    times: int | None = None
    status: int = 500
    retry_after: float | None = None
    bend: Callable[[Any], Any] = lambda answer: answer
