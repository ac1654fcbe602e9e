"""A whole simulated world from one seed: a folder, a target, people, trouble, processes that die, and the mirror.

The same seed gives the same course, told line by line in `trace`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final

from pagemirror.backends.interface import Target
from pagemirror.backends.registry import backend
from pagemirror.model.ids import MirrorName, PageId, RepoPath
from pagemirror.model.pages import Removal
from pagemirror.model.plans import Outcome, PassReport
from pagemirror.model.records import Choice
from pagemirror.model.reports.holds import ConflictReport
from pagemirror.model.reports.runs import RunOptions
from pagemirror.passes.deciding import conflicts, resolve
from pagemirror.passes.setup import MirrorSetup
from pagemirror.planner.policy import Limit, Policy, Way
from pagemirror.source import SourceSettings
from pagemirror.state.interface import Owner, Store
from pagemirror.transport.pacing import Limits
from support.simulation.docs import Docs
from support.simulation.people import People
from support.simulation.process import Killed, Process, Seams
from support.simulation.repository import ROOT
from support.simulation.server import FAULTS, HOST, Server, Trouble
from support.simulation.state import STATES
from support.simulation.time import SimClock
from support.targets import BACKENDS

__all__ = ["CAPABILITY_SETS", "NAME", "World", "the_setup"]

CAPABILITY_SETS: Final = ("exec", "pharen", "ravendocs", "ravendocs_rpc")
NAME: Final = MirrorName("handbook")
WEB: Final = "https://git.example.com/acme/blob/{ref}/{path}"
PAGE: Final = "https://pages.example.com/{id}"
LATE: Final = ("slow_effect", "stale_list", "lost_answer", "cut")
"""What makes a create hard to find again."""

EDITED: Final = frozenset({"conflict", "drift", "draft", "removed_and_edited", "remote_removed"})


def the_setup(name: str, server: Server | None = None, *, page_url: str = PAGE, **policy: Any) -> MirrorSetup:
    """A mirror with the default settings, but for these."""
    chosen = backend(BACKENDS.get(name, name))
    own = dict(server.api.own_settings) if server is not None else {}
    return MirrorSetup(
        name=NAME,
        source=SourceSettings(),
        web_url=WEB,
        raw_url="",
        backend=chosen,
        target=Target(
            base_url=server.url if server is not None else HOST,
            token=server.api.tokens[0] if server is not None else "",
            own=chosen.own_model.model_validate(own),
            mirror=NAME,
        ),
        page_url=page_url,
        banner="",
        settle=30.0,
        concurrency=8,
        limits=Limits(per_minute=chosen.requests_per_minute, per_day=chosen.requests_per_day),
        policy=Policy(mirror=NAME, can_restore=chosen.capabilities.restore, **policy),
        protected=lambda _: False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What kind of history a seed is."""

    people: bool
    trouble: Trouble
    kills: bool
    policy: Mapping[str, Any]
    page_url: str
    switches: Mapping[str, object]
    turns: int


PLAIN: Final = Course(people=False, trouble=Trouble(), kills=False, policy={}, page_url=PAGE, switches={}, turns=0)


def course_of(name: str, dice: Random) -> Course:
    """Most seeds run with default settings; half of them without people, so that no hold is theirs."""
    kinds = tuple(kind for kind in FAULTS if dice.random() < 0.5)
    rate = dice.choice((0.0, 0.05, 0.15, 0.3)) if kinds else 0.0
    policy: dict[str, Any] = {}
    if dice.random() < 0.3:
        ways = (Way.HOLD, Way.GIT, Way.REMOTE)
        policy["on_conflict"] = dice.choice((*ways, Way.MERGE))
        policy["on_drift"] = dice.choice(ways)
        policy["on_remote_removal"] = dice.choice((Way.HOLD, Way.RECREATE, Way.ACCEPT))
        policy["on_removal"] = dice.choice(tuple(Removal))
    if dice.random() < 0.3:
        policy["on_removal"] = Removal.DELETE
    if dice.random() < 0.25:
        kinds, rate = LATE, 0.4
    return Course(
        people=dice.random() < 0.6,
        trouble=Trouble(rate=rate, kinds=kinds),
        kills=dice.random() < 0.5,
        policy=policy,
        page_url=PAGE if dice.random() < 0.7 else "",
        switches=_switches(name, dice),
        turns=dice.randint(2, 5),
    )


