"""Which files of the source folder are mirrored: include, exclude and `.pagemirrorignore`. Knows no Git."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from pagemirror.model.errors import SourceError, UsageError
from pagemirror.model.ids import RepoPath
from pagemirror.source.names import nfc, parents

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["IGNORE_FILE", "MARKDOWN", "selector"]

IGNORE_FILE: Final = ".pagemirrorignore"
MARKDOWN: Final = (".md", ".markdown", ".mdown", ".mkd")
"""What a Markdown file's name ends in, in any case; patterns choose among these."""

_EVERY_MD: Final = frozenset({("**/*.md",), ("*.md",)})


def selector(
    include: tuple[str, ...], exclude: tuple[str, ...], ignored: Mapping[str, str]
) -> Callable[[RepoPath], bool]:
    """A test for paths relative to the source folder.

    `ignored` holds the text of each `.pagemirrorignore` by its folder, relative too ("" is the source folder).
    """
    if include in _EVERY_MD and not exclude and not ignored:
        return _ends_in_md
    included = _settings_patterns("source.include", include)
    excluded = _settings_patterns("source.exclude", exclude)
    is_ignored = _ignore_files(ignored)

    def selects(path: RepoPath) -> bool:
        return (
            path.lower().endswith(MARKDOWN)
            and included.match_file(path)
            and not excluded.match_file(path)
            and not is_ignored(path)
        )

    return selects


def _ends_in_md(path: RepoPath) -> bool:
    return path.endswith(".md")


def _settings_patterns(key: str, patterns: tuple[str, ...]) -> "GitIgnoreSpec":
    for pattern in patterns:
        try:
            _spec((pattern,))
        except ValueError as error:
            raise UsageError(
                f"{key} has a pattern that can't be read: {pattern!r}.",
                hint='Patterns are those of .gitignore, for example "drafts/**".',
                code="pattern",
            ) from error
    return _spec(patterns)


def _ignore_files(ignored: Mapping[str, str]) -> Callable[[str], bool]:
    """Git's rules: the last match of the nearest file decides, and nothing comes back below an ignored folder."""
    specs = {folder: _ignore_file(folder, text) for folder, text in ignored.items()}

    def verdict(path: str) -> bool:
        decided = False
        for folder in parents(path.rstrip("/")):
            spec = specs.get(folder)
            if spec is not None:
                answer = spec.check_file(path[len(folder) + 1 :] if folder else path).include
                decided = decided if answer is None else answer
        return decided

    @cache
    def folder_ignored(folder: str) -> bool:
        return any(verdict(f"{above}/") for above in (*parents(folder)[1:], folder) if above)

    def is_ignored(path: str) -> bool:
        return folder_ignored(path.rpartition("/")[0]) or verdict(path)

    return is_ignored if specs else lambda _path: False


def _ignore_file(folder: str, text: str) -> "GitIgnoreSpec":
    lines = [nfc(line) for line in text.splitlines()]
    try:
        return _spec(tuple(lines))
    except ValueError as error:
        name = f"{folder}/{IGNORE_FILE}" if folder else IGNORE_FILE
        number = next((at for at, line in enumerate(lines, start=1) if not _readable(line)), 1)
        raise SourceError(
            f"{name}, line {number}: {lines[number - 1]!r} is not a pattern. Nothing was read, as the file may keep "
            "pages from being mirrored.",
            hint="Mend the line in the source folder and commit it; patterns are those of .gitignore.",
            code="pattern",
        ) from error


def _readable(line: str) -> bool:
    try:
        _spec((line,))
    except ValueError:
        return False
    return True


def _spec(patterns: tuple[str, ...]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only needed where there are patterns of one's own

    try:
        return GitIgnoreSpec.from_lines(nfc(pattern) for pattern in patterns)
    except re.error as error:  # a range like [z-a], which the library hands on to its own expressions
        raise ValueError(str(error)) from error
