"""What the executor's units are tested on: steps, views, a stepper that does as told, and a journal that remembers."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pagemirror.backends.interface import Written
from pagemirror.backends.registry import backend
from pagemirror.executor.context import StepContext
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.run import Executor, Ran
from pagemirror.executor.sparing import Sparing
from pagemirror.executor.steps import Stepper
from pagemirror.executor.stop import Stop
from pagemirror.model.fields import BODY, TITLE, Fields, fingerprint
from pagemirror.model.ids import BlobId, MirrorName, PageId, RepoPath, TextId, Uid
from pagemirror.model.images import Image, Upload
from pagemirror.model.pages import Found, Header, Page, Removal
from pagemirror.model.plans import Action, Outcome, Plan, Step
from pagemirror.model.records import Open, Record
from pagemirror.planner.order import REMOVING
from pagemirror.planner.policy import Policy
from pagemirror.planner.views import View, Wanted
from pagemirror.state.interface import Change, text_id
from pagemirror.transport.counting import count_request, counted

__all__ = [
    "Act",
    "Memory",
    "Scripted",
    "Shelf",
    "StillClock",
    "Target",
    "Texts",
    "a_context",
    "a_page",
    "a_record",
    "a_step",
    "a_wanted",
    "plan_of",
    "run_steps",
    "well",
]

Act = Callable[[Step], Awaitable[Done]]


def a_step(name: str, action: Action = Action.UPDATE, **but: Any) -> Step:
    """A planned step of the document called `name`."""
    after, wants = (tuple(Uid(uid) for uid in but.pop(key, ())) for key in ("after", "wants"))
    page = None if action is Action.CREATE else PageId(f"page-{name}")
    usual = {"path": RepoPath(f"{name}.md"), "title": name, "page_id": page, "after": after, "wants": wants}
    return Step(action=action, uid=Uid(name), **{**usual, **but})


def plan_of(*steps: Step) -> Plan:
    """A plan of these steps."""
    return Plan(
        mirror=MirrorName("handbook"),
        steps=steps,
        guards=(),
        refresh=(),
        forget=(),
        unchanged=0,
        diverged=0,
        digest="",
    )


def a_wanted(name: str, *, title: str = "Title", body: str = "Text.\n", **but: Any) -> Wanted:
    """What a document asks for."""
    prints = {TITLE: fingerprint(title), BODY: fingerprint(body)}
    usual: dict[str, Any] = {"own": prints, "sent": prints, "full": prints, "payload": "p"}
    return Wanted(
        uid=Uid(name),
        path=RepoPath(f"{name}.md"),
        blob=BlobId("b" * 40),
        title=title,
        raw_body=fingerprint(body),
        **{**usual, **but},
    )


def a_record(name: str, **but: Any) -> Record:
    """A settled page's record."""
    usual: dict[str, Any] = {"page_id": PageId(f"page-{name}"), "title": name}
    usual |= {"path": RepoPath(f"{name}.md"), "blob": BlobId("b" * 40)}
    return Record(uid=Uid(name), **{**usual, **but})


def a_page(name: str = "a", *, title: str = "Title", body: str = "Text.\n", **but: Any) -> Page:
    """A page as a target gives it."""
    header = {"version": "1", "created": 1000.0, "updated": 1000.0, **but.pop("header", {})}
    fields: Fields = {TITLE: title, BODY: body, **but.pop("more", {})}
    return Page(header=Header(id=PageId(f"page-{name}"), title=title, **header), fields=fields, **but)


