"""The decision table: Git's change against the target's change, for one page. Pure.

The executor asks it again after its look at the page, so that a plan made from records and a step made from what is
really there follow the same rows.
"""

from typing import Final, assert_never

from pagemirror.model.fields import BODY
from pagemirror.model.ids import FieldName, PageId, named
from pagemirror.model.pages import Absence
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Record, Standing
from pagemirror.planner.absent import REMOVALS, leaving, missing, returning
from pagemirror.planner.changes import (
    agreed,
    differing,
    is_same,
    own_change,
    remote_change,
    seen_by_record,
    to_send,
)
from pagemirror.planner.policy import Policy, Way
from pagemirror.planner.verdicts import FORGET, NOTHING, REFRESH, Quiet, Verdict, held
from pagemirror.planner.views import Missing, Present, Unseen, View, Wanted
from pagemirror.planner.words import EDITED, asked_again, basis, is_chosen, waiting, word

__all__ = ["basis", "decide", "named_is_gone", "own_change", "remote_change", "seen_by_record", "to_send"]

_NEW: Final = Verdict(action=Action.CREATE, reason="new file")
_LOOK: Final = Verdict(action=Action.UPDATE, reason="looks at the page, of whose edit nothing came yet")
_REVERTED: Final = (
    "the target's editor put an older text back over the one from Git; another write would end the same way, so "
    "nothing is sent until somebody decides"
)

_IN_THE_WAY: Final = {"draft": "draft", "removed_and_edited": "edit"}
"""Holds after which the page may be as it should be, or may not: nobody knows without a look."""


def decide(view: View, policy: Policy, *, now: float) -> Verdict | Quiet:
    """What to do to this page. Guards, order and links to new pages come later."""
    stopped = _stopped(view)
    if stopped is not None:
        return stopped
    record, wanted = view.record, view.wanted
    if wanted is None:
        if record is None or record.page_id is None:
            return _never_made(view, policy, now)
        return leaving(view, record, policy, now)
    if record is not None and record.standing is Standing.LEFT and record.removal == "accepted":
        if view.decision is None:
            return _followed(record, wanted)
    elif record is not None and record.page_id is not None and record.standing is not Standing.LIVE:
        return _failed_before(view, wanted, policy, Action.RESTORE) or returning(view, record, wanted, policy)
    if record is None or record.page_id is None:
        return _failed_before(view, wanted, policy, Action.CREATE) or _arriving(view, policy)
    return _failed_before(view, wanted, policy, Action.UPDATE) or _staying(view, record, wanted, policy)


def _stopped(view: View) -> Verdict | None:
    """What stands before any comparison."""
    action = Action.CREATE if view.record is None or view.record.page_id is None else Action.UPDATE
    if view.unreadable is not None:
        return Verdict(action=action, outcome=Outcome.FAILED, code=view.unreadable.code, reason=view.unreadable.told)
    if view.duplicate:
        others = ", ".join(view.duplicate)
        return held(action, "duplicate_id", f"the front matter's id stands in other files too: {others}")
    if view.in_doubt and not is_chosen(view):
        return Verdict(
            action=Action.CREATE,
            outcome=Outcome.UNKNOWN,
            code="in_doubt",
            reason="an earlier create got no answer and no complete listing has shown yet whether it was applied",
        )
    if view.ambiguous and not is_chosen(view):
        return held(action, "ambiguous", f"could be any of: {', '.join(view.ambiguous)}")
    return None


def _failed_before(view: View, wanted: Wanted, policy: Policy, action: Action) -> Verdict | None:
    """A page that can't be sent, or that was refused with the same payload."""
    if wanted.problem is not None:
        code, reason = wanted.problem
        return Verdict(action=action, outcome=Outcome.FAILED, code=code, reason=reason)
    failure = view.record.failure if view.record and not isinstance(view.seen, Missing) else None
    if failure is None or failure.payload != wanted.payload or policy.retry_failed:
        return None
    return Verdict(action=action, outcome=Outcome.FAILED, code=failure.code, reason=failure.reason)


def _arriving(view: View, policy: Policy) -> Verdict:
    """A document without a page."""
    said = word(view)
    if said is Choice.PAGE and view.decision is not None and view.decision.page_id is not None:
        return _adopting(view, view.decision.page_id, "adopts the page that was chosen")
    if view.adopt is not None:
        if view.equal:
            return Verdict(action=Action.ADOPT, reason="a page with the same title and text is there")
        return _adopting(view, view.adopt, f"adopts the page named by page_id {view.adopt}")
    drafted = view.hold.page_id if view.hold is not None and view.hold.code == "draft" else None
    if drafted is not None and said is not Choice.NEW:
        return waiting(view, policy) or _adopting(view, drafted, "adopts the page that was chosen")
    if said is not Choice.NEW:
        in_doubt = view.hold is not None and view.hold.code == "in_doubt"
        if view.foreign and not in_doubt:
            reason = f"a page with this title and another text is there: {', '.join(view.foreign)}"
            return held(Action.ADOPT, "foreign", reason, candidates=view.foreign)
        wait = waiting(view, policy)
        if wait is not None:
            return wait
    return _NEW


