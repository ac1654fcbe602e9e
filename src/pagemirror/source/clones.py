"""A remote repository at hand: cloned once, without its files where the server can leave them out, then fetched.

Only the branch or tag that is mirrored is fetched. A clone is made under another name and then renamed, so that one
that was interrupted is never taken for a whole one. Knows nothing of documents, and keeps no secret.
"""

import difflib
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pagemirror.model.errors import SourceError
from pagemirror.model.fields import digest_of
from pagemirror.source.command import Git, Output
from pagemirror.source.fetching import QUIETLY
from pagemirror.source.memory import make_private
from pagemirror.source.remotes import SUSPECT, Access, Remote, access_to, without_password

__all__ = ["Cloned", "open_clone"]

_HEADS: Final = "refs/heads/"
_TAGS: Final = "refs/tags/"
_OURS: Final = "refs/pagemirror/"
_COMMIT: Final = re.compile(r"[0-9a-f]{4,64}")
_WHOLE: Final = {40, 64}
_BRANCH: Final = "branch of HEAD"
_LOOK_TIMEOUT: Final = 60.0
_FIRST: Final = 6
"""The first fetch brings the whole history, and may take so many times as long as a later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloned:
    """A clone that holds what `ref` means at the remote now; `notes` tell what a person should hear."""

    git: Git
    ref: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be fetched: a ref by its full name, or a commit, whose id may be shortened; `oid` is "" then."""

    name: str
    oid: str

    @property
    def refspecs(self) -> tuple[str, ...]:
        """What `git fetch` is told."""
        if self.name:
            return (f"+{self.name}:{self.name}",)
        if self.oid:
            return (f"+{self.oid}:{_OURS}{self.oid}",)
        return _ALL


_ALL: Final = (f"+{_HEADS}*:{_HEADS}*", f"+{_TAGS}*:{_TAGS}*")


def open_clone(remote: Remote, ref: str) -> Cloned:
    """Clone or fetch, and say what the ref is called there. Raises SourceError with the code `fetch_failed`."""
    access = access_to(remote)
    name = digest_of(remote.url)
    try:
        make_private(remote.folder)
        with _locked(remote.folder / f"{name}.lock"):
            return _Cloning(access, remote.folder / name, ref).run()
    except OSError as error:
        raise SourceError(
            f"The clone of {without_password(remote.url)} can't be kept in {remote.folder}: {error.strerror or error}.",
            hint="Let the user who runs pagemirror write there, or free space.",
            code="fetch_failed",
        ) from error


