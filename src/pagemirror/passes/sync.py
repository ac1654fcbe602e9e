"""One pass: from a snapshot to recorded outcomes. Strings the rooms together and decides nothing about pages."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from pagemirror.executor.context import StepContext
from pagemirror.executor.recovery import Recovered, Recovery
from pagemirror.executor.run import Executor, Ran
from pagemirror.executor.steps import Stepper
from pagemirror.executor.stop import Stop
from pagemirror.model.errors import Deferred, NotApplied, PagemirrorError, TargetUnusable, UnknownOutcome
from pagemirror.model.ids import PageId, PassId, Uid
from pagemirror.model.pages import Complete, Found
from pagemirror.model.plans import Guard, Outcome, PassReport, Plan, Result, StepResult
from pagemirror.model.records import Intent, Open
from pagemirror.model.reports import Progress, RunOptions
from pagemirror.passes.adopting import adopt_equal, find_candidates
from pagemirror.passes.approving import approved, nothing_may_move, only, put_off_creates, unknown_paths
from pagemirror.passes.closing import finished, planned_changes, result_of
from pagemirror.passes.drifting import Drift, check_drift
from pagemirror.passes.gathering import Gathered, gather
from pagemirror.passes.leasing import Leased
from pagemirror.passes.quiet import input_key, is_quiet, quiet_report
from pagemirror.passes.reading import keys_of
from pagemirror.passes.reporting import broken, counted, quiet_steps, show_results
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.passes.stopping import StoppableClock
from pagemirror.passes.summing import Sum
from pagemirror.passes.tools import Connection, StoredTexts, Tools
from pagemirror.planner.plan import make_plan
from pagemirror.planner.views import Limit, Policy, View
from pagemirror.source import Snapshot
from pagemirror.state.interface import AddPass, Counts, Lease, MirrorState, PassRow, PutMirror, PutRecord, Store
from pagemirror.state.journal import Journal

__all__ = ["run_pass"]

ROUNDS: Final = 2
"""How often a pass plans anew after it has found out what became of requests without an answer."""


def run_pass(
    setup: MirrorSetup,
    snapshot: Snapshot,
    store: Store,
    tools: Tools,
    options: RunOptions,
    *,
    stop: Stop,
    watch: Callable[[Progress], None],
) -> PassReport:
    """Run one pass to its end; errors of this mirror end in its report."""
    started = tools.clock.monotonic()
    key = input_key(setup, snapshot)
    state, counts = store.mirror(setup.name), store.counts(setup.name)
    if is_quiet(state, counts, key, options, token=setup.token_print):
        steps = _standing_steps(setup, store, counts)
        return quiet_report(setup, snapshot, counts, steps, tools.clock.monotonic() - started)
    one = _Pass(setup, snapshot, store, tools, options, stop, watch, key, started)
    try:
        return asyncio.run(one.run())
    except PagemirrorError as error:
        return broken(setup.name, snapshot.commit, error, seconds=tools.clock.monotonic() - started)


def _standing_steps(setup: MirrorSetup, store: Store, counts: Counts) -> tuple[StepResult, ...]:
    if not counts.held and not counts.failed:
        return ()
    holds = store.holds(setup.name)
    held = {hold.uid for hold in holds}
    return quiet_steps(holds, (record for record in store.records_open(setup.name) if record.uid not in held))


class _Pass:
    """A pass under way; used once."""

    def __init__(
        self,
        setup: MirrorSetup,
        snapshot: Snapshot,
        store: Store,
        tools: Tools,
        options: RunOptions,
        stop: Stop,
        watch: Callable[[Progress], None],
        key: str,
        started: float,
    ) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._store = store
        self._tools = tools
        self._options = options
        self._stop = stop
        self._watch = watch
        self._key = key
        self._started = started
        self._began = tools.clock.now()
        self._id = PassId(tools.mint())
        self._clock = StoppableClock(tools.clock, stop)
        self._texts = StoredTexts(store)
        self._sum = Sum()
        self._plan: Plan | None = None
        self._first_digest = ""
        self._planned_total = 0
        self._cursor = 0.0
        self._read: Mapping[PageId, Found] = {}

    async def run(self) -> PassReport:
        leased = Leased(
            self._store,
            self._setup.name,
            self._tools.owner,
            clock=self._tools.clock,
            stop=self._stop,
            wait=self._options.lock_wait,
        )
        async with leased as lease:
            if lease.taken_over is not None:
                gone = lease.taken_over
                self._sum.warnings.append(f"took over the lock of process {gone.pid} on {gone.host}, which is gone")
            journal = Journal(self._store, self._setup.name, epoch=lease.epoch)
            connection = self._tools.connect(self._setup, self._store, self._clock)
            try:
                ran = await self._rounds(journal, connection, lease)
                if leased.lost is not None:
                    raise leased.lost
                return await self._close(journal, connection, ran)
            finally:
                await connection.close()
                await journal.close()

    # ------------------------------------------------------------------ rounds

    async def _rounds(self, journal: Journal, connection: Connection, lease: Lease) -> Ran:
        ran = Ran(results=())
        for number in range(ROUNDS):
            ran = await self._round(journal, connection, lease, first=number == 0)
            self._sum.add(ran)
            stopped = self._stop.asked or ran.unusable is not None or ran.until is not None
            relinked = await self._open_linkers(journal, ran)
            if stopped or not (self._sum.unknown or relinked):
                break
        else:
            if self._sum.unknown:
                await self._recover(journal, connection)
        return ran

    async def _open_linkers(self, journal: Journal, ran: Ran) -> bool:
        """Open the pages that link to a page that has another id now; the next round, or pass, settles them."""
        keys: set[str] = set()
        for result in ran.results:
            before, now = result.step.page_id, result.page_id
            if result.outcome is Outcome.DONE and before is not None and now not in {before, None}:
                keys.update(keys_of(result.step.path, result.step.title))
        if not keys:
            return False
        records = self._store.records_by_uid(self._setup.name, self._store.linkers(self._setup.name, keys))
        loose = [record for record in records.values() if record.open is Open.NONE]
        if loose:
            await journal.commit([PutRecord(record=replace(record, open=Open.UNSETTLED)) for record in loose])
        return bool(loose)

    async def _round(self, journal: Journal, connection: Connection, lease: Lease, *, first: bool) -> Ran:
        try:
            recovered = await self._recover(journal, connection)
            gathered, views, guards = await self._views(connection, recovered, first=first)
        except (TargetUnusable, NotApplied, UnknownOutcome) as error:
            return Ran(results=(), unusable=error)
        except Deferred as error:
            self._sum.warnings.append(error.message)
            return Ran(results=(), until=error.until)
        policy = self._policy(first=first)
        plan = make_plan(tuple(views.values()), policy, gathered.situation)
        plan = only(plan, views, self._options.only, self._snapshot.root)
        if guards:
            plan = put_off_creates(plan, guards)
        if first and self._options.plan_digest:
            plan = approved(plan, self._options.plan_digest)
        if first:
            self._sum.warnings += unknown_paths(views.values(), self._options.only, self._snapshot.root)
            self._plan, self._first_digest = plan, plan.digest
            self._planned_total = sum(1 for step in plan.steps if step.outcome is Outcome.PLANNED)
        changes = planned_changes(
            plan,
            views,
            git=gathered.git_body,
            remote=gathered.remote_body,
            now=self._tools.clock.now(),
            pass_id=self._id,
        )
        if self._store.mirror(self._setup.name) is None:
            changes.insert(0, PutMirror(mirror=self._new_state()))
        if changes and not nothing_may_move(plan):
            await journal.commit(changes)
        self._sum.cautions.update(dict.fromkeys(gathered.cautions(plan.refresh)))
        self._tell("running", 0, connection)
        context = StepContext(
            backend=self._setup.backend,
            session=connection.session,
            pages=gathered.rendering,
            journal=journal,
            clock=self._tools.clock,
            policy=policy,
            texts=self._texts,
            epoch=lease.epoch,
            pass_id=self._id,
            approved=bool(self._options.plan_digest),
        )
        executor = Executor(
            stepper=Stepper(context, read=self._read),
            pages=gathered.rendering,
            journal=journal,
            tallies=self._tools.tallies,
            stop=self._stop,
            concurrency=self._setup.concurrency,
            watch=lambda done: self._tell("running", done, connection),
        )
        return await executor.run(plan, views)

    def _policy(self, *, first: bool) -> Policy:
        """The mirror's rules for a round; a later one settles links, which no limit counts."""
        policy = replace(self._setup.policy, retry_failed=self._options.retry_failed or bool(self._options.only))
        guarded = first or self._plan is None or any(guard.code == "max_rerender" for guard in self._plan.guards)
        return policy if guarded else replace(policy, max_rerender=Limit(share=1.0))

    # ------------------------------------------------------------------- views

    async def _views(
        self, connection: Connection, recovered: Recovered, *, first: bool
    ) -> tuple[Gathered, dict[Uid, View], tuple[Guard, ...]]:
        """The views of a round: from the state, the snapshot, and what was asked of the target."""
        state = self._store.mirror(self._setup.name)
        seen: dict[Uid, Found] = dict(recovered.seen)
        if self._options.drift and first and state is not None:
            drift = await self._drift(connection, state)
            seen = {**drift.seen, **seen}
        doubts = {i.uid: i for i in self._store.intents(self._setup.name) if i.uid in recovered.in_doubt}
        gathered = self._gather(state, seen, doubts)
        views = dict(gathered.views)
        if state is not None and state.listed_at:
            return gathered, views, ()
        if self._options.assume_empty or not any(view.wanted is not None for view in views.values()):
            return gathered, views, ()
        listing = recovered.listing or await connection.session.list_headers()
        self._cursor = max((header.updated for header in listing.headers), default=0.0)
        candidates = find_candidates(views, listing, self._owned)
        adopted, self._read = await adopt_equal(
            views,
            candidates,
            backend=self._setup.backend,
            session=connection.session,
            pages=gathered.rendering,
            book=gathered.book,
        )
        views |= adopted
        if isinstance(listing, Complete):
            return gathered, views, ()
        guard = Guard(
            code="listing",
            message=f"the target's listing is incomplete ({listing.reason}); no page was created, as it may be there",
            hint="run again later; if the target is surely empty: --assume-empty",
        )
        return gathered, views, (guard,)

    def _gather(self, state: MirrorState | None, seen: Mapping[Uid, Found], doubts: Mapping[Uid, Intent]) -> Gathered:
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
            whole=bool(self._options.only)
            or self._options.allow_settings_removals
            or not (state is not None and state.listed_at),
        )

    async def _drift(self, connection: Connection, state: MirrorState) -> Drift:
        pages = self._store.page_ids(self._setup.name)
        records = self._store.records_by_uid(self._setup.name, pages.values())
        by_page = {page: records[uid] for page, uid in pages.items() if uid in records}
        self._tell("drift", 0, connection)
        drift = await check_drift(
            connection.session,
            cursor=state.cursor,
            records=by_page,
            suspects={hold.uid for hold in self._store.holds(self._setup.name)},
        )
        self._cursor = drift.cursor if drift.cursor is not None else state.cursor
        if drift.incomplete:
            self._sum.warnings.append(
                f"the listing for the drift check was incomplete ({drift.incomplete}); "
                "pages that vanished were not looked for"
            )
        return drift

    async def _recover(self, journal: Journal, connection: Connection) -> Recovered:
        """Find out what became of requests without an answer, before anything is planned."""
        intents = self._store.intents(self._setup.name)
        if not intents:
            return Recovered()
        self._tell("recovery", 0, connection)
        doubts = {intent.uid: intent for intent in intents}
        gathered = self._gather(self._store.mirror(self._setup.name), {}, doubts)
        records = self._store.records_by_uid(self._setup.name, doubts)
        with connection.recovery():
            recovered = await Recovery(
                backend=self._setup.backend,
                session=connection.session,
                pages=gathered.rendering,
                journal=journal,
                clock=self._clock,
                texts=self._texts,
                settle=self._setup.settle,
                owned=self._owned,
            ).settle(intents, records)
        for uid in recovered.applied.intersection(self._sum.unknown):
            (record,) = self._store.records_by_uid(self._setup.name, (uid,)).values()
            self._sum.settle(uid, record.page_id)
        return recovered

    def _owned(self, pages: Iterable[PageId]) -> frozenset[PageId]:
        return frozenset(self._store.pages_at(self._setup.key, pages))

    # --------------------------------------------------------------------- end

    def _new_state(self) -> MirrorState:
        return MirrorState(
            name=self._setup.name,
            target=self._setup.key,
            root=self._snapshot.root_commit(),
            folder=self._snapshot.root,
        )

    async def _close(self, journal: Journal, connection: Connection, ran: Ran) -> PassReport:
        """Write the mirror's row and the pass, and make the report."""
        plan = self._plan
        results = self._sum.all
        now = self._tools.clock.now()
        state = self._store.mirror(self._setup.name) or self._new_state()
        whole = plan is not None and not self._stop.asked and ran.unusable is None and not self._options.only
        if plan is not None and not nothing_may_move(plan):
            listed = whole and not any(guard.code == "listing" for guard in plan.guards)
            if listed and all(result.outcome is not Outcome.SKIPPED for result in results):
                state = replace(state, listed_at=now, cursor=max(state.cursor, self._cursor))
            state = replace(state, target=self._setup.key, root=state.root or self._snapshot.root_commit())
            if whole and finished(results, plan) and ran.until is None:
                state = replace(
                    state,
                    key=self._key,
                    tree=self._snapshot.tree,
                    commit=self._snapshot.commit,
                    folder=self._snapshot.root,
                    settings=self._setup.settings_digest,
                    selection=self._setup.selection_digest,
                    token=self._setup.token_print,
                )
        report = self._report(connection, ran)
        row = PassRow(
            id=self._id,
            mirror=self._setup.name,
            started=self._began,
            ended=now,
            commit=self._snapshot.commit,
            result=report.result,
            requests=report.requests,
            summary=tuple(sorted(counted(results).items())),
            message=report.error["message"] if report.error else "",
        )
        await journal.commit((PutMirror(mirror=state), AddPass(row=row)))
        return report

    def _report(self, connection: Connection, ran: Ran) -> PassReport:
        plan = self._plan
        results = self._sum.all
        counts = self._store.counts(self._setup.name)
        error = ran.unusable
        interrupted = self._stop.asked
        cautions = (f"{shown(path, self._snapshot.root)}: {said}" for path, said in self._sum.cautions)
        if error is not None:
            result = Result.UNUSABLE
        elif plan is None:
            result = Result.DEFERRED
        else:
            result = result_of(results, plan, interrupted=interrupted or ran.until is not None)
        return PassReport(
            mirror=self._setup.name,
            commit=self._snapshot.commit,
            result=result,
            digest=self._first_digest,
            requests=connection.requests,
            seconds=self._tools.clock.monotonic() - self._started,
            steps=show_results(results, self._snapshot.root),
            unchanged=plan.unchanged if plan is not None else 0,
            diverged=plan.diverged if plan is not None else 0,
            unsettled=counts.unsettled,
            guards=plan.guards if plan is not None else (),
            warnings=(*self._sum.warnings, *cautions),
            until=ran.until,
            target=self._setup.key,
            error={"code": error.code, "message": error.message, "hint": error.hint, "exit": "5"}
            if error is not None
            else None,
        )

    def _tell(self, stage: str, done: int, connection: Connection) -> None:
        self._watch(
            Progress(
                mirror=self._setup.name,
                stage=stage,
                done=done,
                total=self._planned_total,
                requests=connection.requests,
            )
        )
