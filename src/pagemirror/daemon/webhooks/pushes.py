"""What a delivery tells: a push to a ref, or nothing that concerns a mirror. Pure; reads each server's JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

__all__ = ["Nothing", "Push", "Said", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A ref moved. `ref` is its full name; "" means that nobody said which.

    `default` is the repository's default branch, "" where that isn't told. `repositories` are the ways in which the
    repository was named (URLs and paths); none means that nobody said which. `mirrors` were named outright.
    """

    ref: str = ""
    default: str = ""
    repositories: frozenset[str] = frozenset()
    mirrors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Nothing:
    """A ping, another event, or a ref that is gone; `why` is a word for the log."""

    why: str


Said = Push | Nothing

_EVENTS: Final = {
    "github": ("x-github-event",),
    "gitea": ("x-forgejo-event", "x-gitea-event"),
    "gitlab": ("x-gitlab-event",),
}
_PUSHES: Final = {
    "github": {"push"},
    "gitea": {"push"},
    "gitlab": {"push hook", "tag push hook", "system hook"},
}
_URLS: Final = ("clone_url", "ssh_url", "git_url", "html_url", "full_name", "url")  # GitHub, Gitea, Forgejo
_PROJECT: Final = ("git_http_url", "git_ssh_url", "web_url", "http_url", "ssh_url", "path_with_namespace")  # GitLab
_FORM: Final = "application/x-www-form-urlencoded"


def read(kind: str, headers: Mapping[str, str], body: bytes) -> Said | None:
    """What was said; None where the body is not what such a server sends."""
    if kind == "generic":
        return _read_generic(body)
    event = next((headers[name] for name in _EVENTS[kind] if headers.get(name)), "").lower()
    if event not in _PUSHES[kind]:
        return Nothing(event or "no event")
    payload = _object(_unwrapped(headers, body))
    if payload is None:
        return None
    if kind == "gitlab" and event == "system hook" and payload.get("event_name") not in {"push", "tag_push"}:
        return Nothing("system hook")
    return _read_push(payload, "project" if kind == "gitlab" else "repository")


def _read_push(payload: Mapping[str, Any], place: str) -> Said | None:
    ref, after, about = payload.get("ref"), payload.get("after"), payload.get(place)
    if not isinstance(ref, str) or not ref.startswith("refs/") or not isinstance(about, dict):
        return None
    if payload.get("deleted") is True or (isinstance(after, str) and after and not after.strip("0")):
        return Nothing("deleted")
    names = _PROJECT if place == "project" else _URLS
    default = about.get("default_branch")
    return Push(
        ref=ref,
        default=default if isinstance(default, str) else "",
        repositories=frozenset(value for name in names if isinstance(value := about.get(name), str) and value),
    )


def _read_generic(body: bytes) -> Said | None:
    """`{}` means everything; `{"mirrors": […]}` those, `{"ref": …, "repository": …}` whom that concerns."""
    payload = _object(body) if body.strip() else {}
    if payload is None:
        return None
    ref, repository, mirrors = payload.get("ref", ""), payload.get("repository", ""), payload.get("mirrors", [])
    texts = [ref, repository, *mirrors] if isinstance(mirrors, list) else [None]
    if not all(isinstance(text, str) for text in texts):
        return None
    return Push(
        ref=ref,
        repositories=frozenset({repository} if repository else ()),
        mirrors=frozenset(mirrors),
    )


def _unwrapped(headers: Mapping[str, str], body: bytes) -> bytes:
    """The JSON, also where it comes as a form's field `payload`, as GitHub and Gitea offer."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return body
    try:
        fields = parse_qs(body, max_num_fields=8)
    except ValueError:  # no form after all, or one with more fields than any server sends
        return b""
    return next(iter(fields.get(b"payload", ())), b"")


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
