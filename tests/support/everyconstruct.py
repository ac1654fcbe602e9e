"""A document with every node and mark of the editor's schema once."""

from typing import Any

__all__ = ["Json", "every_construct"]

Json = dict[str, Any]


def text(words: str, *marks: str | Json) -> Json:
    if not marks:
        return {"type": "text", "text": words}
    named = [{"type": mark} if isinstance(mark, str) else mark for mark in marks]
    return {"type": "text", "marks": named, "text": words}


def node(kind: str, *content: Json, **attrs: object) -> Json:
    made: Json = {"type": kind}
    if attrs:
        made["attrs"] = attrs
    if content:
        made["content"] = list(content)
    return made


def line(*content: Json | str) -> Json:
    return node("paragraph", *(text(part) if isinstance(part, str) else part for part in content))


def _inline() -> list[Json]:
    link = {"type": "link", "attrs": {"href": "https://example.com/a?b=1&c=2", "target": "_blank"}}
    plain = ("bold", "italic", "strike", "underline", "code", "superscript", "subscript")
    marked = [part for name in plain for part in (text(name, name), text(" "))]
    return [
        line(
            "Words ",
            *marked,
            text("link", link),
            " ",
            text("highlight", {"type": "highlight", "attrs": {"color": "yellow"}}),
            " ",
            text("coloured", {"type": "textStyle", "attrs": {"color": "#c00"}}),
            " ",
            text("commented", {"type": "comment", "attrs": {"commentId": "c1"}}),
            " ",
            text("bold link", "bold", link),
        ),
        line(
            "A break",
            node("hardBreak"),
            "then ",
            node("mathInline", text="a^2 < b"),
            " and ",
            node("mention", id="m1", label="Docs team", entityType="user", entityId="u1"),
        ),
    ]


def _lists() -> list[Json]:
    return [
        node(
            "bulletList",
            node("listItem", line("Bullet one")),
            node("listItem", line("Bullet two"), node("bulletList", node("listItem", line("nested bullet")))),
        ),
        node("orderedList", node("listItem", line("Third")), node("listItem", line("Fourth")), start=3),
        node(
            "taskList",
            node("taskItem", line("Done task"), checked=True),
            node(
                "taskItem",
                line("Open task"),
                node("taskList", node("taskItem", line("Nested task"), checked=False)),
                checked=False,
            ),
        ),
    ]


def _blocks() -> list[Json]:
    head = node("tableRow", node("tableHeader", line("Key"), colspan=1), node("tableHeader", line("Value")))
    row = node("tableRow", node("tableCell", line("left")), node("tableCell", line("right")))
    wide = node("tableRow", node("tableCell", line("over both columns"), colspan=2, rowspan=1, colwidth=[120, 80]))
    callouts = [
        node("callout", line(f"A callout: {kind}"), type=kind)
        for kind in ("default", "info", "success", "warning", "danger")
    ]
    return [
        node("blockquote", line("Quoted")),
        node("codeBlock", text("if a < b:\n    print('x')"), language="python"),
        node("horizontalRule"),
        node("table", head, row, wide),
        *callouts,
        node(
            "details",
            node("detailsSummary", text("Summary line")),
            node("detailsContent", line("Inside the details")),
            open=True,
        ),
        node("mathBlock", text="E = mc^2"),
    ]


def _media() -> list[Json]:
    return [
        node(
            "image",
            src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
            alt="A dot",
            width="100%",
            align="center",
        ),
        node("video", src="https://example.com/v.mp4"),
        node("attachment", url="https://example.com/f.pdf", name="f.pdf", mime="application/pdf", size=12),
        node("drawio", src="https://example.com/d.svg", title="Boxes"),
        node("excalidraw", src="https://example.com/e.svg", title="Lines"),
        node("embed", src="https://example.com/board", provider="board", width=640, height=480),
        node("youtube", src="https://www.youtube.com/watch?v=abc", start=0),
    ]


def every_construct() -> Json:
    headings = [
        node("heading", text(f"Heading {level}"), level=level, textAlign="left" if level == 1 else None)
        for level in (1, 2, 3, 4, 5, 6)
    ]
    return node("doc", *headings, *_inline(), *_lists(), *_blocks(), *_media(), line("The end."))
