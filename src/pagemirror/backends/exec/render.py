"""A document as an Exec page: which fields it sets, and what of them Exec can't hold. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pagemirror.backends.exec.settings import ExecSettings
from pagemirror.backends.interface import Context, Problem
from pagemirror.backends.marks import marked
from pagemirror.model.documents import Document
from pagemirror.model.fields import (
    BODY,
    FOLDERS,
    SKILLS,
    SOURCES,
    STATUS,
    TITLE,
    VISIBILITY,
    Fields,
    FieldValue,
)
from pagemirror.model.ids import FieldName

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["DRAFT", "PUBLISHED", "WORKSPACE", "field_problem", "frozen_fields", "rendered"]

PUBLISHED: Final = "published"
DRAFT: Final = "draft"
WORKSPACE: Final = "workspace"
_VISIBILITIES: Final = ("private", WORKSPACE)


def rendered(
    document: Document, body: str, context: Context, own: ExecSettings, *, mark_mirror: str | None = None
) -> Fields:
    """The page's fields; `mark_mirror` is the mirror whose mark goes below the body, None for no mark."""
    front = document.front
    fields: dict[FieldName, FieldValue] = {
        TITLE: document.title,
        BODY: body if mark_mirror is None else marked(body, mark_mirror, context.path),
        STATUS: front.status or (PUBLISHED if own.publish else DRAFT),
    }
    visibility = front.visibility or own.visibility
    if visibility is not None:
        fields[VISIBILITY] = visibility
    for name, said, configured in (
        (FOLDERS, front.folders, own.folders),
        (SKILLS, front.skills, own.skills),
        (SOURCES, front.sources, own.sources),
    ):
        members = _by_pattern(configured, context.path) if said is None else said
        if members is not None:
            fields[name] = members
    return fields


def field_problem(fields: Fields) -> Problem | None:
    """What Exec can't be asked for: a status or visibility that it doesn't have."""
    status = fields.get(STATUS, PUBLISHED)
    if status not in (PUBLISHED, DRAFT):
        return Problem(code="front_matter", reason=f"status {status!r} is neither {PUBLISHED} nor {DRAFT}")
    visibility = fields.get(VISIBILITY, WORKSPACE)
    if visibility not in _VISIBILITIES:
        reason = f"visibility {visibility!r} can't be set through Exec's API; there are {' and '.join(_VISIBILITIES)}"
        return Problem(code="unsupported", reason=reason)
    return None


def frozen_fields(sent: Fields, wanted: Fields) -> Mapping[FieldName, str]:
    """The changes that Exec's API can't make: another visibility, and published → draft."""
    reasons: dict[FieldName, str] = {}
    if not sent:
        return reasons
    before, after = sent.get(VISIBILITY, WORKSPACE), wanted.get(VISIBILITY)
    if after is not None and after != before:
        reasons[VISIBILITY] = (
            f"Exec's API can set the visibility of a new page only; the page stays {before}, change it in the web app"
        )
    if sent.get(STATUS) == PUBLISHED and wanted.get(STATUS) == DRAFT:
        reasons[STATUS] = (
            "Exec's API can't take a published page back to a draft; the published text stays, and new text of the "
            "file goes into the page's draft"
        )
    return reasons


def _by_pattern(configured: Mapping[str, tuple[str, ...]], path: str) -> tuple[str, ...] | None:
    """What the last matching pattern gives; None if none matches."""
    for pattern, members in reversed(tuple(configured.items())):
        if _spec(pattern).match_file(path):
            return members
    return None


@lru_cache(maxsize=1024)
def _spec(pattern: str) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - 30 ms that only configured patterns are worth

    return GitIgnoreSpec.from_lines([pattern])
