"""What a session can be asked for, as a table: the same faults are tried on each of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pagemirror.model.pages import Page, Removal
from pagemirror.testing.bench import TODAY, Desk

__all__ = ["READS", "WRITES", "Deed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One method of a session. `restores`: it starts from a page that was archived; `removes`: it ends with one."""

    does: Callable[[Desk, Page], Awaitable[object]]
    restores: bool = False
    removes: Removal | None = None
    makes: bool = False

    async def ready(self, desk: Desk) -> Page:
        """A page to do it to."""
        page = await desk.made("One", "x")
        if not (self.restores and desk.backend.capabilities.restore):
            return page
        await desk.session.remove(page, Removal.ARCHIVE, TODAY)
        return await desk.rest(page)


def _update(desk: Desk, page: Page) -> Awaitable[object]:
    wanted = desk.fields("Two", "Other text.\n")
    return desk.session.update(page, wanted, wanted)


def _restore(desk: Desk, page: Page) -> Awaitable[object]:
    """Bring it back, or update a live page where the API can't."""
    if not desk.backend.capabilities.restore:
        return _update(desk, page)
    return desk.session.restore(page, desk.fields("Two", "Other text.\n"))


def _archive(desk: Desk, page: Page) -> Awaitable[object]:
    return desk.session.remove(page, Removal.ARCHIVE, TODAY)


def _delete(desk: Desk, page: Page) -> Awaitable[object]:
    """Delete it, or archive it where the API knows no deleting."""
    return desk.session.remove(page, Removal.DELETE, TODAY)


READS: Final[Mapping[str, Deed]] = {
    "probe": Deed(does=lambda desk, _: desk.session.probe()),
    "list_headers": Deed(does=lambda desk, _: desk.session.list_headers()),
    "get": Deed(does=lambda desk, page: desk.session.get(page.id)),
}
WRITES: Final[Mapping[str, Deed]] = {
    "create": Deed(does=lambda desk, _: desk.session.create(desk.fields("New", "New text.\n")), makes=True),
    "update": Deed(does=_update),
    "archive": Deed(does=_archive, removes=Removal.ARCHIVE),
    "delete": Deed(does=_delete, removes=Removal.DELETE),
    "restore": Deed(does=_restore, restores=True),
}
