"""`state`: the records as JSON lines, out of the state and into another one, and against the target."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import typer

from pagemirror.cli import options
from pagemirror.cli.invocation import Invocation, check_mirrors
from pagemirror.cli.output.documents import content_document, verify_document
from pagemirror.cli.output.lines import Line, Style, line, piece
from pagemirror.cli.output.printing import OutputError, Printer
from pagemirror.cli.output.tables import markdown_table
from pagemirror.cli.output.words import counted, seconds
from pagemirror.model.errors import UsageError
from pagemirror.model.reports.contents import StateContent, VerifyReport

__all__ = ["register"]

_AT_ONCE: Final = 500
"""How many lines of an export are written at once."""

_DIFFERS: Final = 3
_HEAD: Final = ("mirror", "path", "page", "difference", "what")
_CONTENT_HEAD: Final = ("mirror", "records", "pages", "intents", "holds", "decisions")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="The records: a copy, its way back.", no_args_is_help=True, rich_markup_mode=None)
    family.command(name="export")(export)
    family.command(name="import")(take_in)
    family.command()(verify)
    app.add_typer(family, name="state")


def export(
    context: typer.Context,
    *,
    mirrors: options.Mirrors = None,
    texts: Annotated[bool, typer.Option("--texts", help="The texts too: as sent, and those kept.")] = False,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Where to; else to stdout.", show_default=False)
    ] = None,
) -> int:
    """The records as JSON lines."""
    invocation: Invocation = context.obj
    with invocation.app() as app:
        made = app.export(mirrors or [], texts=texts)
        blocks = _blocks(made.lines)
        if file is None:
            printer = Printer(invocation.ports.stdout, colours=False)
            for some in blocks:
                printer.text(some)
            return 0
        _write(invocation.ports.cwd / file, blocks)
    _tell_content(invocation, made.mirrors, f"exported to {file}")
    return 0


def take_in(
    context: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An export; - is stdin.", show_default=False)],
) -> int:
    """Put an export into a state that has no records of its mirrors; all of it, or nothing."""
    invocation: Invocation = context.obj
    text = _read(invocation, file)
    with invocation.app() as app:
        contents = app.take_in(text.rstrip("\n").split("\n"), str(file))
    _tell_content(invocation, contents, "imported")
    return 0


def verify(context: typer.Context, *, mirrors: options.Mirrors = None) -> int:
    """Compare the records with the target.

    One listing, and a read of each page that is not in it. Tells of pages that are missing or have another title, of
    records that share a page, and of records without one. Changes nothing; exit 3 where something differs.
    """
    invocation: Invocation = context.obj
    with invocation.app() as app:
        check_mirrors(app, mirrors or [])
        reports = app.verify(mirrors or [])
    code = _DIFFERS if any(report.findings for report in reports) else 0
    invocation.tell(
        human=lambda: _lines(reports, quiet=invocation.quiet),
        markdown=lambda: _markdown(reports),
        document=lambda: verify_document(reports, code),
    )
    return code


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    rows = iter(lines)
    while some := "".join(f"{row}\n" for row in islice(rows, _AT_ONCE)):
        yield some


def _write(path: Path, blocks: Iterable[str]) -> None:
    """Write a file that its owner alone can read; an earlier one stays as it is until all is written."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as stream:
            stream.writelines(blocks)
        part.replace(path)
    except OSError as error:
        raise OutputError(
            f"The export can't be written to {path}: {error.strerror or error}. The state was not changed.",
            hint="Name another place with --file, or leave it out to have it on stdout.",
        ) from error


def _read(invocation: Invocation, file: Path) -> str:
    try:
        return invocation.ports.stdin.read() if str(file) == "-" else (invocation.ports.cwd / file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file} can't be read: {getattr(error, 'strerror', None) or error}. Nothing was imported.",
            hint="Name a file that `pagemirror state export --file FILE` made.",
            code="export",
        ) from error


def _tell_content(invocation: Invocation, contents: Sequence[StateContent], done: str) -> None:
    rows = [
        (row.mirror, *map(str, (row.records, row.pages, row.intents, row.holds, row.decisions))) for row in contents
    ]

    def human() -> Iterator[Line]:
        if not contents:
            yield line(f"The state has no mirror; nothing was {done}.")
        for row in [] if invocation.quiet else contents:
            told = f"{counted(row.records, 'record')}, {counted(row.pages, 'page')} {done}"
            yield (piece(f"{row.mirror}: ", Style.STRONG), piece(told))

    invocation.tell(
        human=human,
        markdown=lambda: markdown_table(_CONTENT_HEAD, rows),
        document=lambda: content_document(contents),
    )


def _lines(reports: Sequence[VerifyReport], *, quiet: bool) -> Iterator[Line]:
    for report in reports:
        for finding in report.findings:
            page = f"  page {finding.page_id}" if finding.page_id else ""
            told = f"  {finding.difference}: {finding.message}"
            yield (piece(finding.path, Style.STRONG), piece(page), piece(told, Style.CARE))
        for warning in report.warnings:
            yield (piece(f"  warning: {warning}", Style.CARE),)
        if report.findings or not quiet:
            differ = len({finding.path for finding in report.findings})
            said = f"{counted(differ, 'differs', 'differ')} from the target" if differ else "as on the target"
            spent = f"{counted(report.requests, 'request')}, {seconds(report.seconds)}"
            told = f"{counted(report.records, 'record')}, {said}; {spent}"
            yield (piece(f"{report.mirror}: ", Style.STRONG), piece(told))
        if report.findings:
            yield line(f"  → pagemirror plan {report.mirror} --drift shows what a sync would make of it")


def _markdown(reports: Sequence[VerifyReport]) -> str:
    rows = [
        (report.mirror, finding.path, finding.page_id or "", finding.difference.value, finding.message)
        for report in reports
        for finding in report.findings
    ]
    warnings = "".join(f"\n{report.mirror}: {warning}\n" for report in reports for warning in report.warnings)
    return (markdown_table(_HEAD, rows) if rows else "The records are as on the target.\n") + warnings
