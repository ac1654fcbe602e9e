"""One text block in the making: text, the marks that are open, and the nodes so far. Knows nothing of blocks."""

from typing import Any, Final

from pagemirror.content.prosemirror.destinations import encoded
from pagemirror.content.prosemirror.linkifier import bare_links, signs
from pagemirror.content.prosemirror.schema import RANKS
from pagemirror.content.prosemirror.shape import Json

__all__ = ["BLANKS", "TextBlock", "bold", "is_code", "join", "trim"]

_ADDRESSES: Final = ("://", "@", "www.", "WWW.")
"""What no address is without."""

BLANKS: Final = " \t\n"
"""The blanks that mean nothing at the ends of a text block; a no-break space means something."""


def join(nodes: list[Json]) -> list[Json]:
    """The same nodes with neighbouring texts of equal marks as one; new nodes where something was joined."""
    joined: list[Json] = []
    texts: list[str] = []
    for node in nodes:
        last = joined[-1] if joined else None
        if last and last["type"] == node["type"] == "text" and last.get("marks") == node.get("marks"):
            if not texts:
                joined[-1] = dict(last)
                texts.append(last["text"])
            texts.append(node["text"])
            continue
        if texts:
            joined[-1]["text"] = "".join(texts)
            texts.clear()
        joined.append(node)
    if texts:
        joined[-1]["text"] = "".join(texts)
    return joined


def trim(nodes: list[Json]) -> None:
    """Take hard breaks and blanks away at both ends; blanks in code stay."""
    for end in (-1, 0):
        while nodes:
            node = nodes[end]
            kind = node["type"]
            if kind == "text":
                text = node["text"]
                if text[end] not in BLANKS or is_code(node):
                    break
                text = text.lstrip(BLANKS) if end == 0 else text.rstrip(BLANKS)
                if text:
                    nodes[end] = {**node, "text": text}
                    break
            elif kind != "hardBreak":
                break
            del nodes[end]


def _rank(mark: Json) -> tuple[int, str]:
    return RANKS.get(mark["type"], len(RANKS)), mark["type"]


def is_code(node: Json) -> bool:
    """Whether a text node bears the code mark."""
    return any(mark["type"] == "code" for mark in node.get("marks") or ())


def bold(nodes: list[Json]) -> list[Json]:
    """The same nodes in bold; code stays code alone."""
    made: list[Json] = []
    for node in nodes:
        marks = node.get("marks")
        if node["type"] != "text":
            made.append(node)
        elif not marks:
            made.append({**node, "marks": [{"type": "bold"}]})
        elif any(mark["type"] in {"code", "bold"} for mark in marks):
            made.append(node)
        else:
            made.append({**node, "marks": sorted([*marks, {"type": "bold"}], key=_rank)})
    return join(made)


