"""How the common Git hosts show a file in a browser, guessed from a remote's URL. Pure."""

import re
from typing import Final

__all__ = ["web_addresses"]

_SSH: Final = re.compile(r"(?:ssh://)?(?:[^@/]+@)(?P<host>[^:/]+)(?::\d+)?[:/](?P<name>.+)")
_HTTP: Final = re.compile(r"https?://(?:[^@/]+@)?(?P<host>[^/]+)/(?P<name>.+)")
_FORMS: Final = (
    ("github", "/blob/{ref}/{path}", "/raw/{ref}/{path}"),
    ("gitlab", "/-/blob/{ref}/{path}", "/-/raw/{ref}/{path}"),
    ("codeberg", "/src/branch/{ref}/{path}", "/raw/branch/{ref}/{path}"),
    ("gitea", "/src/branch/{ref}/{path}", "/raw/branch/{ref}/{path}"),
    ("forgejo", "/src/branch/{ref}/{path}", "/raw/branch/{ref}/{path}"),
    ("bitbucket", "/src/{ref}/{path}", "/raw/{ref}/{path}"),
)
"""A word of the host's name, and the forms of `web_url` and `raw_url` below the repository."""


def web_addresses(remote: str) -> tuple[str, str] | None:
    """Templates for `web_url` and `raw_url`; None for a remote whose host isn't known."""
    found = _HTTP.fullmatch(remote.strip()) or _SSH.fullmatch(remote.strip())
    if found is None:
        return None
    host, name = found["host"].lower(), found["name"].strip("/").removesuffix(".git")
    for word, web, raw in _FORMS:
        if word in host:
            base = f"https://{host}/{name}"
            return base + web, base + raw
    return None
