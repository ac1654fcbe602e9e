"""The decision table: Git's change against the target's change, for one page. Pure.

The executor asks it again after its look at the page, so that a plan made from records and a step made from what is
really there follow the same rows.
"""

from dataclasses import replace
from typing import assert_never

from pagemirror.model.fields import BODY, SET_FIELDS, moved_fields
from pagemirror.model.ids import FieldName
from pagemirror.model.pages import Absence, Removal
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Record, Standing
from pagemirror.planner.verdicts import FORGET, NOTHING, REFRESH, Quiet, Verdict, held
from pagemirror.planner.views import (
    Missing,
    Policy,
    Present,
    Seen,
    Unseen,
    View,
    Wanted,
    Way,
    git_print,
    remote_print,
)

__all__ = ["basis", "decide", "own_change", "remote_change", "seen_by_record", "to_send"]

REMOVALS = {Removal.ARCHIVE: Action.ARCHIVE, Removal.DELETE: Action.DELETE, Removal.KEEP: Action.KEEP}


def decide(view: View, policy: Policy, *, now: float) -> Verdict | Quiet:
    """What to do to this page. Guards, order and links to new pages come later."""
    stopped = _stopped(view)
    if stopped is not None:
        return stopped
    record = view.record
    if view.wanted is None:
        return FORGET if record is None or record.page_id is None else _leaving(view, record, policy, now)
    if record is None or record.page_id is None:
        return _arriving(view, view.wanted, policy)
    if record.standing is Standing.REMOVED:
        return _returning(view, record, view.wanted, policy)
    if record.standing is Standing.LEFT and record.removal == "accepted" and view.decision is None:
        return NOTHING
    return _staying(view, record, view.wanted, policy)


def own_change(record: Record, wanted: Wanted) -> frozenset[FieldName]:
    """The fields that the file itself moved.

    A body counts as moved only if its bytes did and its text does too with links as uids: neither a renamed link target
    nor a link adapted to a rename is an own change.
    """
    moved = moved_fields(record.own, wanted.own)
    gone = frozenset(name for name in record.own if name not in wanted.own)
    return (moved | gone) - {BODY} if record.raw_body == wanted.raw_body else moved | gone


def to_send(record: Record, wanted: Wanted) -> frozenset[FieldName]:
    """The fields whose rendered value isn't the one that was sent last; a set that is no longer ours is taken back."""
    lifted = frozenset(name for name in record.ours if name not in wanted.sent and record.ours[name])
    return moved_fields(record.sent, wanted.sent) | lifted


def remote_change(record: Record, seen: Present) -> frozenset[FieldName]:
    """The owned fields that are no longer as the remote base has them."""
    scalars = {name: value for name, value in seen.prints.items() if name in record.remote and name not in SET_FIELDS}
    return moved_fields(record.remote, scalars) | seen.lost


def seen_by_record(record: Record) -> Present | Unseen:
    """The page as the remote base has it, for a plan that asks the target nothing."""
    if record.page_id is None:
        return Unseen()
    prints = {name: value for name, value in record.remote.items() if name not in SET_FIELDS}
    return Present(page_id=record.page_id, prints=prints, version=record.version)


def basis(view: View) -> str:
    """What a decision about this page is bound to: void when either side moves."""
    return f"{git_print(view.wanted)}:{remote_print(_known(view))}"


def _known(view: View) -> Seen:
    if isinstance(view.seen, Unseen) and view.record is not None:
        return seen_by_record(view.record)
    return view.seen


def _stopped(view: View) -> Verdict | None:
    """What stands before any comparison."""
    action = Action.CREATE if view.record is None or view.record.page_id is None else Action.UPDATE
    if view.unreadable is not None:
        return Verdict(action=action, outcome=Outcome.FAILED, code=view.unreadable.code, reason=view.unreadable.reason)
    if view.duplicate:
        others = ", ".join(view.duplicate)
        return held(action, "duplicate_id", f"the front matter's id stands in other files too: {others}")
    if view.in_doubt:
        return Verdict(
            action=Action.CREATE,
            outcome=Outcome.UNKNOWN,
            code="in_doubt",
            reason="an earlier create got no answer and no complete listing has shown yet whether it was applied",
        )
    if view.ambiguous and not _chosen(view):
        return held(action, "ambiguous", f"could be any of: {', '.join(view.ambiguous)}")
    return None