def _never_made(view: View, policy: Policy, now: float) -> Verdict | Quiet:
    """The file is gone, and no page of it is known; one may have been made that nobody could tell for sure."""
    hold, record = view.hold, view.record
    if hold is None or record is None or hold.code != "in_doubt":
        return FORGET
    match word(view):
        case Choice.NEW:
            return FORGET
        case Choice.PAGE:
            return leaving(view, record, policy, now)
        case _:
            return held(REMOVALS[policy.on_removal], hold.code, hold.reason, candidates=hold.candidates)


def _adopting(view: View, page_id: PageId, reason: str) -> Verdict:
    """A page that a person named gets the file's text."""
    match view.seen:
        case Missing(kind=kind) if view.decision is not None and kind is not Absence.HIDDEN:
            return named_is_gone(view, page_id, kind)
        case Missing(kind=kind):
            return Verdict(
                action=Action.ADOPT,
                outcome=Outcome.FAILED,
                code="remote_removed",
                reason=f"page {named(page_id)} is {kind}; nothing was adopted",
            )
        case Present(draft=draft) if draft is not None and word(view) is not Choice.GIT:
            return held(Action.UPDATE, "draft", f"a person's unpublished draft waits on page {named(page_id)}")
        case Unseen() | Present():
            return Verdict(action=Action.UPDATE, reason=reason, way=Way.GIT)
        case _:
            assert_never(view.seen)


def named_is_gone(view: View, page_id: PageId, kind: Absence) -> Verdict:
    """The page that a person named for a document went meanwhile: they are asked again."""
    reason = (
        f"page {named(page_id)}, which was named for it, is {kind}; name another page, or say that it gets a new one"
    )
    return asked_again(view, "foreign", reason)


def _staying(view: View, record: Record, wanted: Wanted, policy: Policy) -> Verdict | Quiet:
    """A document and its page, both known."""
    wait = waiting(view, policy)
    if wait is not None:
        return wait
    match view.seen:
        case Missing(kind=kind):
            return missing(view, kind, policy)
        case Present():
            return _three_ways(view, record, wanted, view.seen, policy)
        case Unseen():
            known, said, away = seen_by_record(record), word(view), _known_missing(view)
            if record.diverged and _is_doubted(record) and said is None and view.hold is None:
                return _LOOK
            if record.diverged and isinstance(known, Present):
                return _three_ways(view, record, wanted, known, policy)
            if said is not None and away is not None:
                return missing(view, away, policy)
            if said is not None:
                return _decided(said, to_send(record, wanted))
            return _unseen(view, record, wanted, policy)
        case _:
            assert_never(view.seen)


def _unseen(view: View, record: Record, wanted: Wanted, policy: Policy) -> Verdict | Quiet:
    """Nobody looked in this pass; what a hold once saw on the target does not go away with the file's change."""
    verdict = _git_only(record, wanted)
    if isinstance(verdict, Verdict) and verdict.action is Action.UPDATE:
        return verdict  # a write looks first
    if _is_doubted(record):
        verdict = _LOOK
    hold = view.hold
    if hold is None:
        return verdict
    kind = _known_missing(view)
    if kind is not None:
        return missing(view, kind, policy)
    if hold.code == "reverted":
        return held(Action.UPDATE, hold.code, hold.reason)
    if hold.code in EDITED:
        return _drift(frozenset(), policy)
    if hold.code in _IN_THE_WAY:
        return Verdict(action=Action.UPDATE, reason=f"looks at the page whose {_IN_THE_WAY[hold.code]} was in the way")
    return verdict


def _is_doubted(record: Record) -> bool:
    """Whether an edit of the page was seen that nothing came of yet: its step had to wait, or failed."""
    return record.updated < 0


def _known_missing(view: View) -> Absence | None:
    """How a page was missing when a person was asked about it; None where they weren't."""
    if view.hold is None or view.hold.code != "remote_removed":
        return None
    state, _, kind = view.hold.basis.partition(":")[2].partition(":")
    return Absence(kind) if state == "missing" else None


def _git_only(record: Record, wanted: Wanted, seen: Present | None = None) -> Verdict | Quiet:
    """The target did not move, as far as is known."""
    changed = to_send(record, wanted)
    left = changed - agreed(wanted, seen) if seen is not None else changed
    if left:
        own = own_change(record, wanted)
        return Verdict(
            action=Action.UPDATE,
            reason=_names(own & left or own, "the file's {} changed")
            if own
            else _names(left, "{} changed around the file"),
            changed=left,
            derived=not own,
        )
    if changed:
        return Verdict(action=Action.RECORD, reason="the page already says what the file says")
    return _kept_up(record, wanted)


def _kept_up(record: Record, wanted: Wanted) -> Verdict | Quiet:
    """Nothing to send; but the record may have to follow the file."""
    if record.path != wanted.path:
        return Verdict(action=Action.MOVE, reason="the file moved; its page is as it should be")
    return _followed(record, wanted)


