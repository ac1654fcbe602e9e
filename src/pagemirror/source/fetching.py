"""Objects that a partial or shallow clone left out, fetched by name from its remote.

A fetch is the one command here that obeys the repository's own configuration, which may name programs to run (an SSH
command, a credential helper, an upload-pack). Where it names one, nothing is fetched, and that is said. No ref moves.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pagemirror.source.command import Git

__all__ = ["PROTOCOLS", "QUIETLY", "fetch_commit", "fetch_promised"]

_PROGRAMS: Final = re.compile(
    r"core\.(sshcommand|gitproxy|askpass|alternaterefscommand)|credential\.(.*\.)?helper|remote\..*\.(uploadpack|vcs)"
)
PROTOCOLS: Final = "file:git:http:https:ssh"
QUIETLY: Final = (
    *("-c", "http.lowSpeedLimit=1000"),
    *("-c", "http.lowSpeedTime=30"),
    *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance"),
    "--refmap=",
)


def fetch_promised(git: Git, objects: Sequence[str]) -> str:
    """Fetch objects that a partial clone's remote promised; "" when it was done, else why not."""
    settings = _settings(git)
    promised = [key[len("remote.") : -len(".promisor")] for _, key in settings if key.endswith(".promisor")]
    if not promised:
        return "the clone is not a partial one that could fetch it"
    quick = ("-c", "fetch.negotiationAlgorithm=noop")
    return _fetch(git, settings, [*quick, *QUIETLY, "--filter=blob:none", "--stdin", "--", promised[0]], objects)


def fetch_commit(git: Git, commit: str) -> str:
    """Fetch one commit with its trees and files, and not its history; "" when it was done, else why not."""
    settings = _settings(git)
    remotes = [key[len("remote.") : -len(".url")] for _, key in settings if re.fullmatch(r"remote\..*\.url", key)]
    if not remotes:
        return "there is no remote to fetch it from"
    remote = "origin" if "origin" in remotes else remotes[0]
    return _fetch(git, settings, [*QUIETLY, "--depth=1", "--stdin", "--", remote], [commit])


def _settings(git: Git) -> list[tuple[str, str]]:
    """Scope and key of each setting that Git sees."""
    words = git.run("config", "--list", "--show-scope", "--name-only", "-z", purpose="read the settings").split(b"\0")
    told = [word.decode(errors="replace") for word in words]
    return list(zip(told[::2], told[1::2], strict=False))


def _fetch(git: Git, settings: list[tuple[str, str]], arguments: list[str], objects: Sequence[str]) -> str:
    for scope, key in settings:
        if scope in {"local", "worktree"} and _PROGRAMS.fullmatch(key.lower()):
            return f"it was not fetched, as the repository's own setting {key} names a program to run"
    names = "".join(f"{name}\n" for name in objects).encode()
    if git.access is not None:
        output = git.reach(*arguments, stdin=names, timeout=git.access.remote.timeout)
    else:
        output = replace(git, protocols=PROTOCOLS).ask(*arguments, stdin=names)
    if not output.code:
        return ""
    told = (git.access.redacted(output.err) if git.access is not None else output.err).splitlines()
    return f"it could not be fetched ({told[-1] if told else 'Git gave no reason'})"
