"""Markdown to a document: one pass over the parser's events.

Says which event is which node and mark; where a node may stand is `page`'s to say.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from pagemirror.content.prosemirror.destinations import encoded
from pagemirror.content.prosemirror.lines import with_lines
from pagemirror.content.prosemirror.markup import html_block, inline_html
from pagemirror.content.prosemirror.page import Page
from pagemirror.content.prosemirror.reading import parser_for, sendable
from pagemirror.content.prosemirror.shape import Converted, Json, Lowering

__all__ = ["to_prosemirror"]

_DEFAULT: Final = Lowering()
_CALLOUTS: Final = {
    "Note": "info",
    "Tip": "success",
    "Important": "default",  # five kinds onto five, so that each comes back
    "Warning": "warning",
    "Caution": "danger",
}
_MARKS: Final = {
    "Emphasis": "italic",
    "Strong": "bold",
    "Strikethrough": "strike",
    "Subscript": "subscript",
    "Superscript": "superscript",
}
_Handler = Callable[[Any, int], None]


def to_prosemirror(markdown: str, *, options: Lowering = _DEFAULT) -> Converted:
    """Convert a Markdown text without front matter. Never raises; the document is valid in the editor's schema."""
    source = sendable(markdown)
    parser = parser_for(subscript=options.subscript, superscript=options.superscript)
    walk = _Walk(Page(source, options))
    doc = walk.over(iter(parser.events(source)))
    lost = walk.page.losses
    return Converted(doc=doc, losses=with_lines(lost, source, parser.events_with_range(source)) if lost else ())


