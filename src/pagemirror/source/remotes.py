"""Which remote repositories may be mirrored, and how Git is let in: a token by askpass, or an SSH key.

A token reaches Git in one variable of its environment and no other way: not on a command line, not in a file, not in
the clone's settings. The script that Git asks holds the variable's name only, and answers for one host.
"""

import base64
import os
import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from pagemirror.model.errors import UsageError

__all__ = ["SUSPECT", "Access", "Entrance", "Remote", "access_to", "is_url", "without_password"]

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/|[^/\s]+@[^/\s]+:")
_SCP_LIKE: Final = re.compile(r"(?P<user>[^/:\s@-][^/:\s@]*)@(?P<host>[^/:\s-][^/:\s]*):(?!/?/)(?P<path>\S.*)")
SUSPECT: Final = "pagemirror-suspect"
"""The file in a clone that says: something here could not be read, look before you use it again."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_USER: Final = "oauth2"
"""The user that goes with a token: the large hosts take any for a personal one."""
_ASKPASS: Final = """#!/bin/sh
case "$1" in
  "Username for '$PAGEMIRROR_GIT_PROTOCOL://$PAGEMIRROR_GIT_PLACE'"*) printf '%s\\n' "$PAGEMIRROR_GIT_USER" ;;
  "Password for '$PAGEMIRROR_GIT_PROTOCOL://"*"@$PAGEMIRROR_GIT_PLACE'"*) printf '%s\\n' "$PAGEMIRROR_GIT_TOKEN" ;;
  *) exit 1 ;;
esac
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A repository elsewhere.

    `folder` is where clones go. `token` may be `user:token`. A fetch may take `timeout` seconds.
    """

    url: str
    folder: Path
    token: str = field(default="", repr=False)
    ssh_key: Path | None = None
    timeout: float = 600.0


@dataclass(frozen=True, slots=True)
class Entrance:
    """What one Git command needs to be let in."""

    environment: Mapping[str, str]
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A remote that may be reached, by one protocol."""

    remote: Remote
    protocol: str
    place: str

    @contextmanager
    def opened(self) -> Iterator[Entrance]:
        """Let Git in for one command; what that takes is gone afterwards."""
        environment = {"GIT_ASKPASS": "false", "SSH_ASKPASS": "false"}
        if self.protocol == "ssh":
            environment |= self._ssh()
        if not self.remote.token:
            yield Entrance(environment, ())
            return
        user, colon, token = self.remote.token.partition(":")
        with tempfile.TemporaryDirectory(dir=self.remote.folder, prefix="askpass-") as folder:
            script = Path(folder) / "askpass"
            script.write_text(_ASKPASS, encoding="ascii")
            script.chmod(0o700)
            environment |= {
                "GIT_ASKPASS": str(script),
                "PAGEMIRROR_GIT_PROTOCOL": self.protocol,
                "PAGEMIRROR_GIT_PLACE": self.place,
                "PAGEMIRROR_GIT_USER": user if colon else _USER,
                "PAGEMIRROR_GIT_TOKEN": token if colon else self.remote.token,
            }
            # A person's own credential helpers would store the token; and the script knows hosts, not paths.
            yield Entrance(environment, ("-c", "credential.helper=", "-c", "credential.useHttpPath=false"))

    def redacted(self, text: str) -> str:
        """The text without the token, in whatever form it may stand in Git's words."""
        text = without_password(text)
        token = self.remote.token
        if not token:
            return text
        _, colon, bare = token.partition(":")
        pair = token if colon else f"{_USER}:{token}"
        for secret in (token, bare if colon else "", base64.b64encode(pair.encode()).decode()):
            for form in dict.fromkeys((secret, quote(secret, safe=""))):
                text = text.replace(form, "***") if form else text
        return text

    def _ssh(self) -> dict[str, str]:
        own = self.remote.ssh_key is None
        if own and (os.environ.get("GIT_SSH_COMMAND") or os.environ.get("GIT_SSH")):
            return {}
        hosts = self.remote.folder / "known_hosts"
        files = f'UserKnownHostsFile="{hosts}"' + (' "~/.ssh/known_hosts"' if own else "")
        words = ["ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new", "-o", files]
        if self.remote.ssh_key is not None:
            words += ["-i", str(self.remote.ssh_key), "-o", "IdentitiesOnly=yes"]
        return {"GIT_SSH_COMMAND": shlex.join(words)}


def is_url(repo: str) -> bool:
    """Whether this means a repository elsewhere."""
    return bool(_URL.match(repo))


def access_to(remote: Remote) -> Access:
    """How the remote is reached. Raises UsageError for one that must not be."""
    url = remote.url
    if not url.isprintable() or url != url.strip():
        raise _refused(url, "it holds characters that no URL has", "Write the URL without them.")
    scp = _SCP_LIKE.fullmatch(url) if "://" not in url else None
    protocol, place = ("ssh", scp["host"]) if scp is not None else _parts(url)
    if protocol == "http" and urlsplit(url).hostname not in _LOOPBACK:
        raise _refused(url, "http sends everything readable for others", "Write https:// instead of http://.")
    if remote.token and protocol not in {"https", "http"}:
        raise _refused(url, "source.token is for https only", "Take source.token out, or set source.ssh_key for SSH.")
    if remote.ssh_key is not None and protocol != "ssh":
        raise _refused(url, "source.ssh_key is for SSH only", "Take it out, or set source.token for https.")
    return Access(remote=remote, protocol=protocol, place=place)


_WAYS: Final = "Write https://host/path, ssh://user@host/path, user@host:path or file:///path."


def _parts(url: str) -> tuple[str, str]:
    """Protocol, and host with port if it has one."""
    try:
        parts = urlsplit(url)
        host, port, user = parts.hostname or "", parts.port, parts.password
    except ValueError as error:
        raise _refused(url, "it can't be read", _WAYS) from error
    protocol = parts.scheme.lower()
    if protocol not in {"https", "ssh", "file", "http"}:
        raise _refused(url, f"{protocol or 'what it begins with'} is no way to mirror from", _WAYS)
    if user is not None or (parts.username is not None and protocol != "ssh"):
        raise _refused(url, "it holds a user or password", 'Name the secret in source.token, like "env:NAME".')
    if (protocol == "file") == bool(host) or host.startswith("-") or (parts.username or "").startswith("-"):
        raise _refused(url, "it names no place that can be reached", _WAYS)
    shown = f"[{host}]" if ":" in host else host
    return protocol, f"{shown}:{port}" if port is not None else shown


def _refused(url: str, reason: str, hint: str) -> UsageError:
    return UsageError(
        f"The repository {without_password(url)!r} is not mirrored: {reason}. Nothing was fetched.",
        hint=hint,
        code="source_url",
    )


def without_password(text: str) -> str:
    """The text with users and passwords taken out of URLs."""
    return re.sub(r"(://)[^/@\s']*@", r"\1", text)
