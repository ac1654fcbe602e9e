"""Puts results on a stream: lines with colours on a terminal, without elsewhere; JSON that any stream can carry.

A reader that goes away (`| head`) ends the output, not the program. Rich is imported for a terminal only.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, TextIO

from pagemirror.cli.output.lines import Line, Piece, Style
from pagemirror.model.errors import PagemirrorError

__all__ = ["OutputError", "Printer", "let_go"]

_RICH = {
    Style.STRONG: "bold",
    Style.FAINT: "dim",
    Style.GOOD: "green",
    Style.CHANGE: "magenta",
    Style.CARE: "yellow",
    Style.BAD: "red",
    Style.OLD: "red strike",
    Style.NEW: "green underline",
}
_SIGNS = {Style.OLD: ("[-", "-]"), Style.NEW: ("{+", "+}")}
"""What stands around words whose style says more than their text, where there are no styles."""
_READABLE = json.JSONEncoder(ensure_ascii=False)
_AT_ONCE = 1000
"""How many pieces of a JSON document are written at once; a large one never is in memory as a whole."""
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _pieces(value: Any, encoding: str, indent: str) -> Iterator[str]:
    """JSON in readable lines, piece by piece; what holds no further object or list stands on one line.

    What the encoding lacks, or could steer a terminal, is escaped.
    """
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(part, dict | list) and part for part in inner):
        yield _line(value, encoding)
        return
    keys = [f"{_line(key, encoding)}: " for key in value] if isinstance(value, dict) else [""] * len(inner)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    deeper = f"{indent}  "
    yield f"{opening}\n{deeper}"
    for number, (key, part) in enumerate(zip(keys, inner, strict=True)):
        yield f",\n{deeper}{key}" if number else key
        yield from _pieces(part, encoding, deeper)
    yield f"\n{indent}{closing}"


def _line(value: Any, encoding: str) -> str:
    text = _READABLE.encode(value)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(value)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class OutputError(PagemirrorError):
    """The result can't be written to where it should go: a full disk."""

    default_code = "output"
    exit_code = 8


class Printer:
    """Writes to one stream. Once its reader is gone it writes nothing more."""

    def __init__(self, stream: TextIO, *, colours: bool) -> None:
        self._stream = stream
        self._colours = colours
        self._gone = False

    def document(self, document: dict[str, Any]) -> None:
        """Write JSON."""
        pieces = chain(_pieces(document, self._stream.encoding or "utf-8", ""), "\n")
        while some := "".join(islice(pieces, _AT_ONCE)):
            self.text(some)

    def lines(self, lines: Iterable[Line]) -> None:
        """Write lines for people."""
        told = list(lines)
        if self._colours and any(piece.style is not Style.PLAIN for row in told for piece in row):
            self.text(self._painted(told))
        else:
            self.text("".join("".join(map(_signed, row)).rstrip() + "\n" for row in told))

    def text(self, text: str) -> None:
        """Write a text as it is; what the stream's encoding lacks becomes an escape."""
        if self._gone or not text:
            return
        encoding = self._stream.encoding or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
            self._stream.flush()
        except OSError as error:
            self._gone = True
            let_go(self._stream)
            if not isinstance(error, BrokenPipeError):
                raise OutputError(
                    f"The result can't be written: {error.strerror or error}. What was done is recorded all the same.",
                    hint="Make room where the output goes, then `pagemirror status` tells how things stand.",
                ) from error

    def _painted(self, told: list[Line]) -> str:
        from rich.console import Console  # noqa: PLC0415 - for terminals only
        from rich.text import Text  # noqa: PLC0415 - the same

        console = Console(file=self._stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
        with console.capture() as painted:
            for row in told:
                text = Text(end="\n")
                for piece in row:
                    text.append(piece.text, style=_RICH.get(piece.style, ""))
                console.print(text, soft_wrap=True)
        return painted.get()


def _signed(piece: Piece) -> str:
    opening, closing = _SIGNS.get(piece.style, ("", ""))
    return f"{opening}{piece.text}{closing}"


def let_go(stream: TextIO) -> None:
    """Point the stream's file to nowhere, so that the interpreter's last flush finds an open end."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
