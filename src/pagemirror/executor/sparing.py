"""Which pages can't be removed yet, as something stands below them. Asked once, when all else of a pass is done.

Only where the target's tree is parents: there what stands below a page may go with it.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pagemirror.model.fields import PARENT, fingerprint
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Found, Listing, Page, Partial
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.model.records import Record

__all__ = ["Sparing", "look_below", "spared"]

_STRANGERS: Final = "pages that are not this mirror's stand below it; move them, then it goes"
_STAYING: Final = "pages that stay for now stand below it and could go with it; it goes when they have"
_UNSURE: Final = "the target's listing is incomplete, so nobody knows what stands below it; tried again next pass"

Told = Callable[[Iterable[PageId]], frozenset[PageId]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparing:
    """What is asked before removals: a `listing`, a page that it leaves out (`get`), and which pages records name
    (`owned`), or as archived (`buried`).
    """

    listing: Callable[[], Awaitable[Listing]]
    get: Callable[[PageId], Awaitable[Found]]
    owned: Told
    buried: Told


async def look_below(sparing: Sparing, removals: Sequence[Step], records: Iterable[Record]) -> Listing:
    """The listing, with the pages that should stand below those that go as they are: it may be late, and leave them out
    or show them where they stood before.
    """
    listing = await sparing.listing()
    shown = {header.id: fingerprint(header.parent) for header in listing.headers if header.parent is not None}
    going = {fingerprint(step.page_id) for step in removals if step.page_id is not None}
    below = {one.page_id: above for one in records if one.page_id and (above := one.remote.get(PARENT)) in going}
    late = {page: await sparing.get(page) for page, above in below.items() if shown.get(page) != above}
    on_time = (header for header in listing.headers if header.id not in late)
    read = (page.header for page in late.values() if isinstance(page, Page))
    return replace(listing, headers=(*on_time, *read))


def spared(
    removals: Sequence[Step], listing: Listing, *, owned: Told, buried: Told, moved: Collection[PageId]
) -> list[Step]:
    """The removals, each after those of the pages below it; held where another page is there, and all of them skipped
    where the listing may lack rows.

    `moved` are pages that this pass put elsewhere, which a listing may not show yet. A tombstone goes with nothing, so
    that a page above it can be archived, too; deleted it can't be.
    """
    if isinstance(listing, Partial):
        return [replace(step, outcome=Outcome.SKIPPED, code="listing", reason=_UNSURE) for step in removals]
    going = {step.page_id: step for step in removals if step.page_id is not None}
    below: defaultdict[PageId, list[PageId]] = defaultdict(list)
    for header in listing.headers:
        if header.parent is not None and header.id not in moved:
            below[header.parent].append(header.id)
    pages = [child for page in going for child in below[page]]
    ours, tombstones = owned(pages), buried(pages)
    for page, step in going.items():
        if step.action is Action.ARCHIVE:
            below[page] = [child for child in below[page] if child not in tombstones]
    why = {page: _STAYING if page in ours else _STRANGERS for page in pages if page not in going}
    more = True
    while more:
        above = {page for page in going if page not in why and any(child in why for child in below[page])}
        why |= dict.fromkeys(above, _STAYING)
        more = bool(above)
    return [_after(step, below[step.page_id] if step.page_id is not None else (), why, going) for step in removals]


def _after(step: Step, below: Sequence[PageId], why: Mapping[PageId, str], going: Mapping[PageId, Step]) -> Step:
    """A removal after those of what stands below its page, or held for what stays there."""
    reasons = [why[page] for page in below if page in why]
    if reasons:
        reason = _STRANGERS if _STRANGERS in reasons else _STAYING
        return replace(step, outcome=Outcome.HELD, code="foreign_children", reason=reason)
    return replace(step, after=tuple(sorted(going[page].uid for page in below)))