def _chosen(view: View) -> bool:
    return view.decision is not None and view.decision.choice in {Choice.PAGE, Choice.NEW}


def _word(view: View) -> Choice | None:
    """A person's decision, if neither side has moved since as far as is known."""
    decision = view.decision
    if decision is None:
        return None
    git, _, remote = decision.basis.partition(":")
    if git != git_print(view.wanted):
        return None
    if not isinstance(view.seen, Unseen) and remote != remote_print(view.seen):
        return None
    return decision.choice


def _waiting(view: View) -> Verdict | None:
    """A hold goes on, without a request, while nobody decided, nobody looked and the file did not move."""
    hold = view.hold
    if hold is None or not isinstance(view.seen, Unseen) or _word(view) is not None:
        return None
    if hold.basis.partition(":")[0] != git_print(view.wanted):
        return None
    return held(Action(hold.action), hold.code, hold.reason, candidates=hold.candidates)


def _failed_before(view: View, wanted: Wanted, policy: Policy, action: Action) -> Verdict | None:
    """A page that can't be sent, or that was refused with the same payload."""
    if wanted.problem is not None:
        code, reason = wanted.problem
        return Verdict(action=action, outcome=Outcome.FAILED, code=code, reason=reason)
    failure = view.record.failure if view.record else None
    if failure is None or failure.payload != wanted.payload or policy.retry_failed:
        return None
    return Verdict(action=action, outcome=Outcome.FAILED, code=failure.code, reason=failure.reason)


def _arriving(view: View, wanted: Wanted, policy: Policy) -> Verdict | Quiet:
    """A document without a page."""
    failed = _failed_before(view, wanted, policy, Action.CREATE)
    if failed is not None:
        return failed
    word = view.decision.choice if view.decision is not None else None
    if word is Choice.PAGE and view.decision is not None and view.decision.page_id is not None:
        return Verdict(action=Action.UPDATE, reason="adopts the page that was chosen", way=Way.GIT)
    waiting = _waiting(view)
    if waiting is not None and word is not Choice.NEW:
        return waiting
    if view.adopt is not None:
        return _adopting(view)
    if view.foreign and word is not Choice.NEW:
        named = ", ".join(view.foreign)
        return held(
            Action.ADOPT,
            "foreign",
            f"a page with this title and another text is there: {named}",
            candidates=view.foreign,
        )
    return Verdict(action=Action.CREATE, reason="new file")


def _adopting(view: View) -> Verdict:
    match view.seen:
        case Missing(kind=kind):
            return Verdict(
                action=Action.ADOPT,
                outcome=Outcome.FAILED,
                code="remote_removed",
                reason=f"the page named by page_id {view.adopt} is {kind}",
            )
        case Unseen() | Present():
            if view.equal:
                return Verdict(action=Action.ADOPT, reason="a page with the same title and text is there")
            return Verdict(action=Action.UPDATE, reason=f"adopts the page named by page_id {view.adopt}", way=Way.GIT)
        case _:
            assert_never(view.seen)


def _returning(view: View, record: Record, wanted: Wanted, policy: Policy) -> Verdict | Quiet:
    """The file of a removed page is back."""
    creates = record.removal == Removal.DELETE or (record.removal == Removal.ARCHIVE and not policy.can_restore)
    action = Action.CREATE if creates else Action.RESTORE
    failed = _failed_before(view, wanted, policy, action)
    if failed is not None:
        return failed
    if isinstance(view.seen, Present):
        # Somebody brought the page back by hand, or it was never away.
        stayed = replace(record, standing=Standing.LIVE)
        edited = remote_change(stayed, view.seen)
        if edited and _word(view) is not Choice.GIT:
            if _word(view) is Choice.REMOTE:
                return Verdict(action=Action.RECORD, reason="the target's text is accepted", way=Way.REMOTE)
            return held(Action.RESTORE, "conflict", "the file is back, and its page was edited meanwhile")
        return Verdict(
            action=Action.RESTORE, reason="the file is back", changed=to_send(record, wanted) | edited, way=Way.GIT
        )
    waiting = _waiting(view)
    if waiting is not None:
        return waiting
    if creates:
        return Verdict(action=Action.CREATE, reason="the file is back; its old page can't be restored")
    return Verdict(action=Action.RESTORE, reason="the file is back", changed=to_send(record, wanted))


