"""Whether a mirror could run: its source, its token, its target, its lock. Sends one read, and changes nothing."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from pagemirror.model.errors import PagemirrorError
from pagemirror.model.reports.checks import Checkup, Verdict
from pagemirror.passes.setup import MirrorSetup
from pagemirror.passes.tools import Connection, Tools
from pagemirror.source import Snapshot
from pagemirror.state.interface import Store

__all__ = ["clock_checkup", "failed", "look", "mirror_checkups", "target_checkups"]

SKEW_TOLD = 60.0
"""From how many seconds on a clock that differs from the server's is a problem: a budget and a `settle` lean on it."""


def failed(mirror: str, name: str, error: PagemirrorError) -> Checkup:
    """What an error means for a look-over."""
    return Checkup(
        mirror=mirror,
        name=name,
        verdict=Verdict.PROBLEM,
        message=error.message,
        hint=error.hint,
        code=error.code,
        exit=error.exit_code,
    )


def look(mirror: str, name: str, at: Callable[[], str]) -> Checkup:
    """One thing that says how it stands, or raises."""
    try:
        return Checkup(mirror=mirror, name=name, message=at())
    except PagemirrorError as error:
        return failed(mirror, name, error)


def mirror_checkups(
    setup: MirrorSetup, store: Store, open_source: Callable[[], Snapshot], *, now: float
) -> Iterator[Checkup]:
    """What can be told without a request: the source and the lock."""
    try:
        snapshot = open_source()
        listing = snapshot.entries()
        where = f"{snapshot.root or 'the whole repository'} at {snapshot.ref_name}"
        if snapshot.commit is not None:
            where += f" ({snapshot.commit[:10]})" if snapshot.commit != snapshot.ref_name else ""
        busy = snapshot.in_progress()
        if not listing.selected:
            yield Checkup(
                mirror=setup.name,
                name="source",
                verdict=Verdict.PROBLEM,
                message=f"{where} holds no file that the settings select.",
                hint="Check source.path, include and exclude; `pagemirror check` tells what is there.",
                code="empty",
                exit=8,
            )
        else:
            files = f"{listing.selected} file{'s' if listing.selected != 1 else ''}"
            busy = f"; Git is in the middle of {busy}" if busy else ""
            yield Checkup(mirror=setup.name, name="source", message=f"{where}, {files}{busy}")
    except PagemirrorError as error:
        yield failed(setup.name, "source", error)
    holder = store.holder(setup.name, now=now)
    told = "free" if holder is None else f"held by process {holder.pid} on {holder.host}, which is at work"
    yield Checkup(mirror=setup.name, name="lock", message=told)


def target_checkups(setup: MirrorSetup, store: Store, tools: Tools | None) -> Iterable[Checkup]:
    """What one read of the target tells: whether it answers, as whom, and what its clock says.

    Without `tools` nothing is sent, as there is no token.
    """
    if tools is None:
        skipped = "not asked, as there is no token to ask with"
        return (Checkup(mirror=setup.name, name="target", verdict=Verdict.SKIPPED, message=skipped),)
    return asyncio.run(_ask(setup, store, tools))


async def _ask(setup: MirrorSetup, store: Store, tools: Tools) -> list[Checkup]:
    connection = tools.connect(setup, store, tools.clock)
    try:
        probe = await connection.session.probe()
        place = " ".join(part for part in (probe.name, f"({probe.workspace})" if probe.workspace else "") if part)
        told = f"{setup.target.base_url} answers as {setup.backend.name}{': ' + place if place else ''}"
        found = [Checkup(mirror=setup.name, name="target", message=f"{told}; the token may read")]
    except PagemirrorError as error:
        found = [failed(setup.name, "target", error)]
    finally:
        await connection.close()
    return [*found, *_clock(setup, connection)]


def _clock(setup: MirrorSetup, connection: Connection) -> list[Checkup]:
    ahead = connection.clock_ahead
    return [] if ahead is None else [clock_checkup(setup.name, ahead)]


def clock_checkup(mirror: str, ahead: float) -> Checkup:
    """Our clock against the server's: `ahead` seconds in front of it, or behind where that is negative."""
    if abs(ahead) < SKEW_TOLD:
        return Checkup(mirror=mirror, name="clock", message="as the target's, to within a minute")
    off = f"{abs(ahead):.0f} seconds {'ahead of' if ahead > 0 else 'behind'}"
    return Checkup(
        mirror=mirror,
        name="clock",
        verdict=Verdict.PROBLEM,
        message=f"this machine's clock is {off} the target's.",
        hint="Let the machine keep time (systemd-timesyncd, chrony); pauses and budgets are counted by its clock.",
        code="clock",
        exit=1,
    )
