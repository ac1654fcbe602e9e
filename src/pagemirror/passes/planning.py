"""What a sync would do: the same views and plan, from the records, with nothing written and no lock taken."""

import difflib
from collections.abc import Mapping
from dataclasses import replace

from pagemirror.model.clock import Clock
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.ids import PageId, TextId, Uid
from pagemirror.model.pages import Found
from pagemirror.model.plans import Action, Outcome, PassReport, Plan, Step
from pagemirror.model.records import Choice
from pagemirror.model.reports.runs import PageDiff, PlanReport, RunOptions
from pagemirror.passes.adopting import find_candidates
from pagemirror.passes.approving import approved, only, unknown_paths
from pagemirror.passes.deciding import markdown
from pagemirror.passes.drifting import check_drift
from pagemirror.passes.driving import drive
from pagemirror.passes.forecasting import forecast, requests_for
from pagemirror.passes.gathering import Gathered, gather
from pagemirror.passes.placing import tree_rows
from pagemirror.passes.reporting import broken, show_plan
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.passes.tools import Connection, Tools
from pagemirror.planner.plan import make_plan
from pagemirror.planner.views import View
from pagemirror.planner.words import word
from pagemirror.source import Snapshot
from pagemirror.state.interface import Store

__all__ = ["make_report"]


def make_report(
    setup: MirrorSetup, snapshot: Snapshot, store: Store, tools: Tools, options: RunOptions
) -> PlanReport | PassReport:
    """The plan of one mirror, or the report of why there is none."""
    started = tools.clock.monotonic()
    try:
        return drive(_planned(setup, snapshot, store, tools, options, started))
    except PagemirrorError as error:
        return broken(setup.name, snapshot.commit, error, seconds=tools.clock.monotonic() - started)


async def _planned(
    setup: MirrorSetup, snapshot: Snapshot, store: Store, tools: Tools, options: RunOptions, started: float
) -> PlanReport:
    state, counts = store.mirror(setup.name), store.counts(setup.name)
    listed = state is not None and bool(state.listed_at)
    network = options.drift or (not listed and not options.assume_empty)
    connection = tools.connect(setup, store, tools.clock) if network else None
    warnings: list[str] = []
    try:
        seen: dict[Uid, Found] = {}
        if options.drift and state is not None and connection is not None:
            seen = await _drifted(setup, store, connection, state.cursor)
        doubts = {intent.uid: intent for intent in store.intents(setup.name)}
        gathered = gather(
            setup=setup,
            snapshot=snapshot,
            store=store,
            state=state,
            counts=counts,
            mint=tools.uid,
            now=tools.clock.now(),
            seen=seen,
            in_doubt=doubts,
            whole=bool(options.only) or options.tree or options.allow_settings_removals or not listed,
        )
        expected: Mapping[Uid, View] = {}
        if connection is not None and not listed and not options.assume_empty:
            expected = await _expected(connection, gathered.views, store, setup, warnings)
        views = {**gathered.views, **expected}
        if doubts:
            warnings.append(f"{len(doubts)} requests of an earlier pass got no answer; a sync finds out first")
        policy = replace(setup.policy, retry_failed=options.retry_failed or bool(options.only))
        plan = make_plan(tuple(views.values()), policy, gathered.situation)
        plan = only(plan, views, options.only, snapshot.root)
        warnings += unknown_paths(views.values(), options.only, snapshot.root)
        if options.plan_digest:
            plan = approved(plan, options.plan_digest)
        plan = replace(plan, steps=tuple(_as_expected(step) if step.uid in expected else step for step in plan.steps))
        now = tools.clock.now()
        todo = requests_for(step for step in plan.steps if step.outcome is Outcome.PLANNED)
        diffs = _diffs(setup, store, snapshot, plan, gathered) if options.diff else ()
        tree = tree_rows(gathered, snapshot.root) if options.tree else ()
        del gathered, views, expected  # the report's own steps are made now, and of many pages both together are a lot
        return PlanReport(
            plan=show_plan(plan, snapshot.root),
            commit=snapshot.commit,
            requests=connection.requests if connection is not None else 0,
            seconds=_since(tools.clock, started),
            diffs=diffs,
            tree=tree,
            done_by=forecast(store.usage(setup.key, now=now), setup.limits, now, todo),
            warnings=tuple(warnings),
        )
    finally:
        if connection is not None:
            await connection.close()