class _Walk:
    """The way through one text's events."""

    __slots__ = (
        "_aligned",
        "_cells",
        "_ends",
        "_events",
        "_link_code",
        "_link_href",
        "_link_start",
        "_others",
        "_rows",
        "_starts",
        "page",
    )

    def __init__(self, page: Page) -> None:
        self.page = page
        self._events: Iterator[tuple[int, Any]] = iter(())
        self._rows: list[Json] = []
        self._cells: list[Json] = []
        self._link_href = ""
        self._link_start = 0
        self._link_code: list[str] = []
        self._starts: dict[str, _Handler] = {
            "Paragraph": self._start_paragraph,
            "Heading": self._start_heading,
            "BlockQuote": self._start_quote,
            "CodeBlock": self._code_block,
            "HtmlBlock": self._html_block,
            "List": self._start_list,
            "Item": lambda _value, at: page.push("item", at),
            "FootnoteDefinition": lambda label, at: page.push("footnote", at, name=label),
            "Table": self._start_table,
            "TableHead": self._start_row,
            "TableRow": self._start_row,
            "TableCell": self._start_cell,
            "Link": self._start_link,
            "Image": self._image,
            **dict.fromkeys(_MARKS, self._start_mark),
        }
        self._ends: dict[str, _Handler] = {
            "Paragraph": self._end_paragraph,
            "Heading": lambda level, _at: page.end_heading(int(level[1])),
            "BlockQuote": lambda _value, _at: page.end_quote(),
            "List": lambda _value, _at: page.end_list(),
            "Item": lambda _value, _at: page.end_item(),
            "FootnoteDefinition": lambda _value, _at: page.end_footnote(),
            "Table": self._end_table,
            "TableHead": self._end_row,
            "TableRow": self._end_row,
            "TableCell": self._end_cell,
            "Link": self._end_link,
            **dict.fromkeys(_MARKS, self._end_mark),
        }
        self._others: dict[str, _Handler] = {
            "Code": self._code,
            "InlineMath": lambda formula, _at: page.text.put({"type": "mathInline", "attrs": {"text": formula}}),
            "DisplayMath": page.display_math,
            "InlineHtml": lambda html, at: inline_html(page, html, at),
            "FootnoteReference": lambda label, _at: page.footnote(label),
            "TaskListMarker": lambda checked, at: page.task(at, checked=checked),
        }

    def over(self, events: Iterator[Any]) -> Json:
        """Take the events in, and give the document. Most are text, and cost no call."""
        self._events = numbered = enumerate(events)
        text = self.page.text.buf.append
        starts, ends, others = self._starts, self._ends, self._others
        for at, event in numbered:
            if event.__class__ is dict:
                for name, value in event.items():
                    if name == "Text":
                        text(value)
                    elif name in {"Start", "End"}:
                        handlers = starts if name == "Start" else ends
                        if value.__class__ is dict:
                            for kind, said in value.items():
                                handlers[kind](said, at)
                        else:
                            handlers[value](value, at)
                    else:
                        others[name](value, at)
            elif event == "SoftBreak":
                text(" ")
            elif event == "HardBreak":
                self.page.text.put({"type": "hardBreak"})
            else:
                self.page.block({"type": "horizontalRule"})
        return self.page.finish()

    # -- blocks

    def _start_paragraph(self, _value: Any, _at: int) -> None:
        if self.page.within != "summary":
            self.page.end_text()

    def _end_paragraph(self, _value: Any, _at: int) -> None:
        if self.page.within == "summary":
            self.page.text.buf.append(" ")
        else:
            self.page.end_text()

    def _start_heading(self, _value: Any, _at: int) -> None:
        self.page.end_text()
        self.page.within = "heading"

    def _start_quote(self, alert: Any, at: int) -> None:
        if alert in _CALLOUTS:
            self.page.push("quote", at, name="callout", attrs={"type": _CALLOUTS[alert]})
        else:
            self.page.push("quote", at, name="blockquote")

    def _start_list(self, number: Any, at: int) -> None:
        self.page.push("list", at, attrs=None if number is None else {"start": number})

    def _code_block(self, form: Any, at: int) -> None:
        source = self._until("CodeBlock")
        source = source.removesuffix("\n")
        node: Json = {"type": "codeBlock"}
        language, _, rest = (
            form["Fenced"].replace("\t", " ").strip(" ").partition(" ") if form.__class__ is dict else ("", "", "")
        )
        if language:
            node["attrs"] = {"language": language}
        if rest.strip():
            self.page.lose(at, "code_info", f"a code block has a language alone here; `{rest.strip()}` was left out")
        if source:
            node["content"] = [{"type": "text", "text": source}]
        self.page.block(node)

    def _html_block(self, _value: Any, at: int) -> None:
        html_block(self.page, self._until("HtmlBlock"), at)

    def _until(self, end: str) -> str:
        """The text of the events up to a block's end; before raw HTML, blanks come as text."""
        parts: list[str] = []
        for _, event in self._events:
            if event.get("End") == end:
                break
            parts.extend(event.values())
        return "".join(parts)

    # -- tables

    def _start_table(self, alignments: Any, at: int) -> None:
        self.page.end_text()
        self._rows = []
        if any(alignment != "None" and alignment is not None for alignment in alignments):
            self.page.lose(at, "table_align", "columns have no alignment here")

    def _start_row(self, _value: Any, _at: int) -> None:
        self._cells = []

    def _start_cell(self, _value: Any, _at: int) -> None:
        self.page.within = "cell"

    def _end_cell(self, _value: Any, _at: int) -> None:
        self._cells.append(self.page.end_cell(header=not self._rows))

    def _end_row(self, _value: Any, _at: int) -> None:
        self._rows.append({"type": "tableRow", "content": self._cells})

    def _end_table(self, _value: Any, _at: int) -> None:
        self.page.blocks.append({"type": "table", "content": self._rows})

    # -- inline

    def _start_mark(self, name: Any, at: int) -> None:
        text = self.page.text
        if text.holds("code"):
            self.page.lose(at, "code_marks", "code bears no other mark here; the code stays")
        text.open(_MARKS[name])

    def _end_mark(self, name: Any, _at: int) -> None:
        self.page.text.close(_MARKS[name])

    def _start_link(self, link: Any, at: int) -> None:
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

    def _end_link(self, _value: Any, at: int) -> None:
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

    def _code(self, code: Any, at: int) -> None:
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

    def _image(self, image: Any, at: int) -> None:
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
