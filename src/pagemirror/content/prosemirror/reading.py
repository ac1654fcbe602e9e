"""The Markdown parser with its options, and the text as it may be given to it. Knows no document."""

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pyromark import Markdown

__all__ = ["Rarities", "parser_for", "rarities", "sendable"]

_COLONS: Final = re.compile(r":(?:::|[ \t](?<=[\n\t >]:[ \t]))")
"""Three colons, or one where a definition may begin. It begins with a letter of its own, which is found fast."""
_FOR_BOXES: Final = 3


class Rarities(NamedTuple):
    """What a text may have, told by its signs; plain pages have none, and are not to pay for any."""

    boxes: bool
    definitions: bool
    heading_ids: bool
    includes: bool


def rarities(text: str) -> Rarities:
    """Look for the signs of rare constructs; each test is a search for one character, or follows one that is rare."""
    colons = ":" in text and _COLONS.search(text) is not None
    braces = "{" in text
    return Rarities(
        boxes=(colons and ":::" in text)
        or ("?" in text and "???" in text)
        or (text.count("!") >= _FOR_BOXES and "!!!" in text)
        or ('"' in text and "===" in text),
        definitions=colons,
        heading_ids=braces and "{#" in text,
        includes=(braces and ("{{" in text or "{%" in text)) or ("<" in text and "8<-" in text),
    )


@cache
def parser_for(
    *, subscript: bool, superscript: bool, definitions: bool = False, heading_ids: bool = False
) -> "Markdown":
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
    if definitions:
        options |= Options.ENABLE_DEFINITION_LIST
    if heading_ids:
        options |= Options.ENABLE_HEADING_ATTRIBUTES
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
