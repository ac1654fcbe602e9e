"""What `check` found: for people, as a comment for a merge request, and as annotations. Pure: reports in, text out."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pagemirror.cli.output.github import annotation
from pagemirror.cli.output.lines import Line, Piece, Style, block, line, piece
from pagemirror.cli.output.safe import code_span, prose
from pagemirror.cli.output.words import counted, number, seconds, short_commit
from pagemirror.model.documents import Level
from pagemirror.model.reports.checks import CheckFinding, CheckReport

__all__ = ["check_annotations", "check_lines", "check_markdown"]

_STYLES = {Level.ERROR: Style.BAD, Level.WARNING: Style.CARE}
_LISTED = 500
"""So many findings of one mirror are in a comment; GitHub and others cut long ones."""


def check_lines(reports: Sequence[CheckReport], *, quiet: bool = False) -> Iterator[Line]:
    """The findings by file, then one line a mirror; `quiet` leaves warnings and clean mirrors out."""
    for report in reports:
        shown = [finding for finding in report.findings if not quiet or finding.level is Level.ERROR]
        for file, findings in groupby(shown, key=lambda finding: finding.path):
            yield (piece(file, Style.STRONG),)
            for finding in findings:
                yield _row(finding)
        if report.error is not None:
            yield from _stopped(report, report.error.get("message", ""), report.error.get("hint", ""))
        elif not quiet or report.errors:
            if shown:
                yield ()
            yield line(f"{report.mirror}: {_summary(report)}")


def _row(finding: CheckFinding) -> Line:
    place = "" if finding.line is None else f"{finding.line}" if finding.column is None else _place(finding)
    return (
        Piece(f"  {place.ljust(8)} "),
        Piece(f"{finding.level.value.ljust(7)}  ", _STYLES[finding.level]),
        piece(finding.message),
        Piece(f"  {finding.code}", Style.FAINT),
    )


def _place(finding: CheckFinding) -> str:
    return f"{finding.line}:{finding.column}"


def _stopped(report: CheckReport, message: str, hint: str) -> Iterator[Line]:
    first, *others = block(message)
    yield (piece(f"{report.mirror}: ", Style.BAD), *first)
    yield from others
    if hint:
        yield from block(f"→ {hint}", indent="  ")


def _summary(report: CheckReport) -> str:
    found = [counted(report.errors, "error"), counted(report.warnings, "warning")]
    told = ", ".join(found) if report.findings else "nothing to complain of"
    codes = ", ".join(f"{code} {number(count)}" for code, count in report.counts.items())
    pages = counted(report.pages, "page")
    out = f" ({number(report.left_out)} left out by mirror: false)" if report.left_out else ""
    return f"{pages}{out}: {told}{f' ({codes})' if codes else ''}, {seconds(report.seconds)}"


def check_markdown(reports: Sequence[CheckReport]) -> str:
    """All mirrors in one comment."""
    rows = ["### Pagemirror: check", "", "| mirror | commit | pages | left out | errors | warnings |"]
    rows.append("|---|---|---:|---:|---:|---:|")
    for report in reports:
        commit = "" if report.error is not None else code_span(short_commit(report.commit))
        rows.append(
            f"| {prose(report.mirror)} | {commit} | {number(report.pages)} | {number(report.left_out)} "
            f"| {number(report.errors)} | {number(report.warnings)} |"
        )
    for report in reports:
        rows += _mirror(report, f" in {prose(report.mirror)}" if len(reports) > 1 else "")
    return "\n".join(rows) + "\n"


def _mirror(report: CheckReport, title: str) -> Iterator[str]:
    if report.error is not None:
        yield from ("", f"**Not checked{title}:** {prose(report.error.get('message', ''))}  ")
        yield prose(report.error.get("hint", ""))
    if not report.findings:
        return
    yield from ("", f"**Found{title}**", "", "| code | number |", "|---|---:|")
    yield from (f"| {code_span(code)} | {number(count)} |" for code, count in report.counts.items())
    worst = sorted(report.findings, key=lambda finding: finding.level is not Level.ERROR)
    yield from ("", "| file | line | | what |", "|---|---:|---|---|")
    yield from map(_table_row, worst[:_LISTED])
    if len(worst) > _LISTED:
        yield f"| … | | | and {number(len(worst) - _LISTED)} more |"


def _table_row(finding: CheckFinding) -> str:
    place = "" if finding.line is None else str(finding.line)
    return f"| {code_span(finding.path)} | {place} | {finding.level.value} | {prose(finding.message)} |"


def check_annotations(reports: Sequence[CheckReport]) -> str:
    """A workflow command for each finding, errors first, as a runner shows only the first of each kind."""
    told = []
    for report in reports:
        if report.error is not None:
            said = f"{report.error.get('message', '')}\n{report.error.get('hint', '')}".strip()
            told.append(annotation("error", said, title=f"pagemirror: {report.error.get('code', '')}"))
        told += [
            annotation(
                finding.level.value,
                finding.message,
                title=f"pagemirror: {finding.code}",
                file=finding.file,
                line=finding.line,
                column=finding.column,
            )
            for finding in sorted(report.findings, key=lambda finding: finding.level is not Level.ERROR)
        ]
        if report.error is None:
            told.append(f"{report.mirror}: {_summary(report)}\n")
    return "".join(told)
