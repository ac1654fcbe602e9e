"""`adopt`: ties pages that are there to files that have none."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer

from pagemirror.cli import options
from pagemirror.cli.invocation import Invocation, check_mirrors
from pagemirror.cli.output import tables
from pagemirror.cli.output.documents import adopt_document
from pagemirror.cli.output.lines import Line, Style, line, piece
from pagemirror.cli.output.words import counted
from pagemirror.model.reports.ties import AdoptRow, Tie

__all__ = ["register"]

_HEAD: Final = ("mirror", "path", "page", "what")
_NOTHING: Final = "No page of the target has the title of a file without a page; nothing was noted."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(adopt)


def adopt(
    context: typer.Context,
    *,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Only these documents, relative to source.path.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell; note nothing.")] = False,
    mirror: options.MirrorOption = None,
) -> int:
    """Tie existing pages to files.

    Looks for pages with the title of a file that has none. One with the file's text is tied by the next sync; one with
    another text only if its PATH is named here: then that sync writes the file's text, and keeps the page's own.
    Changes nothing on the target.
    """
    invocation: Invocation = context.obj
    wanted = [options.read_path(path) for path in paths or ()]
    with invocation.app() as app:
        check_mirrors(app, [] if mirror is None else [mirror])
        rows = app.adopt(wanted, mirror=mirror, dry=dry_run)
    invocation.tell(
        human=lambda: _lines(rows, dry=dry_run, quiet=invocation.quiet),
        markdown=lambda: (
            tables.markdown_table(_HEAD, [(row.mirror, row.path, row.page_id or "", _said(row)) for row in rows])
            if rows
            else f"{_NOTHING}\n"
        ),
        document=lambda: adopt_document(rows, dry=dry_run),
    )
    return 0


def _said(row: AdoptRow) -> str:
    match row.tie:
        case Tie.TIED if row.equal:
            return "tied: the page holds the file's text"
        case Tie.TIED:
            return "tied: the file's text will be written there, and the page's own kept"
        case Tie.DIFFERS:
            return "not tied: the page holds another text"
        case Tie.SEVERAL:
            return f"not tied: several pages have its title: {', '.join(row.candidates)}"
        case _:
            return "not tied: no free page has its title"


def _lines(rows: Sequence[AdoptRow], *, dry: bool, quiet: bool) -> Iterator[Line]:
    if not rows:
        yield from [] if quiet else [line(_NOTHING)]
        return
    for row in rows:
        style = Style.GOOD if row.tie is Tie.TIED else Style.CARE
        page = f"  page {row.page_id}" if row.page_id else ""
        if row.tie is not Tie.TIED or not quiet:
            yield (piece(row.path, Style.STRONG), piece(page), piece(f"  {_said(row)}", style))
        if row.tie is Tie.DIFFERS:
            yield line(f"  → pagemirror adopt {row.path} --mirror {row.mirror}")
        if row.tie is Tie.SEVERAL:
            yield line("  → set page_id in its front matter to the page that is meant")
    tied = sum(row.tie is Tie.TIED for row in rows)
    if not quiet:
        done = "would be tied; nothing was noted" if dry else "tied by the next sync"
        yield line(f"{counted(tied, 'page')} {done}.")
