"""A page's text turned back into its file's: what a person changed there, written as the file writes it. Pure.

Knows Markdown and one backend's fields. Where the text stands in Git, and what Git made of it since, is not known here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from posixpath import dirname, relpath
from typing import Final

from pagemirror.backends.interface import Backend
from pagemirror.content import LeftOut, Merged, Nav, banner, body_start, merge, normal_markdown, parse
from pagemirror.content.destinations import unescape
from pagemirror.content.retitling import retitled
from pagemirror.content.rewriting import rewrite
from pagemirror.model.documents import Document, Unreadable
from pagemirror.model.fields import BODY
from pagemirror.model.ids import BlobId, MirrorName, RepoPath

__all__ = ["Links", "Turner", "merged_file", "raw_of", "relative"]

Links = Callable[[str], str | None]
"""What a destination of the page is in the file; None for one that stays."""

_BOM: Final = b"\xef\xbb\xbf"
_ALIKE: Final = 0.6
_WORDS: Final = ("web_url", "path", "commit", "author")


def relative(path: RepoPath, suffix: str, page: RepoPath) -> str:
    """A link to a file of the repository, as its page would write it."""
    quoted = relpath(path, dirname(page) or ".")
    for sign, code in (("%", "%25"), ("#", "%23"), ("?", "%3F")):
        quoted = quoted.replace(sign, code)
    return ("./" if ":" in quoted.partition("/")[0] else "") + quoted + suffix


@dataclass(frozen=True, slots=True, kw_only=True)
class Turner:
    """Turns pages of one mirror back. `root` is the source folder, `banner` the template of the line on top."""

    backend: Backend
    mirror: MirrorName
    root: RepoPath
    banner: str

    def read(self, data: bytes, path: RepoPath) -> Document | Unreadable | LeftOut:
        """A file's bytes, parsed as if they stood at this path."""
        return parse(data, path=path, blob=BlobId(""), root=self.root, mirror=self.mirror, nav=Nav.none())

    def with_text(self, base: bytes, document: Document, *, sent: str, now: str, links: Links) -> bytes:
        """The file with what changed from one body field to the other, both as the target has them."""
        before, after = self._plain(sent, links), self._plain(now, links)
        before, after = self._without_banner(before, after)
        if normal_markdown(before) == normal_markdown(after):
            return base
        made = self._by_lines(base, document, before, after) or self._rewritten(base, before, after)
        if self._title_of(made, document.path) in {document.title, None}:
            return made
        # a heading that a person put on top would be taken for the title of a file that is named by its name
        return self.with_title(made, document.path, document.title, above=True) or made

    def with_title(self, data: bytes, path: RepoPath, title: str, *, above: bool = False) -> bytes | None:
        """The file with another title, with `above` over its first heading; None where it can't be written."""
        return retitled(data, title, self.mirror, lambda made: self._title_of(made, path) or "", above=above)

    def _title_of(self, data: bytes, path: RepoPath) -> str | None:
        document = self.read(data, path)
        return document.title if isinstance(document, Document) else None

    def _plain(self, body: str, links: Links) -> str:
        return self.backend.to_markdown({BODY: self.backend.blind(body, links)})

    def _rewritten(self, base: bytes, before: str, after: str) -> bytes:
        mark = _BOM if base.startswith(_BOM) else b""
        return mark + rewrite(base.removeprefix(_BOM), sent=before, now=after, form=self._form)

    def _form(self, text: str) -> str:
        return self.backend.to_markdown({BODY: self.backend.from_markdown(text)})

    def _by_lines(self, base: bytes, document: Document, before: str, after: str) -> bytes | None:
        """Where the page holds the file's own Markdown a person's lines are put in as they are; None elsewhere."""
        if self.backend.capabilities.format != "markdown":
            return None
        start = body_start(document) + (len(_BOM) if base.startswith(_BOM) else 0)
        head, body = base[:start], base[start:]
        if not body.strip():
            newline = b"\r\n" if b"\r\n" in head else b"\n"
            said = normal_markdown(after).encode().replace(b"\n", newline) + newline
            return head.rstrip(b"\r\n") + newline * 2 + said if head.strip(b"\r\n") else said
        merged = merge(before, body.decode(), after)
        return head + _like(body, merged.text) if isinstance(merged, Merged) else None

    def _without_banner(self, before: str, after: str) -> tuple[str, str]:
        """Both texts without the banner, which a person may have changed or taken away."""
        if not self.banner:
            return before, after
        names = {name: f"PAGEMIRROR{name.replace('_', '')}" for name in _WORDS}
        shape = self.backend.to_markdown({BODY: self.backend.from_markdown(banner(self.banner, names))})
        pattern = re.escape(normal_markdown(shape))
        for name in names.values():
            pattern = pattern.replace(name, ".*?")
        top = re.compile(rf"\s*{pattern}[ \t]*(?:\n|\Z)")
        found, still = top.match(before), top.match(after)
        if found is None:
            return before, after
        if still is not None:
            return before[found.end() :], after[still.end() :]
        first, _, rest = after.lstrip("\n").partition("\n")
        alike = SequenceMatcher(a=found[0].strip(), b=first.strip(), autojunk=False).ratio() >= _ALIKE
        return before[found.end() :], rest if alike else after


def merged_file(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """What Git and a person changed in one file; None where both changed the same lines."""
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    merged = merge(*(text.removeprefix(_BOM).decode() for text in (base, ours, theirs)))
    if not isinstance(merged, Merged):
        return None
    mark = _BOM if ours.startswith(_BOM) else b""
    return mark + _like(ours.removeprefix(_BOM), merged.text)


def _like(data: bytes, text: str) -> bytes:
    """A text in normal form with the line ends of these bytes, and with their blank lines around it."""
    lines = data.decode().replace("\r\n", "\n")
    inner = normal_markdown(lines)
    start = lines.find(inner)
    whole = lines[:start] + text + lines[start + len(inner) :]
    return whole.replace("\n", "\r\n").encode() if b"\r\n" in data else whole.encode()


def raw_of(document: Document, meant: Callable[..., str | None]) -> dict[str, str]:
    """How a file writes each destination that it has, by what it means."""
    raws: dict[str, str] = {}
    for slot in document.links:
        token = meant(slot, document.path)
        if token is not None and slot.style != "wiki":
            raws.setdefault(token, unescape(slot.raw))
    return raws
