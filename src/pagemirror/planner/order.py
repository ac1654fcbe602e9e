"""Order: which step waits for which. Total and stable: the same steps come out in the same order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pagemirror.model.ids import Uid
from pagemirror.model.plans import Action, Outcome, Step

__all__ = ["MAKING", "REMOVING", "arrange", "withhold_children"]

REMOVING = frozenset({Action.ARCHIVE, Action.DELETE})
MAKING = frozenset({Action.CREATE, Action.RESTORE, Action.ADOPT})


def arrange(steps: Sequence[Step], parents: Mapping[Uid, Uid]) -> tuple[Step, ...]:
    """Put the steps in their order and say what each waits for.

    Parents before children; a page that is made before the updates that link to it; everything before the removals, and
    there children before parents. `parents` names a document's parent where the target's tree is parents.
    """
    making = {step.uid for step in steps if step.outcome is Outcome.PLANNED and step.action in MAKING}
    removing = {step.uid for step in steps if step.outcome is Outcome.PLANNED and step.action in REMOVING}
    children: defaultdict[Uid, set[Uid]] = defaultdict(set)
    for uid in removing:
        if uid in parents:
            children[parents[uid]].add(uid)
    arranged = []
    for step in steps:
        after: set[Uid] = set()
        parent = parents.get(step.uid)
        if step.uid in removing:
            after = set() if _circular(step.uid, parents) else children[step.uid]
        else:
            if parent is not None and parent in making and not _circular(step.uid, parents):
                after.add(parent)
            if step.action is Action.UPDATE:
                after |= making.intersection(step.wants)
        waits = tuple(sorted(after))
        arranged.append(step if step.after == waits else replace(step, after=waits))

    def depth(step: Step) -> int:
        return -_depth(step.uid, parents) if step.action in REMOVING else _depth(step.uid, parents)

    def phase(step: Step) -> int:
        return 2 if step.action in REMOVING else int(bool(step.after) and step.action is Action.UPDATE)

    # The least first, as sorting keeps what is equal in its order: no key has to be made for each of many steps.
    arranged.sort(key=lambda step: step.uid)
    arranged.sort(key=lambda step: step.path)
    arranged.sort(key=depth)
    arranged.sort(key=phase)
    return tuple(arranged)


def withhold_children(steps: Sequence[Step], parents: Mapping[Uid, Uid]) -> tuple[Step, ...]:
    """Skip what is new or comes back and whose parent has no page and gets none in this pass; what is there goes on."""
    by_uid = {step.uid: step for step in steps}

    def stuck(step: Step, seen: frozenset[Uid]) -> Step | None:
        """The nearest ancestor that stands in the way."""
        parent = by_uid.get(parents.get(step.uid, step.uid))
        if parent is None or parent.uid in seen or not _is_missing(parent):
            return None
        if parent.outcome is not Outcome.PLANNED:
            return parent
        return stuck(parent, seen | {parent.uid})

    def checked(step: Step) -> Step:
        if step.outcome is not Outcome.PLANNED or step.action not in {Action.CREATE, Action.RESTORE}:
            return step
        parent = stuck(step, frozenset({step.uid}))
        if parent is None:
            return step
        reason = f"its parent {parent.path} has no page yet: {parent.reason}"
        return replace(step, outcome=Outcome.SKIPPED, code="parent", reason=reason)

    return tuple(checked(step) for step in steps)


def _is_missing(step: Step) -> bool:
    """Whether a document's page isn't there: it has none, a new one takes its place, it was removed, or a person is
    asked about it.
    """
    return step.page_id is None or step.action in {Action.CREATE, Action.RESTORE} or step.code == "remote_removed"


def _circular(uid: Uid, parents: Mapping[Uid, Uid]) -> bool:
    """Whether a page is its own ancestor; then nothing waits for it."""
    seen: set[Uid] = set()
    above = parents.get(uid)
    while above is not None and above not in seen:
        if above == uid:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def _depth(uid: Uid, parents: Mapping[Uid, Uid]) -> int:
    seen: set[Uid] = set()
    while uid in parents and uid not in seen:
        seen.add(uid)
        uid = parents[uid]
    return len(seen)
