"""File names between Git, which knows bytes, and people and records, who know NFC text."""

import unicodedata
from posixpath import normpath

from pagemirror.model.errors import UsageError
from pagemirror.model.ids import RepoPath

__all__ = ["folder_of", "joined", "nfc", "parents", "readable", "repo_path"]


def repo_path(name: bytes) -> RepoPath:
    """The path as people write it. Raises UnicodeDecodeError where the name is not UTF-8."""
    return nfc(name.decode())


def readable(name: bytes) -> RepoPath:
    """A stand-in for any name, so that it can at least be spoken of: what is not UTF-8 is escaped."""
    return nfc(name.decode(errors="backslashreplace"))


def nfc(text: str) -> RepoPath:
    """The one form in which paths are compared."""
    return RepoPath(text if text.isascii() else unicodedata.normalize("NFC", text))


def joined(folder: str, name: str) -> RepoPath:
    """A name below a folder; the top is ""."""
    return RepoPath(f"{folder}/{name}" if folder else name)


def parents(path: str) -> tuple[str, ...]:
    """The folders above a path, the top ("") first."""
    steps = path.split("/")[:-1]
    return ("", *("/".join(steps[: depth + 1]) for depth in range(len(steps))))


def folder_of(prefix: str, path: str) -> RepoPath:
    """The source folder from the repository's top. Raises UsageError where it lies outside of it."""
    combined = normpath(f"{prefix}/{path}".lstrip("/")) if prefix or path else "."
    if path.startswith("/") or combined == ".." or combined.startswith("../") or "\0" in path or "\n" in path:
        raise UsageError(
            f"source.path {path!r} is not a folder inside the repository.",
            hint='Write it relative to source.repo, with /, for example "docs".',
            code="source_path",
        )
    return nfc("" if combined == "." else combined)
