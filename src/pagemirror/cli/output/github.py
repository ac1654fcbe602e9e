"""Annotations for GitHub Actions: workflow commands at file and line, and the job's summary.

A runner takes every line that begins with `::` for a command, so nothing from outside may begin one, and what stands
in one is escaped as the runner wants it.
"""

from collections.abc import Mapping
from pathlib import Path

from pagemirror.cli.output.documents import Failure
from pagemirror.cli.output.printing import OutputError
from pagemirror.cli.output.safe import clean

__all__ = ["annotation", "append_summary", "failure_annotation"]

_SUMMARY = "GITHUB_STEP_SUMMARY"


def annotation(
    level: str, message: str, *, title: str, file: str = "", line: int | None = None, column: int | None = None
) -> str:
    """One workflow command; `level` is `error`, `warning` or `notice`, `file` is relative to the repository's top."""
    where = {
        "file": _property(file),
        "line": str(line) if file and line is not None else "",
        "col": str(column) if file and line is not None and column is not None else "",
        "title": _property(clean(title)),
    }
    told = ",".join(f"{name}={value}" for name, value in where.items() if value)
    return f"::{level} {told}::{_data(clean(message, lines=True))}\n"


def failure_annotation(failure: Failure) -> str:
    """Why a command ended with nothing."""
    said = f"{failure.message}\n{failure.hint}" if failure.hint else failure.message
    return annotation("error", said, title=f"pagemirror: {failure.code}")


def append_summary(env: Mapping[str, str], markdown: str) -> None:
    """Add to the job's summary, where there is one."""
    name = env.get(_SUMMARY, "")
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8", errors="backslashreplace") as summary:
            summary.write(markdown if markdown.endswith("\n") else f"{markdown}\n")
    except OSError as error:
        raise OutputError(
            f"The job's summary can't be written to {name}: {error.strerror or error}. What was done is recorded.",
            hint=f"{_SUMMARY} must name a file that can be written; without it there is no summary.",
        ) from error


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
