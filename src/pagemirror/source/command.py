"""How Git is run: by GitPython, always hardened, and its refusals told as SourceErrors.

The mirrored repository's own configuration is not trusted: no hooks, no file system monitor, no `ext::` transports, no
fetch behind our back. Variables that would point Git at another repository are taken out of its environment. Knows
nothing of snapshots, documents or patterns.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from pagemirror.model.errors import SourceError
from pagemirror.source.remotes import Access
from pagemirror.source.temporary import file_of

if TYPE_CHECKING:
    from git.cmd import Git as GitPython

__all__ = ["MISSING", "TIMED_OUT", "Git", "Output", "git_in", "git_version", "origin_of"]

MISSING: Final = "missing_object"
"""The code of errors about objects that aren't there, and that a fetch might bring."""

TIMED_OUT: Final = 124
"""The exit code of a command that took too long, as `timeout` has it."""

_AT_ONCE: Final = 1 << 18
"""How many bytes of a stream are taken at once: for each small read Git and we would wake each other."""

_OPTIONS: Final = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "protocol.ext.allow=never"),
    *("-c", "core.quotePath=false"),
)

_ENVIRONMENT: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}

_ELSEWHERE: Final = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
)
"""What a hook, an alias or `git rebase --exec` sets for its own repository; ours may be another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a finished command gave back."""

    code: int
    out: bytes
    err: str


@dataclass(frozen=True, slots=True)
class Git:
    """Git in one folder, which may be a work tree, a folder in it, or a bare repository.

    `protocols` are those that it may speak to remotes, in the manner of GIT_ALLOW_PROTOCOL. `access` is how a clone of
    ours reaches its remote; only `reach` uses it.
    """

    folder: Path
    protocols: str = "none"
    access: Access | None = None
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    options: tuple[str, ...] = ()

    def ask(self, *arguments: str, stdin: bytes = b"", timeout: float | None = None) -> Output:
        """Run a command to its end, whatever its exit code; after `timeout` seconds it is ended."""
        with self._started(arguments, PIPE) as process:
            try:
                out, err = process.communicate(stdin, timeout)
            except TimeoutExpired:
                return Output(code=TIMED_OUT, out=b"", err=f"fatal: it took longer than {timeout:g} s, and was ended")
            return Output(code=process.returncode, out=out, err=_told(err))

    def reach(self, *arguments: str, stdin: bytes = b"", timeout: float | None = None) -> Output:
        """Run a command that speaks to the remote of a clone of ours, with what it takes to be let in."""
        if self.access is None:
            return self.ask(*arguments, stdin=stdin, timeout=timeout)
        with self.access.opened() as entrance:
            able = replace(
                self,
                protocols=self.access.protocol,
                environment={**self.environment, **entrance.environment},
                options=entrance.options,
            )
            return able.ask(*arguments, stdin=stdin, timeout=timeout)

    def run(self, *arguments: str, stdin: bytes = b"", purpose: str) -> bytes:
        """Run a command that must succeed; `purpose` completes "Git can't …" in the error if it doesn't."""
        output = self.ask(*arguments, stdin=stdin)
        if output.code:
            raise self.refusal(output.err, purpose)
        return output.out

    @contextmanager
    def stream(self, *arguments: str, lines: Iterable[str], purpose: str) -> Iterator[BinaryIO]:
        """Run a command over many input lines and give its output as a stream, so that it never is in memory at once.

        The lines go through a temporary file: no thread is needed to keep both pipes moving. Leaving the block early
        ends the command.
        """
        with file_of(lines) as requests, self._started(arguments, cast(BinaryIO, requests)) as process:
            pipe, err = cast(BinaryIO, process.stdout), cast(BinaryIO, process.stderr)
            out = open(pipe.fileno(), "rb", buffering=_AT_ONCE, closefd=False)  # noqa: SIM115 - the process closes it
            yield out
            if not out.read(1) and process.wait():
                raise self.refusal(_told(err.read()), purpose)

    def refusal(self, err: str, purpose: str) -> SourceError:
        """What Git's words mean for a person."""
        return _refusal(err, f"Git can't {purpose} in {self.folder}", self.folder)

    @contextmanager
    def _started(self, arguments: tuple[str, ...], stdin: int | BinaryIO) -> Iterator[Popen[bytes]]:
        client = _client()
        elsewhere = [word for name in _ELSEWHERE if name in os.environ for word in ("-u", name)]
        command = [
            *(["env", *elsewhere] if elsewhere else []),
            *(client.GIT_PYTHON_GIT_EXECUTABLE or "git", "-C", str(self.folder), "--no-pager"),
            *_OPTIONS,
            *self.options,
            *arguments,
        ]
        environment = {**_ENVIRONMENT, **self.environment, "GIT_ALLOW_PROTOCOL": self.protocols}
        from git.exc import GitCommandNotFound  # noqa: PLC0415 - GitPython is loaded by the first command only

        try:
            wrapped = client.execute(command, istream=stdin, as_process=True, env=environment)
        except (GitCommandNotFound, OSError) as error:
            raise _no_git() from error
        process = cast(Popen[bytes], wrapped.proc)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
            process.wait()


