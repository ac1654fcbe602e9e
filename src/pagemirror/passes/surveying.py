"""What a round of a pass looks at: the state, the snapshot, and what has to be asked of the target first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pagemirror.executor.ports import Journal
from pagemirror.executor.recovery import Recovered, Recovery
from pagemirror.executor.sparing import Sparing
from pagemirror.model.clock import Clock
from pagemirror.model.ids import PageId, Uid
from pagemirror.model.pages import Complete, Found, Removal, Tree
from pagemirror.model.plans import Guard
from pagemirror.model.records import Intent
from pagemirror.model.reports.runs import RunOptions
from pagemirror.passes.adopting import adopt_equal, find_candidates
from pagemirror.passes.drifting import Drift, check_drift
from pagemirror.passes.gathering import Gathered, gather
from pagemirror.passes.setup import MirrorSetup
from pagemirror.passes.tools import Connection, StoredTexts, Tools
from pagemirror.planner.views import View
from pagemirror.source import Snapshot
from pagemirror.state.interface import Store
from pagemirror.state.standing import MirrorState

__all__ = ["Sights", "Survey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """The views of a round. `read` are pages that were read to be adopted; `guards` say what can't be trusted."""

    gathered: Gathered
    views: Mapping[Uid, View]
    read: Mapping[PageId, Found] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()


class Survey:
    """Looks, and changes nothing on the target.

    `cursor` is server time of the last listing; `warnings` are for people.
    """

    def __init__(
        self,
        *,
        setup: MirrorSetup,
        snapshot: Snapshot,
        store: Store,
        tools: Tools,
        options: RunOptions,
        clock: Clock,
        connection: Connection,
        journal: Journal,
        tell: Callable[[str], None],
    ) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._store = store
        self._tools = tools
        self._options = options
        self._clock = clock
        self._connection = connection
        self._journal = journal
        self._tell = tell
        self.cursor = 0.0
        self.warnings: list[str] = []

    async def recover(self) -> Recovered:
        """Find out what became of requests without an answer, before anything is planned."""
        intents = self._store.intents(self._setup.name)
        if not intents:
            return Recovered()
        self._tell("recovery")
        doubts = {intent.uid: intent for intent in intents}
        gathered = self._gather(self._store.mirror(self._setup.name), {}, doubts)
        records = self._store.records_by_uid(self._setup.name, doubts)
        recovery = Recovery(
            backend=self._setup.backend,
            session=self._connection.session,
            pages=gathered.rendering,
            journal=self._journal,
            clock=self._clock,
            texts=StoredTexts(self._store),
            settle=self._setup.settle,
            owned=self._owned,
        )
        with self._connection.recovery():
            return await recovery.settle(intents, records)

    async def look(self, recovered: Recovered, *, drift: bool) -> Sights:
        """The views of a round; with `drift` after a look for edits and for pages that vanished."""
        state = self._store.mirror(self._setup.name)
        seen: dict[Uid, Found] = dict(recovered.seen)
        if drift and state is not None:
            seen = {**(await self._drift(state)).seen, **seen}
        doubts = {i.uid: i for i in self._store.intents(self._setup.name) if i.uid in recovered.in_doubt}
        gathered = self._gather(state, seen, doubts)
        if (state is not None and state.listed_at) or self._options.assume_empty:
            return Sights(gathered=gathered, views=gathered.views)
        if not any(view.wanted is not None for view in gathered.views.values()):
            return Sights(gathered=gathered, views=gathered.views)
        return await self._first_look(gathered, recovered)

    async def _first_look(self, gathered: Gathered, recovered: Recovered) -> Sights:
        """A mirror without records begins with one complete listing."""
        session = self._connection.session
        listing = recovered.listing or await session.list_headers()
        self.cursor = max((header.updated for header in listing.headers), default=0.0)
        adopted, read = await adopt_equal(
            gathered.views,
            find_candidates(gathered.views, listing, self._owned),
            backend=self._setup.backend,
            session=session,
            pages=gathered.rendering,
            book=gathered.book,
        )
        views = {**gathered.views, **adopted}
        if isinstance(listing, Complete):
            return Sights(gathered=gathered, views=views, read=read)
        guard = Guard(
            code="listing",
            message=f"the target's listing is incomplete ({listing.reason}); no page was created, as it may be there",
            hint="run again later; if the target is surely empty: --assume-empty",
        )
        return Sights(gathered=gathered, views=views, read=read, guards=(guard,))

    def _gather(self, state: MirrorState | None, seen: Mapping[Uid, Found], doubts: Mapping[Uid, Intent]) -> Gathered:
        whole = self._options.only or self._options.allow_settings_removals or state is None or not state.listed_at
        return gather(
            setup=self._setup,
            snapshot=self._snapshot,
            store=self._store,
            state=state,
            counts=self._store.counts(self._setup.name),
            mint=self._tools.uid,
            now=self._tools.clock.now(),
            seen=seen,
            in_doubt=doubts,
            whole=bool(whole),
        )

    async def _drift(self, state: MirrorState) -> Drift:
        pages = self._store.page_ids(self._setup.name)
        records = self._store.records_by_uid(self._setup.name, pages.values())
        self._tell("drift")
        drift = await check_drift(
            self._connection.session,
            self._setup.backend,
            cursor=state.cursor,
            records={page: records[uid] for page, uid in pages.items() if uid in records},
            suspects={hold.uid for hold in self._store.holds(self._setup.name)}
            | {record.uid for record in records.values() if record.updated < 0},
            vanished=self._options.vanished or not state.cursor or not self._setup.backend.capabilities.changed_since,
        )
        self.cursor = drift.cursor if drift.cursor is not None else state.cursor
        if drift.incomplete:
            self.warnings.append(
                f"the listing for the drift check was incomplete ({drift.incomplete}); "
                "pages that vanished were not looked for"
            )
        return drift

    def sparing(self) -> Sparing | None:
        """What is asked before removals, where the tree is parents: then a page with others below it stays."""
        if self._setup.backend.tree(self._setup.target) is not Tree.PARENTS:
            return None
        session = self._connection.session
        return Sparing(listing=session.list_headers, get=session.get, owned=self._owned, buried=self._buried)

    def _buried(self, pages: Iterable[PageId]) -> frozenset[PageId]:
        at = self._store.pages_at(self._setup.key, pages)
        uids = {uid: page for page, (mirror, uid) in at.items() if mirror == self._setup.name}
        records = self._store.records_by_uid(self._setup.name, uids)
        return frozenset(uids[uid] for uid, record in records.items() if record.removal == Removal.ARCHIVE)

    def _owned(self, pages: Iterable[PageId]) -> frozenset[PageId]:
        return frozenset(self._store.pages_at(self._setup.key, pages))
