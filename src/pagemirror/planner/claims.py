"""Claims: two documents never get one page, and a page that may belong to a waiting file isn't removed. Pure."""

from collections import defaultdict
from collections.abc import Mapping

from pagemirror.model.ids import PageId, RepoPath, Uid, named
from pagemirror.model.plans import Action, Outcome
from pagemirror.planner.order import REMOVING
from pagemirror.planner.verdicts import Quiet, Verdict
from pagemirror.planner.views import View
from pagemirror.planner.words import asked_again, is_chosen

__all__ = ["claimed", "settle_claims"]

Verdicts = dict[Uid, Verdict | Quiet]


def claimed(view: View) -> PageId | None:
    """The page that a document without one is to be tied to: chosen by a person, named in its file, or found equal.

    One with a draft on it was chosen before, and is held.
    """
    if view.record is not None and view.record.page_id is not None:
        return None
    if view.decision is not None and view.decision.page_id is not None and is_chosen(view):
        return view.decision.page_id
    if view.adopt is None and view.hold is not None and view.hold.code == "draft":
        return view.hold.page_id
    return view.adopt


def settle_claims(verdicts: Verdicts, views: Mapping[Uid, View]) -> None:
    """Hold documents that claim a page which another document has or claims too, and don't remove such a page."""
    owners = {view.record.page_id: view for view in views.values() if view.record and view.record.page_id}
    claims: defaultdict[PageId, list[View]] = defaultdict(list)
    for uid, verdict in verdicts.items():
        page = claimed(views[uid])
        if page is not None and isinstance(verdict, Verdict) and verdict.outcome is Outcome.PLANNED:
            claims[page].append(views[uid])
    for page, those in claims.items():
        owner = owners.get(page)
        if owner is None and len(those) == 1:
            continue
        for view in those:
            others = sorted(_path(o) for o in [*those, *([owner] if owner else [])] if o is not view)
            verdicts[view.uid] = asked_again(
                view, "page_taken", f"page {named(page)} belongs to {', '.join(others)}", candidates=(page,)
            )
        if owner is not None:
            _spare(verdicts, owner.uid, f"its page is claimed by {', '.join(_path(view) for view in those)}")
    _spare_ambiguous(verdicts, views)


def _spare_ambiguous(verdicts: Verdicts, views: Mapping[Uid, View]) -> None:
    by_path: dict[RepoPath, list[Uid]] = defaultdict(list)
    for view in views.values():
        if view.record is not None and view.wanted is None:
            by_path[view.record.path].append(view.uid)
    for uid, verdict in list(verdicts.items()):
        if isinstance(verdict, Verdict) and verdict.code == "ambiguous":
            for path in views[uid].ambiguous:
                for other in by_path.get(RepoPath(path), ()):
                    _spare(verdicts, other, f"its file may have become {_path(views[uid])}, which waits for a person")


def _spare(verdicts: Verdicts, uid: Uid, reason: str) -> None:
    verdict = verdicts[uid]
    if (
        isinstance(verdict, Verdict)
        and verdict.outcome is Outcome.PLANNED
        and verdict.action in {*REMOVING, Action.KEEP}
    ):
        verdicts[uid] = verdict.but(Outcome.SKIPPED, "hidden_half", reason)


def _path(view: View) -> RepoPath:
    return (
        view.wanted.path if view.wanted is not None else view.record.path if view.record is not None else RepoPath("")
    )
