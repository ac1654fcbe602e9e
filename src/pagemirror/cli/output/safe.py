"""Texts from outside (titles, paths, answers) made fit to print: no control characters, no markup. Pure."""

import re
import unicodedata

__all__ = ["clean", "code_span", "prose", "quoted", "shortened"]

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LONGEST = 80
_JOINERS = frozenset("\u200c\u200d")
_MARKDOWN = re.compile(r"([\\`*_\[\]|~#!<>])")


def clean(text: str, *, lines: bool = False) -> str:
    """The text without anything that could steer a terminal or hide: escapes, other controls, direction marks.

    Line ends and tabs become spaces; with `lines` they stay.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(char if char in kept else _seen(char) for char in text)


def quoted(title: str) -> str:
    """A title in quotation marks, cut where it is long."""
    return f"“{shortened(clean(title))}”"


def shortened(title: str) -> str:
    """A title that may be as long as somebody likes, cut for a line."""
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1].rstrip()}…"


def code_span(text: str) -> str:
    """Markdown code that shows the text as it is, in a table too."""
    text = clean(text)
    if not text:
        return ""
    ticks = max((len(run) for run in re.findall(r"`+", text)), default=0) + 1
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{'`' * ticks}{space}{text}{space}{'`' * ticks}".replace("|", "\\|")


def prose(text: str) -> str:
    """Markdown that shows the text as it is: nothing in it formats, links, ends a table's cell or calls a person."""
    escaped = _MARKDOWN.sub(r"\\\1", clean(text).replace("&", "&amp;"))
    return escaped.replace("@", "@<!-- -->").replace("://", ":<!-- -->//")


def _seen(char: str) -> str:
    if char in "\n\r\t\x0b\x0c\u2028\u2029\x85":
        return " "
    if char in _JOINERS:
        return char
    return "" if unicodedata.category(char) in _UNSEEN else char
