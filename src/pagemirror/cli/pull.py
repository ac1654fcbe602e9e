"""`pull`: people's edits on the target back to Git, as commits on a branch."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer

from pagemirror.cli import options
from pagemirror.cli.invocation import Invocation, check_mirrors
from pagemirror.cli.output import tables
from pagemirror.cli.output.diffs import diff_lines
from pagemirror.cli.output.documents import pull_document
from pagemirror.cli.output.lines import Line, Style, line, piece
from pagemirror.cli.output.words import counted
from pagemirror.model.reports.edits import Pull, PullReport, PullRow

__all__ = ["register"]

_BRANCH: Final = "pagemirror/edits"
_HEAD: Final = ("mirror", "path", "page", "what")
_NOTHING: Final = "No edit on the target that Git does not have; no branch was written."
_HELD: Final = 3
_STYLES: Final = {Pull.PULLED: Style.GOOD, Pull.HELD: Style.BAD, Pull.LEFT: Style.CARE}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(pull)


def pull(
    context: typer.Context,
    *,
    mirrors: options.Mirrors = None,
    branch: Annotated[str, typer.Option("--branch", metavar="B", help="The branch to write.")] = _BRANCH,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the diffs; write nothing.")] = False,
) -> int:
    """Bring edits made on the target back to Git.

    Each edited page becomes a commit on a branch, merged with what Git has since; a branch that an earlier pull made is
    made anew. No file of the working tree and no page is touched. Where the source is a URL, the branch is pushed.
    """
    invocation: Invocation = context.obj
    with invocation.app() as app:
        check_mirrors(app, mirrors or [])
        reports = app.pull(mirrors or [], branch=branch, dry=dry_run)
    code = _HELD if any(row.outcome is Pull.HELD for report in reports for row in report.rows) else 0
    for report in reports:
        for warning in report.warnings:
            invocation.remark(f"{report.mirror}: {warning}")
    invocation.tell(
        human=lambda: _lines(reports, dry=dry_run, quiet=invocation.quiet),
        markdown=lambda: _markdown(reports, dry=dry_run),
        document=lambda: pull_document(reports, code, dry=dry_run),
    )
    return code


def _said(row: PullRow, *, dry: bool) -> str:
    if row.outcome is not Pull.PULLED:
        return f"not pulled ({row.code}): {row.reason}"
    by = f", edited by {row.author}" if row.author else ""
    return f"{'would be pulled' if dry else 'pulled'}{by}"


def _lines(reports: Sequence[PullReport], *, dry: bool, quiet: bool) -> Iterator[Line]:
    for report in reports:
        for row in report.rows:
            if row.outcome is not Pull.PULLED or not quiet:
                where = piece(f"  {row.url or f'page {row.page_id}'}", Style.FAINT)
                yield (piece(row.path, Style.STRONG), where, piece(f"  {_said(row, dry=dry)}", _STYLES[row.outcome]))
            if dry and row.diff and not quiet:
                yield from diff_lines(row.diff, indent="  ")
    if not quiet:
        yield from (line(said) for said in _ends(reports, dry=dry))


def _ends(reports: Sequence[PullReport], *, dry: bool) -> Iterator[str]:
    """What was written, and what to do with it."""
    pulled = [report for report in reports if any(row.outcome is Pull.PULLED for row in report.rows)]
    if not pulled:
        yield _NOTHING
        return
    count = counted(sum(row.outcome is Pull.PULLED for report in pulled for row in report.rows), "edit")
    if dry:
        yield f"{count} would be put on {pulled[0].branch}; nothing was written."
        return
    yield f"{count} on the branch {pulled[0].branch}, which starts from {pulled[0].onto}."
    if any(report.pushed for report in pulled):
        yield f"→ open a merge request from {pulled[0].branch}, which was pushed"
    if not all(report.pushed for report in pulled):
        yield f"→ git merge {pulled[0].branch}"


def _markdown(reports: Sequence[PullReport], *, dry: bool) -> str:
    rows = [
        (report.mirror, row.path, row.url or row.page_id, _said(row, dry=dry))
        for report in reports
        for row in report.rows
    ]
    ends = "\n".join(_ends(reports, dry=dry))
    return f"{tables.markdown_table(_HEAD, rows)}\n{ends}\n" if rows else f"{ends}\n"
