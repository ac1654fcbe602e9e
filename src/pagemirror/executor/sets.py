"""Set fields on a page that people file too: what they added stays, what we put there and no longer want goes. Pure."""

from pagemirror.executor.observe import members
from pagemirror.model.fields import SET_FIELDS, Fields
from pagemirror.model.pages import Page
from pagemirror.model.records import Ours, Record

__all__ = ["sets_of", "still_ours", "with_sets"]


def sets_of(resolved: Fields) -> Ours:
    """The members of every set field, as ids."""
    return {name: members(resolved, name) for name in resolved if name in SET_FIELDS}


def still_ours(record: Record, wanted: Fields, page: Page) -> Ours:
    """What of the page's sets was put there by us, of the fields that are still wanted."""
    return {
        name: tuple(one for one in record.ours.get(name, ()) if one in members(page.fields, name))
        for name in wanted
        if name in SET_FIELDS
    }


def with_sets(record: Record, changed: Fields, resolved: Fields, page: Page) -> tuple[Fields, Fields]:
    """The fields to send and all fields as they shall stand, each set with what people added."""
    whole = dict(resolved)
    for name in {*changed, *resolved} & SET_FIELDS:
        ours = record.ours.get(name, ())
        theirs = [one for one in members(page.fields, name) if one not in ours]
        whole[name] = tuple(dict.fromkeys([*theirs, *members(resolved, name)]))
    return {name: whole.get(name, value) for name, value in changed.items()}, whole
