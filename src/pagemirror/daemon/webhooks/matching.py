"""Which mirrors a push concerns. Pure.

Rather one too many than one too few: a mirror that is looked at for nothing costs no request to its target. So
repositories are compared by their path alone, as one server may have several names and ports.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from pagemirror.daemon.webhooks.pushes import Push
from pagemirror.model.ids import MirrorName
from pagemirror.source import WORKTREE, SourceSettings

__all__ = ["concerned", "repository_path"]

_HEADS: Final = "refs/heads/"
_TAGS: Final = "refs/tags/"
_SCP: Final = re.compile(r"[^/@:\s]+@[^/:\s]+:(?P<path>[^/].*)")


def concerned(push: Push, sources: Mapping[MirrorName, SourceSettings]) -> tuple[MirrorName, ...]:
    """The mirrors, in their order."""
    return tuple(name for name, source in sources.items() if _names(push, name) and _moves(push, source))


def _names(push: Push, name: MirrorName) -> bool:
    return not push.mirrors or name in push.mirrors


def _moves(push: Push, source: SourceSettings) -> bool:
    if source.ref == WORKTREE:
        return False  # a push moves no file on disk
    return _is_repository(push, source) and _is_ref(push, source.ref)


def _is_repository(push: Push, source: SourceSettings) -> bool:
    """A local repository may be anybody's; one with a URL is known by its path."""
    if source.remote is None or not push.repositories:
        return True
    mine = repository_path(source.remote.url)
    return any(repository_path(name) == mine for name in push.repositories)


def _is_ref(push: Push, ref: str) -> bool:
    if not push.ref:
        return True
    if ref == "HEAD":
        return push.ref.startswith(_HEADS) and push.default in {"", push.ref.removeprefix(_HEADS)}
    return push.ref in {ref, f"{_HEADS}{ref}", f"{_TAGS}{ref}"}


def repository_path(name: str) -> str:
    """`acme/handbook` of any way to name that repository."""
    scp = _SCP.fullmatch(name)
    if scp is not None:
        path = scp["path"]
    elif "://" in name:
        try:
            path = urlsplit(name).path
        except ValueError:
            path = name
    else:
        path = name
    return path.strip("/").removesuffix(".git").lower()