def _since(clock: Clock, started: float) -> float:
    return clock.monotonic() - started


async def _drifted(setup: MirrorSetup, store: Store, connection: Connection, cursor: float) -> dict[Uid, Found]:
    pages = store.page_ids(setup.name)
    records = store.records_by_uid(setup.name, pages.values())
    by_page = {page: records[uid] for page, uid in pages.items() if uid in records}
    drift = await check_drift(
        connection.session,
        setup.backend,
        cursor=cursor,
        records=by_page,
        suspects={hold.uid for hold in store.holds(setup.name)},
    )
    return dict(drift.seen)


async def _expected(
    connection: Connection, views: Mapping[Uid, View], store: Store, setup: MirrorSetup, warnings: list[str]
) -> dict[Uid, View]:
    """What one listing lets expect of a first sync: pages with a file's title are adopted if their text is equal."""
    listing = await connection.session.list_headers()
    owned = frozenset(store.pages_at(setup.key, [header.id for header in listing.headers]))
    candidates = find_candidates(views, listing, owned.intersection)
    if candidates.incomplete:
        warnings.append(f"the target's listing is incomplete: {candidates.incomplete}")
    taken: set[PageId] = set()
    result: dict[Uid, View] = {}
    for uid, headers in sorted(candidates.pages.items()):
        free = [header.id for header in headers if header.id not in taken]
        if len(free) == 1:
            taken.add(free[0])
            result[uid] = replace(views[uid], adopt=free[0], equal=True)
        elif free:
            result[uid] = replace(views[uid], foreign=tuple(free))
    if result:
        warnings.append(f"{len(result)} pages with a file's title are there; a sync compares their text first")
    return result


def _as_expected(step: Step) -> Step:
    """A step of which the page's title alone is known: its text was not read."""
    if step.outcome is Outcome.PLANNED and step.action is Action.ADOPT:
        return replace(step, reason="a page with the same title is there")
    if step.code == "foreign":
        return replace(step, reason=f"pages with this title are there: {', '.join(step.candidates)}")
    return step


def _diffs(
    setup: MirrorSetup, store: Store, snapshot: Snapshot, plan: Plan, gathered: Gathered
) -> tuple[PageDiff, ...]:
    """The Markdown that each step would change, as unified diffs."""
    diffs: list[PageDiff] = []
    for step in plan.steps:
        if step.outcome is not Outcome.PLANNED and step.outcome is not Outcome.HELD:
            continue
        view = gathered.views.get(step.uid)
        old = markdown(store, setup.backend, _on_the_page(view)) or ""
        new = _after(setup, store, gathered, step, view)
        new = old if new is None else new
        path = shown(step.path, snapshot.root)
        lines = difflib.unified_diff(old.splitlines(), new.splitlines(), f"target/{path}", f"git/{path}", lineterm="")
        diffs.append(PageDiff(path=path, diff="\n".join(lines)))
    return tuple(diffs)


def _on_the_page(view: View | None) -> TextId | None:
    """The text that is on the page, as far as is known: what a hold saw there, else what the record says.

    For a merge that of the record: what comes out is known once the page is looked at; shown is the file's change.
    """
    if view is None:
        return None
    if view.hold is not None and view.hold.remote is not None and word(view) is not Choice.MERGE:
        return view.hold.remote
    return (view.record.server_text or view.record.text) if view.record is not None else None


def _after(setup: MirrorSetup, store: Store, gathered: Gathered, step: Step, view: View | None) -> str | None:
    """The text that the step leaves on the page; None where that one stays."""
    if step.action is Action.RECORD:
        return None
    if view is None or view.wanted is None or step.action in {Action.ARCHIVE, Action.DELETE}:
        return ""
    if view.decision is not None and word(view) is Choice.RESTORE:
        return markdown(store, setup.backend, view.decision.text)
    return setup.backend.to_markdown(gathered.rendering.render(step.uid).fields)
