"""The lines of losses rest on one thing: that both readings give the same events, texts joined."""

import json
from pathlib import Path
from typing import Any

from pagemirror.content.prosemirror import Loss
from pagemirror.content.prosemirror.frames import Lost
from pagemirror.content.prosemirror.lines import with_lines
from pagemirror.content.prosemirror.reading import parser_for


def _joined(source: str) -> list[Any]:
    found: list[Any] = []
    for event, _ in parser_for(subscript=True, superscript=True).events_with_range(source):
        last = found[-1] if found else None
        if isinstance(event, dict) and "Text" in event and isinstance(last, dict) and "Text" in last:
            found[-1] = {"Text": last["Text"] + event["Text"]}
        else:
            found.append(event)
    return found


def test_both_readings_give_the_same_events(corpora: Path) -> None:
    sources = [path.read_bytes().decode() for path in sorted(corpora.rglob("*.md"))]
    for name in ("commonmark-0.31.2", "gfm-0.29"):
        examples = json.loads((corpora / "specs" / f"{name}.json").read_text(encoding="utf-8"))
        sources += [example["markdown"] for example in examples]
    for source in sources:
        assert list(parser_for(subscript=True, superscript=True).events(source)) == _joined(source)


def test_losses_get_the_line_where_their_event_begins_and_keep_their_order() -> None:
    source = "ü [x] *y*\n\n> - [a]\n>   b\n> - c\n"
    events = list(parser_for(subscript=False, superscript=False).events_with_range(source))
    joined = list(parser_for(subscript=False, superscript=False).events(source))
    third = joined.index({"Text": "c"})
    lost = [Lost(third, "late", "1"), Lost(0, "early", "2"), Lost(third, "late", "3")]
    assert with_lines(lost, source, events) == (
        Loss(kind="early", line=1, message="2"),
        Loss(kind="late", line=5, message="1"),
        Loss(kind="late", line=5, message="3"),
    )
