"""The document in the making: a stack of open containers, one text block, and what was lost on the way.

Knows nodes and where each may stand; knows neither the parser's events nor HTML. `at` is always the number of the event
that a loss belongs to.
"""

from itertools import groupby
from typing import Final, Literal

from pagemirror.content.prosemirror.destinations import encoded
from pagemirror.content.prosemirror.footnotes import Footnotes
from pagemirror.content.prosemirror.frames import ROOM, Frame, FrameKind, Lost, item, node
from pagemirror.content.prosemirror.shape import Json, Lowering
from pagemirror.content.prosemirror.textblock import TextBlock

__all__ = ["Page"]

_DETAILS: Final = frozenset({"details", "content"})


class Page:
    """What the events write to. `within` says where the text block stands, "" meaning a paragraph."""

    __slots__ = ("_cut", "_footnotes", "_moved", "blocks", "losses", "lowering", "stack", "text", "within")

    def __init__(self, source: str, lowering: Lowering) -> None:
        self.lowering = lowering
        self.losses: list[Lost] = []
        self.blocks: list[Json] = []
        self.stack: list[Frame] = []
        self.text = TextBlock(source, linkify=lowering.linkify)
        self.within: Literal["", "heading", "cell", "summary"] = ""
        self._moved: list[Json] = []  # what stands in a heading or summary, and will stand after it
        self._cut = -1  # the image or formula that the open paragraph goes on behind
        self._footnotes = Footnotes()

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
                self.blocks.append({"type": "paragraph", "content": nodes})
        self._cut = -1

    def _told_cut(self) -> None:
        self.lose(self._cut, "split", "an image or a formula is a block of its own here; the paragraph was split")
        self._cut = -1

    def end_heading(self, level: int) -> None:
        """End a heading; images follow it, and a heading of nothing else goes."""
        self.within = ""
        nodes = self.text.take()
        if nodes or not self._moved:
            self.blocks.append(node("heading", nodes, {"level": level}))
        self.blocks += self._moved
        self._moved = []

    def end_cell(self, *, header: bool) -> Json:
        """The cell whose text has ended."""
        self.within = ""
        paragraph = node("paragraph", self.text.take())
        return {"type": "tableHeader" if header else "tableCell", "content": [paragraph]}

    def block(self, node: Json) -> None:
        """Add a block, after the text that is open."""
        self.end_text()
        self.blocks.append(node)

    def image(self, src: str, alt: str, at: int) -> None:
        """Put an image where the schema allows one: between blocks."""
        node: Json = {"type": "image", "attrs": {"src": encoded(src)}}
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

    # -- containers

    def push(self, kind: FrameKind, at: int, *, name: str = "", attrs: Json | None = None) -> None:
        """Open a container; one that is too deep is flat: its blocks stand where it stands."""
        self.end_text()
        within_flat = bool(self.stack) and self.stack[-1].kind == "flat"
        if (within_flat or not self._has_room(ROOM[kind])) and kind != "footnote":
            if not within_flat:
                self._too_deep(at)
            self.stack.append(Frame("flat", self.blocks, at))
            return
        self.stack.append(Frame(kind, self.blocks, at, attrs or {}, name))
        self.blocks = []

    def _has_room(self, needed: int) -> bool:
        return len(self.stack) + needed <= self.lowering.max_depth

    def _too_deep(self, at: int) -> None:
        self.lose(at, "depth", f"more than {self.lowering.max_depth} containers in each other; set flat below")

    def pop(self) -> tuple[Frame, list[Json]] | None:
        """Close the innermost container, and with it `<details>` that are still open; None if it was flat."""
        self.end_text()
        while self.stack[-1].kind in _DETAILS:
            self.end_details()
        frame = self.stack.pop()
        if frame.kind == "flat":
            return None
        blocks = self.blocks
        self.blocks = frame.parent
        return frame, blocks

    def end_quote(self) -> None:
        """Close a quote or a callout."""
        closed = self.pop()
        if closed:
            frame, blocks = closed
            self.blocks.append(node(frame.name, blocks or [node("paragraph")], frame.attrs))

    def end_item(self) -> None:
        """Close an item: a task if a box was seen; it begins with a paragraph, if need be an empty one."""
        closed = self.pop()
        if closed:
            frame, blocks = closed
            checked = frame.checked
            self.blocks.append(
                item("listItem", blocks) if checked is None else item("taskItem", blocks, {"checked": checked})
            )

    def task(self, at: int, *, checked: bool) -> None:
        """Take in the box at the start of an item."""
        box = "[x] " if checked else "[ ] "
        innermost = self.stack[-1]
        if innermost.kind != "item":
            self.text.raw(box)
        elif "start" in self.stack[-2].attrs and self.lowering.ordered_tasks == "text":
            self.lose(at, "ordered_task", "tasks have no numbers here; the number stays, and the box is text")
            self.text.raw(box)
        else:
            innermost.checked = checked

    def end_list(self) -> None:
        """Close a list; where tasks and other items are mixed, each run is a list of its own."""
        closed = self.pop()
        if not closed:
            return
        frame, items = closed
        runs = [(kind, list(run)) for kind, run in groupby(items, key=lambda made: made["type"])]
        if len(runs) > 1:
            self.lose(frame.at, "mixed_tasks", "tasks and other items can't share a list here; it was split")
        number = frame.attrs.get("start")
        for kind, run in runs:
            if kind == "taskItem":
                if number is not None:
                    self.lose(frame.at, "ordered_task", "tasks have no numbers here")
                self.blocks.append(node("taskList", run))
            elif number is None:
                self.blocks.append(node("bulletList", run))
            else:
                self.blocks.append(node("orderedList", run, {"start": number} if number != 1 else None))
            number = None if number is None else number + len(run)

    # -- details

    def open_details(self, at: int, *, is_open: bool) -> bool:
        """Open `<details>`; False if there is no room for it."""
        self.end_text()
        if not self._has_room(ROOM["details"]):
            self._too_deep(at)
            return False
        self.push("details", at, attrs={"open": True} if is_open else None)
        self.push("content", at)
        return True

    def in_details(self) -> bool:
        """Whether the innermost container is `<details>`."""
        return bool(self.stack) and self.stack[-1].kind == "content"

    def open_summary(self) -> bool:
        """Open `<summary>`; False where none may stand."""
        self.end_text()
        if not self.in_details() or self.stack[-2].summary is not None or self.blocks:
            return False
        self.within = "summary"
        return True

    def end_summary(self) -> None:
        """Close `<summary>`; its images follow it."""
        self.within = ""
        self.stack[-2].summary = self.text.take()
        self.blocks += self._moved
        self._moved = []

    def end_details(self) -> None:
        """Close the innermost `<details>`."""
        self.end_text()
        self.stack.pop()
        frame = self.stack.pop()
        parts = [node("detailsSummary", frame.summary or []), node("detailsContent", self.blocks)]
        self.blocks = frame.parent
        self.blocks.append(node("details", parts, frame.attrs))

    # -- the end

    def footnote(self, label: str) -> None:
        """Put a footnote's number."""
        self.text.open("superscript")
        self.text.raw(f"[{self._footnotes.number(label)}]")
        self.text.close("superscript")

    def end_footnote(self) -> None:
        """Keep a footnote's text for the end of the document."""
        closed = self.pop()
        if closed:
            frame, blocks = closed
            self.lose(frame.at, "footnote", "there are no footnotes here; they stand numbered at the end")
            self._footnotes.define(frame.name, blocks)

    def finish(self) -> Json:
        """Close what is open and give the document."""
        self.end_text()
        while self.stack:
            self.end_details()
        self.blocks += self._footnotes.blocks()
        return {"type": "doc", "content": self.blocks or [node("paragraph")]}
