"""A page's ProseMirror document as HTML that is safe to show: what a reader of the editor sees, without its scripts.

Takes JSON text, and shows whatever it holds: an unknown node with its name, and no document at all as its text. It
must not know what is valid. Formulas stand as LaTeX, drawings and players as cards with their address.
"""

import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from markupsafe import Markup

from pagemirror.sandbox.web.sanitise import sanitise

__all__ = ["lay_out", "plain_text", "render_document"]

_DEEPEST = 100
_PLAIN: Mapping[str, tuple[str, str]] = {
    "doc": ("", ""),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "bulletList": ("<ul>", "</ul>"),
    "listItem": ("<li>", "</li>"),
    "taskList": ('<ul class="pm-tasks">', "</ul>"),
    "table": ("<table><tbody>", "</tbody></table>"),
    "tableRow": ("<tr>", "</tr>"),
    "detailsSummary": ("<summary>", "</summary>"),
    "detailsContent": ('<div class="pm-details">', "</div>"),
    "horizontalRule": ("<hr>", ""),
    "hardBreak": ("<br>", ""),
}
_MARKS: Mapping[str, tuple[str, str]] = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "strike": ("<s>", "</s>"),
    "underline": ("<u>", "</u>"),
    "code": ("<code>", "</code>"),
    "subscript": ("<sub>", "</sub>"),
    "superscript": ("<sup>", "</sup>"),
    "comment": ('<span class="pm-comment" title="Somebody commented on this">', "</span>"),
}
Attributes = Mapping[str, Any]


def render_document(text: str) -> Markup:
    """Render a document; whatever it holds, nothing of it runs."""
    document = _read(text)
    html = f"<pre>{escape(text)}</pre>" if document is None else _node(document, 0)
    return Markup(sanitise(html))  # noqa: S704 - sanitised right here


