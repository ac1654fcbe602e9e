"""Targets for tests: a backend's session over real HTTP, on a sandbox, and documents to send there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pagemirror.backends.interface import Backend, Context, Session, Target
from pagemirror.backends.registry import backend
from pagemirror.model.documents import Document, FrontMatter, Place
from pagemirror.model.fields import Fields
from pagemirror.model.ids import BlobId, RepoPath
from pagemirror.sandbox.process import SandboxProcess
from pagemirror.transport.client import HttpTransport
from pagemirror.transport.pacing import Limits
from pagemirror.transport.settings import TransportSettings
from support.transports import HandClock, make_transport

__all__ = ["BACKENDS", "Desk", "a_document", "a_target", "opened", "rendered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A session with what stands behind it."""

    backend: Backend
    target: Target
    transport: HttpTransport
    session: Session
    clock: HandClock

    def fields(self, title: str, body: str, path: str = "a.md", **front: Any) -> Fields:
        """A document's fields, rendered."""
        return rendered(self.backend, self.target, title, body, path, **front)


BACKENDS = {"ravendocs_rpc": "ravendocs"}
"""The backend that speaks to an API of the sandbox, where they have different names."""


def a_document(title: str, body: str, path: str = "a.md", **front: Any) -> Document:
    """A parsed file."""
    return Document(
        path=RepoPath(f"docs/{path}"),
        blob=BlobId("0" * 40),
        front=FrontMatter(**front),
        title=title,
        body=(body,),
        place=Place(folder=RepoPath(""), index=False, key=(0, 0, path)),
    )


def a_target(name: str, *, base_url: str = "", token: str = "", mark: str = "none", **own: Any) -> Target:
    """A target with its backend's defaults."""
    chosen = backend(BACKENDS.get(name, name))
    return Target(
        base_url=base_url or chosen.base_url,
        token=token,
        own=chosen.own_model.model_validate(own),
        mark=mark,
        mirror="handbook",
    )


def rendered(chosen: Backend, target: Target, title: str, body: str, path: str = "a.md", **front: Any) -> Fields:
    """A document's fields."""
    return chosen.render(a_document(title, body, path, **front), body, Context(path=path), target)


@asynccontextmanager
async def opened(
    box: SandboxProcess,
    name: str,
    *,
    base_url: str = "",
    token: str | None = None,
    mark: str = "none",
    patience: float = 5.0,
    max_wait: float | None = 600.0,
    limits: Limits | None = None,
    **own: Any,
) -> AsyncIterator[Desk]:
    """Open a session on one of a sandbox's APIs."""
    access = box.api(name)
    base_url, token = base_url or access.base_url, access.token if token is None else token
    own = {**access.settings, **own}
    target = a_target(name, base_url=base_url, token=token, mark=mark, **own)
    clock = HandClock()
    settings = TransportSettings(base_url=base_url, timeout=patience, max_wait=max_wait)
    async with make_transport(base_url, clock=clock, settings=settings, limits=limits, token=token) as transport:
        chosen = backend(BACKENDS.get(name, name))
        session = chosen.open(target, transport)
        yield Desk(backend=chosen, target=target, transport=transport, session=session, clock=clock)
