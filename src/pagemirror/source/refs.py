"""A few files at a ref of a remote: for what must outlast a machine that keeps nothing but its checkout.

Each version is one commit without a parent, pushed only where the ref still is what was loaded. Fetch and push obey the
repository's own settings, as these hold what lets a job in; its hooks don't run, and no local ref is made or moved.
Knows nothing of what is in the files.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from pagemirror.model.errors import SourceError, StateError
from pagemirror.source.command import Git, Output, git_in
from pagemirror.source.fetching import PROTOCOLS, QUIETLY
from pagemirror.source.remotes import without_password

__all__ = ["GitRef", "open_ref"]

_LOOK_TIMEOUT: Final = 60.0
_TIMEOUT: Final = 300.0
"""In seconds: a look at a ref is a few bytes, a fetch or push may carry all texts."""

_TRIES: Final = 5
"""How often a ref that moves between look and fetch is looked at again."""

_AUTHOR: Final = {
    "GIT_AUTHOR_NAME": "pagemirror",
    "GIT_AUTHOR_EMAIL": "pagemirror@localhost",
    "GIT_COMMITTER_NAME": "pagemirror",
    "GIT_COMMITTER_EMAIL": "pagemirror@localhost",
}
_PUSH: Final = (
    *("push", "--quiet", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed"),
    "--recurse-submodules=no",
)
_OVERTAKEN: Final = ("stale info", "cannot lock ref", "failed to update ref", "incorrect old value", "but expected")
"""What a server says that was just given another version."""
_CREDENTIALS: Final = (
    "authentication failed",
    "could not read username",
    "could not read password",
    "permission denied",
    "access denied",
    " 401",
    " 403",
)


def open_ref(repo: Path, ref: str, remote: str) -> "GitRef":
    """The ref of a remote of a person's repository. Raises SourceError where there is no repository."""
    git = git_in(repo)
    git.run("rev-parse", "--git-dir", purpose="look for the repository of the state")
    return GitRef(git, ref, remote)