def git_in(repo: Path) -> Git:
    """Git in a person's folder. Raises SourceError where there is none."""
    folder = Path(os.path.abspath(repo))  # noqa: PTH100 - resolve() would follow links, Git does that
    if not folder.is_dir():
        raise SourceError(
            f"There is no folder {folder} to read the source from.",
            hint="Set source.repo to the repository's folder; relative paths start at the config file.",
            code="no_repository",
        )
    return Git(folder)


def git_version() -> str:
    """What Git says of itself: "git version 2.39.5". Raises SourceError where there is no Git."""
    output = Git(Path("/")).run("version", purpose="tell its version")
    return output.decode(errors="replace").strip()


def origin_of(folder: Path) -> str:
    """The URL of the remote `origin`; "" where there is none, or no repository."""
    if not folder.is_dir():
        return ""
    output = Git(folder).ask("config", "--get", "remote.origin.url")
    return "" if output.code else output.out.decode(errors="replace").strip()


def _client() -> "GitPython":
    try:
        from git.cmd import Git as Client  # noqa: PLC0415 - its import takes longer than all our calls of Git
    except ImportError as error:
        raise _no_git() from error
    return Client()


def _no_git() -> SourceError:
    return SourceError(
        "Git was not found, so no source can be read.",
        hint="Install Git, or put its folder into PATH.",
        code="no_git",
    )


def _told(err: bytes) -> str:
    return err.decode(errors="replace").strip()


def _refusal(err: str, attempt: str, folder: Path) -> SourceError:
    low = err.lower()
    if "dubious ownership" in low or "unsafe repository" in low:
        return SourceError(
            f"{attempt}: the repository belongs to another user, and Git refuses to read it.",
            hint=f"If you trust it, as the user of pagemirror: git config --global --add safe.directory '{folder}'. "
            "Or give that user the ownership.",
            code="dubious_ownership",
        )
    if "cannot use bare repository" in low:
        return SourceError(
            f"{attempt}: Git's setting safe.bareRepository forbids bare repositories.",
            hint="Allow it: git config --global safe.bareRepository all, as the user who runs pagemirror.",
            code="bare_repository",
        )
    if "promisor remote" in low:
        return SourceError(
            f"{attempt}: {_last(err)}",
            hint=f"This partial clone left it out. Bring it: git -C '{folder}' fetch --refetch",
            code=MISSING,
        )
    if "not a git repository" in low:
        return SourceError(
            f"{folder} is not a Git repository, nor is a folder above it.",
            hint="Set source.repo to the repository's folder, or run git init and commit there.",
            code="no_repository",
        )
    if "permission denied" in low:
        return SourceError(
            f"{attempt}: {_last(err)}",
            hint="Give the user who runs pagemirror the right to read the repository.",
            code="no_permission",
        )
    return SourceError(f"{attempt}: {_last(err)}", hint=f"Look: git -C '{folder}' fsck", code="git")


def _last(err: str) -> str:
    lines = [line for line in err.splitlines() if line.strip()]
    return lines[-1].removeprefix("fatal: ") if lines else "it ended without a word"
