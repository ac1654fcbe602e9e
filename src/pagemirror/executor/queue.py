"""Which step a free worker takes next. Pure: no task, clock or request.

Steps that wait for others become ready when those are done. Among creates the one with the fewest links to pages
that don't exist yet comes first, so that little is left to settle.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable

from pagemirror.model.ids import Uid
from pagemirror.model.plans import Action, Step

__all__ = ["StepQueue"]

_FIRST, _MAKING, _FOLLOWING = 0, 1, 2


class StepQueue:
    """Independent steps first, then creates, then updates that waited for a page to be made."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = {step.uid: step for step in steps}
        self._rank = {uid: index for index, uid in enumerate(self._steps)}
        self._waiting = {
            uid: others
            for uid, step in self._steps.items()
            if (others := {other for other in step.after if other in self._steps and other != uid})
        }
        self._phase = {uid: self._phase_of(step) for uid, step in self._steps.items()}
        self._waiters: defaultdict[Uid, list[Uid]] = defaultdict(list)
        for uid, others in self._waiting.items():
            for other in others:
                self._waiters[other].append(uid)
        creating = {uid for uid, step in self._steps.items() if step.action in {Action.CREATE, Action.RESTORE}}
        self._unknown = {
            uid: others for uid, step in self._steps.items() if (others := creating.intersection(step.wants))
        }
        self._linkers: defaultdict[Uid, list[Uid]] = defaultdict(list)
        for uid, others in self._unknown.items():
            for other in others:
                self._linkers[other].append(uid)
        self._heap: list[tuple[int, int, int, Uid]] = []
        self._taken: set[Uid] = set()
        for uid in self._steps:
            if uid not in self._waiting:
                self._push(uid)

    def __len__(self) -> int:
        """How many steps were not taken yet."""
        return len(self._steps) - len(self._taken)

    def _phase_of(self, step: Step) -> int:
        if step.action is Action.CREATE:
            return _MAKING
        return _FOLLOWING if step.uid in self._waiting else _FIRST

    def _push(self, uid: Uid) -> None:
        heapq.heappush(self._heap, (self._phase[uid], len(self._unknown.get(uid, ())), self._rank[uid], uid))

    def take(self) -> Step | None:
        """The next ready step, None if all that is left waits for one under way."""
        while self._heap:
            _, unknown, _, uid = heapq.heappop(self._heap)
            if uid not in self._taken and unknown == len(self._unknown.get(uid, ())):
                self._taken.add(uid)
                return self._steps[uid]
        return None

    def done(self, uid: Uid) -> None:
        """A step has ended, however; what waited for it may go on."""
        for waiter in self._waiters.pop(uid, ()):
            self._waiting[waiter].discard(uid)
            if not self._waiting[waiter]:
                self._push(waiter)
        for linker in self._linkers.pop(uid, ()):
            self._unknown[linker].discard(uid)
            if linker not in self._taken and not self._waiting.get(linker):
                self._push(linker)

    def rest(self) -> tuple[Step, ...]:
        """The steps that were never taken, in their order."""
        return tuple(step for uid, step in self._steps.items() if uid not in self._taken)