class TextBlock:
    """The text block that is being read. `buf` takes text as it comes; `put`, `open`, `close` and `take` end a run.

    `source` is the whole Markdown text: an address that does not stand there as it is was written with escapes, so as
    to be no link.
    """

    __slots__ = (
        "_addresses",
        "_by_html",
        "_code",
        "_held",
        "_open",
        "_signs",
        "_source",
        "_spans",
        "_unjoined",
        "buf",
        "carried",
        "marks",
        "nodes",
        "written",
    )

    def __init__(self, source: str, *, linkify: bool) -> None:
        self.buf: list[str] = []
        self.nodes: list[Json] = []
        self.marks: list[Json] | None = None
        self.carried: dict[str, Json] = {}  # attributes of the text block (`attrs`) and of the cell around it (`cell`)
        self.written = 0  # rises with every text that is no code
        self._held: dict[str, list[Json]] = {}
        self._open = 0  # marks
        self._by_html: dict[str, int] = {}
        self._code: list[Json] = [{"type": "code"}]
        self._signs: frozenset[str] | None = None
        self._source = source
        self._addresses = tuple([sign for sign in _ADDRESSES if sign in source]) if linkify else ()
        self._spans: list[str] = []
        self._unjoined = False

    def flush(self) -> None:
        """Make a node of the text that has come."""
        buf = self.buf
        if not buf:
            return
        text = "".join(buf) if len(buf) > 1 else buf[0]
        buf.clear()
        for sign in self._addresses:
            if sign in text:
                self._linked(text)
                return
        nodes, marks = self.nodes, self.marks
        if not text or (nodes and ("text" not in nodes[-1] or nodes[-1].get("marks") == marks)):
            self._text(text)
        else:
            nodes.append({"type": "text", "text": text, "marks": marks} if marks else {"type": "text", "text": text})
            self.written += 1

    def _text(self, text: str) -> None:
        if not text:
            return
        nodes = self.nodes
        marks = self.marks
        if nodes:
            last = nodes[-1]
            if "text" in last:
                if last.get("marks") == marks:
                    self._unjoined = True
            elif last["type"] == "hardBreak" and marks != self._code:
                text = text.lstrip(BLANKS)
                if not text:
                    return
        nodes.append({"type": "text", "text": text, "marks": marks} if marks else {"type": "text", "text": text})
        self.written += 1

    def _linked(self, text: str) -> None:
        """Add a text with its addresses as links, but for one that is a link or code already."""
        if self.holds("link") or self.marks == self._code:
            self._text(text)
            return
        done = 0
        if self._signs is None:
            self._signs = signs(self._source)
        after_code = bool(self.nodes) and is_code(self.nodes[-1])
        for link in bare_links(text):
            if link.sign not in self._signs or (after_code and not link.start):
                continue
            if link.start > done:
                self._text(text[done : link.start])
            self.open("link", {"href": encoded(link.url)})
            self._text(text[link.start : link.end])
            self.close("link")
            done = link.end
        if done < len(text):
            self._text(text[done:])

    def put(self, node: Json) -> None:
        """Add an inline node that is no text; it bears no marks."""
        self.flush()
        if node["type"] == "hardBreak":
            self._trim_end()
        self.nodes.append(node)

    def _trim_end(self) -> None:
        """Take the blanks before a hard break away."""
        nodes = self.nodes
        while nodes and nodes[-1]["type"] == "text" and nodes[-1]["text"][-1] in BLANKS and not is_code(nodes[-1]):
            text = nodes[-1]["text"].rstrip(BLANKS)
            if text:
                nodes[-1]["text"] = text
                break
            nodes.pop()

    def raw(self, text: str) -> None:
        """Add a text in which no links are looked for."""
        self.flush()
        self._text(text)

    def code(self, text: str) -> None:
        """Add a code span: it bears no mark beside `code`."""
        if self.buf:
            self.flush()
        nodes = self.nodes
        if nodes and nodes[-1].get("marks") == self._code:
            self._unjoined = True
        nodes.append({"type": "text", "text": text, "marks": self._code})

    def holds(self, kind: str) -> bool:
        """Whether a mark of this type is open."""
        return bool(self._held.get(kind))

    def open(self, kind: str, attrs: dict[str, Any] | None = None, *, by_html: bool = False) -> None:
        """Open a mark; the innermost of a type is the one that counts."""
        if self.buf:
            self.flush()
        mark = {"type": kind, "attrs": attrs} if attrs else {"type": kind}
        self._held.setdefault(kind, []).append(mark)
        if by_html:
            self._by_html[kind] = self._by_html.get(kind, 0) + 1
        self._open += 1
        if self._open == 1:
            self.marks = [mark]
        else:
            self._sort()

    def close(self, kind: str) -> None:
        """Close the innermost mark of a type."""
        if self.buf:
            self.flush()
        held = self._held.get(kind)
        if held:
            held.pop()
            self._open -= 1
            if self._open:
                self._sort()
            else:
                self.marks = None

    def close_by_html(self, kind: str) -> bool:
        """Close a mark that a tag has opened; False if none has."""
        if not self._by_html.get(kind):
            return False
        self._by_html[kind] -= 1
        self.close(kind)
        return True

    def open_span(self, mark: Json | None) -> None:
        """Open a tag `span` that carries a mark, or that is only to be closed."""
        self._spans.append(mark["type"] if mark else "")
        if mark:
            self.open(mark["type"], mark.get("attrs"), by_html=True)

    def close_span(self) -> bool:
        """Close the innermost tag `span` that carries something; False if none is open."""
        if not self._spans:
            return False
        kind = self._spans.pop()
        if kind:
            self.close_by_html(kind)
        return True

    def take_carried(self, role: str) -> Json:
        """The attributes that a tag has carried here, once."""
        return self.carried.pop(role, {}) if self.carried else {}

    def _sort(self) -> None:
        marks = [held[-1] for held in self._held.values() if held]
        if len(marks) > 1:
            marks = self._code if self.holds("code") else sorted(marks, key=_rank)
        self.marks = marks or None

    def split(self) -> list[Json]:
        """The nodes so far, trimmed; what follows begins anew with the same marks open."""
        if self.buf:
            self.flush()
        nodes = join(self.nodes) if self._unjoined else self.nodes
        self.nodes = []
        self._unjoined = False
        trim(nodes)
        return nodes

    def _plain(self) -> list[Json]:
        """The same, of a text block without marks, as most are."""
        text = "".join(self.buf).strip(BLANKS)
        for sign in self._addresses:
            if sign in text:
                return self.split()
        self.buf.clear()
        return [{"type": "text", "text": text}] if text else []

    def take(self) -> list[Json]:
        """The nodes, trimmed; every mark ends here, also one that a tag has left open."""
        if not (self.nodes or self._held or self._spans):
            return self._plain()
        nodes = self.split()
        if self._held:
            self._held.clear()
            self._by_html.clear()
            self._open = 0
            self.marks = None
        self._spans.clear()
        return nodes
