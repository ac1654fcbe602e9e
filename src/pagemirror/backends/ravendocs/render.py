"""A document as a Raven Docs page: title, ProseMirror body, icon. Its place is the engine's to fill in. Pure."""

from pagemirror.backends.ravendocs.documents import body_from, converted
from pagemirror.model.documents import Document
from pagemirror.model.fields import BODY, ICON, TITLE, Fields, FieldValue
from pagemirror.model.ids import FieldName

__all__ = ["losses", "rendered"]


def rendered(document: Document, body: str, html: str) -> Fields:
    """The page's fields."""
    fields: dict[FieldName, FieldValue] = {TITLE: document.title, BODY: body_from(body, html)}
    if document.front.icon is not None:
        fields[ICON] = document.front.icon
    return fields


def losses(body: str, html: str) -> tuple[str, ...]:
    """What of a Markdown body the document does not hold, each once, with how often where it is more."""
    counts: dict[str, int] = {}
    for loss in converted(body, html).losses:
        counts[loss.message] = counts.get(loss.message, 0) + 1
    return tuple(message if count == 1 else f"{message} ({count} times)" for message, count in counts.items())
