"""Words: what a person decided about a page, what that is bound to, and which holds go on waiting. Pure."""

from dataclasses import replace
from typing import Final

from pagemirror.model.fields import SET_FIELDS
from pagemirror.model.ids import PageId
from pagemirror.model.plans import Action
from pagemirror.model.records import Choice
from pagemirror.planner.changes import seen_by_record
from pagemirror.planner.policy import Policy, Way
from pagemirror.planner.verdicts import Verdict, held
from pagemirror.planner.views import Present, Unseen, View, git_print, remote_print

__all__ = ["EDITED", "asked_again", "basis", "is_chosen", "waiting", "word"]

JUDGED_ANEW: Final = frozenset(
    {
        "ambiguous",
        "duplicate_id",
        "foreign_children",
        "max_removals",
        "max_rerender",
        "other_repository",
        "other_target",
        "page_taken",
        "parent",
        "plan_changed",
        "rewind",
        "settings_removal",
    }
)
"""Holds that each pass finds out again from what it is given; an old one must not outlive its cause."""

UNTIED: Final = frozenset({"foreign", "in_doubt"})
"""Holds of a document without a page, as one that is there may be its own: whatever its file does, they go on."""

EDITED: Final = frozenset({"conflict", "drift", "reverted"})
"""Holds that say that the page was edited on the target."""


def basis(view: View) -> str:
    """What a decision about this page is bound to: void when either side moves.

    The target's half is what was seen in this pass, else what the hold saw, else the remote base.
    """
    return f"{git_print(view.wanted)}:{_remote_half(view)}"


def _remote_half(view: View) -> str:
    seen, record = view.seen, view.record
    if isinstance(seen, Present) and record is not None and record.page_id == seen.page_id and record.remote:
        owned = {n: value for n, value in seen.prints.items() if n in record.remote and n not in SET_FIELDS}
        return remote_print(replace(seen, prints=owned))
    if not isinstance(seen, Unseen):
        return remote_print(seen)
    noticed = view.hold.basis.partition(":")[2] if view.hold is not None else ""
    if noticed:
        return noticed
    return remote_print(seen_by_record(record)) if record is not None else ""


def word(view: View) -> Choice | None:
    """A person's decision, if neither side has moved since as far as is known."""
    decision = view.decision
    if decision is None:
        return None
    git, _, remote = decision.basis.partition(":")
    if git != git_print(view.wanted):
        return None
    if remote and not isinstance(view.seen, Unseen) and remote != _remote_half(view):
        return None
    return decision.choice


def is_chosen(view: View) -> bool:
    """Whether a person named the page that a document is to have, or said that it is a new one."""
    return word(view) in {Choice.PAGE, Choice.NEW}


def asked_again(view: View, code: str, reason: str, *, candidates: tuple[PageId, ...] = ()) -> Verdict:
    """A word that can't be carried out is void: what was asked before goes on, for a reason of its own."""
    hold = view.hold
    if view.decision is None or hold is None or hold.code not in UNTIED:
        return held(Action.ADOPT, code, reason, candidates=candidates)
    return held(
        Action(hold.action), hold.code, reason, candidates=tuple(dict.fromkeys((*candidates, *hold.candidates)))
    )


def waiting(view: View, policy: Policy) -> Verdict | None:
    """A hold goes on, without a request, while nobody decided, nobody looked and the file did not move.

    A conflict goes on also if a look finds both sides as they were: a merge that was tried is not tried again. Where a
    page may be the document's own, only a person ends it: a file that moved on would get a second page.
    """
    hold = view.hold
    if hold is None or hold.code in JUDGED_ANEW or word(view) is not None:
        return None
    if hold.code in UNTIED and (view.record is None or view.record.page_id is None):
        return held(Action(hold.action), hold.code, hold.reason, candidates=hold.candidates)
    if not isinstance(view.seen, Unseen) and (hold.code != "conflict" or hold.basis != basis(view)):
        return None
    if hold.basis.partition(":")[0] != git_print(view.wanted) or _answered(hold.code, policy):
        return None
    return held(Action(hold.action), hold.code, hold.reason, candidates=hold.candidates)


def _answered(code: str, policy: Policy) -> bool:
    """Whether the settings by now say what is to become of such a hold."""
    match code:
        case "drift":
            return policy.on_drift is not Way.HOLD
        case "conflict":
            return policy.on_conflict in {Way.GIT, Way.REMOTE}
        case "remote_removed":
            return policy.on_remote_removal is not Way.HOLD
        case _:
            return False
