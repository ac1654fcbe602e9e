"""What was asked of the sandbox: a bounded log, exact counts, and the violations. Never a token, header or body."""

import re
from collections import Counter, deque
from collections.abc import Collection
from dataclasses import asdict, dataclass

from pagemirror.sandbox.exchange import Json, Problem

__all__ = ["Entry", "Journal"]

KEPT_ENTRIES = 5_000
KEPT_VIOLATIONS = 5_000
_KEY_LIKE = re.compile(r"exec_live_\w+|raven_sk_\w+|eyJ[\w.-]+|Bearer\s+\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request; `status` is None where the client got no answer, `fault` names what was done to it."""

    seq: int
    at: str
    api: str
    method: str
    path: str
    query: str
    template: str
    status: int | None
    fault: str | None
    seconds: float
    request_bytes: int
    response_bytes: int


class Journal:
    """The log, the counts and the violations of all APIs."""

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = tuple(secrets)
        self._epochs: Counter[str] = Counter()
        self.entries: deque[Entry] = deque(maxlen=KEPT_ENTRIES)
        self.violations: deque[Json] = deque(maxlen=KEPT_VIOLATIONS)
        self.totals: Counter[str] = Counter()
        self.violation_totals: Counter[str] = Counter()
        self.by_template: Counter[tuple[str, str, str]] = Counter()
        self._seq = 0

    def open(self, api: str, method: str, template: str) -> int:
        """Count a request at its arrival and return its sequence number."""
        self._seq += 1
        self.totals[api] += 1
        self.by_template[api, method, template] += 1
        return self._seq

    def epoch(self, api: str) -> int:
        """Return a number that changes when this API's journal is forgotten, so that old requests can be told."""
        return self._epochs[api] + self._epochs[""]

    def close(self, entry: Entry, problems: Collection[Problem]) -> None:
        """Log a request at its end, with what the client did wrong."""
        self.entries.append(entry)
        for problem in problems:
            self.violation_totals[entry.api] += 1
            self.violations.append(
                {
                    "seq": entry.seq,
                    "api": entry.api,
                    "method": entry.method,
                    "path": entry.path,
                    "rule": problem.rule,
                    "detail": self.redact(problem.detail),
                }
            )

    def redact(self, text: str) -> str:
        """Blot out anything that is, or looks like, a key."""
        if not text:
            return text
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, "[key]")
        return _KEY_LIKE.sub("[key]", text)

    def since(self, seq: int, api: str | None) -> list[Json]:
        """Return the log's entries after a sequence number, oldest first."""
        return [asdict(entry) for entry in self.entries if entry.seq > seq and api in (None, entry.api)]

    def counts(self, api: str | None = None) -> Json:
        """Return the exact counts by API and by method and path template."""
        totals = {name: count for name, count in sorted(self.totals.items()) if api in (None, name)}
        endpoints = [
            {"api": name, "method": method, "template": template, "count": count}
            for (name, method, template), count in sorted(self.by_template.items())
            if api in (None, name)
        ]
        return {"total": sum(totals.values()), "apis": totals, "endpoints": endpoints}

    def forget(self, api: str | None) -> None:
        """Forget everything, or everything of one API; sequence numbers begin again only with the first."""
        self._epochs[api or ""] += 1
        if api is None:
            self._seq = 0
        self.entries = deque((entry for entry in self.entries if api not in (None, entry.api)), maxlen=KEPT_ENTRIES)
        kept = (row for row in self.violations if api not in (None, row["api"]))
        self.violations = deque(kept, maxlen=KEPT_VIOLATIONS)
        for name in list(self.totals) if api is None else [api]:
            self.totals.pop(name, None)
            self.violation_totals.pop(name, None)
        self.by_template = Counter({key: count for key, count in self.by_template.items() if api not in (None, key[0])})