def _switches(name: str, dice: Random) -> dict[str, object]:
    """How this server behaves where its documentation leaves it open."""
    said: dict[str, object] = {}
    if dice.random() < 0.5:
        return said
    if not name.startswith("ravendocs"):
        said["body"] = dice.choice(("none", "add_newline", "strip_newline", "rich_text"))
    said["list_lag"] = dice.choice((0.0, 5.0))
    match name:
        case "exec":
            said["write_answer"] = dice.choice(("full", "no_content", "with_draft"))
            said["version_gaps"] = dice.choice(("none", "skip", "drafts"))
            said["archived_get"] = dice.choice(("200", "404"))
            said["second_delete"] = dice.choice(("404", "200"))
            said["draft_after_publish"] = dice.choice(("keep", "drop"))
            said["touch_on_draft"] = dice.choice((True, False))
        case "ravendocs":
            said["create_answer"] = dice.choice(("page", "full"))
            said["update_answer"] = dice.choice(("page", "full", "empty"))
            said["list_order"] = dice.choice(("updated", "created"))
        case "ravendocs_rpc":
            said["history_minutes"] = dice.choice((0.0, 5.0))
        case _:
            said["list_content"] = dice.choice(("short", "full"))
    return said


@dataclass(slots=True)
class World:
    """One simulated world. `seams` replace parts of the processes; `failures` is what the oracle found wrong.

    `kind` is that of its state: a seed takes the same course over each.

    A `plain` one has no dice: default settings, no trouble, and people only where a test calls them.
    """

    name: str
    seed: int
    plain: bool = False
    kind: str = "memory"
    seams: Seams = field(default_factory=Seams)
    trace: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    clock: SimClock = field(default_factory=SimClock)
    pids: int = 0
    ended: set[int] = field(default_factory=set)
    points: int = 0
    released: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    dice: Random = field(init=False)
    course: Course = field(init=False)
    server: Server = field(init=False)
    docs: Docs = field(init=False)
    people: People = field(init=False)
    store: Store = field(init=False)
    setup: MirrorSetup = field(init=False)

    def __post_init__(self) -> None:
        self.dice = Random(f"{self.name} {self.seed}")  # noqa: S311 - the simulation's dice
        self.course = PLAIN if self.plain else course_of(self.name, self.dice)
        self.server = Server.start(self.name, self.clock, self.dice, self.tell, self.course.switches)
        self.docs = Docs(self.dice)
        self.people = People(self.server, self.dice, lambda: [it.title for it in self.docs.files.values()])
        self.store = STATES[self.kind](self.gone)
        self.setup = the_setup(self.name, self.server, page_url=self.course.page_url, **self.course.policy)

    def tell(self, line: str) -> None:
        """Note what happened."""
        self.trace.append(f"{self.clock.now() - 1_800_000_000:.3f} {line}")

    def fail(self, kind: str, what: str) -> None:
        """Something is wrong."""
        self.failures.append((kind, what))
        self.tell(f"FAILED {kind}: {what}")

    def gone(self, owner: Owner) -> bool:
        """Whether a process has surely ended; one in three ended on a machine that can't be asked."""
        return owner.pid in self.ended and owner.pid % 3 != 0

    # ----------------------------------------------------------------- history

    def run(self) -> "World":
        """The whole history, and then what is to hold after any."""
        course = self.course
        self.tell(f"{self.name} {self.seed} {course}")
        self.docs.begin(self.dice.randint(3, 6))
        if course.people and self.dice.random() < 0.3:
            self.people.make()
        for turn in range(course.turns):
            if turn:
                self.tell(f"commit: {self.docs.work()}")
            if course.people:
                self._let_people_in()
                self._decide(0.5)
            self.server.trouble = course.trouble if self.dice.random() < 0.8 else Trouble()
            self.sync(RunOptions(drift=self.dice.random() < 0.3), **self._death())
            self.clock.advance(self.dice.choice((0.0, 3.0, 20.0, 100.0)))
        self.server.trouble = Trouble()
        return self

    def _death(self) -> dict[str, Any]:
        """Where the next process is killed: anywhere, or as a page is made."""
        if not self.course.kills or self.dice.random() >= 0.7:
            return {}
        if self.dice.random() < 0.6:
            return {"kill_at": self.dice.randint(1, 90)}
        return {"kill_at": self.dice.randint(1, 4), "kill_on": self.dice.choice(("before create", "after create"))}

    def _let_people_in(self) -> None:
        for _ in range(self.dice.choice((0, 0, 1, 1, 2, 3))):
            self.clock.after(
                self.dice.choice((0.0, self.dice.uniform(0, 6), self.dice.uniform(0, 60))), self.people.act
            )

    def sync(self, options: RunOptions, *, kill_at: int | None = None, kill_on: str = "") -> PassReport | None:
        """One pass by a process of its own; None if it was killed."""
        self.pids += 1
        process = Process(
            pid=self.pids,
            state=self.store,
            server=self.server,
            clock=self.clock,
            dice=self.dice,
            tell=self.tell,
            seams=self.seams,
            kill_at=kill_at,
            kill_on=kill_on,
        )
        self.tell(f"pass {self.pids} {'drift ' if options.drift else ''}{kill_at or ''}")
        self.server.looked.clear()
        try:
            report = process.sync(self.setup, self.docs.repository.snapshot(), options)
        except Killed:
            if self.course.people and self.dice.random() < 0.5:
                self.clock.after(self.dice.uniform(0, 12), self._meddle)
            return None
        finally:
            self.points += process.points
            self.ended.add(self.pids)
        for step in report.steps:
            self.tell(f"  {step.step.action} {step.step.path} {step.outcome} {step.code or ''} {step.page_id or ''}")
        said = report.error["code"] if report.error else ""
        self.tell(f"  -> {report.result} {said} {report.requests}")
        self._judge_holds(report)
        self.waiting = {step.step.path for step in report.steps if step.code == "parent"}
        return report

    def _meddle(self) -> None:
        known = self.store.page_ids(NAME)
        self.people.meddle({page for page in self.server.made if page not in known})

    def _judge_holds(self, report: PassReport) -> None:
        """Nobody's edit is held against a page that nobody touched."""
        for step in report.steps:
            if step.outcome is not Outcome.HELD:
                continue
            false = step.code in EDITED and step.page_id not in self.people.touched
            if false or (step.code in {"foreign", "in_doubt"} and not self.course.people):
                self.fail("false conflict", f"{step.step.path} {step.code}: {step.reason}")

    # --------------------------------------------------------------- decisions

    def _decide(self, share: float) -> int:
        """A person decides about some of what is held, and knows which pages the mirror made."""
        decided, taken = 0, set[str]()
        for report in conflicts(self.setup, self.store, ROOT, ()):
            if self.dice.random() >= share or not report.choices:
                continue
            choice, page = self._choose(report, taken, self._made_for(report))
            taken |= {page} if page else set()
            self.tell(f"decided: {report.path} {report.code} {choice} {page or ''}")
            if choice is Choice.REMOTE and report.page_id is not None:
                self.released.add(report.page_id)
            if choice is Choice.NEW:
                self.released.update(report.candidates)
            now, gone, of = self.clock.now(), report.gone, report.page_id if report.alike else None
            resolve(self.setup, self.store, ROOT, report.path, choice=choice, page=page, now=now, gone=gone, of=of)
            decided += 1
        return decided

    def _made_for(self, report: ConflictReport) -> str:
        """The title that a file has, or had when it was there: the page that was made of it bore that, too."""
        written = self.docs.files.get(report.path) if not report.gone else None
        if written is not None:
            return written.title
        asked = (report.code, report.action)
        held = {hold.uid for hold in self.store.holds(self.setup.name) if (hold.code, hold.action) == asked}
        records = self.store.records_by_path(self.setup.name, (RepoPath(f"{ROOT}/{report.path}"),))
        return next((record.title for record in records if record.uid in held), "")

    def _choose(self, report: ConflictReport, taken: set[str], title: str) -> tuple[Choice, str | None]:
        """Nobody names one page twice, and each knows the page that was made with a file's title."""
        if "page" not in report.choices:
            # A person who reads that both sides changed the same lines doesn't ask for the same merge again.
            again = "the same lines" in report.reason
            ways = [Choice(word) for word in report.choices if word != "merge" or not again]
            return self.dice.choice(ways), None
        there = {view.id for view in self.server.api.views() if not view.archived}
        known = self.store.pages_at(self.setup.key, [PageId(page) for page in report.candidates])
        free = [page for page in report.candidates if page in there and page not in known and page not in taken]
        ours = [page for page in free if page in self.server.made]
        ours.sort(key=lambda page: self.server.made[page] != title)
        if ours:
            return Choice.PAGE, ours[0]
        if free and self.dice.random() < 0.5:
            return Choice.PAGE, free[0]
        return Choice.NEW, None

    # --------------------------------------------------------------------- end

    def settle(self) -> None:
        """No more trouble and no more edits: passes until nothing is left to do."""
        self.server.trouble = Trouble()
        all_of_it = Limit(share=1.0, explicit=True)
        policy = replace(self.setup.policy, max_removals=all_of_it, max_rerender=all_of_it)
        self.setup = replace(self.setup, policy=policy)
        self.clock.advance(100)
        for number in range(8):
            report = self.sync(RunOptions(drift=number == 0))
            # A removal that waits for a person's word on another page is tried each time, which may take a listing.
            if report is not None and number and report.result in {"ok", "held"} and _is_calm(report):
                return
            self.clock.advance(100)
        self.fail("restless", "eight passes without trouble, and there is still something to do")

    def decide_all(self) -> bool:
        """A person decides about all that is held; False if nothing is."""
        return self._decide(1.1) > 0


def _is_calm(report: PassReport) -> bool:
    """Nothing was sent, or nothing but the question whether what waits for a person's word elsewhere can go on."""
    waits = any(step.code in {"hidden_half", "foreign_children", "parent"} for step in report.steps)
    return report.requests == 0 or (waits and not any(step.outcome is Outcome.DONE for step in report.steps))