def plain_text(text: str) -> str:
    """Return the text that a reader could search for, one line a text block."""
    found: list[str] = []
    waiting: list[Any] = [_read(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found.append(node["text"] if isinstance(node.get("text"), str) else "")
            inside = node.get("content")
            waiting += ["\n", *reversed(inside)] if isinstance(inside, list) else []
        elif node == "\n":
            found.append("\n")
    return "".join(found)


def lay_out(text: str) -> str:
    """Return a document's JSON with one value a line, for people to read and edit."""
    document = _read(text)
    return text if document is None else json.dumps(document, ensure_ascii=False, indent=1)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _node(node: Any, depth: int) -> str:
    if not isinstance(node, dict) or depth > _DEEPEST:
        return '<p class="pm-unknown">What stands here is no node, or nested too deep to show.</p>'
    kind, given = str(node.get("type")), node.get("attrs")
    attributes: Attributes = given if isinstance(given, dict) else {}
    if kind == "text":
        return _marked(escape(str(node.get("text", ""))), node.get("marks"))
    children = node.get("content")
    inside = "".join(_node(child, depth + 1) for child in children) if isinstance(children, list) else ""
    if kind in _PLAIN:
        before, after = _PLAIN[kind]
        return _marked(f"{before}{inside}{after}", node.get("marks"))
    if kind in _WRITERS:
        return _marked(_WRITERS[kind](attributes, inside), node.get("marks"))
    return f'<div class="pm-unknown"><p>Unknown node: {escape(kind)}</p>{inside}</div>'


def _marked(html: str, marks: Any) -> str:
    for mark in reversed(marks) if isinstance(marks, list) else ():
        if not isinstance(mark, dict):
            continue
        kind, given = str(mark.get("type")), mark.get("attrs")
        attributes: Attributes = given if isinstance(given, dict) else {}
        if kind in _MARKS:
            before, after = _MARKS[kind]
        elif kind == "link":
            before, after = f'<a href="{_of(attributes, "href")}">', "</a>"
        elif kind == "highlight":
            colour = _of(attributes, "color")
            before, after = f'<mark title="Colour {colour}">' if colour else "<mark>", "</mark>"
        elif kind == "textStyle":
            before, after = f'<span class="pm-colour" title="Colour {_of(attributes, "color")}">', "</span>"
        else:
            before, after = f'<span class="pm-unknown" title="Unknown mark {escape(kind)}">', "</span>"
        html = f"{before}{html}{after}"
    return html


def _of(attributes: Attributes, name: str, default: object = "") -> str:
    """Return an attribute as text for HTML."""
    value = attributes.get(name)
    return escape(str(default if value is None else value))


def _heading(attributes: Attributes, inside: str) -> str:
    level = attributes.get("level")
    tag = f"h{level if level in (1, 2, 3, 4, 5, 6) else 1}"
    return f"<{tag}{_aligned(attributes)}>{inside}</{tag}>"


def _paragraph(attributes: Attributes, inside: str) -> str:
    return f"<p{_aligned(attributes)}>{inside}</p>"


def _aligned(attributes: Attributes) -> str:
    """Return where the editor sets a text, for the sanitiser to let through or not."""
    where = _of(attributes, "textAlign")
    return f' style="text-align: {where}"' if where else ""


def _code_block(attributes: Attributes, inside: str) -> str:
    language = _of(attributes, "language")
    label = f'<span class="pm-language">{language}</span>' if language else ""
    block = f'<pre><code class="language-{language or "text"}">{inside}</code></pre>'
    return f'<div class="pm-code">{label}{block}</div>'


def _ordered_list(attributes: Attributes, inside: str) -> str:
    return f'<ol start="{_of(attributes, "start", 1)}">{inside}</ol>'


def _task_item(attributes: Attributes, inside: str) -> str:
    checked = " checked" if attributes.get("checked") is True else ""
    return f'<li><input type="checkbox"{checked}><div>{inside}</div></li>'


def _cell(tag: str) -> Callable[[Attributes, str], str]:
    def write(attributes: Attributes, inside: str) -> str:
        spans = "".join(f' {name}="{_of(attributes, name, 1)}"' for name in ("colspan", "rowspan"))
        return f"<{tag}{spans}>{inside}</{tag}>"

    return write


def _callout(attributes: Attributes, inside: str) -> str:
    kind = _of(attributes, "type", "info")
    return f'<div class="pm-callout pm-callout-{kind}">{inside}</div>'


def _details(attributes: Attributes, inside: str) -> str:
    return f"<details{' open' if attributes.get('open') is True else ''}>{inside}</details>"


def _math_inline(attributes: Attributes, _inside: str) -> str:
    return f'<code class="pm-math" title="A formula">{_of(attributes, "text")}</code>'


def _math_block(attributes: Attributes, _inside: str) -> str:
    return f'<pre class="pm-math" title="A formula">{_of(attributes, "text")}</pre>'


def _mention(attributes: Attributes, _inside: str) -> str:
    return f'<span class="pm-mention">@{_of(attributes, "label", "?")}</span>'


def _image(attributes: Attributes, _inside: str) -> str:
    alt = _of(attributes, "alt")
    caption = f"<figcaption>{alt}</figcaption>" if alt else ""
    where = _of(attributes, "align", "center")
    width = _of(attributes, "width")
    wide = f' width="{width}"' if width not in {"", "100%"} else ""  # as wide as there is room is the default
    image = f'<img src="{_of(attributes, "src")}" alt="{alt}"{wide}>'
    return f'<figure class="pm-image pm-image-{where}">{image}{caption}</figure>'


def _card(word: str, address: str, *names: str) -> Callable[[Attributes, str], str]:
    def write(attributes: Attributes, _inside: str) -> str:
        url = _of(attributes, address)
        name = next(filter(None, (_of(attributes, name) for name in names)), url)
        return f'<p class="pm-card"><span>{word}</span> <a href="{url}">{name or "without an address"}</a></p>'

    return write


_WRITERS: Mapping[str, Callable[[Attributes, str], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "codeBlock": _code_block,
    "orderedList": _ordered_list,
    "taskItem": _task_item,
    "tableHeader": _cell("th"),
    "tableCell": _cell("td"),
    "callout": _callout,
    "details": _details,
    "mathInline": _math_inline,
    "mathBlock": _math_block,
    "mention": _mention,
    "image": _image,
    "video": _card("Video", "src"),
    "attachment": _card("File", "url", "name"),
    "drawio": _card("Drawing", "src", "title"),
    "excalidraw": _card("Sketch", "src", "title"),
    "embed": _card("Embedded", "src", "provider"),
    "youtube": _card("YouTube", "src"),
}
