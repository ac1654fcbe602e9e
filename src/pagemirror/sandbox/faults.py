"""Faults: which request is hit by what. Decides only; the gate and the endpoints do it.

Rules come by rate or by number ("the third POST"). A draw depends on the seed, the rule and a count of the requests
with this method and path template, so that the same requests meet the same faults, whatever else runs beside them.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from pagemirror.sandbox.bodies import BODY_FORMS, BodyForm
from pagemirror.sandbox.exchange import Bend, Json

__all__ = ["FAULTS", "FaultBook", "FaultError", "FaultName", "FaultRule", "FaultSettings", "Target", "Verdict"]

FaultName = Literal[
    "lost_answer",  # the effect happens, the connection closes without an answer
    "cut",  # the connection closes before the effect
    "rate_limited",  # 429 before the effect
    "error_before",  # 500 before the effect
    "error_after",  # 500 after the effect
    "status",  # any status before the effect, with the API's error body
    "slow",  # more latency
    "stale_list",  # a listing as it was some seconds or writes ago
    "short_list",  # a listing without one page of its rows, or with a wrong total
    "normalised",  # a write whose body is rewritten
]
FAULTS: tuple[str, ...] = get_args(FaultName)
_LISTING = ("stale_list", "short_list")
_WRITING = ("normalised",)


class FaultError(ValueError):
    """A rule that cannot be read; the message says which part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One rule. `nth` counts the requests that fit the rule since it was set; without it `rate` decides."""

    fault: FaultName
    rate: float = 1.0
    api: str | None = None
    method: str | None = None
    path: str | None = None
    contains: str | None = None
    nth: int | None = None
    limit: int | None = None
    seconds: float = 0.0
    writes: int = 0
    retry_after: float = 1.0
    status: int = 503
    form: BodyForm = "add_newline"
    shortfall: Literal["rows", "total"] = "rows"
    when: Literal["before", "after"] = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSettings:
    """All rules, the seed of their draws, and the latency of every answer in seconds."""

    seed: int = 0
    latency: float = 0.0
    rules: tuple[FaultRule, ...] = ()

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "FaultSettings":
        """Read `{"seed", "latency", "rules": [...], "rates": {fault: rate}}`; raise `FaultError` on anything else."""
        extra = sorted(set(value) - {"seed", "latency", "rules", "rates"})
        if extra:
            raise FaultError(f"{extra[0]} is no fault setting; there are seed, latency, rules and rates")
        rules = [_read_rule(row) for row in value.get("rules", ())]
        rules += [_read_rule({"fault": name, "rate": rate}) for name, rate in value.get("rates", {}).items()]
        return cls(seed=int(value.get("seed", 0)), latency=_seconds(value.get("latency", 0)), rules=tuple(rules))

    def to_json(self) -> Json:
        """Write the settings as `from_json` reads them."""
        return {"seed": self.seed, "latency": self.latency, "rules": [asdict(rule) for rule in self.rules]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The request that faults are decided for; `path` is relative to the API's base."""

    api: str
    method: str
    path: str
    template: str
    body: bytes
    lists: bool
    writes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The rules that hit one request."""

    rules: tuple[FaultRule, ...] = ()

    def get(self, *faults: FaultName) -> FaultRule | None:
        """Return the first rule of these kinds that hits."""
        return next((rule for rule in self.rules if rule.fault in faults), None)

    @property
    def label(self) -> str | None:
        """The faults' names for the log."""
        return "+".join(rule.fault for rule in self.rules) or None

    @property
    def bend(self) -> Bend:
        """The faults that happen inside the endpoint."""
        stale, short, form = self.get("stale_list"), self.get("short_list"), self.get("normalised")
        return Bend(
            stale_seconds=stale.seconds if stale else 0.0,
            stale_writes=stale.writes if stale else 0,
            lost_rows=short is not None and short.shortfall == "rows",
            wrong_total=short is not None and short.shortfall == "total",
            body_form=form.form if form else None,
        )