class GitRef:
    """The files at one ref of one remote; a version is a commit's id, "" where there is no such ref yet."""

    def __init__(self, git: Git, ref: str, remote: str) -> None:
        self._git = replace(git, protocols=PROTOCOLS, environment={**git.environment, **_AUTHOR})
        self._ref = ref
        self._remote = remote
        self._blobs: dict[bytes, str] = {}

    @property
    def where(self) -> str:
        """Its name in messages."""
        return f"git:{self._ref}@{self._remote}"

    def version(self) -> str:
        """What the ref is now, asked of the remote."""
        output = self._git.ask("ls-remote", "--quiet", "--", self._remote, self._ref, timeout=_LOOK_TIMEOUT)
        if output.code:
            raise self._unreachable(output)
        for line in output.out.decode(errors="replace").splitlines():
            oid, _, name = line.partition("\t")
            if name == self._ref:
                return oid
        return ""

    def load(self) -> tuple[str, Mapping[str, bytes]]:
        """The newest version and its files, by their paths."""
        for _ in range(_TRIES):
            version = self.version()
            if not version or self._fetched(version):
                return version, self._files(version) if version else {}
        raise self._error("it keeps moving while it is fetched", "Run again when other jobs are done.", "state_busy")

    def save(self, files: Mapping[str, bytes], expected: str) -> str | None:
        """Push these files as the next version; None, and nothing is changed, where the ref is no longer `expected`."""
        commit = self._commit(self._tree(files))
        output = self._push(expected=expected, commit=commit)
        if not output.code:
            return commit
        return self._after(output, commit, expected)

    def look(self) -> str:
        """How it stands, as a sentence: asks for the right to push, and pushes nothing."""
        version = self.version()
        commit = version if version and self._fetched(version) else self._commit(self._tree({"empty": b""}))
        output = self._push("--dry-run", expected=version, commit=commit)
        if output.code:
            self._after(output, "", version)
        return f"{self.where}: can be read and pushed{'' if version else '; the first sync makes it'}"

    # ------------------------------------------------------------------- load

    def _fetched(self, version: str) -> bool:
        """Whether the version is at hand, after a fetch of the ref where it wasn't; False where the ref moved on."""
        if self._there(version):
            return True
        output = self._git.ask(*QUIETLY, "--no-filter", "--", self._remote, f"+{self._ref}", timeout=_TIMEOUT)
        if output.code and self.version() == version:
            raise self._unreachable(output)
        return self._there(version)

    def _there(self, version: str) -> bool:
        return not self._git.ask("cat-file", "-e", f"{version}^{{commit}}").code

    def _files(self, version: str) -> dict[str, bytes]:
        purpose = f"read the state {self.where}"
        listed = self._git.run("ls-tree", "-r", "-z", "--full-tree", version, purpose=purpose)
        names: dict[str, str] = {}
        for row in filter(None, listed.decode(errors="surrogateescape").split("\0")):
            about, _, name = row.partition("\t")
            names[name] = about.split(" ")[2]
        asked = "".join(f"{oid}\n" for oid in names.values()).encode()
        out = self._git.run("cat-file", "--batch", stdin=asked, purpose=purpose)
        files: dict[str, bytes] = {}
        at = 0
        for name, oid in names.items():
            end = out.index(b"\n", at)
            head = out[at:end].decode().split(" ")
            if len(head) != 3:  # noqa: PLR2004 - id, kind and size; else the object is missing
                raise self._error("a part of it is missing", "Run again; if it stays, look at the remote.", "state_io")
            at = end + 1 + int(head[2])
            files[name] = out[end + 1 : at]
            self._blobs[_print(files[name])] = oid
            at += 1
        return files

    # ------------------------------------------------------------------- save

    def _tree(self, files: Mapping[str, bytes]) -> str:
        """The id of the tree that holds these files; only those that are new are written."""
        prints = {name: _print(data) for name, data in files.items()}
        self._write({prints[name]: data for name, data in files.items() if prints[name] not in self._blobs})
        folders: dict[str, list[str]] = {}
        top: list[str] = []
        for name in sorted(files):
            folder, slash, leaf = name.partition("/")
            row = f"100644 blob {self._blobs[prints[name]]}\t{leaf if slash else name}"
            (folders.setdefault(folder, []) if slash else top).append(row)
        for folder, oid in zip(folders, self._trees(folders.values()), strict=True):
            top.append(f"040000 tree {oid}\t{folder}")
        (root,) = self._trees([top])
        return root

    def _write(self, contents: Mapping[bytes, bytes]) -> None:
        with tempfile.TemporaryDirectory(prefix="pagemirror-") as folder:
            paths = [Path(folder) / str(number) for number in range(len(contents))]
            for path, data in zip(paths, contents.values(), strict=True):
                path.write_bytes(data)
            words = ("hash-object", "-w", "--no-filters", "--stdin-paths")
            out = self._git.run(*words, stdin="".join(f"{path}\n" for path in paths).encode(), purpose=self._writes)
        self._blobs.update(zip(contents, out.decode().split(), strict=True))

    def _trees(self, trees: Iterable[list[str]]) -> list[str]:
        asked = "\n".join("".join(f"{row}\n" for row in rows) for rows in trees)
        return self._git.run("mktree", "--batch", stdin=asked.encode(), purpose=self._writes).decode().split()

    def _commit(self, tree: str) -> str:
        words = ("commit-tree", "-m", "State of pagemirror", tree)
        return self._git.run(*words, purpose=self._writes).decode().strip()

    @property
    def _writes(self) -> str:
        return f"write the state {self.where}"

    def _push(self, *options: str, expected: str, commit: str) -> Output:
        plain = ("-c", f"remote.{self._remote}.mirror=false")
        lease = f"--force-with-lease={self._ref}:{expected}"
        words = (*plain, *_PUSH, *options, lease, "--", self._remote, f"{commit}:{self._ref}")
        return self._git.ask(*words, timeout=_TIMEOUT)

    def _after(self, output: Output, commit: str, expected: str) -> str | None:
        """What a push that failed has left behind: its answer may have been lost after it was done."""
        now = self.version()
        if now == commit:
            return commit
        told = output.err + output.out.decode(errors="replace")
        if now != expected or any(word in told.lower() for word in _OVERTAKEN):
            return None
        raise self._error(
            f"Git may not push there ({_reason(output)})",
            "Give the job the right to push: on GitHub `permissions: contents: write`, on GitLab a token that may "
            "push. Without it only `pagemirror plan` works.",
            "state_no_push",
        )

    # ----------------------------------------------------------------- errors

    def _unreachable(self, output: Output) -> StateError | SourceError:
        if self._git.ask("remote", "get-url", self._remote).code:
            return self._error(
                f"the repository {self._git.folder} has no remote {self._remote}",
                f"Add it by `git remote add {self._remote} URL`, or name the one there is: "
                f'url = "git:{self._ref}@NAME" under [state].',
                "state_no_remote",
            )
        low = output.err.lower()
        if any(word in low for word in _CREDENTIALS):
            hint = "Let the checkout keep its credentials (on GitHub `persist-credentials: true`), with read access."
        else:
            hint = f"Run again; if it stays, try `git ls-remote {self._remote}` in that repository."
        return self._error(f"Git can't reach it ({_reason(output)})", hint, "state_unreachable")

    def _error(self, what: str, hint: str, code: str) -> StateError:
        return StateError(f"The state {self.where} can't be used: {what}.", hint=hint, code=code)


def _print(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _reason(output: Output) -> str:
    """The line of Git's words that says why."""
    rows = [*output.err.splitlines(), *output.out.decode(errors="replace").splitlines()]
    lines = [row.strip() for row in rows if row.strip() and not row.startswith(("hint:", "To ", "Done", "warning:"))]
    told = [row for row in lines if row.startswith(("fatal:", "!", "remote:", "ERROR:"))] or lines
    return without_password(told[0].removeprefix("fatal: ").rstrip(".")) if told else "it gave no reason"
