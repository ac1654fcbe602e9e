"""URLs in the config: which ones are sound, which are files beside the config, and what of them may be shown."""

import re
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["check_http_url", "check_repo", "git_state", "has_host", "is_git_url", "mask_url", "resolve_state_url"]

_USER_INFO = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<info>[^/?#\s]*)@")
_SQLITE = "sqlite:///"
_SCP_LIKE = re.compile(r"[^/:\s]+@[^/:\s]+:.+")
_GIT = "git:"
_REF = re.compile(r"refs/[A-Za-z0-9_.][A-Za-z0-9_./-]*")
_OTHERS = ("refs/heads/", "refs/remotes/", "refs/tags/")
_REMOTE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_STATE_URLS = "sqlite:///path, postgresql+psycopg://user@host/database, or git:refs/pagemirror/state"


def mask_url(text: str) -> str:
    """Put *** where a URL holds a password; a lone user of a web URL may be a token and goes too."""

    def masked(found: re.Match[str]) -> str:
        user, colon, _ = found["info"].partition(":")
        if colon:
            return f"{found['scheme']}{user}:***@"
        return f"{found['scheme']}***@" if found["scheme"].lower().startswith("http") else found[0]

    return _USER_INFO.sub(masked, text)


def is_git_url(repo: str) -> bool:
    """Tell a repository elsewhere (`https://…`, `ssh://…`, `git@host:path`) from a local path."""
    return "://" in repo or bool(_SCP_LIKE.fullmatch(repo))


def has_host(text: str) -> bool:
    """Whether a text is a URL that names a host, and no port that can't be."""
    try:
        parts = urlsplit(text)
        return bool(parts.scheme and parts.hostname) and parts.port != 0
    except ValueError:
        return False


def check_http_url(text: str) -> str:
    """Take an http or https URL with a host and without a password; a slash at its end is cut off."""
    if not has_host(text) or urlsplit(text).scheme not in {"http", "https"} or any(map(str.isspace, text)):
        raise ValueError('a URL is needed that begins with "https://" or "http://"')
    if urlsplit(text).username is not None:
        raise ValueError("a URL must not hold a user or password; name the secret in `token`, like env:NAME")
    return text.rstrip("/")


def check_repo(repo: str, base_dir: Path | None) -> str:
    """Take a repository: a URL without a password, or a local path, made absolute from `base_dir` where known."""
    if not repo.strip():
        raise ValueError('a repository is needed: a local path like ".", or a URL')
    if not is_git_url(repo):
        return str(Path(base_dir or "") / Path(repo).expanduser())
    info = _USER_INFO.match(repo)
    if info is not None and (":" in info["info"] or info["scheme"].lower().startswith("http")):
        raise ValueError("a repository's URL must not hold a user or password; use `token` or `ssh_key`, like env:NAME")
    return repo


def git_state(url: str) -> tuple[str, str] | None:
    """The ref and the remote of a `git:REF@REMOTE` state, None for another kind; the remote is `origin` by default."""
    if not url.startswith(_GIT):
        return None
    ref, mark, remote = url.removeprefix(_GIT).partition("@")
    remote = remote if mark else "origin"
    if not _REF.fullmatch(ref) or any(part in ref for part in ("..", "//", "/.", ".lock/")):
        raise ValueError("a state in a Git ref names it whole, like git:refs/pagemirror/state")
    if ref.startswith(_OTHERS):
        raise ValueError(
            "a state in a Git ref is no branch or tag, whose commits it would replace; name a ref of its own"
        )
    if ref.endswith((".", "/", ".lock")) or not _REMOTE.fullmatch(remote):
        raise ValueError("a state in a Git ref is git:REF or git:REF@REMOTE, like git:refs/pagemirror/state@origin")
    return ref, remote


def resolve_state_url(text: str, base_dir: Path | None) -> str:
    """Take a state URL; the path of a `sqlite:///` one is made absolute from `base_dir` where that is known."""
    if text.startswith(_SQLITE):
        path, mark, query = text.removeprefix(_SQLITE).partition("?")
        if not path or path == ":memory:":
            raise ValueError("a state in memory would be lost; name a file: sqlite:///.pagemirror/state.db")
        absolute = str(Path(base_dir or "") / path)
        return f"{_SQLITE}{absolute}{mark}{query}"
    if text.startswith("git:"):
        git_state(text)
        return text
    if text.startswith("postgresql+psycopg://"):
        return text
    if text.startswith(("postgresql", "postgres:")):
        raise ValueError("a PostgreSQL URL begins with postgresql+psycopg://")
    raise ValueError(f"a state URL is one of {_STATE_URLS}")
