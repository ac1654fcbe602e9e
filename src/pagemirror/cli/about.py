"""`backends` and `version`: what this program is and can do."""

import platform
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from pagemirror import __version__
from pagemirror.cli.invocation import Invocation
from pagemirror.cli.output.documents import document
from pagemirror.cli.output.lines import Line, Piece, Style, line, piece
from pagemirror.cli.output.safe import prose

if TYPE_CHECKING:
    from pagemirror.backends.interface import Backend

__all__ = ["register"]

_TREES = {
    "parents": "pages under pages",
    "folders": "folders",
    "title": "in the title, if configured",
    "none": "not expressed",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backends)
    app.command()(version)


def version(context: typer.Context) -> int:
    """The version."""
    invocation: Invocation = context.obj
    invocation.tell(
        human=lambda: [line(f"pagemirror {__version__}")],
        markdown=lambda: f"pagemirror {__version__}\n",
        document=lambda: document(0, version=__version__, python=platform.python_version()),
    )
    return 0


def backends(context: typer.Context) -> int:
    """The backends, and their gaps.

    What each can do, and what its API lacks.
    """
    invocation: Invocation = context.obj
    registry = invocation.ports.backends()
    found: list[Backend] = [registry.backend(name) for name in registry.names()]
    invocation.tell(
        human=lambda: _lines(found),
        markdown=lambda: _markdown(found),
        document=lambda: document(0, backends=[_document(backend) for backend in found]),
    )
    return 0


def _facts(backend: "Backend") -> Iterator[tuple[str, str]]:
    can = backend.capabilities
    yield "base_url", backend.base_url or "has to be configured"
    yield "pages", "Markdown" if can.format == "markdown" else "ProseMirror"
    yield "tree", _TREES[can.tree.value]
    yield "removal", f"archive ({can.archive}){', delete' if can.delete else ''}"
    yield "restore", "yes" if can.restore else "no"
    yield "drift", "asks for what changed" if can.changed_since else "reads complete listings"
    yield "limits", _limits(backend)
    if can.fields:
        yield "fields", ", ".join(sorted(can.fields))
    for name, gap in sorted(can.gaps.items()):
        yield "gap", f"{name}: {gap}"


def _limits(backend: "Backend") -> str:
    can = backend.capabilities
    limits = {
        "requests a minute": backend.requests_per_minute or None,
        "a day": backend.requests_per_day or None,
        "characters a title": can.title_limit,
        "bytes a body": can.body_limit,
    }
    return ", ".join(f"{limit:,} {name}" for name, limit in limits.items() if limit is not None) or "none known"


def _lines(found: "list[Backend]") -> Iterator[Line]:
    for position, backend in enumerate(found):
        if position:
            yield ()
        yield (piece(backend.name, Style.STRONG),)
        for name, text in _facts(backend):
            yield (Piece(f"  {name.ljust(9)}", Style.FAINT), piece(text))


def _markdown(found: "list[Backend]") -> str:
    parts = []
    for backend in found:
        rows = "".join(f"- {name}: {prose(text)}\n" for name, text in _facts(backend))
        parts.append(f"### {prose(backend.name)}\n\n{rows}")
    return "\n".join(parts)


def _document(backend: "Backend") -> dict[str, Any]:
    can = backend.capabilities
    return {
        "name": backend.name,
        "base_url": backend.base_url,
        "requests_per_minute": backend.requests_per_minute,
        "requests_per_day": backend.requests_per_day,
        "capabilities": {
            "format": can.format,
            "tree": can.tree.value,
            "title_limit": can.title_limit,
            "body_limit": can.body_limit,
            "fields": sorted(can.fields),
            "create_only": sorted(can.create_only),
            "versions": can.versions,
            "changed_since": can.changed_since,
            "archive": can.archive,
            "restore": can.restore,
            "delete": can.delete,
            "drafts": can.drafts,
            "page_size": can.page_size,
        },
        "gaps": dict(sorted(can.gaps.items())),
    }
