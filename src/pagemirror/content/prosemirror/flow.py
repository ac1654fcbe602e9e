"""The blocks in the making: one text block, what goes between texts, and what was lost on the way.

Knows where text, images and formulas may stand; knows neither containers nor events. `at` is always the number of the
event that a loss belongs to.
"""

from typing import Literal

from pagemirror.content.prosemirror.containers import TITLE
from pagemirror.content.prosemirror.destinations import encoded
from pagemirror.content.prosemirror.frames import Frame, Lost, node
from pagemirror.content.prosemirror.shape import Json, Lowering
from pagemirror.content.prosemirror.textblock import BLANKS, TextBlock, bold

__all__ = ["Flow"]


class Flow:
    """What the events write to. `within` says where the text block stands, "" meaning a paragraph."""

    __slots__ = ("_cut", "_moved", "blocks", "level", "losses", "lowering", "stack", "text", "within")

    def __init__(self, source: str, lowering: Lowering) -> None:
        self.lowering = lowering
        self.losses: list[Lost] = []
        self.blocks: list[Json] = []
        self.stack: list[Frame] = []
        self.text = TextBlock(source, linkify=lowering.linkify)
        self.within: Literal["", "heading", "cell", "summary"] = ""
        self._moved: list[Json] = []  # what stands in a heading or summary, and will stand after it
        self._cut = -1  # the image or formula that the open paragraph goes on behind
        self.level = 1  # of the heading that the text stands below

    def lose(self, at: int, kind: str, message: str) -> None:
        """Note a loss."""
        self.losses.append(Lost(at, kind, message))

    # -- text blocks

    def end_text(self) -> None:
        """End the open paragraph, if any: also the one that tight items and the like begin without saying so."""
        text = self.text
        if self.within == "summary":
            self.end_summary()
        elif text.buf or text.nodes:
            nodes = text.take()
            if nodes:
                if self._cut >= 0:
                    self._told_cut()
                attrs = text.take_carried("attrs")
                self.blocks.append(
                    node("paragraph", nodes, attrs) if attrs else {"type": "paragraph", "content": nodes}
                )
        if text.carried:
            text.carried.clear()
        self._cut = -1

    def end_summary(self) -> None:
        """End the summary of details or the title of a box; its images follow it."""
        self.within = ""
        nodes = self.text.take()
        frame = self.stack[-1]
        if frame.box >= 0:
            nodes = _without_sign(nodes)
        if frame.kind == "content":
            self.stack[-2].summary = nodes
        elif frame.name == "heading":
            self.level = min(self.level + 1, 6)
            self.blocks.append(node("heading", nodes, {"level": self.level}))
        elif nodes:
            self.blocks.append(node("paragraph", bold(nodes)))
        self.blocks += self._moved
        self._moved = []

    def end_paragraph_of_summary(self) -> None:
        """End a paragraph in a summary: of a box it is the whole title, of `<details>` there may be more."""
        if self.stack[-1].box >= 0:
            self.end_summary()
        else:
            self.text.buf.append(" ")

    def end_bold(self) -> None:
        """End the open paragraph, in bold."""
        nodes = self.text.take()
        if nodes:
            self.blocks.append(node("paragraph", bold(nodes)))
        self._cut = -1

    def _told_cut(self) -> None:
        self.lose(self._cut, "split", "an image or a formula is a block of its own here; the paragraph was split")
        self._cut = -1

    def end_heading(self, level: int) -> None:
        """End a heading; images follow it, and a heading of nothing else goes."""
        self.within = ""
        self.level = level
        nodes = self.text.take()
        if nodes or not self._moved:
            self.blocks.append(node("heading", nodes, {**self.text.take_carried("attrs"), "level": level}))
        self.blocks += self._moved
        self._moved = []

    def end_cell(self, *, header: bool) -> Json:
        """The cell whose text has ended."""
        self.within = ""
        text = self.text
        nodes = text.take()
        kind = "tableHeader" if header else "tableCell"
        if text.carried:
            paragraph = node("paragraph", nodes, text.take_carried("attrs"))
            return node(kind, [paragraph], text.take_carried("cell"))
        return {"type": kind, "content": [{"type": "paragraph", "content": nodes} if nodes else {"type": "paragraph"}]}

    def block(self, node: Json) -> None:
        """Add a block, after the text that is open."""
        self.end_text()
        self.blocks.append(node)

    def image(self, src: str, alt: str, at: int, shown: Json | None = None) -> None:
        """Put an image where the schema allows one: between blocks; `shown` is its width and alignment."""
        node: Json = {"type": "image", "attrs": {"src": encoded(src), **(shown or {})}}
        if alt:
            node["attrs"]["alt"] = alt
        linked = self.text.holds("link")
        if self.within == "cell":
            self.lose(at, "image_in_cell", "cells hold no images here; a link with the image's text stands for it")
            self._as_link(src, alt)
        elif linked and self.lowering.linked_images == "link":
            self.lose(at, "image_as_link", "an image bears no link here; the link stands with the image's text")
            self._as_link(src, alt)
        else:
            if linked:
                self.lose(at, "image_link", "an image bears no link here; the image stands without it")
            self._placed(node, at)

    def _as_link(self, src: str, alt: str) -> None:
        said = alt or src.rpartition("/")[2] or src or "image"
        if self.text.holds("link"):
            self.text.raw(said)
            return
        self.text.open("link", {"href": encoded(src)})
        self.text.raw(said)
        self.text.close("link")

    def _placed(self, node: Json, at: int) -> None:
        if self.within:
            self._moved.append(node)
            self.lose(at, "image_moved", f"a {self.within} holds no images here; the image follows it")
            return
        nodes = self.text.split()
        if nodes:
            self.blocks.append({"type": "paragraph", "content": nodes})
            self._cut = at
            self._told_cut()
        else:
            self._cut = at
        self.blocks.append(node)

    def inline_math(self, formula: str) -> None:
        """Put a formula in the line; a code span in it is GitHub's way to write one."""
        if len(formula) > 2 and formula[0] == formula[-1] == "`":  # noqa: PLR2004 - something between the two
            formula = formula[1:-1]
        self.text.put({"type": "mathInline", "attrs": {"text": formula}})

    def display_math(self, formula: str, at: int) -> None:
        """Put a formula on lines of its own; where only text may stand it stays in the line."""
        formula = formula.strip(" \t\n")
        if self.within:
            self.lose(at, "math_inline", f"a {self.within} holds no blocks here; the formula stands in the line")
            self.text.put({"type": "mathInline", "attrs": {"text": formula}})
            return
        nodes = self.text.split()
        if nodes:
            self.blocks.append({"type": "paragraph", "content": nodes})
        self.blocks.append({"type": "mathBlock", "attrs": {"text": formula}})


def _without_sign(nodes: list[Json]) -> list[Json]:
    """The title without what stood before it lest it begin a block."""
    if nodes and nodes[0].get("text", "").startswith(TITLE[0]):
        text = nodes[0]["text"][1:].lstrip(BLANKS)
        nodes = [{**nodes[0], "text": text}, *nodes[1:]] if text else nodes[1:]
    return nodes
