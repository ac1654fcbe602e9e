"""Rules of the engine, each of which can be taken out of a simulated world, to see that the net then catches something.

Nothing of the product knows of it: ports are replaced at the seams of a process, and what has no port is replaced in
this process for as long as a rule is out.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final
from unittest.mock import patch

from pagemirror.backends.interface import Session, Written
from pagemirror.executor.recovery import Recovery
from pagemirror.executor.run import Executor, Ran
from pagemirror.model.fields import Fields
from pagemirror.model.ids import MirrorName, PageId, Uid
from pagemirror.model.pages import Absence, Absent, Complete, Found, Listing, Page
from pagemirror.model.plans import Plan, Step
from pagemirror.model.records import Intent
from pagemirror.passes.setup import MirrorSetup
from pagemirror.planner.order import REMOVING
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, PutIntent, Store
from support.simulation.oracle import lived
from support.simulation.process import Seams
from support.simulation.world import World

__all__ = ["RULES", "caught"]

Without = Callable[[], AbstractContextManager[Seams]]


def caught(rule: str, name: str, first: int, seeds: int) -> Counter[str]:
    """How many seeds fail without a rule (`seeds`), and by what."""
    found: Counter[str] = Counter()
    for seed in range(first, first + seeds):
        with RULES[rule]() as seams:
            world = lived(World(name, seed, seams=seams))
        kinds = {kind for kind, _ in world.failures}
        found.update(kinds)
        found["seeds"] += bool(kinds)
    return found


class _Through:
    """Hands everything on to what it stands before."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _NoIntents(_Through):
    """A state that doesn't keep what is about to be sent."""

    def apply(self, name: MirrorName, changes: Sequence[Change], *, epoch: int | None = None) -> None:
        self._real.apply(name, [one for one in changes if not isinstance(one, PutIntent)], epoch=epoch)


class _FromMemory(_Through):
    """A session that answers a look with what was last written there."""

    written: dict[PageId, Page]

    def __init__(self, real: Session, written: dict[PageId, Page]) -> None:
        super().__init__(real)
        self.written = written

    async def get(self, page_id: PageId) -> Found:
        found: Found = self.written.get(page_id) or await self._real.get(page_id)
        return found

    async def create(self, fields: Fields) -> Written:
        return self._keep(await self._real.create(fields), fields)

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        return self._keep(await self._real.update(page, changed, wanted), wanted)

    def _keep(self, answer: Written, fields: Fields) -> Written:
        self.written[answer.page.id] = replace(answer.page, fields={**fields, **answer.page.fields}, body_known=True)
        return answer


class _ListedIsAll(_Through):
    """A session to which any listing is complete, and a page that isn't in the last one is gone."""

    def __init__(self, real: Session) -> None:
        super().__init__(real)
        self._listed: frozenset[PageId] | None = None

    async def list_headers(self, changed_since: float | None = None) -> Listing:
        listing = await self._real.list_headers(changed_since)
        self._listed = frozenset(header.id for header in listing.headers)
        return Complete(headers=listing.headers)

    async def get(self, page_id: PageId) -> Found:
        if self._listed is not None and page_id not in self._listed:
            return Absent(id=page_id, kind=Absence.GONE)
        found: Found = await self._real.get(page_id)
        return found


@contextmanager
def _without_intent() -> Iterator[Seams]:
    def bare(store: Store) -> Any:
        return _NoIntents(store)

    yield Seams(store=bare)


@contextmanager
def _without_look() -> Iterator[Seams]:
    written: dict[PageId, Page] = {}
    yield Seams(session=lambda session: _FromMemory(session, written))


@contextmanager
def _without_confirmed_absence() -> Iterator[Seams]:
    yield Seams(session=_ListedIsAll)


@contextmanager
def _without_settle() -> Iterator[Seams]:
    def hasty(setup: MirrorSetup) -> MirrorSetup:
        return replace(setup, settle=0.0)

    yield Seams(setup=hasty)


@contextmanager
def _adopting_anything() -> Iterator[Seams]:
    with patch.object(Recovery, "_holds", lambda *_: True):
        yield Seams()


@contextmanager
def _without_sweep() -> Iterator[Seams]:
    async def only_titled(
        recovery: Recovery, intents: Sequence[Intent], listing: Listing, *, untitled: int
    ) -> Sequence[Page]:
        del untitled
        return await whole(recovery, intents, listing, untitled=0)

    whole = Recovery._read
    with patch.object(Recovery, "_read", only_titled):
        yield Seams()


@contextmanager
def _removals_first() -> Iterator[Seams]:
    whole = Executor.run

    async def hasty(executor: Executor, plan: Plan, views: Mapping[Uid, View]) -> Ran:
        ends = tuple(replace(step, after=()) for step in plan.steps if step.action in REMOVING)
        others = tuple(step for step in plan.steps if step.action not in REMOVING)
        first = await whole(executor, replace(plan, steps=ends), views)
        then = await whole(executor, replace(plan, steps=others), views)
        return replace(then, results=(*first.results, *then.results))

    def heedless(removals: Sequence[Step], *_: object, **__: object) -> list[Step]:
        return list(removals)

    # What stands below a page is asked just before the removals, so that their place is nothing without it.
    with patch.object(Executor, "run", hasty), patch("pagemirror.executor.run.spared", heedless):
        yield Seams()


RULES: Final[Mapping[str, Without]] = MappingProxyType(
    {
        "intent": _without_intent,
        "look before write": _without_look,
        "absence confirmed": _without_confirmed_absence,
        "adopt only what was meant": _adopting_anything,
        "settle": _without_settle,
        "sweep": _without_sweep,
        "removals last": _removals_first,
    }
)
