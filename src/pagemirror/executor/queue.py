"""Which step a free worker takes next. Pure: no task, clock or request.

Steps that wait for others become ready when those are done. Among creates the one with the fewest links to pages
that don't exist yet comes first, so that little is left to settle. Where the API puts a new page behind its siblings,
these come in their order instead, and if there is a choice, one after the other: a page made too early is moved later.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from pagemirror.model.ids import Uid
from pagemirror.model.plans import Action, Step
from pagemirror.planner.views import Rank

__all__ = ["Place", "StepQueue"]

_FIRST, _MAKING, _FOLLOWING = 0, 1, 2
_Key = tuple[int, int, Rank, int, Uid]
"""Phase, links to pages that don't exist yet, place among siblings, number in the plan."""

_Line = tuple[Uid | None] | None
"""The document above siblings that are made; None for all other steps, which any number of workers may take."""

Place = tuple[Uid | None, Rank]
"""The document above one, and where it belongs among its siblings."""

_ANYWHERE: Rank = (0, 0, "")


class StepQueue:
    """Independent steps first, then creates, then updates that waited for a page to be made.

    `places` are those of documents whose siblings have an order on the target; empty where it has none.
    """

    def __init__(self, steps: Iterable[Step], places: Mapping[Uid, Place] | None = None) -> None:
        self._steps = {step.uid: step for step in steps}  # those that were not taken yet
        self._waiters: defaultdict[Uid, list[Uid]] = defaultdict(list)
        self._waiting: dict[Uid, int] = {}  # for how many others
        for uid, step in self._steps.items():
            others = {other for other in step.after if other in self._steps and other != uid}
            self._note(uid, others, self._waiters, self._waiting)
        self._places = {uid: place for uid, place in (places or {}).items() if self._is_created(uid)}
        creating = {uid for uid, step in self._steps.items() if step.action in {Action.CREATE, Action.RESTORE}}
        self._linkers: defaultdict[Uid, list[Uid]] = defaultdict(list)
        self._unknown: dict[Uid, int] = {}  # how many it links to
        for uid, step in self._steps.items():
            if uid not in self._places:
                self._note(uid, creating.intersection(step.wants), self._linkers, self._unknown)
        self._lines: defaultdict[_Line, list[_Key]] = defaultdict(list)
        self._at_work: Counter[_Line] = Counter()
        self._heads: list[tuple[int, int, _Key]] = []
        self._number: dict[Uid, int] = {}  # of those that are shown later, or once more
        for number, uid in enumerate(self._steps):
            if uid in self._waiting or uid in self._unknown:
                self._number[uid] = number
            if uid not in self._waiting:
                self._push(uid, number)

    def __len__(self) -> int:
        """How many steps were not taken yet."""
        return len(self._steps)

    @staticmethod
    def _note(uid: Uid, others: Collection[Uid], back: defaultdict[Uid, list[Uid]], counts: dict[Uid, int]) -> None:
        """Note that a step waits for others; how many is enough, as each of them ends once."""
        for other in others:
            back[other].append(uid)
        if others:
            counts[uid] = len(others)

    def _is_created(self, uid: Uid) -> bool:
        return uid in self._steps and self._steps[uid].action is Action.CREATE

    def _phase(self, uid: Uid) -> int:
        if self._is_created(uid):
            return _MAKING
        return _FOLLOWING if uid in self._waiting else _FIRST

    def _line(self, uid: Uid) -> _Line:
        place = self._places.get(uid)
        return None if place is None else (place[0],)

    def _push(self, uid: Uid, number: int) -> None:
        rank = self._places[uid][1] if uid in self._places else _ANYWHERE
        key = (self._phase(uid), self._links_open(uid), rank, number, uid)
        line = self._line(uid)
        heapq.heappush(self._lines[line], key)
        if self._lines[line][0] == key:
            self._show(line)

    def _show(self, line: _Line) -> None:
        """Tell which step of a line is next; what was told of it before is stale."""
        waiting = self._lines[line]
        while waiting and (waiting[0][-1] not in self._steps or waiting[0][1] != self._links_open(waiting[0][-1])):
            heapq.heappop(waiting)
        if waiting:
            heapq.heappush(self._heads, (waiting[0][0], self._at_work[line], waiting[0]))

    def _links_open(self, uid: Uid) -> int:
        return self._unknown.get(uid, 0)

    def take(self) -> Step | None:
        """The next ready step, None if all that is left waits for one under way."""
        while self._heads:
            _, at_work, key = heapq.heappop(self._heads)
            uid = key[-1]
            line = self._line(uid)
            waiting = self._lines[line]
            if not waiting or waiting[0] != key or at_work != self._at_work[line]:
                continue
            heapq.heappop(waiting)
            step = self._steps.pop(uid)
            if line is not None:
                self._at_work[line] += 1
            self._show(line)
            return step
        return None

    def done(self, uid: Uid) -> None:
        """A step has ended, however; what waited for it may go on."""
        line = self._line(uid)
        if line is not None:
            self._at_work[line] -= 1
            self._show(line)
        for waiter in self._waiters.pop(uid, ()):
            self._waiting[waiter] -= 1
            if not self._waiting[waiter]:
                self._push(waiter, self._number[waiter])
        for linker in self._linkers.pop(uid, ()):
            self._unknown[linker] -= 1
            if linker in self._steps and not self._waiting.get(linker):
                self._push(linker, self._number[linker])

    def rest(self) -> tuple[Step, ...]:
        """The steps that were never taken, in their order."""
        return tuple(self._steps.values())
