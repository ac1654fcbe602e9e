"""What people see of holds and kept texts, and how their word is noted. Writes decisions; sends nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence

from pagemirror.backends.interface import Backend
from pagemirror.model.errors import UsageError
from pagemirror.model.fields import BODY
from pagemirror.model.ids import MirrorName, PageId, RepoPath, TextId
from pagemirror.model.plans import LEAVING, Action
from pagemirror.model.records import Choice, Decision, Hold, Record, Standing
from pagemirror.model.reports.holds import ConflictReport, HistoryRow, ResolveReport
from pagemirror.passes.gathering import GUARD_CODES
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.planner.table import seen_by_record
from pagemirror.planner.views import own_print, remote_print
from pagemirror.planner.words import EDITED
from pagemirror.state.interface import PutDecision, Store

__all__ = ["conflicts", "find_record", "history", "markdown", "only_one", "resolve", "restore"]

CHOICES: dict[str, tuple[str, ...]] = {
    "conflict": ("git", "remote", "merge"),
    "drift": ("git", "remote", "merge"),
    "reverted": ("git", "remote", "merge"),
    "draft": ("git", "remote"),
    "removed_and_edited": ("git", "remote"),
    "remote_removed": ("git", "remote"),
    "foreign": ("page", "new"),
    "in_doubt": ("page", "new"),
    "ambiguous": ("page", "new"),
    "page_taken": ("page", "new"),
}
"""What can be decided about a hold, by its code; guards are lifted by their flags only."""

_OTHERWISE = {
    "duplicate_id": "no word does: give each of these files an id of its own",
    "settings_removal": "no word does: a sync with --allow-settings-removals removes such pages",
    "foreign_children": "no word does: move the pages that stand below it",
    "text_unkept": "no word does: with texts = true the state keeps such texts",
}
"""The way out of what no decision lifts."""

_THERE = " as the file that is there"


def _choices(hold: Hold) -> tuple[str, ...]:
    """What can be decided about one hold. Where a file is back at a page, there is no text to merge from."""
    offered = CHOICES.get(hold.code, ())
    return tuple(word for word in offered if word != "merge" or hold.action != Action.RESTORE)


def conflicts(setup: MirrorSetup, store: Store, root: RepoPath, paths: Iterable[str]) -> tuple[ConflictReport, ...]:
    """The holds of a mirror, all or those of these paths."""
    asked = set(paths)
    decisions, holds = store.decisions(setup.name), store.holds(setup.name)
    waiting = Counter(hold.path for hold in holds)
    alike = Counter((hold.path, hold.action in LEAVING) for hold in holds)
    reports = []
    for hold in holds:
        path = shown(hold.path, root)
        if asked and path not in asked:
            continue
        decision = decisions.get(hold.uid)
        reports.append(
            ConflictReport(
                mirror=setup.name,
                path=path,
                page_id=hold.page_id,
                url=setup.url(hold.page_id, slug=None) if hold.page_id is not None else "",
                action=hold.action,
                code=hold.code,
                reason=hold.reason,
                at=hold.at,
                choices=_choices(hold),
                base=markdown(store, setup.backend, hold.base),
                git=markdown(store, setup.backend, hold.git),
                remote=markdown(store, setup.backend, hold.remote),
                candidates=hold.candidates,
                decided=decision.choice if decision is not None else "",
                gone=hold.action in LEAVING,
                twice=waiting[hold.path] > 1,
                alike=alike[hold.path, hold.action in LEAVING] > 1,
            )
        )
    return tuple(reports)


def markdown(store: Store, backend: Backend, text: TextId | None) -> str | None:
    """A text of the state as Markdown; None where it isn't there."""
    body = store.text(text) if text is not None else None
    return backend.to_markdown({BODY: body}) if body is not None else None


def resolve(
    setup: MirrorSetup,
    store: Store,
    root: RepoPath,
    path: str,
    *,
    choice: Choice,
    page: str | None,
    now: float,
    gone: bool | None = None,
    of: str | None = None,
) -> ResolveReport:
    """Note a decision about a hold; the next pass carries it out if neither side moves before.

    `gone` says whether the page of a file that is gone from this path is meant, or that of the file that is there; it
    has to be told where both wait. So has the page that is meant, `of`, where those of several such files wait.
    """
    hold = _hold(setup, store, root, path, choice, gone=gone, of=of)
    allowed = _choices(hold)
    if choice not in allowed:
        offered = ", ".join(_option(word) for word in allowed)
        raise UsageError(
            f"{path} is held as {hold.code}; {_option(choice)} doesn't fit that. Nothing was noted.",
            hint=f"what fits: {offered}" if offered else _OTHERWISE.get(hold.code, hold.reason),
            code="choice",
        )
    page_id = PageId(page) if page is not None else None
    decision = Decision(uid=hold.uid, choice=choice, basis=hold.basis, at=now, page_id=page_id)
    store.apply(setup.name, (PutDecision(decision=decision),))
    return ResolveReport(mirror=setup.name, path=path, choice=choice, code=hold.code, page_id=page_id or hold.page_id)


def _option(word: str) -> str:
    match word:
        case "page":
            return "--page ID"
        case "new":
            return "--new"
        case _:
            return f"--take {word}"


