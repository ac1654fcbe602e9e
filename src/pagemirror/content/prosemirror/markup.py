"""Raw HTML onto the page: what has a mark or a node becomes one, the rest stands as text or as a code block."""

import re
from html import unescape
from typing import Final

from pagemirror.content.prosemirror.destinations import encoded
from pagemirror.content.prosemirror.page import Page
from pagemirror.content.prosemirror.shape import Json
from pagemirror.content.prosemirror.tags import MARK_TAGS, Tag, attributes, is_comment, pieces, read_tag

__all__ = ["html_block", "inline_html"]

_INLINE: Final = frozenset({*MARK_TAGS, "a", "br", "img"})
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
    page.text.open(kind, by_html=True)


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
    lost = sorted(found.keys() - {"src", "alt"})
    if lost:
        page.lose(at, "image_attributes", f"an image has no {', '.join(lost)} here")
    page.image(found.get("src", ""), found.get("alt", ""), at)


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
    """HTML without details: text and inline tags are a paragraph; if anything else is in it, it stays HTML."""
    found = pieces(html)
    tags = [read_tag(piece) for piece in found if piece.startswith("<") and not is_comment(piece)]
    if page.within == "summary" or all(tag and tag.name in _INLINE for tag in tags):
        if page.within != "summary":
            page.end_text()
        for piece in found:
            if piece.startswith("<"):
                inline_html(page, piece, at)
            else:
                page.text.buf.append(_BLANKS.sub(" ", unescape(piece)))
        if page.within != "summary":
            page.end_text()
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