def _staying(view: View, record: Record, wanted: Wanted, policy: Policy) -> Verdict | Quiet:
    """A document and its page, both known."""
    failed = _failed_before(view, wanted, policy, Action.UPDATE)
    if failed is not None:
        return failed
    waiting = _waiting(view)
    if waiting is not None:
        return waiting
    match view.seen:
        case Missing(kind=kind):
            return _missing(view, kind, policy)
        case Present():
            return _three_ways(view, record, wanted, view.seen, policy)
        case Unseen():
            known = seen_by_record(record)
            if record.diverged and isinstance(known, Present):
                return _three_ways(view, record, wanted, known, policy)
            word = _word(view)
            if word is not None:
                return _decided(word, to_send(record, wanted))
            return _git_only(record, wanted)
        case _:
            assert_never(view.seen)


def _git_only(record: Record, wanted: Wanted) -> Verdict | Quiet:
    """The target did not move, as far as is known."""
    changed = to_send(record, wanted)
    own = own_change(record, wanted)
    if changed:
        return Verdict(
            action=Action.UPDATE,
            reason=_names(own & changed or own, "the file's {} changed")
            if own
            else _names(changed, "{} changed around the file"),
            changed=changed,
            derived=not own,
        )
    if record.path != wanted.path:
        return Verdict(action=Action.MOVE, reason="the file moved; its page is as it should be")
    if own or record.blob != wanted.blob or record.own != wanted.own or record.title != wanted.title:
        return REFRESH
    return NOTHING


def _three_ways(view: View, record: Record, wanted: Wanted, seen: Present, policy: Policy) -> Verdict | Quiet:
    moved = remote_change(record, seen)
    changed = to_send(record, wanted)
    own = own_change(record, wanted)
    if seen.draft is not None and (changed or moved) and _word(view) is not Choice.GIT:
        return held(
            Action.UPDATE, "draft", "a person's unpublished draft waits on the page; publishing would replace it"
        )
    edited = bool(moved) or record.diverged
    if not edited:
        word = _word(view)
        return _decided(word, changed) if word is not None and not changed else _git_only(record, wanted)
    if moved and _same(wanted, seen) and not seen.lost:
        return Verdict(action=Action.RECORD, reason="the page already says what the file says")
    word = _word(view)
    if word is not None:
        return _decided(word, changed | moved)
    if own:
        return _conflict(changed | moved, policy)
    if changed and policy.on_conflict is Way.MERGE:
        return Verdict(
            action=Action.UPDATE,
            reason="merges what changed around the file",
            changed=changed,
            derived=True,
            way=Way.MERGE,
        )
    if not moved:
        return NOTHING
    return _drift(moved, policy)


def _same(wanted: Wanted, seen: Present) -> bool:
    """Whether the page holds what the document wants, in every field both know."""
    shared = [name for name in wanted.full if name in seen.prints and name not in SET_FIELDS]
    return BODY in shared and all(wanted.full[name] == seen.prints[name] for name in shared)


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


def _drift(moved: frozenset[FieldName], policy: Policy) -> Verdict:
    match policy.on_drift:
        case Way.GIT:
            return Verdict(
                action=Action.UPDATE, reason="the page was edited; Git wins by policy", changed=moved, way=Way.GIT
            )
        case Way.REMOTE:
            return Verdict(action=Action.RECORD, reason="the page was edited; accepted by policy", way=Way.REMOTE)
        case _:
            return held(Action.UPDATE, "drift", _names(moved, "the page's {} changed on the target, the file did not"))