def _hold(
    setup: MirrorSetup, store: Store, root: RepoPath, path: str, choice: Choice, *, gone: bool | None, of: str | None
) -> Hold:
    """What is held for a path: what the choice fits, and of several without a page the one that waits longest without
    a word.
    """
    holds = [hold for hold in store.holds(setup.name) if hold.code not in GUARD_CODES]
    at_path = [hold for hold in holds if shown(hold.path, root) == path]
    here = [hold for hold in at_path if gone is None or (hold.action in LEAVING) is gone]
    here = [hold for hold in here if of is None or hold.page_id == of]
    fitting = [hold for hold in here if choice in _choices(hold)]
    if len({hold.action in LEAVING for hold in fitting}) > 1:
        raise _which(path, fitting)
    if len(fitting) > 1 and all(hold.page_id is not None for hold in fitting):
        raise _which_page(path, fitting)
    if here:
        decided = store.decisions(setup.name)
        return min(fitting or here, key=lambda hold: (hold.uid in decided, hold.at))
    waiting = ", ".join(shown(hold.path, root) for hold in holds[:5])
    where = "" if gone is None or not at_path else " as a file that is gone from there" if gone else _THERE
    whose = f" and page {of}" if of is not None else ""
    raise UsageError(
        f"Nothing is held for {path}{where}{whose} in mirror {setup.name}; nothing was noted.",
        hint=f"held are: {waiting}" if waiting else "nothing is held in this mirror",
        code="not_held",
    )


def _which(path: str, holds: Sequence[Hold]) -> UsageError:
    """Of a word that fits both what a file waits for and what another one waits for that had its path before."""
    said = {hold.action in LEAVING: hold.code for hold in holds}
    return UsageError(
        f"Two wait under {path}: the file that is there ({said[False]}), and the page of one that is gone from there "
        f"({said[True]}). Nothing was noted.",
        hint="say which: --there or --gone; `pagemirror conflicts` shows both",
        code="which_hold",
    )


def _which_page(path: str, holds: Sequence[Hold]) -> UsageError:
    """Of a word that fits what the pages of several files wait for that were at a path, one after the other."""
    pages = ", ".join(f"{hold.page_id} ({hold.code})" for hold in holds)
    return UsageError(
        f"Several pages wait under {path}: {pages}. Nothing was noted.",
        hint="say which page is meant: --of ID; `pagemirror conflicts` shows each",
        code="which_hold",
    )


def find_record(setup: MirrorSetup, store: Store, root: RepoPath, path: str) -> Record | None:
    """The record of a path: a live one before one whose file is gone."""
    whole = RepoPath(f"{root}/{path}" if root else path)
    records = store.records_by_path(setup.name, (whole,))
    return min(records, key=lambda record: (record.standing is not Standing.LIVE, record.uid), default=None)


def history(setup: MirrorSetup, store: Store, root: RepoPath, path: str) -> tuple[HistoryRow, ...]:
    """The kept texts of a path, newest first."""
    whole = RepoPath(f"{root}/{path}" if root else path)
    record = find_record(setup, store, root, path)
    kept = store.kept(setup.name, record.uid) if record is not None else store.kept(setup.name)
    rows = []
    for row in kept:
        text = store.text(row.text)
        if text is None or (record is None and row.path != whole):
            continue
        rows.append(
            HistoryRow(
                mirror=setup.name,
                number=row.number,
                path=shown(row.path, root),
                page_id=row.page_id,
                at=row.at,
                why=row.why,
                title=row.title,
                first_line=next((line.strip() for line in text.splitlines() if line.strip()), ""),
                size=len(text.encode("utf-8", "surrogatepass")),
                text=text,
            )
        )
    return tuple(rows)


def restore(setup: MirrorSetup, store: Store, root: RepoPath, path: str, number: int, *, now: float) -> ResolveReport:
    """Note that a kept text is to be put back on its page; the next pass does it, and the page is diverged then."""
    record = find_record(setup, store, root, path)
    if record is None or record.page_id is None or record.standing is not Standing.LIVE:
        raise UsageError(
            f"{path} has no page now to put a text back on; nothing was noted.",
            hint=f"`pagemirror history {path}` shows the kept texts; bring the file back first",
            code="no_page",
        )
    row = next((row for row in store.kept(setup.name, record.uid) if row.number == number), None)
    if row is None:
        known = ", ".join(str(row.number) for row in store.kept(setup.name, record.uid)[:5]) or "none"
        raise UsageError(
            f"{path} has no kept text {number}; nothing was noted.", hint=f"there are: {known}", code="no_text"
        )
    edited = next((hold for hold in store.holds(setup.name) if hold.uid == record.uid and hold.code in EDITED), None)
    basis = edited.basis if edited is not None else f"{own_print(record)}:{remote_print(seen_by_record(record))}"
    decision = Decision(uid=record.uid, choice=Choice.RESTORE, basis=basis, at=now, text=row.text, title=row.title)
    store.apply(setup.name, (PutDecision(decision=decision),))
    return ResolveReport(mirror=setup.name, path=path, choice="restore", code="restore", page_id=record.page_id)


def only_one(mirrors: Sequence[MirrorName], path: str) -> MirrorName:
    """The mirror that a path belongs to; raises where it could be several."""
    if len(mirrors) == 1:
        return mirrors[0]
    if not mirrors:
        raise UsageError(f"No mirror knows {path}.", hint="paths are relative to source.path", code="unknown_path")
    raise UsageError(
        f"{path} could mean several mirrors: {', '.join(mirrors)}.",
        hint="name one with --mirror",
        code="ambiguous_path",
    )
