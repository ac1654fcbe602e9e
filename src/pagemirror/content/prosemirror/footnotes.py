"""Footnotes, which the schema lacks: numbered by first mention, and put as a list at the document's end."""

from pagemirror.content.prosemirror.frames import item, node
from pagemirror.content.prosemirror.shape import Json

__all__ = ["Footnotes"]


class Footnotes:
    """The footnotes of one text. Labels count without regard to case."""

    __slots__ = ("_numbers", "_texts")

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, list[Json]] = {}

    def number(self, label: str) -> int:
        """The number of a footnote that is mentioned."""
        return self._numbers.setdefault(label.casefold(), len(self._numbers) + 1)

    def define(self, label: str, blocks: list[Json]) -> None:
        """Keep a footnote's text; a label that is defined twice has both."""
        self._texts.setdefault(label.casefold(), []).extend(blocks)

    def blocks(self) -> list[Json]:
        """A rule and the list, in the numbers' order, those never mentioned last; nothing if there are none."""
        if not self._texts:
            return []
        for label in self._texts:
            self.number(label)
        notes = [item("listItem", self._texts.get(label, [])) for label in self._numbers]
        return [node("horizontalRule"), node("orderedList", notes)]