class _Cloning:
    """One turn of cloning or fetching, under the lock."""

    def __init__(self, access: Access, place: Path, ref: str) -> None:
        self._access = access
        self._url = access.remote.url
        self._place = place
        self._ref = ref
        self._notes: list[str] = []

    def run(self) -> Cloned:
        """Ask the remote what the ref is, and bring it if it isn't here."""
        for left in self._place.parent.glob(f"{self._place.name}.new-*"):
            shutil.rmtree(left, ignore_errors=True)
        told = self._ask_remote()
        wanted = self._choose(told)
        git = Git(self._place, access=self._access)
        if self._place.exists() and not self._sound(git):
            self._notes.append(f"The clone of {self._shown} was damaged; it was made again.")
            shutil.rmtree(self._place)
        if not self._place.exists():
            self._make(wanted, long=any(len(oid) == max(_WHOLE) for oid in told.values()))
        elif not self._here(git, wanted):
            self._update(git, wanted)
        return Cloned(git=git, ref=wanted.name or wanted.oid or self._ref, notes=tuple(self._notes))

    @property
    def _shown(self) -> str:
        return without_password(self._url)

    # ------------------------------------------------------------- the remote

    def _ask_remote(self, *patterns: str) -> dict[str, str]:
        """The remote's refs that could be meant, by full name, and under `_BRANCH` the branch that HEAD is on."""
        asked = patterns or ("HEAD", f"{_HEADS}{self._ref}", f"{_TAGS}{self._ref}", self._ref)
        # The clones may lie inside of another repository, whose settings are not for us.
        outside = {"GIT_CEILING_DIRECTORIES": str(self._place.parent.resolve().parent)}
        git = Git(self._place.parent.resolve(), access=self._access, environment=outside)
        output = git.reach("ls-remote", "--symref", "--", self._url, *asked, timeout=_LOOK_TIMEOUT)
        if output.code:
            raise self._failed(output, "reach")
        told: dict[str, str] = {}
        for line in output.out.decode(errors="replace").splitlines():
            value, _, name = line.partition("\t")
            told[_BRANCH if value.startswith("ref: ") else name] = value.removeprefix("ref: ")
        return told

    def _choose(self, told: dict[str, str]) -> _Wanted:
        ref = self._ref
        if ref == "HEAD" and "HEAD" in told:
            return _Wanted(told.get(_BRANCH, ""), told["HEAD"])
        for name in (f"{_HEADS}{ref}", f"{_TAGS}{ref}", ref):
            if name.startswith("refs/") and name in told:
                return _Wanted(name, told[name])
        if _COMMIT.fullmatch(ref):
            return _Wanted("", ref if len(ref) in _WHOLE else "")
        raise self._unknown()

    def _unknown(self) -> SourceError:
        names = [
            name.removeprefix(_HEADS).removeprefix(_TAGS)
            for name in self._ask_remote("refs/heads/*", "refs/tags/*")
            if name.startswith((_HEADS, _TAGS)) and not name.endswith("^{}")
        ]
        if not names:
            return SourceError(
                f"The repository {self._shown} has no commits yet, so there is nothing to mirror.",
                hint="Push the source folder, then try again.",
                code="no_commits",
            )
        near = difflib.get_close_matches(self._ref, names, n=3, cutoff=0.5) or names[:3]
        known = Git(self._place).ask("rev-parse", "-q", "--verify", f"{_HEADS}{self._ref}") if self._has() else None
        gone = " any more" if known is not None and known.code == 0 else ""
        return SourceError(
            f"There is no branch, tag or commit {self._ref!r} at {self._shown}{gone}. Nothing was changed.",
            hint=f"Set source.ref to one of those there are: {', '.join(near)}.",
            code="unknown_ref",
        )

    # -------------------------------------------------------------- the clone

    def _has(self) -> bool:
        return self._place.is_dir()

    def _sound(self, git: Git) -> bool:
        """Whether this is our clone, and whole so far as is cheaply told; one that gave trouble is looked through."""
        told = git.ask("rev-parse", "--is-bare-repository", "--absolute-git-dir")
        words = told.out.decode(errors="surrogateescape").split("\n")
        if told.code or words[0] != "true" or not Path(words[1]).samefile(self._place):
            return False
        url = git.ask("config", "--get", "remote.origin.url").out.decode(errors="replace").strip()
        if url != self._url:
            return False
        mark = self._place / SUSPECT
        if mark.exists():
            if git.ask("fsck", "--no-dangling", "--no-progress").code:
                return False
            mark.unlink()
        return True

    def _here(self, git: Git, wanted: _Wanted) -> bool:
        name = wanted.name or (f"{_OURS}{wanted.oid}" if wanted.oid else "")
        if not name:
            return git.ask("rev-parse", "-q", "--verify", f"{self._ref}^{{commit}}").code == 0
        return git.ask("rev-parse", "-q", "--verify", name).out.decode().strip() == wanted.oid

    def _make(self, wanted: _Wanted, *, long: bool) -> None:
        folder = Path(tempfile.mkdtemp(dir=self._place.parent, prefix=f"{self._place.name}.new-"))
        try:
            git = Git(folder, access=self._access)
            algorithm = "sha256" if long else "sha1"
            git.run("init", "-q", "--bare", f"--object-format={algorithm}", "--template=", purpose="make a clone")
            for key, value in (
                ("remote.origin.url", self._url),
                ("remote.origin.promisor", "true"),
                ("remote.origin.partialclonefilter", "blob:none"),
                ("gc.autoDetach", "false"),
            ):
                git.run("config", key, value, purpose="make a clone")
            self._fetch(git, wanted, timeout=_FIRST * self._access.remote.timeout)
            folder.rename(self._place)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _update(self, git: Git, wanted: _Wanted) -> None:
        before = git.ask("rev-parse", "-q", "--verify", wanted.name).out.decode().strip() if wanted.name else ""
        try:
            self._fetch(git, wanted, timeout=self._access.remote.timeout)
        except SourceError:
            if git.ask("fsck", "--connectivity-only", "--no-dangling", "--no-progress").code == 0:
                raise
            self._notes.append(f"The clone of {self._shown} was damaged; it was made again.")
            shutil.rmtree(self._place)
            self._make(wanted, long=len(wanted.oid) == max(_WHOLE))
            return
        if before and wanted.name.startswith(_HEADS):
            output = git.ask("merge-base", "--is-ancestor", before, wanted.name)
            if output.code == 1:
                self._notes.append(
                    f"The branch {wanted.name.removeprefix(_HEADS)} of {self._shown} was rewritten: {before[:10]} is "
                    f"no longer part of it. The new history, now at {wanted.oid[:10]}, is followed."
                )
        git.ask("gc", "--auto", "--quiet", timeout=self._access.remote.timeout)

    def _fetch(self, git: Git, wanted: _Wanted, *, timeout: float) -> None:
        """Bring commits and folders, and no file; a commit that the server doesn't give by its id comes with all."""
        arguments = (*QUIETLY, "--update-shallow", "--filter=blob:none", "--", "origin")
        output = git.reach(*arguments, *wanted.refspecs, timeout=timeout)
        if output.code and not wanted.name and wanted.oid:
            output = git.reach(*arguments, *_ALL, timeout=timeout)
            if not output.code:
                git.ask("update-ref", f"{_OURS}{wanted.oid}", wanted.oid)
        if output.code:
            raise self._failed(output, "fetch from")

    def _failed(self, output: Output, what: str) -> SourceError:
        said = self._access.redacted(output.err)
        lines = [line for line in said.splitlines() if line.strip() and not line.startswith(("warning:", "hint:"))]
        told = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "")
        words = told.removeprefix("fatal: ").removeprefix("error: ") or "it gave no reason"
        return SourceError(
            f"Git can't {what} {self._shown}: {words.rstrip('.')}. Nothing was changed.",
            hint=_hint(said),
            code="fetch_failed",
        )


def _hint(said: str) -> str:
    low = said.lower()
    if "host key" in low:
        return "The host's key is not the one that was known. If that is right, take it out of clones/known_hosts."
    if "publickey" in low or "permission denied" in low:
        return "Check source.ssh_key, and that its public half may read the repository."
    if any(word in low for word in ("authentication failed", "could not read username", "403", "access denied")):
        return "Check that source.token is set, and may read the repository."
    if "not found" in low or "does not appear to be a git repository" in low or "does not exist" in low:
        return "Check source.repo; a server may say the same of a repository that the token may not read."
    return "Run again; if it stays, try the same with git ls-remote."


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other processes from cloning at the same time; they wait for as long as one turn takes."""
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
