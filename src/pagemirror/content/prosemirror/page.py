"""The document in the making: a stack of open containers over the flow of blocks.

Knows which container holds what, and how each ends; knows neither the parser's events nor HTML. `at` is always the
number of the event that a loss belongs to.
"""

from itertools import groupby, takewhile
from typing import Final, assert_never

from pagemirror.content.prosemirror.depths import MOST_FLAT, MOST_SIGNS, BottomlessError
from pagemirror.content.prosemirror.directives import Directive
from pagemirror.content.prosemirror.flow import Flow
from pagemirror.content.prosemirror.footnotes import Footnotes
from pagemirror.content.prosemirror.frames import ROOM, Frame, FrameKind, item, node
from pagemirror.content.prosemirror.shape import Json, Lowering

__all__ = ["Page"]

_LOOSE: Final = frozenset({"details", "content", "callout", "section"})
"""What also ends with its container: its tags or marks may stand anywhere."""


class Page(Flow):
    """What the events write to."""

    __slots__ = ("_flat", "_footnotes", "_most_flat")

    def __init__(self, source: str, lowering: Lowering, *, most_flat: int = MOST_FLAT) -> None:
        super().__init__(source, lowering)
        self._footnotes = Footnotes()
        self._flat = 0
        self._most_flat = most_flat

    def push(self, kind: FrameKind, at: int, *, name: str = "", attrs: Json | None = None) -> None:
        """Open a container; one that is too deep is flat: its blocks stand where it stands."""
        self.end_text()
        within_flat = bool(self.stack) and self.stack[-1].kind == "flat"
        if (within_flat or not self._has_room(ROOM[kind])) and kind != "footnote":
            if not within_flat:
                self._too_deep(at)
            self._flat += 1
            if self._flat > self._most_flat:
                raise BottomlessError
            self.stack.append(Frame("flat", self.blocks, at, name=name))
            return
        self.stack.append(Frame(kind, self.blocks, at, attrs or {}, name))
        self.blocks = []

    def _has_room(self, needed: int) -> bool:
        return len(self.stack) + needed <= self.lowering.max_depth

    def _too_deep(self, at: int) -> None:
        said = f"more than {self.lowering.max_depth} containers in each other; set flat below"
        if self._most_flat > MOST_FLAT:
            said += f", and as text where a line has more than {MOST_SIGNS:,} signs of them"
        self.lose(at, "depth", said)

    def pop(self) -> tuple[Frame, list[Json]] | None:
        """Close the innermost container, and with it details and boxes that are still open; None if it was flat."""
        self.end_text()
        while _is_loose(self.stack[-1]):
            self._end_loose()
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

    def end_details(self) -> None:
        """Close the innermost `<details>`."""
        self.end_text()
        self.stack.pop()
        frame = self.stack.pop()
        parts = [node("detailsSummary", frame.summary or []), node("detailsContent", self.blocks)]
        self.blocks = frame.parent
        self.blocks.append(node("details", parts, frame.attrs))

    # -- boxes: what admonitions, directives and tabs become

    def open_box(self, box: Directive, number: int, at: int) -> None:
        """Open a box; its title is the next paragraph."""
        for kind, message in box.losses:
            self.lose(at, kind, message)
        match box.box:
            case "callout":
                self.push("callout", at, attrs={"type": box.kind})
            case "details":
                if not self.open_details(at, is_open=box.is_open):
                    self.stack.append(Frame("flat", self.blocks, at))
            case "heading" | "plain":
                self.push("section", at, name=box.box, attrs={"level": self.level})
            case _:
                assert_never(box.box)
        self.stack[-1].box = number
        if box.title:
            self.within = "summary"

    def end_box(self, number: int) -> None:
        """Close a box with what is open in it; nothing if its container has closed it already."""
        self.end_text()
        if not any(frame.box == number for frame in takewhile(_is_loose, reversed(self.stack))):
            return
        while self.stack[-1].box != number:
            self._end_loose()
        self._end_loose()

    def _end_loose(self) -> None:
        """Close the innermost of details, boxes and the like."""
        if self.stack[-1].kind == "content":
            self.end_details()
            return
        frame = self.stack.pop()
        if frame.kind == "flat":
            return
        blocks = self.blocks
        self.blocks = frame.parent
        if frame.kind == "callout":
            self.blocks.append(node("callout", blocks or [node("paragraph")], frame.attrs))
        else:
            self.level = frame.attrs["level"]
            self.blocks += blocks

    # -- definition lists

    def start_term(self, at: int) -> None:
        """Open an item for a term and its definitions."""
        self._end_term()
        self.push("item", at, name="term")

    def _end_term(self) -> None:
        self.end_text()
        while _is_loose(self.stack[-1]):
            self._end_loose()
        if self.stack[-1].name == "term":
            self.end_item()

    def end_terms(self) -> None:
        """Close a list of terms."""
        self._end_term()
        self.end_list()

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
            self._end_loose()
        self.blocks += self._footnotes.blocks()
        return {"type": "doc", "content": self.blocks or [node("paragraph")]}


def _is_loose(frame: Frame) -> bool:
    return frame.kind in _LOOSE or frame.box >= 0
