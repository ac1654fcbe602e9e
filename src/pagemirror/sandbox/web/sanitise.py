"""Makes HTML from strangers safe to show: it is read and written anew, with only what is on the lists here.

All text is escaped again, every tag that was opened is closed, and nothing that runs, loads frames or styles gets
through. It must not know Markdown or templates.
"""

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

__all__ = ["sanitise"]

_TAGS = frozenset(
    """
    a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption
    figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q s samp small span strong sub
    summary sup table tbody td tfoot th thead tr u ul var
    """.split()  # noqa: SIM905 - thirty lines of quotes are harder to read
)
_VOID = frozenset({"br", "col", "hr", "img", "input"})
_SILENT = frozenset({"script", "style", "template", "noscript"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ATTRIBUTES = {
    "a": ("href", "title"),
    "img": ("src", "alt", "title", "width", "height"),
    "ol": ("start",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "details": ("open",),
    "mark": ("title",),
    "span": ("title",),
    "code": ("title",),
    "pre": ("title",),
}
_CLASSES = re.compile(r"(?:language-[\w+#.-]+|markdown-alert-\w+|footnote-\w+(?:-\w+)*|pm-[\w-]+)")
_ALIGNMENT = re.compile(r"text-align:\s*(left|center|right)\b")
_FOOTNOTE = re.compile(r"[\w-]{1,40}")
_LINK_SCHEMES = frozenset({"", "http", "https", "mailto", "tel"})
_IMAGE_SCHEMES = frozenset({"", "http", "https"})
_IMAGE_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*")


def sanitise(html: str) -> str:
    """Return HTML that shows the same text and cannot do anything."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return writer.result()


class _Writer(HTMLParser):
    """Writes what it reads, if it is allowed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[tuple[str, int]] = []
        self._silent = 0
        self._anchors: dict[str, int] = {}

    def result(self) -> str:
        while self._open:
            self._close()
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if self._silent or tag not in _TAGS:
            return
        values = {name: value or "" for name, value in attrs}
        if tag == "input" and values.get("type") != "checkbox":
            return
        self._parts.append(f"<{tag}{_attributes(tag, values)}>")
        if tag not in _VOID:
            self._open.append((tag, len(self._parts) - 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._silent and any(name == tag for name, _ in self._open):
            while self._close() != tag:
                continue

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(escape(data))

    def _close(self) -> str:
        tag, start = self._open.pop()
        if tag in _HEADINGS:
            anchor = self._anchor("".join(self._parts[start + 1 :]))
            self._parts[start] = self._parts[start].replace(f"<{tag}", f'<{tag} id="{anchor}"', 1)
        self._parts.append(f"</{tag}>")
        return tag

    def _anchor(self, heading: str) -> str:
        words = re.sub(r"<[^>]*>|&[a-z#0-9x]+;", "", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-") or "section"
        count = self._anchors.get(slug, 0)
        self._anchors[slug] = count + 1
        return f"{slug}-{count}" if count else slug


def _attributes(tag: str, values: dict[str, str]) -> str:
    found: dict[str, str] = {}
    for name in _ATTRIBUTES.get(tag, ()):
        if name in values and _is_allowed(name, values[name]):
            found[name] = values[name]
    classes = [name for name in values.get("class", "").split() if _CLASSES.fullmatch(name)]
    aligned = _ALIGNMENT.search(values.get("style", ""))
    classes += [f"align-{aligned.group(1)}"] if aligned else []
    if classes:
        found["class"] = " ".join(classes)
    if "footnote-definition" in classes and _FOOTNOTE.fullmatch(values.get("id", "")):
        found["id"] = values["id"]
    if tag == "input":
        found |= {"type": "checkbox", "disabled": ""} | ({"checked": ""} if "checked" in values else {})
    if tag == "a":
        found["rel"] = "noopener noreferrer nofollow"
    if tag == "img":
        found |= {"loading": "lazy", "referrerpolicy": "no-referrer"}
    return "".join(f' {name}="{escape(value)}"' for name, value in found.items())


def _is_allowed(name: str, value: str) -> bool:
    if name in ("width", "height", "start", "colspan", "rowspan"):
        number = value.removesuffix("%") if name == "width" else value
        return number.isascii() and number.isdigit()
    if name not in ("href", "src"):
        return True
    address = re.sub(r"[\x00-\x20]", "", value)
    if name == "src" and _IMAGE_DATA.fullmatch(address):
        return True
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return False
    return scheme in (_LINK_SCHEMES if name == "href" else _IMAGE_SCHEMES)
