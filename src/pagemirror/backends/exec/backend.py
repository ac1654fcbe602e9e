"""Exec's pure half: what it can do, and how a document becomes one of its pages. Knows no network."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from pydantic import BaseModel

from pagemirror.backends.exec.render import field_problem, frozen_fields, rendered
from pagemirror.backends.exec.settings import ExecSettings
from pagemirror.backends.interface import Context, Problem, Session, Target
from pagemirror.backends.marks import unmarked
from pagemirror.backends.texts import address, normal_fields, text_problem, token_problem
from pagemirror.content import blind
from pagemirror.model.documents import Document
from pagemirror.model.fields import BODY, FOLDERS, SKILLS, SOURCES, STATUS, VISIBILITY, Fields
from pagemirror.model.ids import FieldName, TargetKey
from pagemirror.model.pages import Capabilities, Tree
from pagemirror.transport.interface import Transport

__all__ = ["BACKEND", "ExecBackend"]

_TOKEN: Final = re.compile(r"exec_live_[A-Za-z0-9]{40}")

_CAPABILITIES: Final = Capabilities(
    format="markdown",
    tree=Tree.FOLDERS,
    title_limit=None,
    body_limit=None,
    fields=frozenset({STATUS, VISIBILITY, FOLDERS, SKILLS, SOURCES}),
    create_only=frozenset({VISIBILITY}),
    versions=True,
    changed_since=True,
    archive="native",
    restore=False,
    delete=False,
    drafts=True,
    page_size=100,
    gaps={
        "restore": "an archived page can't be brought back; a file that comes back gets a new page",
        "delete": "the API only archives: `on_removal = delete` archives too",
        "visibility": "it can be set when a page is created, never later",
        "unpublish": "a published page can't become a draft again",
        "folders": "folders can't be created; they must exist, and pages are filed in them by name or id",
        "limits": "60 requests a minute and 1,000 a day for a workspace",
    },
)


class ExecBackend:
    """Exec, as the engine sees it."""

    name: str = "exec"
    capabilities: Capabilities = _CAPABILITIES
    own_model: type[BaseModel] = ExecSettings
    base_url: str = "https://api.exec.com/rest/v1"
    requests_per_minute: int = 60
    requests_per_day: int = 1000

    def check_token(self, token: str) -> Problem | None:
        """`exec_live_` and 40 letters or digits."""
        problem = token_problem(token)
        if problem is None and not _TOKEN.fullmatch(token):
            reason = "the token is no Exec key: that is `exec_live_` and 40 letters or digits (Settings, API)"
            problem = Problem(code="credentials", reason=reason)
        return problem

    def tree(self, target: Target) -> Tree:
        """Folders, where patterns file pages in them."""
        return Tree.FOLDERS if _own(target).folders else Tree.NONE

    def target_key(self, target: Target) -> TargetKey:
        """Backend and base URL; a key belongs to one workspace, which only the API can name."""
        return TargetKey(f"{self.name}:{address(target.base_url)}")

    def render(self, document: Document, body: str, context: Context, target: Target) -> Fields:
        """Title, body and status; visibility, folders, skills and sources where front matter or config set them."""
        mark_mirror = target.mirror if target.mark == "comment" else None
        return rendered(document, body, context, _own(target), mark_mirror=mark_mirror)

    def fits(self, size: int, target: Target) -> bool:
        """The Markdown is sent as it is, and no limit of it is documented."""
        del size, target
        return self.capabilities.body_limit is None

    def losses(self, body: str, target: Target) -> tuple[str, ...]:
        """None: Markdown is what Exec takes."""
        del body, target
        return ()

    def normal(self, fields: Fields) -> Fields:
        """Line ends, blank lines at both ends, mark and the order of sets taken out."""
        return normal_fields(fields)

    def problem(self, fields: Fields, *, page: str = "") -> Problem | None:
        """No limits are documented; what no API takes is refused."""
        del page
        capabilities = self.capabilities
        problem = text_problem(fields, title_limit=capabilities.title_limit, body_limit=capabilities.body_limit)
        return problem or field_problem(fields)

    def frozen(self, sent: Fields, wanted: Fields) -> Mapping[FieldName, str]:
        """Another visibility, and published → draft."""
        return frozen_fields(sent, wanted)

    def blind(self, body: str, unresolve: Callable[[str], str | None]) -> str:
        """The destinations of Markdown."""
        return blind(body, unresolve)

    def to_markdown(self, fields: Fields) -> str:
        """The body without its mark."""
        return unmarked(str(fields.get(BODY) or ""))

    def from_markdown(self, body: str) -> str:
        """Markdown is what Exec takes."""
        return body

    def open(self, target: Target, transport: Transport) -> Session:
        """The network half."""
        from pagemirror.backends.exec.session import ExecSession  # noqa: PLC0415 - planning needs no network half

        return ExecSession(target, transport)


def _own(target: Target) -> ExecSettings:
    if not isinstance(target.own, ExecSettings):
        raise TypeError(f"a target of exec carries {type(target.own).__name__}")
    return target.own


BACKEND: Final = ExecBackend()
