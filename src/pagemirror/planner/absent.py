"""The rows of the decision table in which one side is not there: file gone, file back, page gone. Pure."""

from typing import Final, assert_never

from pagemirror.model.pages import Absence, Removal
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Record, Standing
from pagemirror.planner.changes import differing, is_same, remote_change, to_send
from pagemirror.planner.policy import Policy, Way
from pagemirror.planner.verdicts import NOTHING, Quiet, Verdict, held
from pagemirror.planner.views import Missing, Present, Unseen, View, Wanted
from pagemirror.planner.words import waiting, word

__all__ = ["REMOVALS", "leaving", "missing", "returning"]

REMOVALS: Final = {Removal.ARCHIVE: Action.ARCHIVE, Removal.DELETE: Action.DELETE, Removal.KEEP: Action.KEEP}
_UNITS: Final = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def _hidden(action: Action) -> Verdict:
    return Verdict(
        action=action,
        outcome=Outcome.FAILED,
        code="hidden",
        reason="the page is not visible to this token; nothing was done about it",
    )


def missing(view: View, kind: Absence, policy: Policy) -> Verdict:
    """The file is there and its page isn't."""
    if kind is Absence.HIDDEN:
        return _hidden(Action.UPDATE)
    action = Action.RESTORE if policy.can_restore and kind is not Absence.GONE else Action.CREATE
    said = word(view)
    if said is Choice.GIT or (said is None and policy.on_remote_removal is Way.RECREATE):
        return Verdict(action=action, reason=f"the page is {kind} on the target; Git brings it back")
    if said is Choice.REMOTE or (said is None and policy.on_remote_removal is Way.ACCEPT):
        return Verdict(action=Action.RECORD, reason=f"the page is {kind} on the target; accepted", way=Way.ACCEPT)
    return held(action, "remote_removed", f"the page is {kind} on the target, and its file is there")


def returning(view: View, record: Record, wanted: Wanted, policy: Policy) -> Verdict | Quiet:
    """The file of a page that was removed, kept or released is back. Failures are ruled out."""
    match view.seen:
        case Present() as seen:
            return _found_again(view, record, wanted, seen, policy)
        case Missing(kind=Absence.HIDDEN):
            return _hidden(Action.RESTORE)
        case Missing(kind=kind):
            creates = kind is Absence.GONE or not policy.can_restore
        case Unseen():
            creates = record.removal == Removal.DELETE or (record.removal == Removal.ARCHIVE and not policy.can_restore)
        case _:
            assert_never(view.seen)
    wait = waiting(view, policy)
    if wait is not None:
        return wait
    if word(view) is Choice.REMOTE:
        return Verdict(action=Action.RECORD, reason="the target's text is accepted", way=Way.REMOTE)
    if creates:
        return Verdict(action=Action.CREATE, reason="the file is back; its old page can't be restored")
    return Verdict(action=Action.RESTORE, reason="the file is back", changed=to_send(record, wanted))


def _found_again(view: View, record: Record, wanted: Wanted, seen: Present, policy: Policy) -> Verdict:
    """The page is there: a tombstone, brought back by hand, or never away."""
    edited = remote_change(record, seen)
    said = word(view)
    # Of a page that was left as a person has it, the record knows that text: what differs from the file is asked of it.
    apart = differing(wanted, seen) if record.diverged else frozenset()
    changed = to_send(record, wanted) | edited | apart
    restored = Verdict(action=Action.RESTORE, reason="the file is back", changed=changed, way=Way.GIT)
    if seen.draft is not None and said not in {Choice.GIT, Choice.REMOTE}:
        return held(Action.RESTORE, "draft", "the file is back, and a person's unpublished draft waits on its page")
    if not (edited or record.diverged) or is_same(wanted, seen):
        return restored
    if said is Choice.GIT or (said is None and policy.on_conflict is Way.GIT):
        return restored
    if said is Choice.REMOTE or (said is None and policy.on_conflict is Way.REMOTE):
        return Verdict(action=Action.RECORD, reason="the target's text is accepted", way=Way.REMOTE)
    return held(Action.RESTORE, "conflict", "the file is back, and its page was edited meanwhile")


def leaving(view: View, record: Record, policy: Policy, now: float) -> Verdict | Quiet:
    """The file is gone, or left through settings."""
    if record.standing is not Standing.LIVE:
        return NOTHING
    action = REMOVALS[policy.on_removal]
    said = word(view)
    if said is Choice.REMOTE:
        return Verdict(action=Action.RECORD, reason="a person keeps the page; it is no longer mirrored", way=Way.REMOTE)
    if view.outside and not policy.allow_settings_removals:
        return held(action, "settings_removal", "the file is still there and left the mirror through settings")
    stays = _stays(view, record, policy)
    if stays:
        return Verdict(action=Action.KEEP, reason=f"the file is gone; the page stays, as {stays}")
    found = _gone_both(view, record, action, said) or waiting(view, policy)
    if found is not None:
        return found
    since = record.leaving_since if record.leaving_since is not None else now
    left = since + policy.removal_delay.total_seconds() - now
    if left > 0:
        return Verdict(
            action=action,
            outcome=Outcome.SKIPPED,
            code="removal_delay",
            reason=f"the file is gone; its page is removed in {_span(left)} unless it comes back",
        )
    return Verdict(action=action, reason="the file is gone")


def _span(seconds: float) -> str:
    """A length of time in its two largest units."""
    rest, parts = max(1, round(seconds)), list[str]()
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        parts += [f"{count} {unit}"] if count else []
    return " ".join(parts[:2])


def _stays(view: View, record: Record, policy: Policy) -> str:
    """Why a page whose file is gone is never removed, or the empty string."""
    if policy.upsert:
        return "mode is upsert"
    if view.protected or record.protect:
        return "it is protected"
    return "on_removal is keep" if policy.on_removal is Removal.KEEP else ""


def _gone_both(view: View, record: Record, action: Action, said: Choice | None) -> Verdict | None:
    """What a look at the page of a file that is gone has to say; None if it is as we left it."""
    match view.seen:
        case Missing(kind=Absence.HIDDEN):
            return _hidden(action)
        case Missing(kind=kind):
            return Verdict(
                action=Action.RECORD, reason=f"the file is gone, and the page is {kind} already", way=Way.ACCEPT
            )
        case Present() as seen if said is not Choice.GIT and (
            seen.draft is not None or remote_change(record, seen) or record.diverged
        ):
            return held(action, "removed_and_edited", "the file is gone, and a person edited its page")
        case Unseen() if record.diverged and said is not Choice.GIT:
            return held(action, "removed_and_edited", "the file is gone, and its page holds a person's edit")
        case _:
            return None
