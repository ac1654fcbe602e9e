"""Three-way merge of a page's title and text. Pure; no conflict marker ever leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["MergedPage", "merge_page", "pick"]

MergeText = Callable[[str, str, str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPage:
    """A title and a body in which both sides' changes stand."""

    title: str
    body: str


def pick(base: str, git: str, remote: str) -> str | None:
    """The one value that both sides' changes agree on; None if both changed it, to different things."""
    if git in (base, remote):
        return remote
    return git if remote == base else None


def merge_page(
    base: tuple[str, str], git: tuple[str, str], remote: tuple[str, str], merge_text: MergeText
) -> MergedPage | Literal["overlap"]:
    """Merge (title, body) pairs against their base; `merge_text` gives None where hunks overlap."""
    title = pick(base[0], git[0], remote[0])
    body = pick(base[1], git[1], remote[1])
    if body is None:
        body = merge_text(base[1], git[1], remote[1])
    if title is None or body is None:
        return "overlap"
    return MergedPage(title=title, body=body)
