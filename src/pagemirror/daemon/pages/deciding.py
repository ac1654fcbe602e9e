"""What the forms do: note a decision, and have the mirror carry it out."""

from starlette.requests import Request
from starlette.responses import Response

from pagemirror.daemon.interface import Service
from pagemirror.daemon.pages.drawing import address, see
from pagemirror.daemon.pages.guarding import Form
from pagemirror.model.errors import UsageError
from pagemirror.model.ids import MirrorName
from pagemirror.model.numbers import whole_number

__all__ = ["Deciding"]


class Deciding:
    """The forms' endpoints. Who may use them is looked after elsewhere."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def decide(self, request: Request, form: Form) -> Response:
        """Note what becomes of a held page: a side, a page of the target, or a new one."""
        mirror, path, take = request.path_params["mirror"], form.get("path", ""), form.get("take", "")
        page = form.get("page", "") if take == "page" else None
        if take not in {"git", "remote", "merge", "page", "new"} or page == "":
            raise UsageError(
                f"No decision was given for {path}. Nothing was noted.",
                hint="Choose one of the ways that the page offers.",
                code="choice",
            )
        side = take if take in {"git", "remote", "merge"} else None
        new, gone = take == "new", {"gone": True, "there": False}.get(form.get("which", ""))
        of = form.get("of") or None
        await self._service.ask(
            lambda app: app.resolve(path, mirror=mirror, take=side, page=page, new=new, gone=gone, of=of)
        )
        return self._noted(mirror, path, take)

    async def restore(self, request: Request, form: Form) -> Response:
        """Note that a kept text is to be put back on its page."""
        mirror, path, number = request.path_params["mirror"], form.get("path", ""), form.get("number", "")
        kept = whole_number(number) or 0
        await self._service.ask(lambda app: app.restore(path, kept, mirror=mirror))
        return self._noted(mirror, path, "restore")

    async def sync(self, request: Request, _: Form) -> Response:
        """Have a mirror looked at now."""
        mirror = request.path_params["mirror"]
        if mirror not in {view.name for view in self._service.views()}:
            raise UsageError(f"No mirror is named {mirror}.", hint="", code="unknown_mirror")
        self._service.poke((MirrorName(mirror),), trigger="pages", urgent=True)
        return see("/")

    def _noted(self, mirror: str, path: str, what: str) -> Response:
        self._service.poke((MirrorName(mirror),), trigger="decision", urgent=True)
        return see(address(f"/mirrors/{mirror}/page", path=path, noted=what))
