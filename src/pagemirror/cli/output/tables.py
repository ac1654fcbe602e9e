"""Status, holds, kept texts and other lists, for people and as Markdown. Pure."""

import shlex
from collections.abc import Iterator, Sequence

from pagemirror.cli.output.columns import beside
from pagemirror.cli.output.diffs import diff_lines, unified
from pagemirror.cli.output.lines import Line, Piece, Style, line, piece, table
from pagemirror.cli.output.safe import clean, prose, shortened
from pagemirror.cli.output.words import ago, counted, number, short_commit, size, stamp
from pagemirror.model.reports.holds import ConflictReport, HistoryRow
from pagemirror.model.reports.standings import BudgetReport, MirrorStatus

__all__ = [
    "HISTORY_HEAD",
    "STATUS_HEAD",
    "conflict_lines",
    "conflicts_markdown",
    "history_lines",
    "history_rows",
    "markdown_table",
    "status_lines",
    "status_rows",
]

_BAD = frozenset({"failed", "unusable"})
_CARE = frozenset({"held", "deferred", "locked"})
STATUS_HEAD = ("mirror", "result", "last pass", "commit", "pages", "pending", "held", "failed", "unsettled", "diverged")
HISTORY_HEAD = ("id", "when", "page", "why", "size", "first line")


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as Markdown."""
    lines = [" | ".join(head), " | ".join("---" for _ in head), *(" | ".join(map(prose, row)) for row in rows)]
    return "".join(f"| {row} |\n" for row in lines)


def status_lines(rows: Sequence[MirrorStatus], now: float) -> Iterator[Line]:
    """A small block a mirror."""
    for position, row in enumerate(rows):
        if position:
            yield ()
        yield from _status(row, now)


def status_rows(rows: Sequence[MirrorStatus]) -> list[tuple[str, ...]]:
    """The same as a table's rows."""
    return [
        (
            row.name,
            row.result,
            "never" if row.last_pass is None else stamp(row.last_pass),
            short_commit(row.commit) if row.last_pass is not None else "",
            *map(number, (row.pages, row.pending, row.held, row.failed, row.unsettled, row.diverged)),
        )
        for row in rows
    ]


def history_rows(rows: Sequence[HistoryRow]) -> list[tuple[str, ...]]:
    """Kept texts as a table's rows."""
    return [
        (
            str(row.number),
            stamp(row.at),
            row.page_id or "",
            row.why,
            size(row.size),
            shortened(row.first_line or row.title),
        )
        for row in rows
    ]


def conflict_lines(rows: Sequence[ConflictReport], now: float, *, columns: int | None = None) -> Iterator[Line]:
    """Each hold: what it is, what Git and the target changed, and the choices.

    With `columns` the texts of both sides stand beside each other, in so many cells, instead of a diff of each.
    """
    for position, row in enumerate(rows):
        if position:
            yield ()
        head = f"  {row.code}: {row.reason}" if row.reason else f"  {row.code}"
        yield (piece(row.path, Style.STRONG), piece(head, Style.CARE))
        page = " ".join(part for part in (row.page_id or "", row.url) if part)
        yield (piece(f"  {row.mirror}, {row.action}, since {stamp(row.at)} ({ago(row.at, now)})", Style.FAINT),)
        if page:
            yield (piece(f"  page {page}", Style.FAINT),)
        if columns is not None and row.git is not None and row.remote is not None:
            yield from beside(row.git, row.remote, heads=("Git", "the page"), width=columns, indent="  ")
        else:
            yield from _sides(row)
        yield from _ways(row)


def conflicts_markdown(rows: Sequence[ConflictReport]) -> str:
    """The holds as a table."""
    head = ("mirror", "path", "code", "reason", "choices", "decided")
    return markdown_table(
        head, [(row.mirror, row.path, row.code, row.reason, ", ".join(row.choices), row.decided) for row in rows]
    )


