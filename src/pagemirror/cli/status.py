"""`status`: how each mirror stands, from the records alone."""

import typer

from pagemirror.cli.invocation import Invocation
from pagemirror.cli.output import tables
from pagemirror.cli.output.documents import status_document

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)


def status(context: typer.Context) -> int:
    """How each mirror stands.

    Per mirror: last pass, commit, pages, what waits, the budget left, who holds the lock. Asks nobody: it tells what
    the records say.
    """
    invocation: Invocation = context.obj
    with invocation.app() as app:
        rows = app.status()
    invocation.tell(
        human=lambda: tables.status_lines(rows, invocation.now()),
        markdown=lambda: tables.markdown_table(tables.STATUS_HEAD, tables.status_rows(rows)),
        document=lambda: status_document(rows),
    )
    return 0
