"""A document as a Pharen page: title and body, as the API has nothing else. Pure."""

from typing import Final

from pagemirror.backends.interface import Context
from pagemirror.backends.marks import marked
from pagemirror.backends.pharen.settings import PharenSettings
from pagemirror.model.documents import Document
from pagemirror.model.fields import BODY, TITLE, Fields

__all__ = ["SEPARATOR", "rendered"]

SEPARATOR: Final = " / "
"""Stands between the titles of a title path."""


def rendered(
    document: Document, body: str, context: Context, own: PharenSettings, *, mark_mirror: str | None = None
) -> Fields:
    """The page's fields; `mark_mirror` is the mirror whose mark goes below the body, None for no mark."""
    titles = (*context.ancestors, document.title) if own.title_path else (document.title,)
    return {
        TITLE: SEPARATOR.join(titles),
        BODY: body if mark_mirror is None else marked(body, mark_mirror, context.path),
    }
