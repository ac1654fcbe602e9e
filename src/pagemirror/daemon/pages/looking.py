"""What the pages show: each endpoint asks for values, and has them drawn. Changes nothing."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from pagemirror.app import App
from pagemirror.config import Mirror
from pagemirror.daemon.interface import Service
from pagemirror.daemon.pages import texts, views, weblinks
from pagemirror.daemon.pages.drawing import Drawing, address
from pagemirror.daemon.pages.guarding import Door
from pagemirror.daemon.pages.sides import Row, side_by_side
from pagemirror.daemon.views import STEPS_SHOWN, Activity, MirrorView
from pagemirror.model.errors import PagemirrorError, UsageError
from pagemirror.model.ids import RepoPath, Uid
from pagemirror.model.listing import PageQuery, PageRows, PageStory, Place, Show
from pagemirror.model.reports.holds import ConflictReport, HistoryRow
from pagemirror.model.reports.standings import MirrorStatus
from pagemirror.state.interface import PassRow

__all__ = ["Looking"]

_PASSES: Final = 50
_EVERY: Final = "3"
"""Seconds between two looks at a pass under way."""

_SIDES: Final = {"sides": ("git", "remote"), "git": ("base", "git"), "target": ("base", "remote")}
_SIDE_WORDS: Final = {"base": "Base", "git": "Git", "remote": "Target"}


class Looking:
    """The pages' endpoints. Who may see them is looked after elsewhere."""

    def __init__(self, service: Service, door: Door, drawing: Drawing) -> None:
        self._service = service
        self._door = door
        self._drawing = drawing

    async def overview(self, request: Request) -> Response:
        """Show how each mirror stands; what the service itself knows even where the state can't be read."""
        rows: dict[str, MirrorStatus] = {}
        unreadable: PagemirrorError | None = None
        try:
            rows = {row.name: row for row in await self._service.statuses()}
        except PagemirrorError as error:
            unreadable = error
        fresh = self._service.settings.service.fresh_within.total_seconds()
        now = self._service.now()
        cards = [
            views.card_of(view, rows.get(view.name), now=now, fresh_within=fresh) for view in self._service.views()
        ]
        forgotten = [row for row in rows.values() if not row.configured]
        return self._page(
            request,
            "overview.html",
            self._service.views(),
            cards=[(card, self._commit_link(card.name, card.commit)) for card in cards],
            forgotten=forgotten,
            unreadable=unreadable,
            fresh_within=fresh,
            started_at=self._service.started_at,
        )

    async def pages(self, request: Request) -> Response:
        """Show a mirror's pages, a screenful at a time."""
        view = self._mirror(request)
        query = _query(request)
        found: PageRows = await self._service.ask(lambda app: app.page_list(view.name, query))
        counts = await self._counts_of(view) if not query.text else {}
        return self._page(
            request,
            "pages.html",
            (view,),
            mirror=view.name,
            query=query,
            found=found,
            rows=[(row, views.badges_of(row)) for row in found.rows],
            counts=counts,
        )

    async def page(self, request: Request) -> Response:
        """Show one page: its record, its links, its kept texts."""
        view = self._mirror(request)
        story, commit = await self._story(request, view)
        record = story.record
        return self._page(
            request,
            "page.html",
            (view,),
            mirror=view.name,
            story=story,
            record=record,
            badges=views.badges_of(record, held=[hold.code for hold in story.holds]) if record is not None else (),
            bases=views.bases_of(record, self._service.now()) if record is not None else (),
            page_url=weblinks.safe(story.url),
            file_url=self._file_link(view, record.path, commit) if record is not None else "",
            noted=request.query_params.get("noted", ""),
        )

    async def kept(self, request: Request) -> Response:
        """Show a kept text."""
        view = self._mirror(request)
        path, number = request.query_params.get("path", ""), request.query_params.get("number", "")

        def read(app: App) -> HistoryRow | None:
            rows = app.history(path, mirror=view.name)
            return next((row for row in rows if str(row.number) == number), None)

        row = await self._service.ask(read)
        if row is None:
            raise _not_there(f"{path} has no kept text {number}")
        return self._page(request, "kept.html", (view,), mirror=view.name, path=path, row=row)

    async def conflict(self, request: Request) -> Response:
        """Show what is held for a path, side by side, and the ways out."""
        view, path = self._mirror(request), request.query_params.get("path", "")
        show = request.query_params.get("show", "sides")
        sides = _SIDES.get(show, _SIDES["sides"])

        def read(app: App) -> list[tuple[ConflictReport, tuple[Row, ...] | None]]:
            return [(hold, _compared(hold, sides)) for hold in app.conflicts((view.name,), (path,))]

        holds = await self._service.ask(read)
        return self._page(
            request,
            "conflict.html",
            (view,),
            mirror=view.name,
            path=path,
            holds=holds,
            show=show if show in _SIDES else "sides",
            heads=[_SIDE_WORDS[side] for side in sides],
            choices=texts.CHOICES,
            gone=texts.GONE,
        )

    async def passes(self, request: Request) -> Response:
        """Show the last passes, and the steps of the last one."""
        view = self._mirror(request)

        rows: tuple[PassRow, ...] = await self._service.ask(lambda app: app.last_passes(view.name, _PASSES))
        return self._page(
            request,
            "passes.html",
            (view,),
            mirror=view.name,
            rows=[(row, views.result_badge(row.result), self._commit_link(view.name, row.commit)) for row in rows],
            steps=view.worked.steps if view.worked is not None else (),
            most=STEPS_SHOWN,
        )

    async def _counts_of(self, view: MirrorView) -> dict[str, int]:
        """How many pages each list has, where that is known without counting: of all, not of what a search finds."""
        row = next((row for row in await self._service.statuses() if row.name == view.name), None)
        if row is None:
            return {}
        return {
            Show.ALL: row.pages,
            Show.HELD: row.held,
            Show.FAILED: row.failed,
            Show.UNSETTLED: row.unsettled,
            Show.DIVERGED: row.diverged,
        }

    async def _story(self, request: Request, view: MirrorView) -> tuple[PageStory, str | None]:
        """What is known of a page, and the commit that was mirrored last."""
        path = request.query_params.get("path", "")

        def read(app: App) -> tuple[PageStory | None, str | None]:
            last = app.last_passes(view.name, 1)
            return app.page_story(view.name, path), last[0].commit if last else None

        story, commit = await self._service.ask(read)
        if story is None:
            raise _not_there(f"No page of {view.name} is known at {path}")
        return story, view.commit or commit

    def _page(self, request: Request, template: str, mirrors: Sequence[MirrorView], **values: object) -> Response:
        """A page, which is loaded anew for as long as a pass is under way, unless it is to hold still."""
        running = any(view.activity in {Activity.RUNNING, Activity.STARTING} for view in mirrors)
        still = "still" in request.query_params
        asked = {name: value for name, value in request.query_params.items() if name != "still"}
        live = running and template in {"overview.html", "passes.html"}
        return self._drawing.page(
            template,
            {
                "live": live,
                "still": still,
                "other_pace": address(request.url.path, **asked, still=None if still else "1"),
                **values,
                **self._door.frame(request),
            },
            headers={"Refresh": _EVERY} if live and not still else None,
        )

    def _mirror(self, request: Request) -> MirrorView:
        name = request.path_params["mirror"]
        found = next((view for view in self._service.views() if view.name == name), None)
        if found is None:
            raise UsageError(f"No mirror is named {name}.", hint="The overview names all there are.", code="not_there")
        return found

    def _settings(self, name: str) -> Mirror | None:
        return self._service.settings.mirrors.get(name)

    def _commit_link(self, name: str, commit: str | None) -> str:
        settings = self._settings(name)
        return weblinks.commit_link(settings.source.web_url, commit) if commit and settings is not None else ""

    def _file_link(self, view: MirrorView, path: RepoPath, commit: str | None) -> str:
        settings = self._settings(view.name)
        if settings is None:
            return ""
        return weblinks.file_link(settings.source.web_url, ref=settings.source.ref, commit=commit, path=path)


def _query(request: Request) -> PageQuery:
    asked = request.query_params
    show = asked.get("show", "")
    path, uid = RepoPath(asked.get("at", "")), Uid(asked.get("uid", ""))
    place = Place(path=path, uid=uid) if path else None
    backwards = asked.get("way") == "back"
    return PageQuery(
        show=Show(show) if show in set(Show) else Show.ALL,
        text=asked.get("q", "").strip()[:200],
        after=None if backwards else place,
        before=place if backwards else None,
    )


def _compared(hold: ConflictReport, sides: tuple[str, str]) -> tuple[Row, ...] | None:
    """Two of a hold's texts side by side; None where one of them isn't known."""
    known = {"base": hold.base, "git": hold.git, "remote": hold.remote}
    left, right = (known[side] for side in sides)
    return side_by_side(left, right) if left is not None and right is not None else None


def _not_there(what: str) -> UsageError:
    return UsageError(f"{what}.", hint="It may have moved; look for it in the list of pages.", code="not_there")
