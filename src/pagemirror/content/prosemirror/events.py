"""The way through one text's events: which event is which node and mark. Where a node may stand is `page`'s to say."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from pagemirror.content.prosemirror.codeinfo import language_and_rest
from pagemirror.content.prosemirror.containers import Marked
from pagemirror.content.prosemirror.destinations import encoded
from pagemirror.content.prosemirror.directives import ALERTS
from pagemirror.content.prosemirror.markup import html_block, inline_html
from pagemirror.content.prosemirror.opaque import OPAQUE, read_opaque
from pagemirror.content.prosemirror.page import Page
from pagemirror.content.prosemirror.shape import Json

__all__ = ["walked"]

_MARKS: Final = {
    "Emphasis": "italic",
    "Strong": "bold",
    "Strikethrough": "strike",
    "Subscript": "subscript",
    "Superscript": "superscript",
}


def walked(page: Page, events: Iterator[Any], boxes: Marked | None) -> tuple[Json, dict[int, str]]:
    """The document that a text's events make on a page, and of each box, by number, the marks that were met."""
    walk = _Walk(page, boxes)
    return walk.over(events), walk.met


class _Walk:
    """The way through one text's events."""

    __slots__ = (
        "_boxes",
        "_cells",
        "_events",
        "_link_code",
        "_link_href",
        "_link_start",
        "_rows",
        "met",
        "page",
    )

    def __init__(self, page: Page, boxes: Marked | None) -> None:
        self.page = page
        self.met: dict[int, str] = {}  # the boxes by number, with their marks that were met
        self._boxes = boxes
        self._events: Iterator[tuple[int, Any]] = iter(())
        self._rows: list[Json] = []
        self._cells: list[Json] = []
        self._link_href = ""
        self._link_start = 0
        self._link_code: list[str] = []

    def over(self, events: Iterator[Any]) -> Json:
        """Take the events in, and give the document. Most are text, and cost no call."""
        self._events = numbered = enumerate(events)
        text = self.page.text.buf.append
        for at, event in numbered:
            if event.__class__ is dict:
                if "Text" in event:
                    text(event["Text"])
                    continue
                if "End" in event:
                    handlers, value = _ENDS, event["End"]
                elif "Start" in event:
                    handlers, value = _STARTS, event["Start"]
                else:
                    handlers, value = _OTHERS, event
                if value.__class__ is dict:
                    for kind, said in value.items():  # there is one
                        handlers[kind](self, said, at)
                else:
                    handlers[value](self, value, at)
            elif event == "SoftBreak":
                text(" ")
            elif event == "HardBreak":
                self.page.text.put({"type": "hardBreak"})
            else:
                self.page.block({"type": "horizontalRule"})
        return self.page.finish()

    # -- blocks

    def start_paragraph(self, _value: Any, _at: int) -> None:
        page = self.page
        if (page.text.buf or page.text.nodes) and page.within != "summary":
            page.end_text()

    def end_paragraph(self, _value: Any, _at: int) -> None:
        if self.page.within == "summary":
            self.page.end_paragraph_of_summary()
        else:
            self.page.end_text()

    def start_heading(self, heading: Any, at: int) -> None:
        self.page.end_text()
        self.page.within = "heading"
        if heading["id"] or heading["classes"] or heading["attrs"]:
            said = f"#{heading['id']}" if heading["id"] else "attributes"
            self.page.lose(at, "heading_id", f"headings have no ids here; `{said}` was left out")

    def start_quote(self, alert: Any, at: int) -> None:
        if alert in ALERTS:
            self.page.push("quote", at, name="callout", attrs={"type": ALERTS[alert]})
        else:
            self.page.push("quote", at, name="blockquote")

    def start_list(self, number: Any, at: int) -> None:
        self.page.push("list", at, attrs=None if number is None else {"start": number})

    def code_block(self, form: Any, at: int) -> None:
        source = self._until("CodeBlock")
        source = source.removesuffix("\n")
        node: Json = {"type": "codeBlock"}
        language, rest = language_and_rest(form["Fenced"]) if form.__class__ is dict else ("", "")
        if rest:
            self.page.lose(at, "code_info", f"a code block has a language alone here; `{rest}` was left out")
        if language == "math" and source.strip():
            self.page.block({"type": "mathBlock", "attrs": {"text": source.strip(" \t\n")}})
            return
        if language:
            node["attrs"] = {"language": language}
        if source:
            node["content"] = [{"type": "text", "text": source}]
        self.page.block((read_opaque(source) or node) if language == OPAQUE else node)

    def html_block(self, _value: Any, at: int) -> None:
        html = self._until("HtmlBlock")
        boxes = self._boxes
        mark = boxes.mark.fullmatch(html.strip(" \t\n")) if boxes else None
        if boxes is None or mark is None:
            html_block(self.page, html, at)
            return
        number = int(mark[1])
        self.met[number] = self.met.get(number, "") + mark[2]
        if mark[2] == "o":
            self.page.open_box(boxes.directives[number], number, at)
        else:
            self.page.end_box(number)

    def _until(self, end: str) -> str:
        """The text of the events up to a block's end; before raw HTML, blanks come as text."""
        parts: list[str] = []
        for _, event in self._events:
            if event.get("End") == end:
                break
            parts.extend(event.values())
        return "".join(parts)

    # -- tables

    def start_table(self, alignments: Any, at: int) -> None:
        self.page.end_text()
        self._rows = []
        if any(alignment != "None" and alignment is not None for alignment in alignments):
            self.page.lose(at, "table_align", "columns have no alignment here")

    def start_row(self, _value: Any, _at: int) -> None:
        self._cells = []

    def start_cell(self, _value: Any, _at: int) -> None:
        self.page.within = "cell"

    def end_cell(self, _value: Any, _at: int) -> None:
        self._cells.append(self.page.end_cell(header=not self._rows))

    def end_row(self, _value: Any, _at: int) -> None:
        self._rows.append({"type": "tableRow", "content": self._cells})

    def end_table(self, _value: Any, _at: int) -> None:
        self.page.blocks.append({"type": "table", "content": self._rows})

    # -- definition lists

    def start_terms(self, _value: Any, at: int) -> None:
        self.page.push("list", at, name="terms")
        self.page.lose(at, "definition_list", "there are no definition lists here; terms stand in bold, as a list")

    def end_term(self, _value: Any, _at: int) -> None:
        self.page.end_bold()

    # -- inline

    def start_mark(self, name: Any, at: int) -> None:
        text = self.page.text
        if text.holds("code"):
            self.page.lose(at, "code_marks", "code bears no other mark here; the code stays")
        text.open(_MARKS[name])

    def end_mark(self, name: Any, _at: int) -> None:
        self.page.text.close(_MARKS[name])

    def start_link(self, link: Any, at: int) -> None:
        href = encoded(link["dest_url"])
        text = self.page.text
        if link["link_type"] == "Email" and not href.lower().startswith("mailto:"):
            href = f"mailto:{href}"
        if link["title"]:
            self.page.lose(at, "link_title", "links have no title here")
        if text.holds("code"):
            self.page.lose(at, "code_marks", "code bears no other mark here; the code stays")
        text.open("link", {"href": href})
        self._link_href = href
        self._link_start = text.written + len(self.page.losses)
        self._link_code = []

    def end_link(self, _value: Any, at: int) -> None:
        page = self.page
        text = page.text
        text.flush()
        said = text.written + len(page.losses) != self._link_start
        if not said and self._link_code:
            text.close("link")
            text.raw(" (")
            text.open("link", {"href": self._link_href})
            text.raw(self._link_href)
            text.close("link")
            text.raw(")")
            return
        if not said:
            page.lose(at, "empty_link", "a link needs text that can bear it; it was left out")
        text.close("link")

    def code(self, code: Any, at: int) -> None:
        text = self.page.text
        text.flush()
        if text.marks:
            lost = [mark["type"] for mark in text.marks if mark["type"] != "code"]
            if self.page.lowering.linked_code == "after" and "link" in lost:
                lost.remove("link")
                self._link_code.append(code)
            if lost:
                self.page.lose(at, "code_marks", f"code bears no other mark here; {', '.join(lost)} was left out")
        text.code(code)

    def image(self, image: Any, at: int) -> None:
        alt = self._alt()
        if image["title"]:
            self.page.lose(at, "image_title", "images have no title here")
        self.page.image(image["dest_url"], alt, at)

    def _alt(self) -> str:
        """The plain text of an image, whose start has been read."""
        parts: list[str] = []
        depth = 1
        for _, event in self._events:
            if event.__class__ is not dict:
                parts.append(" ")
                continue
            for name, value in event.items():
                if name == "Start":
                    depth += value.__class__ is dict and "Image" in value
                elif name == "End":
                    depth -= value == "Image"
                elif name in {"Text", "Code", "InlineMath", "DisplayMath"}:
                    parts.append(value)
            if not depth:
                break
        return "".join(parts)


