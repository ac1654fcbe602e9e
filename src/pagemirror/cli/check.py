"""`check`: what is wrong in the source folder, before anything is sent."""

from collections.abc import Sequence
from typing import Annotated

import typer

from pagemirror.cli import options
from pagemirror.cli.exit_code import worst
from pagemirror.cli.invocation import Invocation, check_mirrors
from pagemirror.cli.output.checks import check_annotations, check_lines, check_markdown
from pagemirror.cli.output.documents import Failure, check_document
from pagemirror.model.reports.checks import CheckReport

__all__ = ["register"]

_WRONG = 1


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    context: typer.Context,
    *,
    mirrors: options.Mirrors = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 with warnings too.")] = False,
) -> int:
    """What is wrong in the folder.

    Reads files only: front matter, links and anchors, titles and ids that are there twice, what the target can't show,
    its limits. Asks no network, needs no token, writes nothing.
    """
    invocation: Invocation = context.obj
    with invocation.app() as app:
        check_mirrors(app, mirrors or [])
        reports = app.check(mirrors or [])
    code = worst(_code(report, strict=strict) for report in reports)
    invocation.tell(
        human=lambda: check_lines(reports, quiet=invocation.quiet and not strict),
        markdown=lambda: check_markdown(reports),
        document=lambda: check_document(reports, code, _failure(reports, code)),
        annotations=lambda: check_annotations(reports),
    )
    return code


def _code(report: CheckReport, *, strict: bool) -> int:
    if report.error is not None:
        return int(report.error["exit"])
    return _WRONG if report.errors or (strict and report.findings) else 0


def _failure(reports: Sequence[CheckReport], code: int) -> Failure | None:
    """The error that the whole command ends with."""
    for report in reports:
        error = report.error
        if error is not None and int(error["exit"]) == code:
            return Failure(code=error["code"], message=error["message"], hint=error["hint"])
    return None
