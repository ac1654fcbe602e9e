"""Changes: which fields the file moved, which the target moved, and which both already agree on. Pure."""

from pagemirror.model.fields import BODY, SET_FIELDS, moved_fields
from pagemirror.model.ids import FieldName
from pagemirror.model.records import Record
from pagemirror.planner.views import Present, Unseen, Wanted

__all__ = ["agreed", "differing", "is_same", "own_change", "remote_change", "seen_by_record", "to_send"]


def own_change(record: Record, wanted: Wanted) -> frozenset[FieldName]:
    """The fields that the file itself moved.

    A body counts as moved only if its bytes did and its text does too with links as uids: neither a renamed link target
    nor a link adapted to a rename is an own change.
    """
    moved = moved_fields(record.own, wanted.own)
    gone = frozenset(name for name in record.own if name not in wanted.own)
    return (moved | gone) - {BODY} if record.raw_body == wanted.raw_body else moved | gone


def to_send(record: Record, wanted: Wanted) -> frozenset[FieldName]:
    """The fields whose rendered value isn't the one that was sent last; a set that is no longer ours is taken back."""
    lifted = frozenset(name for name in record.ours if name not in wanted.sent and record.ours[name])
    return moved_fields(record.sent, wanted.sent) | lifted


def remote_change(record: Record, seen: Present) -> frozenset[FieldName]:
    """The owned fields that are no longer as the remote base has them."""
    scalars = {name: value for name, value in seen.prints.items() if name in record.remote and name not in SET_FIELDS}
    return moved_fields(record.remote, scalars) | seen.lost


def agreed(wanted: Wanted, seen: Present) -> frozenset[FieldName]:
    """The fields in which the page already holds what the document wants. Sets are shared, so they never count."""
    return frozenset(
        name for name, value in wanted.full.items() if name not in SET_FIELDS and seen.prints.get(name) == value
    )


def differing(wanted: Wanted, seen: Present) -> frozenset[FieldName]:
    """The fields that both know and in which the page holds something else."""
    shared = (name for name in wanted.full if name in seen.prints and name not in SET_FIELDS)
    return frozenset(shared) - agreed(wanted, seen)


def seen_by_record(record: Record) -> Present | Unseen:
    """The page as the remote base has it, for a plan that asks the target nothing."""
    if record.page_id is None:
        return Unseen()
    prints = {name: value for name, value in record.remote.items() if name not in SET_FIELDS}
    return Present(page_id=record.page_id, prints=prints, version=record.version)


def is_same(wanted: Wanted, seen: Present) -> bool:
    """Whether the page holds what the document wants, in every field both know."""
    return BODY in agreed(wanted, seen) and not differing(wanted, seen) and not seen.lost
