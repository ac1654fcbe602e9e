"""Where a commit and a file are to be seen on the web, as far as `source.web_url` lets that be known. Pure."""

import re
from typing import Final

from pagemirror.content import web_url
from pagemirror.model.ids import RepoPath

__all__ = ["commit_link", "file_link", "safe"]

_REF: Final = r"\{(?:ref|commit)\}"
_FORMS: Final = (
    (re.compile(rf"/-/(?:blob|tree)/{_REF}/"), "/-/commit/"),
    (re.compile(rf"/(?:blob|tree)/{_REF}/"), "/commit/"),
    (re.compile(rf"/src/(?:branch|commit)/{_REF}/"), "/commit/"),
    (re.compile(rf"/src/{_REF}/"), "/commits/"),
)
"""How the usual hosts show a file, and what stands before a commit's id there."""


def safe(url: str) -> str:
    """The URL if a browser may be sent there from here, else ""."""
    return url if url.startswith(("https://", "http://")) else ""


def commit_link(template: str, commit: str) -> str:
    """The page of a commit; "" where the template's form isn't known."""
    for form, to in _FORMS:
        found = form.search(template)
        if found is not None:
            base = template[: found.start()]
            return "" if "{" in base else safe(f"{base}{to}{commit}")
    return ""


def file_link(template: str, *, ref: str, commit: str | None, path: RepoPath) -> str:
    """The page of a file: at its branch where the config names one, else at the commit."""
    if not template:
        return ""
    moving = ref in {"HEAD", "worktree"}
    if moving and commit is None:
        return ""
    if moving:
        template = template.replace("/src/branch/{ref}/", "/src/commit/{ref}/")
    return safe(web_url(template, ref=commit or "" if moving else ref, commit=commit or ref, path=path, volatile=False))