def _status(row: MirrorStatus, now: float) -> Iterator[Line]:
    style = Style.BAD if row.result in _BAD else Style.CARE if row.result in _CARE else Style.GOOD
    last = "no pass yet" if row.last_pass is None else f"{stamp(row.last_pass)} ({ago(row.last_pass, now)})"
    yield (piece(row.name, Style.STRONG), piece(f"  {row.result}", style), piece(f"  {last}"))
    if not row.configured:
        yield (piece("  no longer in the config; its records are kept", Style.CARE),)
    if row.message:
        yield (piece(f"  {row.message}", style),)
    counts = {
        "pending": row.pending,
        "held": row.held,
        "failed": row.failed,
        "deferred": row.deferred,
        "unsettled": row.unsettled,
        "diverged": row.diverged,
    }
    told = ", ".join(f"{number(count)} {name}" for name, count in counts.items() if count)
    yield from _fact("pages", f"{number(row.pages)}{': ' + told if told else ''}")
    yield from _fact("commit", short_commit(row.commit) if row.last_pass is not None else "")
    yield from _fact("target", row.target)
    yield from _fact("budget", _budget(row.budget, now))
    yield from _fact("kept", f"{size(row.kept_bytes)} of earlier texts" if row.kept_bytes else "")
    yield from _fact("lock", row.lock)
    if row.held:
        yield line("  → pagemirror conflicts")


def _fact(name: str, text: str) -> Iterator[Line]:
    if text:
        yield (Piece(f"  {name.ljust(8)}", Style.FAINT), piece(text))


def _budget(row: BudgetReport, now: float) -> str:
    told = []
    if row.minute_limit is not None:
        told.append(f"{number(row.minute_left or 0)} of {number(row.minute_limit)} requests left this minute")
    if row.day_limit is not None:
        told.append(f"{number(row.day_left or 0)} of {number(row.day_limit)} in 24 hours")
    if row.paused_until is not None and row.paused_until > now:
        told.append(f"paused by the target until {stamp(row.paused_until)}")
    if row.finished_at is not None:
        told.append(f"deferred work will be done by {stamp(row.finished_at)}")
    return ", ".join(told)


def _sides(row: ConflictReport) -> Iterator[Line]:
    for name, heading, text in (("git", "What Git changed", row.git), ("target", "What the page changed", row.remote)):
        if text is None:
            yield line(f"  {heading}: that text is not known or not there.")
        elif row.base is None:
            yield line(
                f"  {heading}: there is no earlier text to compare with; it has {counted(_length(text), 'line')}."
            )
            yield from diff_lines(unified("", text, before_name="/dev/null", after_name=name), indent="    ")
        else:
            diff = unified(row.base, text, before_name="base", after_name=name)
            yield line(f"  {heading}:" if diff else f"  {heading}: nothing.")
            if diff:
                yield from diff_lines(diff, indent="    ")


def command(row: ConflictReport, choice: str) -> str:
    """The command that makes this choice."""
    which = "" if not row.twice else " --gone" if row.gone else " --there"
    which += f" --of {shlex.quote(row.page_id)}" if row.alike and row.page_id is not None else ""
    start = f"pagemirror resolve {shlex.quote(row.path)} --mirror {row.mirror}{which}"
    match choice:
        case _ if choice.startswith("-"):
            return f"{start} {choice}"
        case "new":
            return f"{start} --new"
        case "page":
            known = row.candidates if row.code != "page_taken" else ()  # that one is another file's
            return f"{start} --page {shlex.quote(known[0]) if known else 'ID'}"
        case _:
            return f"{start} --take {choice}"


def _length(text: str) -> int:
    return len(text.splitlines())


def _ways(row: ConflictReport) -> Iterator[Line]:
    if row.candidates:
        yield line(f"  Pages that it could be: {', '.join(map(clean, row.candidates))}")
    if row.decided:
        yield (piece(f"  Decided: {row.decided}; the next sync carries it out.", Style.GOOD),)
    else:
        for choice in row.choices:
            yield line(f"  → {command(row, choice)}")


def history_lines(rows: Sequence[HistoryRow]) -> Iterator[Line]:
    """Kept texts, the way back at the end."""
    yield from table(HISTORY_HEAD, history_rows(rows))
