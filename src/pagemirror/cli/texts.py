"""`history` and `restore`: the kept texts of a page, and the way back for one of them."""

from typing import Annotated

import typer

from pagemirror.cli import options
from pagemirror.cli.decisions import tell_decision
from pagemirror.cli.invocation import Invocation, check_mirrors
from pagemirror.cli.output import tables
from pagemirror.cli.output.documents import history_document
from pagemirror.cli.output.lines import line

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(history)
    app.command()(restore)


def history(context: typer.Context, *, path: options.PathArgument, mirror: options.MirrorOption = None) -> int:
    """The kept texts of a page.

    What was overwritten or removed: id, time, page, why it was kept, first line.
    """
    invocation: Invocation = context.obj
    wanted = options.read_path(path)
    with invocation.app() as app:
        check_mirrors(app, [] if mirror is None else [mirror])
        rows = app.history(wanted, mirror=mirror)
    nothing = f"No text of {wanted} was kept: nothing was overwritten or removed on its page."
    invocation.tell(
        human=lambda: tables.history_lines(rows) if rows else [line(nothing)],
        markdown=lambda: tables.markdown_table(tables.HISTORY_HEAD, tables.history_rows(rows)),
        document=lambda: history_document(rows),
    )
    return 0


def restore(
    context: typer.Context,
    *,
    path: options.PathArgument,
    number: Annotated[int, typer.Argument(metavar="ID", help="A kept text's id, from history.", show_default=False)],
    mirror: options.MirrorOption = None,
) -> int:
    """Put a kept text back.

    The page is then diverged: it differs from its file until the file moves.
    """
    invocation: Invocation = context.obj
    wanted = options.read_path(path)
    with invocation.app() as app:
        check_mirrors(app, [] if mirror is None else [mirror])
        report = app.restore(wanted, number, mirror=mirror)
    tell_decision(invocation, report)
    return 0
