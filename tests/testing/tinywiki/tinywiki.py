"""A backend for the tiny wiki, as a package of its own would hold it."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from pagemirror.backends.answers import ABSENT, FORBIDDEN, Access, misread, refused, rows_of, segment, text_of, unusable
from pagemirror.backends.interface import Context, Probe, Problem, Session, Target, Written
from pagemirror.backends.marks import marked, unmarked
from pagemirror.backends.scanning import Part, scan
from pagemirror.backends.texts import address, normal_fields, text_problem, token_problem
from pagemirror.content import blind
from pagemirror.model.documents import Document
from pagemirror.model.fields import BODY, TITLE, Fields
from pagemirror.model.ids import FieldName, PageId, TargetKey
from pagemirror.model.pages import (
    Absence,
    Absent,
    Capabilities,
    Complete,
    Found,
    Header,
    Listing,
    Page,
    Partial,
    Removal,
    Tree,
)
from pagemirror.transport.interface import Call, Transport

GONE = 410
SIZE = 20


class Settings(BaseModel, frozen=True, extra="forbid"):
    """No keys of its own."""


class WikiSession:
    """The network half."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._access = Access(transport, self.probe)

    async def probe(self) -> Probe:
        """A listing of one row."""
        call = Call(method="GET", path="/pages", query={"limit": "1"}, statuses=ABSENT | {FORBIDDEN})
        answer = await self._transport.send(call)
        if rows_of(answer.body, "pages") is None:
            raise unusable("the wiki", call, answer)
        return Probe(workspace="", name="Tiny wiki")

    async def resolve(self, fields: Fields) -> Fields:
        """Nothing to look up."""
        return fields

    async def list_headers(self, changed_since: float | None = None) -> Listing:
        """Newest first; all of them, as the wiki has no filter by time."""
        found = await scan(self._part)
        headers = tuple(_header(row) for row in found.rows.values() if row["changed"] >= (changed_since or 0.0))
        return Partial(headers=headers, reason=found.flaw) if found.flaw else Complete(headers=headers)

    async def get(self, page_id: PageId) -> Found:
        """`GET` by id."""
        call = Call(method="GET", path=f"/pages/{segment(page_id)}")
        answer = await self._access.send(call)
        kind = {FORBIDDEN: Absence.HIDDEN, GONE: Absence.ARCHIVED, 404: Absence.GONE}.get(answer.status)
        if kind is not None:
            return Absent(id=page_id, kind=kind)
        return _page(call, answer.body)

    async def create(self, fields: Fields) -> Written:
        """`POST`."""
        return await self._write(Call(method="POST", path="/pages", body=_body(fields), effect="write"), None)

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        """`PUT` with what moved."""
        del wanted
        path = f"/pages/{segment(page.id)}"
        return await self._write(Call(method="PUT", path=path, body=_body(changed), effect="write"), page.id)

    async def remove(self, page: Page, how: Removal, on: str) -> None:
        """`DELETE`, which archives."""
        del how, on
        call = Call(method="DELETE", path=f"/pages/{segment(page.id)}", effect="idempotent")
        answer = await self._access.send(call)
        if answer.status == FORBIDDEN:
            raise refused(call, answer)

    async def restore(self, page: Page, wanted: Fields) -> Written:
        """`PUT` with `archived` false."""
        body = {**_body(wanted), "archived": False}
        return await self._write(
            Call(method="PUT", path=f"/pages/{segment(page.id)}", body=body, effect="write"), page.id
        )

    async def _write(self, call: Call, page_id: PageId | None) -> Written:
        answer = await self._access.write(call, page_id)
        return Written(page=_page(call, answer.body))

    async def _part(self, number: int) -> Part:
        offset = (number - 1) * SIZE
        call = Call(method="GET", path="/pages", query={"limit": str(SIZE), "offset": str(offset)})
        answer = await self._access.send(call)
        rows = rows_of(answer.body, "pages")
        if rows is None:
            raise unusable("the listing", call, answer)
        total = int(answer.body["total"])
        return Part(rows=rows, total=total, last=offset + SIZE >= total)


def _body(fields: Fields) -> dict[str, Any]:
    return {key: fields[name] or "" for name, key in ((TITLE, "title"), (BODY, "text")) if name in fields}


def _header(row: Mapping[str, Any]) -> Header:
    return Header(
        id=PageId(row["id"]), title=row["title"], version=str(row["rev"]), created=row["made"], updated=row["changed"]
    )


def _page(call: Call, row: Any) -> Page:
    if not isinstance(row, Mapping) or text_of(row, "id") is None:
        raise misread(call, "no page")
    return Page(header=_header(row), fields={TITLE: row["title"], BODY: row["text"]})


class TinyWiki:
    """The pure half."""

    name: str = "tinywiki"
    capabilities: Capabilities = Capabilities(
        format="markdown",
        tree=Tree.NONE,
        title_limit=None,
        body_limit=None,
        fields=frozenset(),
        create_only=frozenset(),
        versions=True,
        changed_since=False,
        archive="native",
        restore=True,
        delete=False,
        drafts=False,
        page_size=SIZE,
        gaps={"tree": "pages stand side by side", "delete": "a deleted page is archived"},
    )
    own_model: type[BaseModel] = Settings
    base_url: str = "http://127.0.0.1/api"
    requests_per_minute: int = 0
    requests_per_day: int = 0

    def check_token(self, token: str) -> Problem | None:
        """Any key will do."""
        return token_problem(token)

    def tree(self, target: Target) -> Tree:
        """None."""
        del target
        return Tree.NONE

    def target_key(self, target: Target) -> TargetKey:
        """A wiki is its address."""
        return TargetKey(f"{self.name}:{address(target.base_url)}")

    def render(self, document: Document, body: str, context: Context, target: Target) -> Fields:
        """Title and body."""
        text = marked(body, target.mirror, context.path) if target.mark == "comment" else body
        return {TITLE: document.title, BODY: text}

    def losses(self, body: str, target: Target) -> tuple[str, ...]:
        """None."""
        del body, target
        return ()

    def normal(self, fields: Fields) -> Fields:
        """As for all Markdown."""
        return normal_fields(fields)

    def problem(self, fields: Fields, *, page: str = "") -> Problem | None:
        """No limits but those of all."""
        del page
        return text_problem(fields, title_limit=None, body_limit=None)

    def frozen(self, sent: Fields, wanted: Fields) -> Mapping[FieldName, str]:
        """None."""
        del sent, wanted
        return {}

    def blind(self, body: str, unresolve: Callable[[str], str | None]) -> str:
        """The destinations of Markdown."""
        return blind(body, unresolve)

    def to_markdown(self, fields: Fields) -> str:
        """The body without its mark."""
        return unmarked(str(fields.get(BODY) or ""))

    def from_markdown(self, body: str) -> str:
        """Markdown is what the wiki takes."""
        return body

    def open(self, target: Target, transport: Transport) -> Session:
        """The network half."""
        del target
        return WikiSession(transport)


BACKEND = TinyWiki()

__all__ = ["BACKEND", "Session", "Settings", "TinyWiki", "WikiSession"]