class Memory:
    """A journal that keeps what it was handed."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    async def commit(self, changes: Sequence[Change]) -> None:
        self.changes += changes

    def of(self, kind: type[Change]) -> list[Any]:
        """The changes of one kind."""
        return [change for change in self.changes if isinstance(change, kind)]


class Shelf:
    """Renderings by document; what was learned is remembered."""

    def __init__(self, rendered: Mapping[str, Rendered] | None = None) -> None:
        self.rendered = dict(rendered or {})
        self.known_ids: dict[Uid, PageId] = {}
        self.uploaded: dict[Uid, tuple[Upload, ...]] = {}

    def render(self, uid: Uid) -> Rendered:
        return self.rendered[uid]

    def learned(self, uid: Uid, header: Header) -> None:
        self.known_ids[uid] = header.id

    def blind(self, text: str, of: Uid) -> str:
        del of
        return text

    def known(self, uid: Uid) -> PageId | None:
        return self.known_ids.get(uid)

    def uploads(self, uid: Uid) -> tuple[Upload, ...]:
        return self.uploaded.get(uid, ())

    def sent(self, uid: Uid, uploads: tuple[Upload, ...]) -> None:
        self.uploaded[uid] = uploads

    def content(self, image: Image) -> bytes:
        return image.name.encode()


class Target:
    """A target that shows these pages, one look after the other and the last one for ever, and does what it is told.

    A look or an `answer` may be an error. `calls` are its requests; `noted` are the changes that were durable before
    each of those that write.
    """

    def __init__(
        self, *found: Found | Exception, answers: Iterable[Exception | Written] = (), journal: Memory | None = None
    ) -> None:
        self.found = list(found)
        self.answers = list(answers)
        self.journal = journal or Memory()
        self.calls: list[tuple[str, Any]] = []
        self.noted: list[list[Change]] = []

    def wrote(self) -> list[tuple[str, Any]]:
        """The requests that write."""
        return [call for call in self.calls if call[0] != "get"]

    async def get(self, page_id: PageId) -> Found:
        self.calls.append(("get", page_id))
        found = self.found.pop(0) if len(self.found) > 1 else self.found[0]
        if isinstance(found, Exception):
            raise found
        return found

    async def resolve(self, fields: Fields) -> Fields:
        return fields

    async def create(self, fields: Fields) -> Written:
        return self._answer("create", fields, a_page("new", more=dict(fields)))

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        return self._answer("update", changed, replace(page, fields={**page.fields, **wanted}))

    async def restore(self, page: Page, wanted: Fields) -> Written:
        return self._answer("restore", wanted, replace(page, fields={**page.fields, **wanted}, tombstone=False))

    async def remove(self, page: Page, how: Removal, on: str) -> None:
        self._answer("remove", (page.id, how, on), page)

    def _answer(self, name: str, told: Any, page: Page) -> Written:
        self.calls.append((name, told))
        self.noted.append(list(self.journal.changes))
        answer = self.answers.pop(0) if self.answers else Written(page=page)
        if isinstance(answer, Exception):
            raise answer
        return answer


class StillClock:
    """A clock that stands, but for its pauses."""

    def __init__(self, at: float = 5000.0) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


class Texts:
    """Texts by id; nothing is ever merged."""

    def __init__(self, *texts: str, lasting: bool = True) -> None:
        self.texts = {text_id(text): text for text in texts}
        self.lasting = lasting

    def get(self, text: TextId) -> str | None:
        return self.texts.get(text)

    def merge(self, base: str, git: str, remote: str) -> str | None:
        raise AssertionError((base, git, remote))


def a_context(session: Any = None, **but: Any) -> StepContext:
    """What a step is handed, on a target that speaks Markdown."""
    usual: dict[str, Any] = {
        "backend": backend("exec"),
        "pages": Shelf(),
        "journal": Memory(),
        "clock": StillClock(),
        "policy": Policy(mirror=MirrorName("handbook")),
        "texts": Texts(),
        "epoch": 1,
        "pass_id": "pass",
    }
    return StepContext(session=session, **{**usual, **but})


class Scripted(Stepper):
    """A stepper that does what a test says, counts one request a step, and remembers what it took, and the crowd."""

    def __init__(self, act: Act, silent: Collection[str] = ()) -> None:
        self._told = act
        self._silent = silent
        self.taken: list[tuple[Step, View]] = []
        self.waiting: list[str] = []
        self.order: list[str] = []
        self.busy = 0
        self.crowd: list[int] = []
        self.records: dict[Uid, Record] = {}
        self.read: list[list[Uid]] = []

    def recorded(self, uids: Collection[Uid]) -> dict[Uid, Record]:
        """The records that the steps left; in an order of their own, as a store's are."""
        self.read.append(list(uids))
        return {uid: self.records[uid] for uid in sorted(uids, reverse=True)}

    async def run(self, step: Step, view: View) -> Done:
        self.order.append(step.uid)
        self.busy += 1
        self.crowd.append(self.busy)
        try:
            self.taken.append((step, view))
            if step.uid not in self._silent:
                count_request()
            await asyncio.sleep(0)
            done = await self._told(step)
            done = replace(done, record=done.record or view.record)
            if done.record is not None:
                self.records[step.uid] = done.record
            return done
        finally:
            self.busy -= 1

    async def put_off(self, step: Step, view: View) -> Done:
        self.waiting.append(step.uid)
        return Done(outcome=step.outcome, code=step.code, reason=step.reason, record=view.record)


def run_steps(
    steps: Sequence[Step],
    act: Act,
    *,
    stop: Stop | None = None,
    concurrency: int = 4,
    shelf: Shelf | None = None,
    journal: Memory | None = None,
    wanted: bool = True,
    silent: Collection[str] = (),
    watch: Callable[[int], None] = lambda _: None,
    sparing: Sparing | None = None,
    records: Mapping[str, Record | None] | None = None,
    **of_views: Any,
) -> tuple[Ran, Scripted]:
    """Run a plan of these steps to its end; those that are `silent` send no request."""
    stepper = Scripted(act, silent)
    executor = Executor(
        stepper=stepper,
        pages=shelf if shelf is not None else Shelf(),
        journal=journal if journal is not None else Memory(),
        tallies=counted,
        stop=stop or Stop(),
        concurrency=concurrency,
        watch=watch,
        recorded=stepper.recorded,
        sparing=sparing,
    )
    views = {
        step.uid: View(
            uid=step.uid,
            record=(records or {}).get(step.uid, a_record(step.uid, page_id=step.page_id, open=Open.NONE)),
            wanted=a_wanted(step.uid) if wanted and step.action not in REMOVING else None,
            **of_views,
        )
        for step in steps
    }
    return asyncio.run(executor.run(plan_of(*steps), views)), stepper


async def well(_: Step) -> Done:
    """A step that ends well."""
    return Done(outcome=Outcome.DONE)
