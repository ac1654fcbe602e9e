"""The order of siblings, once all steps of a pass have ended: pages stand as files, folders and navigation say.

Only where the API has an order. The siblings of a page are asked for only if its place moved since it was last put
there; pages that the mirror doesn't know stay where they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from pagemirror.backends.interface import Arranger
from pagemirror.executor.ports import Journal
from pagemirror.executor.queue import Place
from pagemirror.model.errors import BackendError, TargetUnusable
from pagemirror.model.fields import PARENT
from pagemirror.model.ids import PageId, Uid
from pagemirror.model.records import Open, Record, Standing
from pagemirror.passes.setup import MirrorSetup
from pagemirror.planner.views import Rank, View
from pagemirror.state.interface import PutRecord, Store

__all__ = ["Arranging"]


class Arranging:
    """Puts the pages of one pass in order. `session` is a backend's, whether its API has an order or not."""

    def __init__(self, setup: MirrorSetup, store: Store, session: object) -> None:
        self._setup = setup
        self._store = store
        self._session = session if isinstance(session, Arranger) else None
        self._ranks: dict[Uid, Rank] = {}

    def note(self, views: Mapping[Uid, View]) -> None:
        """Remember where the documents of a round belong among their siblings."""
        if self._session is not None:
            self._ranks |= {uid: view.wanted.rank for uid, view in views.items() if view.wanted is not None}

    def places(self, views: Mapping[Uid, View]) -> dict[Uid, Place]:
        """Where the documents of a round belong; empty where the API has no order."""
        wanted = (view.wanted for view in views.values() if self._session is not None)
        return {page.uid: (page.parent, page.rank) for page in wanted if page is not None}

    async def run(self, journal: Journal, stopped: Callable[[], bool]) -> tuple[str, ...]:
        """Move what stands in the wrong place; what can't be done now is left for the next pass, and told."""
        if self._session is None or not self._ranks:
            return ()
        moved = self._moved()
        told: list[str] = []
        unusable = False
        for parent in sorted({_above(record) for record in moved}, key=str):
            here = [record for record in moved if _above(record) == parent]
            late = stopped() or unusable
            if not late:
                try:
                    left = await self._arrange(self._session, parent)
                except BackendError as error:
                    late, unusable = True, isinstance(error, TargetUnusable)
                    told.append(f"pages could not be put in order: {error.message}; the next pass tries again")
                else:
                    told += [f"{left} pages stay out of order: there is no room between their neighbours"] * bool(left)
            await journal.commit([PutRecord(record=_left(record) if late else self._done(record)) for record in here])
        return tuple(told)

    def _moved(self) -> list[Record]:
        """The live pages of this pass whose place is not the one in which they were put last."""
        records = self._store.records_by_uid(self._setup.name, self._ranks).values()
        return [
            record
            for record in records
            if record.page_id is not None and record.standing is Standing.LIVE and record != self._done(record)
        ]

    def _done(self, record: Record) -> Record:
        return replace(record, order_key=f"{_above(record) or ''} {self._ranks[record.uid]}")

    async def _arrange(self, session: Arranger, parent: PageId | None) -> int:
        """Put the pages below one parent in order; gives how many could not be."""
        owned = self._store.pages_at(self._setup.key, await session.siblings(parent))
        mine = {uid: page for page, (mirror, uid) in owned.items() if mirror == self._setup.name and uid in self._ranks}
        records = self._store.records_by_uid(self._setup.name, mine)
        # A list that lags behind still shows a page that this pass moved away: putting it in order would fetch it back.
        here = {uid: page for uid, page in mine.items() if _above(records[uid]) == parent}
        ranked = sorted((self._ranks[uid], uid, page) for uid, page in here.items())
        return await session.arrange(parent, [page for *_, page in ranked])


def _above(record: Record) -> PageId | None:
    parent = record.values.get(PARENT)
    return PageId(str(parent)) if parent else None


def _left(record: Record) -> Record:
    return replace(record, open=Open.DEFERRED) if record.open is Open.NONE else record
