"""Admonitions, directives and tabs, which the parser does not know: found line by line, and marked for it.

Gives a text in which each stands between two comments, its title a paragraph of its own and its body taken out of the
indentation. What is in a fence of code stays. Where the parser then finds no block of HTML in a mark's place (it stood
in code after all), the caller asks again without that one.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from pagemirror.content.prosemirror.directives import Directive, read_colons, read_indented
from pagemirror.content.prosemirror.shape import Loss, Lowering

__all__ = ["TITLE", "Marked", "marked"]

TITLE: Final = "\ue000 "
"""What stands before a title, so that nothing in it begins a block."""

_DEEPEST: Final = 30
_MOST: Final = 2000
"""How many containers a text may have, so that one of nothing but their signs takes no longer than others."""
_ITEM: Final = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)])[ \t]{1,4}(?=!!!|\?\?\?|===|:::+[ \t]*[^ \t:])")
_MAY: Final = re.compile(
    r"^[ \t>]*+(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]{1,4})?(?:!!!|\?\?\?|===[!+]{0,2}[ \t]+\"|:::)", re.MULTILINE
)
_PREFIX: Final = re.compile(r"[ \t>]*")
_COLONS: Final = re.compile(r":{3,}")
_FENCE: Final = re.compile(r"(?:[ \t>]|[-*+][ \t]|[0-9]{1,9}[.)][ \t])*+(`{3,}|~{3,})(.*)")
_ITEM_SIGNS: Final = frozenset("-*+0123456789")
_UNITS: Final = ("    ", "\t")


@dataclass(slots=True, kw_only=True)
class Marked:
    """A text with marks. `origin` has the line in the given text (from 1) of each line; directives are by number."""

    text: str
    origin: list[int]
    mark: re.Pattern[str]
    directives: dict[int, Directive]
    losses: list[Loss]


@dataclass(slots=True, kw_only=True)
class _Open:
    """A container that is open: where its first line stands in what is written, and how it ends."""

    directive: Directive
    prefix: str
    first: str
    line: int
    slot: int
    colons: int = 0  # none: it ends with its indentation
    tab: bool = False
    filled: bool = False


def marked(source: str, lowering: Lowering, without: Collection[int] = ()) -> Marked | None:
    """Mark a text's containers but for those on the lines `without`; None where there are none. Linear in time."""
    if not _MAY.search(source):
        return None
    scan = _Scan(lowering, without, _unused(source))
    for number, line in enumerate(source.split("\n"), 1):
        scan.take(line, number)
    return scan.done()


def _unused(source: str) -> str:
    """The beginning of a comment that the text does not have."""
    word = "<!--box"
    while word in source:
        word += "x"
    return word