_Handler = Callable[[_Walk, Any, int], None]

_STARTS: Final[dict[str, _Handler]] = {
    "Paragraph": _Walk.start_paragraph,
    "Heading": _Walk.start_heading,
    "BlockQuote": _Walk.start_quote,
    "CodeBlock": _Walk.code_block,
    "HtmlBlock": _Walk.html_block,
    "List": _Walk.start_list,
    "Item": lambda walk, _value, at: walk.page.push("item", at),
    "FootnoteDefinition": lambda walk, label, at: walk.page.push("footnote", at, name=label),
    "DefinitionList": _Walk.start_terms,
    "DefinitionListTitle": lambda walk, _value, at: walk.page.start_term(at),
    "DefinitionListDefinition": lambda walk, _value, _at: walk.page.end_text(),
    "Table": _Walk.start_table,
    "TableHead": _Walk.start_row,
    "TableRow": _Walk.start_row,
    "TableCell": _Walk.start_cell,
    "Link": _Walk.start_link,
    "Image": _Walk.image,
    **dict.fromkeys(_MARKS, _Walk.start_mark),
}
_ENDS: Final[dict[str, _Handler]] = {
    "Paragraph": _Walk.end_paragraph,
    "Heading": lambda walk, level, _at: walk.page.end_heading(int(level[1])),
    "BlockQuote": lambda walk, _value, _at: walk.page.end_quote(),
    "List": lambda walk, _value, _at: walk.page.end_list(),
    "Item": lambda walk, _value, _at: walk.page.end_item(),
    "FootnoteDefinition": lambda walk, _value, _at: walk.page.end_footnote(),
    "DefinitionList": lambda walk, _value, _at: walk.page.end_terms(),
    "DefinitionListTitle": _Walk.end_term,
    "DefinitionListDefinition": lambda walk, _value, _at: walk.page.end_text(),
    "Table": _Walk.end_table,
    "TableHead": _Walk.end_row,
    "TableRow": _Walk.end_row,
    "TableCell": _Walk.end_cell,
    "Link": _Walk.end_link,
    **dict.fromkeys(_MARKS, _Walk.end_mark),
}
_OTHERS: Final[dict[str, _Handler]] = {
    "Code": _Walk.code,
    "InlineMath": lambda walk, said, _at: walk.page.inline_math(said),
    "DisplayMath": lambda walk, said, at: walk.page.display_math(said, at),
    "InlineHtml": lambda walk, html, at: inline_html(walk.page, html, at),
    "FootnoteReference": lambda walk, label, _at: walk.page.footnote(label),
    "TaskListMarker": lambda walk, checked, at: walk.page.task(at, checked=checked),
}
