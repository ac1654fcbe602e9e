"""Text as Markdown that reads as just that text, at four strengths. Knows no nodes.

`PLAIN` escapes what is likely to be taken for markup and stays readable; it may fail, which the writer sees when it
reads the block back. `ESCAPED` puts a backslash before every sign, `TAGS` writes signs as entities, `HTML` is for
inside of raw HTML, where Markdown means nothing.
"""

import re
from collections.abc import Callable
from enum import IntEnum
from html import escape
from typing import Final

__all__ = ["Strength", "attribute", "code_span", "destination", "escaped", "fence"]


class Strength(IntEnum):
    """How hard a text is escaped."""

    PLAIN = 0
    ESCAPED = 1
    TAGS = 2
    HTML = 3


_PLAIN: Final = Strength.PLAIN
_SUSPECT: Final = re.compile(r"[\\`*_\[\]<&$~!\n]")
_SIGN: Final = re.compile(r"[!#$&()*+\-./:<=>?@\[\\\]^_`{|}~\"]")
_BLANK: Final = re.compile(r"\A[ \t]|[ \t]\Z|(?<=[ \t])[ \t]|\t")
_START: Final = re.compile(r"(?:#{1,6}|[-+*]|=+|-+)(?=[ \t]|\Z)|>|~~~|:|\||\[|!!!|\?\?\?|===")
_NUMBER: Final = re.compile(r"[0-9]{1,9}(?=[.)](?:[ \t]|\Z))")
_STARTING: Final = frozenset("#-+*=>~:|[!?0123456789")
"""What `_START` and `_NUMBER` begin with."""
_TAG: Final = re.compile(r"<[A-Za-z/!?]")
_ENTITY: Final = re.compile(r"&#?[A-Za-z0-9]+;")
_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_PLAIN_DESTINATION: Final = re.compile(r"[^\s<>()\\&\x00-\x1f]+")


def escaped(text: str, strength: Strength, *, starts: bool = False, alone: bool = True, linked: bool = False) -> str:
    """The text with what would be markup escaped.

    `starts` says that a line begins with it, `alone` that nothing else is in its block, `linked` that it stands in a
    link's text.
    """
    if strength is _PLAIN:
        if _SUSPECT.search(text):
            text = _plainly(text, alone=alone, linked=linked)
        return _started(text) if starts and text[:1] in _STARTING else text
    match strength:
        case Strength.ESCAPED:
            return _SIGN.sub(r"\\\g<0>", text).replace("\n", "&#10;")
        case Strength.TAGS:
            return _BLANK.sub(_entity, _SIGN.sub(_entity, text).replace("\n", "&#10;"))
        case Strength.HTML:
            return escape(text, quote=False).replace("\n", "&#10;")


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _started(text: str) -> str:
    """A line's begin that would open a block, with its first sign escaped."""
    if _START.match(text):
        return f"\\{text}"
    number = _NUMBER.match(text)
    return f"{text[: number.end()]}\\{text[number.end() :]}" if number else text


def _plainly(text: str, *, alone: bool, linked: bool) -> str:
    end = " " if alone else ""  # nothing follows that could go on with a sign
    many = {sign: not alone or text.count(sign) > 1 for sign in "$~"}

    def one(found: re.Match[str]) -> str:
        sign, at = found[0], found.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2] or end
        if sign == "\n":
            return "&#10;"
        return f"\\{sign}" if many.get(sign) or _RULES[sign](before, after, text[at : at + 40]) or linked else sign

    return _SUSPECT.sub(one, text)


_Rule = Callable[[str, str, str], bool]

_RULES: Final[dict[str, _Rule]] = {
    "\\": lambda _before, after, _rest: not after or after in _PUNCTUATION or after == "\n",
    "`": lambda _before, _after, _rest: True,
    "*": lambda before, after, _rest: not (before == " " and after == " "),
    "_": lambda before, after, _rest: not (before.isalnum() and after.isalnum()) and not (before == after == " "),
    "[": lambda _before, after, _rest: after == "^",
    "]": lambda _before, after, _rest: not after or after in "(:[",
    "<": lambda _before, after, rest: not after or _TAG.match(rest) is not None,
    "&": lambda _before, after, rest: not after or _ENTITY.match(rest) is not None,
    "$": lambda _before, _after, _rest: False,
    "~": lambda _before, _after, _rest: False,
    "!": lambda _before, after, _rest: not after,
}
"""Whether a sign may be markup, by the characters before and after it and what begins with it."""


def code_span(text: str) -> str:
    """A code span: its fence is no run of backticks in the text, and blanks at both ends are kept."""
    if "`" not in text and text[0] != " ":
        return f"`{text}`"
    runs = {len(run) for run in re.findall("`+", text)}
    size = next(number for number in range(1, len(runs) + 2) if number not in runs)
    ticks = "`" * size
    padded = text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip(" ") != "")
    return f"{ticks} {text} {ticks}" if padded else f"{ticks}{text}{ticks}"


def destination(href: str) -> str:
    """A link's destination."""
    if _PLAIN_DESTINATION.fullmatch(href):
        return href
    said = _ENTITY.sub(lambda found: f"&amp;{found[0][1:]}", re.sub(r"[\\<>]", r"\\\g<0>", href)).replace("\n", "&#10;")
    return said if said and not re.search(r"[\s()<>]", href) else f"<{said}>"


def attribute(value: str) -> str:
    """An attribute's value in double quotes."""
    return f'"{escape(value).replace(chr(10), "&#10;")}"'


def fence(text: str, language: str) -> str:
    """A block of code: a fence longer than any within."""
    sign = "~" if "`" in language else "`"
    size = max([2, *(len(run) for run in re.findall(f"{sign}{{3,}}", text))]) + 1
    said = re.sub(r"[\\*_&]", r"\\\g<0>", language)
    return f"{sign * size}{said}\n{text}\n{sign * size}" if text else f"{sign * size}{said}\n{sign * size}"
