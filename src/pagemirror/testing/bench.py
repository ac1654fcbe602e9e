"""A bench to try a backend on: its session over real HTTP, through the proxy, on a clock that only moves by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from pagemirror.backends.interface import Backend, Context, Session, Target, Written
from pagemirror.model.documents import Document, FrontMatter, Place
from pagemirror.model.fields import BODY, TITLE, Fields
from pagemirror.model.ids import BlobId, PageId, RepoPath
from pagemirror.model.pages import Absent, Page
from pagemirror.testing.clock import HandClock, NoChance
from pagemirror.testing.faults import Fault, Rule
from pagemirror.testing.proxy import Proxy
from pagemirror.testing.subject import Subject
from pagemirror.transport.client import HttpTransport, open_transport
from pagemirror.transport.pacer import Pacer, Unshared
from pagemirror.transport.pacing import Limits
from pagemirror.transport.settings import TransportSettings

__all__ = ["TODAY", "Bench", "Desk", "a_page", "holds", "texts"]

TODAY = "2026-11-23T10:00:00Z"


def texts(chosen: Backend, fields: Fields) -> tuple[object, object]:
    """Title and body in normal form."""
    normal = chosen.normal(fields)
    return normal[TITLE], normal[BODY]


def holds(chosen: Backend, page: Page, wanted: Fields) -> bool:
    """Whether a write's answer holds what was wanted; one without the text can only hold the title."""
    if page.body_known:
        return texts(chosen, page.fields) == texts(chosen, wanted)
    return BODY not in page.fields and page.fields[TITLE] == wanted[TITLE]


def a_page(found: object) -> Page:
    """The page that must be there."""
    assert isinstance(found, Page), f"{found} is no live page"
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An open session with what stands behind it."""

    subject: Subject
    backend: Backend
    target: Target
    session: Session
    transport: HttpTransport
    clock: HandClock
    proxy: Proxy

    @asynccontextmanager
    async def hurried(self, patience: float) -> AsyncIterator["Desk"]:
        """The same with a client of its own, which gives up after so many real seconds."""
        limits = TransportSettings(base_url=self.target.base_url, token=self.target.token, timeout=patience)
        pacer = Pacer(Limits(), reserve=Unshared(), clock=self.clock)
        async with open_transport(limits, pacer=pacer, clock=self.clock, rng=NoChance()) as transport:
            yield replace(self, session=self.backend.open(self.target, transport), transport=transport)

    def fields(self, title: str, body: str, path: str = "a.md", **front: Any) -> Fields:
        """The fields of a document with this title and Markdown body."""
        document = Document(
            path=RepoPath(f"docs/{path}"),
            blob=BlobId("0" * 40),
            front=FrontMatter(**front),
            title=title,
            body=(body,),
            place=Place(folder=RepoPath(""), index=False, key=(0, 0, path)),
        )
        return self.backend.render(document, body, Context(path=path), self.target)

    def read(self, title: str, markdown: str) -> tuple[object, object]:
        """Title and body in normal form, for a Markdown text."""
        return texts(self.backend, {TITLE: title, BODY: self.backend.from_markdown(markdown)})

    async def create(self, title: str, body: str) -> Written:
        """A new page."""
        return await self.session.create(await self.session.resolve(self.fields(title, body)))

    async def made(self, title: str, body: str) -> Page:
        """A new page, as a look finds it."""
        return await self.look((await self.create(title, body)).page.id)

    async def look(self, page_id: PageId) -> Page:
        """The page, which must be there."""
        return a_page(await self.session.get(page_id))

    async def rest(self, page: Page) -> Page:
        """The page as it is now, or what is left of it, or as it was before."""
        found = await self.session.get(page.id)
        return (found.page or page) if isinstance(found, Absent) else found

    def titles(self) -> list[str]:
        """The titles of the pages that the server keeps, live or not, sorted."""
        return sorted(page.title for page in self.subject.pages())

    def live(self, page_id: PageId) -> bool:
        """Whether the server keeps this page as a live one."""
        return any(page.live for page in self.subject.pages() if page.id == page_id)

    def written(self) -> int:
        """How many requests that change something reached the server so far."""
        return sum(self.subject.writes(method, path) for method, path in self.proxy.seen)

    def spoil(self, fault: Fault, *, writes: bool = False, **more: Any) -> None:
        """Let a fault hit all requests, or those that change something."""
        rule = Rule(fault=fault, **more)
        self.proxy.fail(replace(rule, fits=self.subject.writes) if writes else rule)


class Bench:
    """Opens sessions on one subject."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    @property
    def backend(self) -> Backend:
        """The backend under test."""
        return self.subject.backend

    @asynccontextmanager
    async def opened(
        self,
        *,
        token: str | None = None,
        suffix: str = "",
        root: bool = False,
        patience: float = 5.0,
        max_wait: float | None = 600.0,
        **settings: object,
    ) -> AsyncIterator[Desk]:
        """Open a session; `suffix` is put behind the base URL, or behind the server's root.

        `patience` is the time-out in real seconds, `max_wait` the longest pause in seconds of the clock by hand.
        """
        target = self.subject.target(**settings)
        async with Proxy(target.base_url) as proxy:
            base_url = (proxy.root if root else proxy.base_url) + suffix
            target = replace(target, base_url=base_url, token=target.token if token is None else token)
            clock = HandClock()
            limits = TransportSettings(base_url=base_url, token=target.token, timeout=patience, max_wait=max_wait)
            pacer = Pacer(Limits(), reserve=Unshared(), clock=clock)
            async with open_transport(limits, pacer=pacer, clock=clock, rng=NoChance()) as transport:
                yield Desk(
                    subject=self.subject,
                    backend=self.backend,
                    target=target,
                    session=self.backend.open(target, transport),
                    transport=transport,
                    clock=clock,
                    proxy=proxy,
                )
