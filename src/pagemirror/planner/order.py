"""Order: which step waits for which. Total and stable: the same steps come out in the same order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pagemirror.model.ids import Uid
from pagemirror.model.plans import Action, Outcome, Step

__all__ = ["REMOVING", "arrange"]

REMOVING = frozenset({Action.ARCHIVE, Action.DELETE})
MAKING = frozenset({Action.CREATE, Action.RESTORE, Action.ADOPT})


def arrange(steps: Sequence[Step], parents: Mapping[Uid, Uid]) -> tuple[Step, ...]:
    """Put the steps in their order and say what each waits for.

    Parents before children; a page that is made before the updates that link to it; everything before the removals, and
    there children before parents. `parents` names a document's parent where the target's tree is parents.
    """
    planned = {step.uid: step for step in steps if step.outcome is Outcome.PLANNED}
    making = {uid for uid, step in planned.items() if step.action in MAKING}
    removing = {uid for uid, step in planned.items() if step.action in REMOVING}
    arranged = []
    for step in steps:
        after: set[Uid] = set()
        parent = parents.get(step.uid)
        if step.uid in removing:
            after = {uid for uid in removing if parents.get(uid) == step.uid}
        else:
            if parent in making:
                after.add(parents[step.uid])
            if step.action is Action.UPDATE:
                after |= making.intersection(step.wants)
        arranged.append(replace(step, after=tuple(sorted(after))))
    depth = {step.uid: _depth(step.uid, parents) for step in steps}

    def rank(step: Step) -> tuple[int, int, str, Uid]:
        if step.action in REMOVING:
            return 2, -depth[step.uid], step.path, step.uid
        waits = bool(step.after) and step.action is Action.UPDATE
        return int(waits), depth[step.uid], step.path, step.uid

    return tuple(sorted(arranged, key=rank))


def _depth(uid: Uid, parents: Mapping[Uid, Uid]) -> int:
    seen: set[Uid] = set()
    while uid in parents and uid not in seen:
        seen.add(uid)
        uid = parents[uid]
    return len(seen)
