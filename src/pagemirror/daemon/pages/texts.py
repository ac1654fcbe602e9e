"""The words for codes and actions that people meet on the pages. Pure."""

from collections.abc import Mapping
from typing import Final

__all__ = ["ACTIONS", "CHOICES", "CODES", "GONE", "KINDS", "code_word"]

CODES: Final[Mapping[str, str]] = {
    "conflict": "both sides changed",
    "drift": "edited on the target",
    "reverted": "put back by the editor",
    "draft": "unpublished draft",
    "removed_and_edited": "file gone, page edited",
    "remote_removed": "removed on the target",
    "foreign": "a page not ours",
    "in_doubt": "in doubt",
    "ambiguous": "several pages fit",
    "rejected": "refused by the target",
    "forbidden": "not allowed by the target",
    "too_large": "too large for the target",
    "title": "the title doesn't fit the target",
    "front_matter": "the front matter is wrong",
    "encoding": "not UTF-8",
    "unsupported": "the target can't hold it",
    "text_gone": "the text is not known any more",
}
"""Why a page is held or has failed, in short."""

CHOICES: Final[Mapping[str, tuple[str, str]]] = {
    "git": ("Take Git", "The file's text replaces what is on the target. What was there is kept."),
    "remote": ("Keep the target", "The page stays as it is on the target, until the file changes again."),
    "merge": ("Merge both", "Both sides' changes go into the page. It stays held if they meet in the same lines."),
    "new": ("Make a new page", "The file gets a page of its own. The pages that are there stay as they are."),
}
"""A decision: the button, and what it leads to."""

GONE: Final[Mapping[tuple[str, str], str]] = {
    ("removed_and_edited", "git"): "The page is removed as the file is. Its text is kept.",
    ("removed_and_edited", "remote"): "The page stays, and is no longer mirrored.",
    ("remote_removed", "git"): "The page is brought back, or made again.",
    ("remote_removed", "remote"): "The page stays away, and the file is no longer mirrored.",
}
"""What a decision leads to where a side is gone."""

ACTIONS: Final[Mapping[str, str]] = {
    "create": "created",
    "update": "updated",
    "move": "moved",
    "restore": "restored",
    "archive": "archived",
    "delete": "deleted",
    "adopt": "adopted",
    "record": "recorded",
    "keep": "kept",
}
"""What a pass did, as its summary counts it."""

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "all": ("All", "No page is mirrored yet. The first pass makes them."),
    "held": ("Held", "Nothing waits for a person."),
    "failed": ("Failed", "No page has failed."),
    "unsettled": ("Unsettled", "No page waits for the URL of another one."),
    "diverged": ("Diverged", "No page holds an accepted edit that Git has not."),
    "removed": ("Removed", "No mirrored page has been removed."),
}
"""The lists of pages: the word, and what an empty one means."""


def code_word(code: str) -> str:
    """A code as people read it."""
    return CODES.get(code, code.replace("_", " "))
