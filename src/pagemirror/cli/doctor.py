"""`doctor`: whether a sync could run, and what to do where it could not."""

from collections.abc import Iterator, Sequence

import typer

from pagemirror.cli import options
from pagemirror.cli.exit_code import worst
from pagemirror.cli.invocation import Invocation, check_mirrors
from pagemirror.cli.output import tables
from pagemirror.cli.output.documents import doctor_document
from pagemirror.cli.output.lines import Line, Piece, Style, piece
from pagemirror.model.reports.checks import Checkup, Verdict

__all__ = ["register"]

_STYLES = {Verdict.OK: Style.GOOD, Verdict.PROBLEM: Style.BAD, Verdict.SKIPPED: Style.FAINT}
_HEAD = ("mirror", "check", "verdict", "message", "what to do")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(context: typer.Context, *, mirrors: options.Mirrors = None) -> int:
    """Could a sync run, and if not, why.

    Looks at config, Git, state and lock, and asks each target once: the token, the base URL, the clocks. Changes
    nothing. Whether the token may write shows at the first write.
    """
    invocation: Invocation = context.obj
    with invocation.app() as app:
        check_mirrors(app, mirrors or [])
        rows = app.doctor(mirrors or [])
    code = worst(row.exit for row in rows)
    told = [row for row in rows if row.verdict is Verdict.PROBLEM] if invocation.quiet else rows
    invocation.tell(
        human=lambda: _lines(told),
        markdown=lambda: tables.markdown_table(_HEAD, [_row(row) for row in told]),
        document=lambda: doctor_document(rows, code),
    )
    return code


def _row(row: Checkup) -> tuple[str, ...]:
    return row.mirror, row.name, row.verdict, row.message, row.hint


def _lines(rows: Sequence[Checkup]) -> Iterator[Line]:
    mirror = ""
    for row in rows:
        if row.mirror != mirror:
            mirror = row.mirror
            yield ()
            yield (piece(mirror, Style.STRONG),)
        yield (
            Piece(f"  {row.verdict.ljust(8)}", _STYLES[row.verdict]),
            Piece(f"{row.name.ljust(7)}", Style.FAINT),
            piece(row.message),
        )
        if row.hint:
            yield (piece(f"           → {row.hint}"),)
