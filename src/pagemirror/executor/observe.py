"""What a page that was read says to the planner. Pure: fingerprints of its normal form, against the record."""

from pagemirror.backends.interface import Backend
from pagemirror.model.fields import BODY, SET_FIELDS, TITLE, Fields, Prints, fingerprint
from pagemirror.model.ids import FieldName, Fingerprint
from pagemirror.model.pages import Absent, Draft, Found, Page
from pagemirror.model.records import Record
from pagemirror.planner.views import Missing, Present, Seen

__all__ = ["is_stale", "members", "prints_of", "see", "text_of"]


def prints_of(backend: Backend, fields: Fields) -> Prints:
    """The fingerprints of the normal form, for every field but sets."""
    normal = backend.normal(fields)
    return {name: fingerprint(value) for name, value in normal.items() if name not in SET_FIELDS}


def members(fields: Fields, name: FieldName) -> tuple[str, ...]:
    """A set field's members; none where the field isn't there."""
    value = fields.get(name)
    return value if isinstance(value, tuple) else ()


def see(backend: Backend, record: Record | None, found: Found) -> Seen:
    """The page as the decision table wants it.

    Where the last write's answer held no body, the body under the same version and time is taken as what was written;
    without versions an edit of the same second would pass as that, so the body itself is compared.
    """
    if isinstance(found, Absent):
        return Missing(kind=found.kind)
    prints = dict(prints_of(backend, found.fields))
    lost = frozenset[FieldName]()
    if record is not None:
        header = found.header
        same = header.version is not None and header.version == record.version and header.updated == record.updated
        if not record.body_known and same and BODY in record.remote:
            prints[BODY] = record.remote[BODY]
        lost = frozenset(
            name for name, ours in record.ours.items() if not set(ours) <= set(members(found.fields, name))
        )
    return Present(
        page_id=found.id,
        prints=prints,
        version=found.header.version,
        lost=lost,
        draft=_draft(backend, record, found.draft),
        tombstone=found.tombstone,
        reverted=found.put_back,
    )


def _draft(backend: Backend, record: Record | None, draft: Draft | None) -> Fingerprint | None:
    """A person's draft; None where it only repeats what was last sent or accepted."""
    if draft is None:
        return None
    prints = prints_of(backend, {TITLE: draft.title, BODY: draft.body})
    if record is not None:
        for base in (record.sent, record.remote):
            if all(base.get(name) == prints.get(name) for name in (TITLE, BODY)):
                return None
    return fingerprint("\n".join(prints[name] for name in sorted(prints)))


def is_stale(record: Record | None, found: Found) -> bool:
    """Whether a read is older than our own last write to the same page, and so no news."""
    if record is None or isinstance(found, Absent) or record.page_id != found.id:
        return False
    return 0 < found.header.updated < abs(record.updated)


def text_of(backend: Backend, page: Page) -> str:
    """The page's text as it is kept: Markdown, or the body as it is where no Markdown can be made of it."""
    if not page.body_known:
        return ""
    if backend.capabilities.format != "markdown":
        return str(page.fields.get(BODY) or "")
    return backend.to_markdown(page.fields)