def _decided(word: Choice, changed: frozenset[FieldName]) -> Verdict:
    match word:
        case Choice.REMOTE:
            return Verdict(action=Action.RECORD, reason="a person took the target's text", way=Way.REMOTE)
        case Choice.MERGE:
            return Verdict(action=Action.UPDATE, reason="a person asked for a merge", changed=changed, way=Way.MERGE)
        case Choice.RESTORE:
            return Verdict(action=Action.UPDATE, reason="a person put a kept text back", changed=changed, way="restore")
        case _:
            return Verdict(action=Action.UPDATE, reason="a person took Git's text", changed=changed, way=Way.GIT)


def _missing(view: View, kind: Absence, policy: Policy) -> Verdict:
    """The file is there and its page isn't."""
    restores = kind in {Absence.ARCHIVED, Absence.TRASHED} and policy.can_restore
    action = Action.RESTORE if restores else Action.CREATE
    if kind is Absence.HIDDEN:
        return Verdict(
            action=Action.UPDATE,
            outcome=Outcome.FAILED,
            code="hidden",
            reason="the page is not visible to this token; nothing was done about it",
        )
    word = _word(view)
    if word is Choice.GIT or (word is None and policy.on_remote_removal is Way.RECREATE):
        return Verdict(action=action, reason=f"the page is {kind} on the target; Git brings it back")
    if word is Choice.REMOTE or (word is None and policy.on_remote_removal is Way.ACCEPT):
        return Verdict(action=Action.RECORD, reason=f"the page is {kind} on the target; accepted", way=Way.ACCEPT)
    return held(action, "remote_removed", f"the page is {kind} on the target, and its file is there")


def _leaving(view: View, record: Record, policy: Policy, now: float) -> Verdict | Quiet:
    """The file is gone, or left through settings."""
    if record.standing is not Standing.LIVE:
        return NOTHING
    action = REMOVALS[policy.on_removal]
    word = _word(view)
    if word is Choice.REMOTE:
        return Verdict(action=Action.RECORD, reason="a person keeps the page; it is no longer mirrored", way=Way.REMOTE)
    if view.outside and not policy.allow_settings_removals:
        return held(action, "settings_removal", "the file is still there and left the mirror through settings")
    stays = _stays(view, record, policy)
    if stays:
        return Verdict(action=Action.KEEP, reason=f"the file is gone; the page stays, as {stays}")
    found = _gone_both(view, record, action, word)
    if found is not None:
        return found
    waiting = _waiting(view)
    if waiting is not None:
        return waiting
    since = record.leaving_since if record.leaving_since is not None else now
    left = since + policy.removal_delay.total_seconds() - now
    if left > 0:
        return Verdict(
            action=action,
            outcome=Outcome.SKIPPED,
            code="removal_delay",
            reason=f"the file is gone; its page is removed in {left:.0f} s unless it comes back",
        )
    return Verdict(action=action, reason="the file is gone")


def _stays(view: View, record: Record, policy: Policy) -> str:
    """Why a page whose file is gone is never removed, or the empty string."""
    if policy.upsert:
        return "mode is upsert"
    if view.protected or record.protect:
        return "it is protected"
    return "on_removal is keep" if policy.on_removal is Removal.KEEP else ""


def _gone_both(view: View, record: Record, action: Action, word: Choice | None) -> Verdict | None:
    """What a look at the page of a file that is gone has to say; None if it is as we left it."""
    match view.seen:
        case Missing(kind=Absence.HIDDEN):
            return Verdict(
                action=action, outcome=Outcome.FAILED, code="hidden", reason="the page is not visible to this token"
            )
        case Missing(kind=kind):
            return Verdict(
                action=Action.RECORD, reason=f"the file is gone, and the page is {kind} already", way=Way.ACCEPT
            )
        case Present() as seen if word is not Choice.GIT and (
            seen.draft is not None or remote_change(record, seen) or record.diverged
        ):
            return held(action, "removed_and_edited", "the file is gone, and a person edited its page")
        case Unseen() if record.diverged and word is None:
            return held(action, "removed_and_edited", "the file is gone, and its page holds a person's edit")
        case _:
            return None


def _names(fields: frozenset[FieldName], sentence: str) -> str:
    return sentence.format(", ".join(sorted(fields)))
