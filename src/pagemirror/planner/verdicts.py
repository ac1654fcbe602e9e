"""Verdicts: what the decision table says of one page, before order and guards."""

from dataclasses import dataclass, replace
from typing import Final

from pagemirror.model.ids import FieldName, PageId
from pagemirror.model.plans import Action, Outcome

__all__ = ["FORGET", "NOTHING", "REFRESH", "Quiet", "Verdict", "held"]


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing to send: the page is `unchanged` or `diverged`; or only records are written (`refresh`, `forget`)."""

    kind: str


NOTHING: Final = Quiet("unchanged")
REFRESH: Final = Quiet("refresh")
FORGET: Final = Quiet("forget")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A step in the making."""

    action: Action
    reason: str
    outcome: Outcome = Outcome.PLANNED
    code: str | None = None
    changed: frozenset[FieldName] = frozenset()
    derived: bool = False
    way: str = ""
    candidates: tuple[PageId, ...] = ()

    def but(self, outcome: Outcome, code: str, reason: str) -> "Verdict":
        """The same action with another end."""
        return replace(self, outcome=outcome, code=code, reason=reason)


def held(action: Action, code: str, reason: str, *, candidates: tuple[PageId, ...] = ()) -> Verdict:
    """A step that waits for a person."""
    return Verdict(action=action, outcome=Outcome.HELD, code=code, reason=reason, candidates=candidates)