def _followed(record: Record, wanted: Wanted) -> Quiet:
    """Nothing to send; whether the git base has to follow the file."""
    same = (
        record.path == wanted.path
        and record.blob == wanted.blob
        and record.own == wanted.own
        and record.title == wanted.title
        and record.leaving_since is None
    )
    return NOTHING if same else REFRESH


def _three_ways(view: View, record: Record, wanted: Wanted, seen: Present, policy: Policy) -> Verdict | Quiet:
    """Both sides against their bases, and then a person's unpublished draft against what would be sent."""
    verdict = _compared(view, record, wanted, seen, policy)
    if seen.draft is None or isinstance(verdict, Quiet) or verdict.action in {Action.RECORD, Action.MOVE}:
        return verdict
    match word(view):
        case Choice.GIT:
            return verdict
        case Choice.MERGE | Choice.RESTORE:
            reason = "a person's unpublished draft waits on the page; only git or remote can be taken"
        case _:
            reason = "a person's unpublished draft waits on the page; publishing would replace it"
    return held(Action.UPDATE, "draft", reason)


def _compared(view: View, record: Record, wanted: Wanted, seen: Present, policy: Policy) -> Verdict | Quiet:
    moved = remote_change(record, seen)
    changed = to_send(record, wanted)
    own = own_change(record, wanted)
    said = word(view)
    if said is Choice.RESTORE or (said is not None and changed and not moved and not record.diverged):
        return _decided(said, changed)
    if not moved and not record.diverged:
        return _git_only(record, wanted, seen)
    if _to_the_same(record, wanted, seen, moved):
        return _rest(record, wanted, seen)
    if said is not None:
        return _decided(said, changed | moved | differing(wanted, seen))
    if seen.reverted and BODY in moved:
        return held(Action.UPDATE, "reverted", _REVERTED)
    if own and changed:
        return _conflict(changed | moved | differing(wanted, seen), policy)
    if changed and policy.on_conflict is Way.MERGE:
        reason = "merges what changed around the file"
        return Verdict(action=Action.UPDATE, reason=reason, changed=changed, derived=True, way=Way.MERGE)
    if moved:
        apart = differing(wanted, seen) if record.diverged else frozenset()
        return _drift(moved, policy, also=changed | apart)
    if changed and record.path == wanted.path:
        return NOTHING  # a derived change waits while the page is diverged
    return _kept_up(record, wanted)


def _to_the_same(record: Record, wanted: Wanted, seen: Present, moved: frozenset[FieldName]) -> bool:
    """Whether all that people did to the page is what the file says too."""
    if is_same(wanted, seen):
        return True
    return not record.diverged and not seen.lost and moved <= agreed(wanted, seen)


def _rest(record: Record, wanted: Wanted, seen: Present) -> Verdict:
    """What is left to send where people wrote the same as the file says."""
    left = to_send(record, wanted) - agreed(wanted, seen)
    if not left:
        return Verdict(action=Action.RECORD, reason="the page already says what the file says")
    return Verdict(
        action=Action.UPDATE,
        reason=_names(left, "the page says the same already, but for its {}"),
        changed=left,
        derived=not own_change(record, wanted),
    )


def _conflict(changed: frozenset[FieldName], policy: Policy) -> Verdict:
    match policy.on_conflict:
        case Way.GIT:
            return Verdict(
                action=Action.UPDATE, reason="both sides changed; Git wins by policy", changed=changed, way=Way.GIT
            )
        case Way.REMOTE:
            return Verdict(action=Action.RECORD, reason="both sides changed; the target wins by policy", way=Way.REMOTE)
        case Way.MERGE:
            return Verdict(action=Action.UPDATE, reason="both sides changed; merged", changed=changed, way=Way.MERGE)
        case _:
            return held(Action.UPDATE, "conflict", "the file and the page both changed, to different things")


def _drift(moved: frozenset[FieldName], policy: Policy, *, also: frozenset[FieldName] = frozenset()) -> Verdict:
    match policy.on_drift:
        case Way.GIT:
            return Verdict(
                action=Action.UPDATE,
                reason="the page was edited; Git wins by policy",
                changed=moved | also,
                way=Way.GIT,
            )
        case Way.REMOTE:
            return Verdict(action=Action.RECORD, reason="the page was edited; accepted by policy", way=Way.REMOTE)
        case _:
            what = _names(moved, "the page's {} changed") if moved else "the page changed"
            return held(Action.UPDATE, "drift", f"{what} on the target, the file did not")


def _decided(said: Choice, changed: frozenset[FieldName]) -> Verdict:
    match said:
        case Choice.REMOTE:
            return Verdict(action=Action.RECORD, reason="a person took the target's text", way=Way.REMOTE)
        case Choice.MERGE:
            return Verdict(action=Action.UPDATE, reason="a person asked for a merge", changed=changed, way=Way.MERGE)
        case Choice.RESTORE:
            return Verdict(action=Action.UPDATE, reason="a person put a kept text back", changed=changed, way="restore")
        case _:
            return Verdict(action=Action.UPDATE, reason="a person took Git's text", changed=changed, way=Way.GIT)


def _names(fields: frozenset[FieldName], sentence: str) -> str:
    return sentence.format(", ".join(sorted(fields)))
