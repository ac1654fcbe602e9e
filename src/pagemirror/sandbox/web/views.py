"""The pages that people see in a browser: an overview, the pages as readers get them, an edit box, the request log.

Shows what the APIs hold by their common interface. No script runs in it: forms and links do everything.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import parse_qs, quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from pagemirror.sandbox.interface import Api, NotThere, PageView, WrongInput
from pagemirror.sandbox.numbers import whole_number
from pagemirror.sandbox.web.markdown import render_markdown
from pagemirror.sandbox.web.prosemirror import lay_out, plain_text, render_document
from pagemirror.sandbox.web.shelf import Branch, arrange, grow_tree, search, trail
from pagemirror.sandbox.world import World

__all__ = ["WebView"]

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data: http: https:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_LOGGED = 200


class WebView:
    """The routes of the web view over one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[str, tuple[int, Sequence[PageView]]] = {}
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["markdown"] = render_markdown
        self._templates.filters["prosemirror"] = render_document

    def routes(self) -> list[BaseRoute]:
        """List them."""
        return [
            Mount("/static", StaticFiles(directory=_HERE / "static")),
            self._route("/", self.overview),
            self._route("/requests", self.requests),
            self._route("/{api}", self.pages),
            self._route("/{api}/new", self.new, "GET", "POST"),
            self._route("/{api}/pages/{page_id}", self.page),
            self._route("/{api}/pages/{page_id}/edit", self.edit, "GET", "POST"),
            self._route("/{api}/pages/{page_id}/archive", self.archive, "POST"),
        ]

    async def overview(self, request: Request) -> Response:
        """Show the APIs, what they hold, and how a client reaches them."""
        world = self._world
        numbers = world.summary()["apis"]
        rows = [
            {
                "api": api,
                "numbers": numbers[name],
                "base_url": f"{request.url.scheme}://{request.url.netloc}{api.address}",
                "recent": [view for view in self._views(api)[:30] if not view.archived][:5],
            }
            for name, api in world.apis.items()
        ]
        faults = [rule["fault"] for rule in world.faults.to_json()["rules"]]
        return self._show("overview.html", rows=rows, faults=faults, log=world.journal.since(0, None)[-8:][::-1])

    async def requests(self, request: Request) -> Response:
        """Show the last requests, the counts and the violations."""
        journal, wanted = self._world.journal, request.query_params.get("api", "")
        api = wanted if wanted in self._world.apis else None
        return self._show(
            "requests.html",
            wanted=api or "",
            counts=journal.counts(api),
            log=journal.since(0, api)[-_LOGGED:][::-1],
            violations=[row for row in journal.violations if api in (None, row["api"])][-_LOGGED:][::-1],
        )

    async def pages(self, request: Request) -> Response:
        """Show an API's pages as a list, or as a tree of folders or pages where it has one."""
        api = self._api(request)
        asked = request.query_params
        values = {name: asked.get(name, "") for name in ("q", "status", "folder")}
        found = search(
            self._views(api),
            text=values["q"].strip(),
            status=values["status"],
            folder=values["folder"],
            number=whole_number(asked.get("page", "1")) or 1,
            plain=plain_text if api.content_form == "prosemirror" else str,
        )
        names = {hub.id: f"{hub.emoji} {hub.name}".strip() for hub in api.hubs()}
        tree = self._tree(api) if asked.get("view") == "tree" and api.tree_form != "none" else None
        return self._show("pages.html", api=api, found=found, asked=values, hub_names=names, tree=tree)

    async def page(self, request: Request) -> Response:
        """Show a page as a reader sees it, or its draft, or an older version."""
        api = self._api(request)
        view = api.view(request.path_params["page_id"])
        title, content, note = _text_asked_for(api, view, request.query_params.get("show", ""))
        names = {hub.id: f"{hub.emoji} {hub.name}".strip() for hub in api.hubs()}
        shown = self._show(
            "page.html",
            api=api,
            page=view,
            title=title,
            content=content,
            note=note,
            tree=self._tree(api),
            trail=trail(self._views(api), view),
            hub_names=names,
        )
        if api.reader_cookie:  # its own web app would have logged the reader in
            shown.set_cookie(api.reader_cookie, api.tokens[0], path=api.base, httponly=True, samesite="strict")
        return shown

    async def new(self, request: Request) -> Response:
        """Show an empty edit box, or create the page that was written in it."""
        api = self._api(request)
        if request.method == "GET":
            return self._show("edit.html", api=api, page=None, title="", content="")
        form = await _form(request)
        values: dict[str, object] = {"title": form.get("title", "").strip(), "content": form.get("content", "")}
        if "draft" in api.statuses:
            values["publish"] = form.get("do") != "draft"
        return _to_page(api, api.person_creates(values).id)

    async def edit(self, request: Request) -> Response:
        """Show the edit box, or take what a person wrote in it."""
        api = self._api(request)
        view = api.view(request.path_params["page_id"])
        title, content, _ = _text_asked_for(api, view, "draft" if view.has_unpublished_draft else "")
        if request.method == "GET":
            return self._show("edit.html", api=api, page=view, title=title, content=content)
        form = await _form(request)
        if "content" not in form:
            raise WrongInput("content is missing; the page stays as it is")
        values: dict[str, object] = {}
        if form.get("title", "").strip() not in ("", title):
            values["title"] = form["title"].strip()
        if form["content"] != content.replace("\r\n", "\n"):
            values["content"] = form["content"]
        if "draft" in api.statuses:
            values["publish"] = form.get("do") != "draft"
        api.person_edits(view.id, values)
        return _to_page(api, view.id)

    async def archive(self, request: Request) -> Response:
        """Archive a page, or delete it where there is no archive."""
        api = self._api(request)
        api.person_archives(request.path_params["page_id"])
        return RedirectResponse(f"/{api.name}", status_code=303)

    def _route(self, path: str, handler: Callable[[Request], Awaitable[Response]], *methods: str) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                response = await handler(request)
            except NotThere as error:
                response = self._show("error.html", 404, message=str(error))
            except WrongInput as error:
                response = self._show("error.html", 400, message=str(error))
            response.headers.update(_HEADERS)
            return response

        return Route(path, endpoint, methods=list(methods) or ["GET"])

    def _show(self, template: str, status: int = 200, **values: object) -> Response:
        text = self._templates.get_template(template).render(apis=tuple(self._world.apis.values()), **values)
        return HTMLResponse(text, status_code=status)

    def _tree(self, api: Api) -> list[Branch]:
        views = self._views(api)
        return grow_tree(views) if api.tree_form == "pages" else arrange(views, api.hubs())

    def _api(self, request: Request) -> Api:
        return self._world.api(request.path_params["api"])

    def _views(self, api: Api) -> Sequence[PageView]:
        """Return an API's pages, made anew only after a write."""
        writes = api.write_count()
        kept = self._kept.get(api.name)
        if kept is None or kept[0] != writes:
            kept = self._kept[api.name] = (writes, api.views())
        return kept[1]


def _text_asked_for(api: Api, view: PageView, show: str) -> tuple[str, str, str]:
    """Return title, body as a person reads and edits it, and a word on which text it is."""
    title, content, note = _text_of(view, show)
    return title, lay_out(content) if api.content_form == "prosemirror" else content, note


def _text_of(view: PageView, show: str) -> tuple[str, str, str]:
    if show == "draft" or (view.version is None and view.draft_title is not None and not show):
        return view.draft_title or view.title, view.draft_content or "", "draft"
    for version in view.versions:
        if show == str(version.number):
            return version.title, version.content, f"version {version.number}"
    return view.title, view.content, ""


def _to_page(api: Api, page_id: str) -> Response:
    return RedirectResponse(f"/{api.name}/pages/{quote(page_id, safe='')}", status_code=303)


async def _form(request: Request) -> dict[str, str]:
    """Read a form; browsers end its lines with CR LF, which nobody typed."""
    text = (await request.body()).decode("utf-8", errors="replace")
    return {name: values[-1].replace("\r\n", "\n") for name, values in parse_qs(text, keep_blank_values=True).items()}
