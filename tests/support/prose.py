"""The repository's own Markdown, as tests look at it: links, anchors, tables, blocks of code."""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["REPOSITORY", "Prose", "pages"]

REPOSITORY = Path(__file__).parents[2]
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Prose:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(REPOSITORY).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def links(self) -> tuple[str, ...]:
        """Give the destinations of links; code is left out."""
        return tuple(_LINK.findall(_CODE.sub("", _FENCE.sub("", self.text))))

    @property
    def anchors(self) -> frozenset[str]:
        """Give the anchors of headings, as forges and hubs make them."""
        headings = _HEADING.findall(_FENCE.sub("", self.text))
        return frozenset(_NOT_IN_ANCHORS.sub("", heading.lower()).strip().replace(" ", "-") for heading in headings)

    def section(self, title: str) -> str:
        """Give the text under a heading of the second level, up to the next one."""
        _, found, rest = self.text.partition(f"\n## {title}\n")
        assert found, f"{self.name} has no section {title}"
        return rest.partition("\n## ")[0]


def pages() -> tuple[Prose, ...]:
    """Give all Markdown that the repository shows to people."""
    files = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    return tuple(Prose(path) for path in sorted(files))
