"""One pass: from a snapshot to recorded outcomes. Strings the rooms together and decides nothing about pages."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from pagemirror.executor.announcing import announced
from pagemirror.executor.context import StepContext
from pagemirror.executor.recovery import Recovered
from pagemirror.executor.run import Executor, Ran
from pagemirror.executor.steps import Stepper
from pagemirror.executor.stop import Stop
from pagemirror.model.errors import BackendError, Deferred, Overtaken, PagemirrorError
from pagemirror.model.ids import PassId
from pagemirror.model.plans import Outcome, PassReport, Plan, StepResult
from pagemirror.model.records import Open
from pagemirror.model.reports.runs import Progress, RunOptions
from pagemirror.passes.approving import approved, nothing_may_move, only, put_off_creates, unknown_paths
from pagemirror.passes.arranging import Arranging
from pagemirror.passes.closing import planned_changes
from pagemirror.passes.ending import Ended, make_report, make_row, next_state
from pagemirror.passes.forecasting import forecast, requests_for
from pagemirror.passes.leasing import Leased
from pagemirror.passes.quiet import input_key, is_quiet, quiet_report
from pagemirror.passes.reader import keys_of
from pagemirror.passes.reporting import broken, quiet_steps
from pagemirror.passes.setup import MirrorSetup
from pagemirror.passes.stopping import StoppableClock
from pagemirror.passes.summing import Sum
from pagemirror.passes.surveying import Sights, Survey
from pagemirror.passes.tools import Connection, StoredTexts, Tools
from pagemirror.planner.plan import make_plan
from pagemirror.planner.policy import Limit, Policy
from pagemirror.source import Snapshot
from pagemirror.state.interface import AddPass, Lease, PutMirror, PutRecord, Store
from pagemirror.state.journal import Journal
from pagemirror.state.standing import Counts, MirrorState

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
    while True:
        left = max(0.0, options.lock_wait - (tools.clock.monotonic() - started))
        waiting = replace(options, lock_wait=left)
        one = _Pass(setup, snapshot, store, tools, waiting, stop, watch, key, started)
        try:
            return tools.drive(one.run())
        except PagemirrorError as error:
            if isinstance(error, Overtaken) and left and not stop.asked:
                continue  # nothing was sent: wait for who was faster, then plan on what was recorded meanwhile
            return broken(setup.name, snapshot.commit, error, seconds=tools.clock.monotonic() - started)


def _standing_steps(setup: MirrorSetup, store: Store, counts: Counts) -> tuple[StepResult, ...]:
    if not counts.held and not counts.failed:
        return ()
    return quiet_steps(store.holds(setup.name), store.records_open(setup.name))


def _at_work(concurrency: int) -> int:
    """How many pages are at work for so many requests at a time, which the transport keeps to.

    More, as while some are rendered and recorded the others' requests keep the line busy.
    """
    return concurrency + concurrency // 2


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
            survey = Survey(
                setup=self._setup,
                snapshot=self._snapshot,
                store=self._store,
                tools=self._tools,
                options=self._options,
                clock=self._clock,
                connection=connection,
                journal=journal,
                tell=lambda stage: self._tell(stage, 0, connection),
            )
            self._arranging = Arranging(self._setup, self._store, connection.session)
            try:
                ran = await self._rounds(journal, connection, survey, lease)
                if not self._halted(ran):
                    self._sum.warnings += await self._arranging.run(journal, lambda: self._stop.asked)
                if leased.lost is not None:
                    raise leased.lost
                return await self._close(journal, connection, survey, ran)
            finally:
                await connection.close()
                await journal.close()

    async def _rounds(self, journal: Journal, connection: Connection, survey: Survey, lease: Lease) -> Ran:
        """Plan and run, and once more for what became known meanwhile; what is unknown at the end is looked at last."""
        ran = Ran(results=())
        for number in range(ROUNDS):
            ran = await self._guarded(self._round(journal, connection, survey, lease, first=number == 0))
            self._sum.add(ran)
            relinked = await self._open_linkers(journal, ran)
            if self._halted(ran) or not (self._sum.unknown or relinked):
                return ran
        if self._sum.unknown:
            last = await self._guarded(self._recovered_only(survey))
            return last if self._halted(last) else ran
        return ran

    def _halted(self, ran: Ran) -> bool:
        return self._stop.asked or ran.unusable is not None or ran.until is not None

    async def _guarded(self, work: Awaitable[Ran]) -> Ran:
        """What the target refuses outside of a step ends the round, with what was done so far."""
        try:
            return await work
        except Deferred as error:
            self._sum.warnings.append(error.message)
            return Ran(results=(), until=error.until)
        except BackendError as error:
            return Ran(results=(), unusable=error)

    async def _recovered_only(self, survey: Survey) -> Ran:
        await self._recover(survey)
        return Ran(results=())

    async def _recover(self, survey: Survey) -> Recovered:
        """Settle open intents; steps of this pass that turn out to be applied are done."""
        recovered = await survey.recover()
        for uid in recovered.applied.intersection(self._sum.unknown):
            (record,) = self._store.records_by_uid(self._setup.name, (uid,)).values()
            self._sum.settle(uid, record.page_id)
        return recovered

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

    async def _round(
        self, journal: Journal, connection: Connection, survey: Survey, lease: Lease, *, first: bool
    ) -> Ran:
        """Look, plan, write down what is to be done, and do it."""
        recovered = await self._recover(survey)
        sights = await survey.look(recovered, drift=self._options.drift and first)
        self._arranging.note(sights.views)
        policy = self._policy(first=first)
        plan = self._planned(sights, policy, first=first)
        await self._book(journal, plan, sights)
        self._sum.cautions.update(dict.fromkeys(sights.gathered.cautions(plan.refresh)))
        self._tell("running", 0, connection)
        context = StepContext(
            backend=self._setup.backend,
            session=connection.session,
            pages=sights.gathered.rendering,
            journal=journal,
            clock=self._tools.clock,
            policy=policy,
            texts=self._texts,
            epoch=lease.epoch,
            pass_id=self._id,
            approved=bool(self._options.plan_digest),
        )
        await journal.announce(announced(context, plan, sights.views))
        executor = Executor(
            stepper=Stepper(context, read=sights.read),
            pages=sights.gathered.rendering,
            journal=journal,
            tallies=self._tools.tallies,
            stop=self._stop,
            concurrency=_at_work(self._setup.concurrency),
            watch=lambda done: self._tell("running", done, connection),
            places=self._arranging.places(sights.views),
            sparing=survey.sparing(),
            recorded=lambda uids: self._store.records_by_uid(self._setup.name, uids),
        )
        return await executor.run(plan, sights.views)

    def _planned(self, sights: Sights, policy: Policy, *, first: bool) -> Plan:
        """What is to be done by what was seen; the first round's plan is the one that the report tells of."""
        plan = make_plan(tuple(sights.views.values()), policy, sights.gathered.situation)
        plan = only(plan, sights.views, self._options.only, self._snapshot.root)
        if sights.guards:
            plan = put_off_creates(plan, sights.guards)
        if first and self._options.plan_digest:
            plan = approved(plan, self._options.plan_digest)
        if first:
            self._sum.warnings += unknown_paths(sights.views.values(), self._options.only, self._snapshot.root)
            self._plan, self._first_digest = plan, plan.digest
            self._planned_total = sum(1 for step in plan.steps if step.outcome is Outcome.PLANNED)
        return plan

    async def _book(self, journal: Journal, plan: Plan, sights: Sights) -> None:
        """Write down what the plan makes of the records, before anything is sent."""
        gathered = sights.gathered
        changes = planned_changes(
            plan,
            sights.views,
            whole=lambda uid: gathered.rendering.render(uid).wanted,
            git=gathered.git_body,
            remote=gathered.remote_body,
            now=self._tools.clock.now(),
            pass_id=self._id,
            over=gathered.over,
        )
        state = self._store.mirror(self._setup.name)
        if state is None:
            changes.insert(0, PutMirror(mirror=self._new_state()))
        elif state.key and (changes or plan.steps):
            # Until this pass is finished nobody may take the records for those of the last commit.
            changes.insert(0, PutMirror(mirror=replace(state, key="")))
        if changes and not nothing_may_move(plan):
            await journal.commit(changes)

    def _policy(self, *, first: bool) -> Policy:
        """The mirror's rules for a round; a later one settles links, which no limit counts."""
        policy = replace(self._setup.policy, retry_failed=self._options.retry_failed or bool(self._options.only))
        guarded = first or self._plan is None or any(guard.code == "max_rerender" for guard in self._plan.guards)
        return policy if guarded else replace(policy, max_rerender=Limit(share=1.0))

    # --------------------------------------------------------------------- end

    def _new_state(self) -> MirrorState:
        root = self._snapshot.root_commit()
        return MirrorState(name=self._setup.name, target=self._setup.key, root=root, folder=self._snapshot.root)

    async def _close(self, journal: Journal, connection: Connection, survey: Survey, ran: Ran) -> PassReport:
        """Write the mirror's row and the pass, and make the report."""
        self._sum.warnings += survey.warnings
        ended = Ended(
            setup=self._setup,
            snapshot=self._snapshot,
            plan=self._plan,
            ran=ran,
            sum=self._sum,
            requests=connection.requests,
            stopped=self._stop.asked,
            partial=bool(self._options.only),
            cursor=survey.cursor,
        )
        now = self._tools.clock.now()
        state = next_state(self._store.mirror(self._setup.name) or self._new_state(), ended, key=self._key, now=now)
        report = make_report(
            ended,
            pass_id=self._id,
            digest=self._first_digest,
            unsettled=self._store.counts(self._setup.name).unsettled,
            seconds=self._tools.clock.monotonic() - self._started,
            done_by=self._done_by(now),
        )
        row = make_row(report, ended, pass_id=self._id, started=self._began, now=now)
        await journal.commit((PutMirror(mirror=state), AddPass(row=row)))
        return report

    def _done_by(self, now: float) -> float | None:
        """When the budget lets be done what this pass had to put off."""
        left = (result.step for result in self._sum.all if result.outcome is Outcome.DEFERRED)
        return forecast(self._store.usage(self._setup.key, now=now), self._setup.limits, now, requests_for(left))

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