NO_FAULT = Verdict()


class FaultBook:
    """The rules in force and how often each of them fitted and hit."""

    def __init__(self, settings: FaultSettings) -> None:
        self._start = settings
        self.set(settings)

    def set(self, settings: FaultSettings) -> None:
        """Take new rules; all counts begin again."""
        self.settings = settings
        self._fitted = [0] * len(settings.rules)
        self._hit = [0] * len(settings.rules)
        self._seen: Counter[tuple[str, str, str]] = Counter()

    def reset(self) -> None:
        """Go back to the rules that the sandbox was started with."""
        self.set(self._start)

    def decide(self, target: Target) -> Verdict:
        """Say which rules hit this request, and count it."""
        rules = self.settings.rules
        if not rules:
            return NO_FAULT
        place = (target.api, target.method, target.template)
        self._seen[place] += 1
        hits = [rule for index, rule in enumerate(rules) if self._hits(index, rule, target, self._seen[place])]
        return Verdict(rules=tuple(hits))

    def to_json(self) -> Json:
        """Write the settings with the counts of each rule."""
        value = self.settings.to_json()
        for row, fitted, hit in zip(value["rules"], self._fitted, self._hit, strict=True):
            row["fitted"], row["hit"] = fitted, hit
        return value

    def _hits(self, index: int, rule: FaultRule, target: Target, count: int) -> bool:
        if not _fits(rule, target):
            return False
        self._fitted[index] += 1
        if rule.limit is not None and self._hit[index] >= rule.limit:
            return False
        if rule.nth is not None:
            hit = self._fitted[index] == rule.nth
        else:
            hit = rule.rate >= 1 or _draw(self.settings.seed, index, rule.fault, target, count) < rule.rate
        self._hit[index] += hit
        return hit


def _fits(rule: FaultRule, target: Target) -> bool:
    if rule.fault in _LISTING and not target.lists:
        return False
    if rule.fault in _WRITING and not target.writes:
        return False
    return (
        rule.api in (None, target.api)
        and rule.method in (None, target.method)
        and (rule.path in (None, target.template) or fnmatchcase(target.path, rule.path or ""))
        and (rule.contains is None or rule.contains.encode() in target.body)
    )


def _draw(seed: int, index: int, fault: str, target: Target, count: int) -> float:
    text = f"{seed}|{index}|{fault}|{target.api}|{target.method}|{target.template}|{count}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest()) / float(1 << 56)


_CHOICES: Mapping[str, Sequence[str]] = {
    "fault": FAULTS,
    "form": BODY_FORMS,
    "shortfall": ("rows", "total"),
    "when": ("before", "after"),
}


def _read_rule(row: Any) -> FaultRule:
    if not isinstance(row, dict) or "fault" not in row:
        raise FaultError(f"a fault rule is an object with a fault, not {row!r}")
    names = {item.name: str(item.type) for item in fields(FaultRule)}
    values: dict[str, Any] = {}
    for name, value in row.items():
        if name not in names:
            raise FaultError(f"{name} is no part of a fault rule; there are {', '.join(names)}")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise FaultError(f"{name} cannot be {value!r}; it can be {', '.join(_CHOICES[name])}")
        values[name] = value if value is None else _as_declared(name, names[name], value)
    if values.get("method"):
        values["method"] = values["method"].upper()
    return FaultRule(**values)


def _as_declared(name: str, kind: str, value: Any) -> Any:
    try:
        if "float" in kind:
            return _seconds(value)
        if "int" in kind:
            return int(value)
    except FaultError as error:
        raise FaultError(f"{name} cannot be {value!r}: {error}") from error
    except (TypeError, ValueError) as error:
        raise FaultError(f"{name} cannot be {value!r}; it is a number") from error
    if not isinstance(value, str):
        raise FaultError(f"{name} cannot be {value!r}; it is text")
    return value


def _seconds(value: Any) -> float:
    number = float(value)
    if number < 0:
        raise FaultError(f"{value} is below zero")
    return number
