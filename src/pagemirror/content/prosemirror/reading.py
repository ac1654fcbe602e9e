"""The Markdown parser with its options, and the text as it may be given to it. Knows no document."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyromark import Markdown

__all__ = ["parser_for", "sendable"]


@cache
def parser_for(*, subscript: bool, superscript: bool) -> "Markdown":
    """The parser; never with the metadata option, which takes rules in mid-text for front matter."""
    from pyromark import Markdown, Options  # noqa: PLC0415 - a pass with nothing to do parses nothing

    options = (
        Options.ENABLE_TABLES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_GFM
        | Options.ENABLE_MATH
    )
    if subscript:
        options |= Options.ENABLE_SUBSCRIPT
    if superscript:
        options |= Options.ENABLE_SUPERSCRIPT
    return Markdown(options=options)


def sendable(text: str) -> str:
    """The text with LF line ends, and U+FFFD for what no database of the target takes."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
