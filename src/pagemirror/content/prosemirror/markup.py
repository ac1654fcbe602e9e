"""Raw HTML onto the page: what has a mark or a node becomes one, the rest stands as text or as a code block."""

import re
from html import unescape
from typing import Final

from pagemirror.content.prosemirror.destinations import encoded
from pagemirror.content.prosemirror.frames import node
from pagemirror.content.prosemirror.htmltables import Cell, Grid, read_table
from pagemirror.content.prosemirror.opaque import carried_attrs, carried_mark, carried_node
from pagemirror.content.prosemirror.page import Page
from pagemirror.content.prosemirror.shape import Json
from pagemirror.content.prosemirror.tags import MARK_TAGS, Tag, attributes, is_comment, is_inline, pieces, read_tag

__all__ = ["html_block", "inline_html"]

_FLOW: Final = frozenset({"p", "hr", "h1", "h2", "h3", "h4", "h5", "h6"})
_ALIGNMENTS: Final = frozenset({"left", "center", "right"})
_PERCENT: Final = re.compile(r"[0-9]{1,3}%")
_TABLE: Final = re.compile(r"\s*<table[\s>]", re.IGNORECASE)
_DETAILS: Final = re.compile(r"\s*</?(?:details|summary)[\s/>]", re.IGNORECASE)
_DETAILS_TAG: Final = re.compile(r"(</?(?:details|summary)(?:\s[^<>]{0,1000})?/?>)", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")


def inline_html(page: Page, html: str, at: int) -> None:
    """One tag or comment within a text block."""
    tag = read_tag(html)
    if tag is None:
        if is_comment(html):
            page.text.flush()  # an address that a comment cuts in two is none
            page.lose(at, "html_comment", "comments have no place here; it was left out")
        else:
            _as_text(page, html, at)
    elif tag.name in MARK_TAGS:
        _mark(page, MARK_TAGS[tag.name], html, tag, at)
    elif tag.name == "br":
        page.text.put({"type": "hardBreak"})
    elif tag.name == "img" and not tag.closing:
        _image(page, tag, at)
    elif tag.name == "a":
        _link(page, html, tag, at)
    elif tag.name == "span" and _span(page, tag):
        pass
    else:
        _as_text(page, html, at)


def _as_text(page: Page, html: str, at: int) -> None:
    name = html if len(html) <= 40 else f"{html[:40]}…"  # noqa: PLR2004 - a line of text
    page.lose(at, "html", f"{name} has no counterpart here; it stands as text")
    page.text.raw(html)


def _mark(page: Page, kind: str, html: str, tag: Tag, at: int) -> None:
    if tag.closing:
        if not page.text.close_by_html(kind):
            page.lose(at, "html", f"{html} closes nothing; it was left out")
        return
    if page.text.marks and (kind == "code" or page.text.holds("code")):
        page.lose(at, "code_marks", "code bears no other mark here; the code stays")
    color = attributes(tag).get("data-color") if kind == "highlight" else None
    page.text.open(kind, {"color": color} if color else None, by_html=True)


def _span(page: Page, tag: Tag) -> bool:
    """A tag that carries what Markdown has no form for; False if it carries nothing that can be taken."""
    text = page.text
    if tag.closing:
        return text.close_span()
    found = attributes(tag)
    mark = carried_mark(found["data-mark"]) if "data-mark" in found else None
    inner = carried_node(found["data-node"]) if "data-node" in found else None
    if mark is None and inner is None:
        roles = [role for role in ("attrs", "cell") if f"data-{role}" in found]
        carried = {role: attrs for role in roles if (attrs := carried_attrs(found[f"data-{role}"]))}
        if not carried:
            return False
        text.carried.update(carried)
    elif inner is not None:
        text.put(inner)
    text.open_span(mark)
    return True


def _link(page: Page, html: str, tag: Tag, at: int) -> None:
    if tag.closing:
        page.text.close_by_html("link")
        return
    href = attributes(tag).get("href", "")
    if href:
        page.text.open("link", {"href": encoded(href)}, by_html=True)
    else:
        page.lose(at, "html", f"{html[:40]} marks a place, which has no counterpart here; it was left out")


def _image(page: Page, tag: Tag, at: int) -> None:
    found = attributes(tag)
    kept = {"src", "alt"}
    shown: Json = {}
    if _PERCENT.fullmatch(found.get("width", "")):
        shown["width"] = found["width"]
        kept.add("width")
    if found.get("align", "") in _ALIGNMENTS:
        shown["align"] = found["align"]
        kept.add("align")
    if more := carried_attrs(found.get("data-attrs", "")):
        shown.update(more)
        kept.add("data-attrs")
    lost = sorted(found.keys() - kept)
    if lost:
        page.lose(at, "image_attributes", f"an image has no {', '.join(lost)} here")
    page.image(found.get("src", ""), found.get("alt", ""), at, shown)


def html_block(page: Page, html: str, at: int) -> None:
    """A block of raw HTML."""
    if not _DETAILS.match(html):
        _fragment(page, html, at)
        return
    for part in _DETAILS_TAG.split(html):
        tag = read_tag(part) if _DETAILS_TAG.fullmatch(part) else None
        if tag is not None:
            _details(page, part, tag, at)
        elif part.strip():
            _fragment(page, part, at)


def _details(page: Page, html: str, tag: Tag, at: int) -> None:
    if tag.name == "summary":
        if tag.closing and page.within == "summary":
            page.end_summary()
        elif tag.closing or not page.open_summary():
            page.lose(at, "html", f"{html} stands where no summary can; it was left out")
    elif not tag.closing:
        page.open_details(at, is_open="open" in attributes(tag))
    elif page.in_details():
        page.end_details()
    else:
        page.lose(at, "html", f"{html} closes nothing; it was left out")


def _fragment(page: Page, html: str, at: int) -> None:
    """HTML without details: a plain table is one, text and inline tags are paragraphs; all else stays HTML."""
    found = pieces(html)
    tags = [read_tag(piece) for piece in found if piece.startswith("<") and not is_comment(piece)]
    if page.within == "summary":
        _line(page, found, at)
        return
    if all(tag and (is_inline(tag) or tag.name in _FLOW) for tag in tags):
        _paragraphs(page, found, at)
        return
    grid = read_table(html) if _TABLE.match(html) else None
    if grid is not None:
        _table(page, grid, at)
        return
    page.lose(at, "html_block", "raw HTML has no counterpart here; its source is shown")
    source = html.strip("\n")
    if page.lowering.html_blocks == "code":
        text: Json = {"type": "text", "text": source}
        page.block({"type": "codeBlock", "attrs": {"language": "html"}, "content": [text]})
        return
    page.end_text()
    for line in source.split("\n"):
        if page.text.nodes:
            page.text.put({"type": "hardBreak"})
        page.text.raw(line)
    page.end_text()


def _line(page: Page, found: list[str], at: int) -> None:
    """Tags and texts of a line."""
    for piece in found:
        if piece.startswith("<"):
            inline_html(page, piece, at)
        else:
            page.text.buf.append(_BLANKS.sub(" ", unescape(piece)))


def _paragraphs(page: Page, found: list[str], at: int) -> None:
    """Texts with paragraphs, headings and rules between them."""
    page.end_text()
    level = 0
    for piece in found:
        tag = read_tag(piece) if piece.startswith("<") else None
        if tag is None or tag.name not in _FLOW:
            _line(page, [piece], at)
            continue
        if level:
            page.end_heading(level)
            level = 0
        page.end_text()
        if tag.name == "hr":
            page.block({"type": "horizontalRule"})
        elif not tag.closing and tag.name != "p":
            level = int(tag.name[1])
            page.within = "heading"
        if attributes(tag):
            page.lose(at, "html_attributes", f"{piece[:40]} is plain here; what it says of its form was left out")
    if level:
        page.end_heading(level)
    page.end_text()


def _table(page: Page, grid: Grid, at: int) -> None:
    page.end_text()
    if not grid.plain:
        page.lose(at, "html_attributes", "cells are plain here; what their tags say of their form was left out")
    _line(page, grid.caption, at)
    page.end_text()
    rows = [node("tableRow", [_cell(page, cell, at) for cell in row]) for row in grid.rows]
    page.blocks.append(node("table", rows))


def _cell(page: Page, cell: Cell, at: int) -> Json:
    page.within = "cell"
    parts: list[list[str]] = [[]]
    for piece in cell.pieces:
        if (tag := read_tag(piece) if piece.startswith("<") else None) and tag.name == "p":
            parts.append([])
        else:
            parts[-1].append(piece)
    paragraphs: list[Json] = []
    for part in parts:
        _line(page, part, at)
        nodes = page.text.take()
        if nodes:
            paragraphs.append(node("paragraph", nodes, page.text.take_carried("attrs")))
    page.within = ""
    spans = {name: span for name, span in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if span > 1}
    attrs = {**spans, **page.text.take_carried("cell")}
    return node("tableHeader" if cell.header else "tableCell", paragraphs or [node("paragraph")], attrs)
