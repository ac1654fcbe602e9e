"""The lines of losses: found by a second reading, as only few pages lose something and byte ranges cost time."""

from collections.abc import Iterable, Sequence
from typing import Any

from pagemirror.content.prosemirror.frames import Lost
from pagemirror.content.prosemirror.shape import Loss

__all__ = ["with_lines"]


def with_lines(lost: Sequence[Lost], source: str, events: Iterable[tuple[Any, Any]]) -> tuple[Loss, ...]:
    """The losses in the text's order. Of `events`, which have ranges, neighbouring texts count as one, as before."""
    data = source.encode()
    waiting = sorted(lost, key=lambda loss: loss.at)[::-1]  # those of one event stay in order
    found: list[Loss] = []
    number = -1
    wanted = waiting[-1].at
    line, counted = 1, 0
    in_text = False
    for event, span in events:
        if event.__class__ is dict and "Text" in event:
            if in_text:
                continue
            in_text = True
        else:
            in_text = False
        number += 1
        if number < wanted:
            continue
        line += data.count(b"\n", counted, span["start"])
        counted = max(counted, span["start"])
        while waiting and waiting[-1].at == number:
            loss = waiting.pop()
            found.append(Loss(kind=loss.kind, line=line, message=loss.message))
        if not waiting:
            break
        wanted = waiting[-1].at
    return tuple(found)