@dataclass(slots=True)
class _Scan:
    """The way through a text's lines."""

    lowering: Lowering
    without: Collection[int]
    word: str
    lines: list[tuple[str, int]] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    directives: dict[int, Directive] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    fence: str = ""
    inner: int = 0  # of the open containers, those before the fence
    number: int = 0
    tab_ended: int = 0  # the line on which one did
    begun: int = 0

    def take(self, line: str, number: int) -> None:
        """Read one line."""
        self.number = number
        if self.begun > _MOST and not self.opened:
            self.lines.append((line, number))  # nothing begins here any more
            return
        line = self._outdented(line)
        prefix = _PREFIX.match(line)[0]  # type: ignore[index]  # the pattern takes nothing too
        said = line[len(prefix) :]
        item = _ITEM.match(said) if said[:1] in _ITEM_SIGNS and not self.fence else None
        if item and self._is_container(line, prefix + " " * item.end(), said[item.end() :], prefix + item[0]):
            return
        if not self.fence and said[:3] in {"!!!", "???", "===", ":::"} and self._is_container(line, prefix, said):
            return
        self._look_for_fence(line, said)
        self.lines.append((line, number))

    def _outdented(self, line: str) -> str:
        """The line without the indentation of the containers that it stands in; those that it ends are closed."""
        if not self.opened:
            return line
        blank = not line.strip(" \t>")
        for place, container in enumerate(self.opened):
            if container.colons:
                continue
            prefix = container.prefix
            unit = next((unit for unit in _UNITS if line.startswith(prefix + unit)), None)
            if unit is not None:
                line = prefix + line[len(prefix) + len(unit) :]
                container.filled = container.filled or not blank
            elif not blank or not line.startswith(prefix.rstrip(" \t")):
                self._end(place)
                return line
        return line

    def _is_container(self, line: str, prefix: str, said: str, first: str = "") -> bool:
        """Take a line that opens or closes a container; False if it is text. `first` is an item's sign before it."""
        colons = _COLONS.match(said)
        if colons is None:
            directive = read_indented(said, self.lowering)
        elif said.strip(" \t:"):
            directive = read_colons(said[colons.end() :])
        else:
            return self._is_end(prefix, colons.end())
        if directive is None or self.number in self.without or len(self.opened) >= _DEEPEST:
            return False
        self.begun += 1
        if self.begun > _MOST:
            if self.begun == _MOST + 1:
                said = f"a page has {_MOST:,} boxes at most; from here on they stand as text"
                self.losses.append(Loss(kind="directive", line=self.number, message=said))
            return False
        tab = said.startswith("=")
        if tab and self.tab_ended == self.number:
            directive = replace(directive, losses=())  # told at the first of a row
        self.opened.append(
            _Open(
                directive=directive,
                prefix=prefix,
                first=first or prefix,
                line=self.number,
                slot=len(self.lines),
                colons=colons.end() if colons else 0,
                tab=tab,
            )
        )
        self.lines.append((line, self.number))
        return True

    def _is_end(self, prefix: str, colons: int) -> bool:
        """Close the innermost container with as many colons, else the innermost with fewer; False if none is open."""
        fitting: int | None = None
        for place, container in reversed(list(enumerate(self.opened))):
            if not container.colons:
                break
            if container.prefix.count(">") != prefix.count(">"):
                continue
            if container.colons == colons:
                fitting = place
                break
            if fitting is None and container.colons < colons:
                fitting = place
        if fitting is None:
            return False
        self._end(fitting, closed=True)
        return True

    def _end(self, place: int, *, closed: bool = False) -> None:
        """Close the containers from this place on; of those that end with colons only the first may be `closed`."""
        for number, container in reversed(list(enumerate(self.opened))[place:]):
            if self.fence and number < self.inner:
                self.lines.append((container.prefix + self.fence, self.number))
                self.fence = ""
            if container.colons and not (closed and number == place):
                said = "a directive without its closing colons stands as text"
                self.losses.append(Loss(kind="directive", line=container.line, message=said))
            elif container.colons or container.filled or not container.directive.needs_body:
                self._write(container)
        del self.opened[place:]

    def _write(self, container: _Open) -> None:
        """Put the marks around a container."""
        blank = container.prefix.rstrip(" \t")
        if container.tab:
            self.tab_ended = self.number
        self.directives[container.line] = container.directive
        opening = [f"{container.first}{self.word}{container.line}o-->"]
        if container.directive.title:
            opening += [blank, f"{container.prefix}{TITLE}{container.directive.title}", blank]
        self.lines[container.slot] = ("\n".join(opening), container.line)
        closing = (blank, f"{container.prefix}{self.word}{container.line}c-->", blank)
        self.lines.append(("\n".join(closing), self.number))

    def _look_for_fence(self, line: str, said: str) -> None:
        if "```" not in line and "~~~" not in line:
            return
        if self.fence:
            bare = said.rstrip(" \t")
            if len(bare) >= len(self.fence) and not bare.strip(self.fence[0]):
                self.fence = ""
            return
        found = _FENCE.match(line)
        if found and (found[1][0] == "~" or "`" not in found[2]):
            self.fence = found[1]
            self.inner = len(self.opened)

    def done(self) -> Marked | None:
        """Close what is open and give the text; None if nothing was marked and nothing is to be told."""
        self._end(0)
        if not self.directives and not self.losses:
            return None
        return Marked(
            text="\n".join(text for text, _ in self.lines),
            origin=list(self._origin()),
            mark=re.compile(re.escape(self.word) + "([0-9]+)([oc])-->"),
            directives=self.directives,
            losses=self.losses,
        )

    def _origin(self) -> Iterator[int]:
        for text, number in self.lines:
            yield from [number] * (text.count("\n") + 1)
