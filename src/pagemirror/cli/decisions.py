"""`conflicts` and `resolve`: what waits for a person, and the decision."""

import shutil
from typing import Annotated, Final

import typer

from pagemirror.cli import options
from pagemirror.cli.invocation import Invocation, check_mirrors
from pagemirror.cli.output import tables
from pagemirror.cli.output.documents import conflicts_document, decision_document
from pagemirror.cli.output.lines import Line, Style, line, piece
from pagemirror.cli.output.safe import code_span
from pagemirror.model.errors import UsageError
from pagemirror.model.reports.holds import ResolveReport

__all__ = ["register", "tell_decision"]

_SIDES = ("git", "remote", "merge")
_WIDE: Final = 120
"""How wide two columns are where no terminal says, in cells."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(conflicts)
    app.command()(resolve)


def conflicts(
    context: typer.Context,
    *,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Only these documents, relative to source.path.", show_default=False),
    ] = None,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="Git's text and the page's in two columns, instead of two diffs.")
    ] = False,
    mirror: options.MirrorOption = None,
) -> int:
    """What is held, as diffs.

    For each hold: why it waits, what Git and the page changed since they were alike, and the commands that decide.
    """
    invocation: Invocation = context.obj
    names = [] if mirror is None else [mirror]
    wanted = [options.read_path(path) for path in paths or ()]
    with invocation.app() as app:
        check_mirrors(app, names)
        rows = app.conflicts(names, wanted)
    columns = shutil.get_terminal_size((_WIDE, 0)).columns if side_by_side else None
    nothing = [] if invocation.quiet else [line("Nothing is held.")]
    invocation.tell(
        human=lambda: tables.conflict_lines(rows, invocation.now(), columns=columns) if rows else nothing,
        markdown=lambda: tables.conflicts_markdown(rows) if rows else "Nothing is held.\n",
        document=lambda: conflicts_document(rows),
    )
    return 0


def resolve(
    context: typer.Context,
    *,
    path: options.PathArgument,
    take: Annotated[
        str | None, typer.Option("--take", metavar="git|remote|merge", help="Which side the next pass takes.")
    ] = None,
    page: Annotated[str | None, typer.Option("--page", metavar="ID", help="The page that is this document's.")] = None,
    new: Annotated[bool, typer.Option("--new", help="None of the pages there: make a new one.")] = False,
    gone: Annotated[
        bool | None,
        typer.Option(
            "--gone/--there", help="Where two wait under one path: of the file that is gone, or of the one there."
        ),
    ] = None,
    of: Annotated[
        str | None, typer.Option("--of", metavar="ID", help="Where several wait: of the one whose page this is.")
    ] = None,
    mirror: options.MirrorOption = None,
) -> int:
    """Decide what becomes of a hold.

    The next pass carries it out; the decision is void if either side moves before.
    """
    invocation: Invocation = context.obj
    if sum((take is not None, page is not None, new)) != 1:
        raise UsageError(
            "resolve needs one of --take, --page and --new.",
            hint="pagemirror conflicts shows what can be chosen.",
        )
    if take is not None and take not in _SIDES:
        raise UsageError(f"--take can't be {take!r}.", hint=f"Use {', '.join(_SIDES[:-1])} or {_SIDES[-1]}.")
    wanted = options.read_path(path)
    with invocation.app() as app:
        check_mirrors(app, [] if mirror is None else [mirror])
        report = app.resolve(wanted, mirror=mirror, take=take, page=page, new=new, gone=gone, of=of)
    tell_decision(invocation, report)
    return 0


def tell_decision(invocation: Invocation, report: ResolveReport) -> None:
    """Say what was noted, and who carries it out."""
    following = f"pagemirror sync {report.mirror}"

    def human() -> list[Line]:
        if invocation.quiet:
            return []
        chosen = piece(f": {report.choice}; the next sync carries it out, unless either side moves before.")
        return [(piece(report.path, Style.STRONG), chosen), line(f"  → {following}")]

    invocation.tell(
        human=human,
        markdown=lambda: f"{code_span(report.path)}: {code_span(report.choice)}. Next: {code_span(following)}\n",
        document=lambda: decision_document(report),
    )
