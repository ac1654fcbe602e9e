"""Links and headings in admonitions, directives and tabs count as anywhere."""

import pytest

from pagemirror.content.boxes import with_boxes
from pagemirror.content.outline import Outline, outline


def everything(destination: str) -> bool:
    return bool(destination)


def read(text: str) -> Outline:
    data = text.encode()
    return with_boxes(outline(data, text, everything), data, text, everything)


def destinations(text: str) -> list[str]:
    """What the spots say, by the file's own bytes."""
    data = text.encode()
    return [data[spot.start : spot.end].decode() for spot in read(text).spots]


@pytest.mark.parametrize(
    "text",
    [
        "!!! note\n    ü [a](a.md)\n\n    ü [b](b.md)\n\n[c](c.md)\n",
        '=== "T"\n\n    [a](a.md)\n\n    - x\n\n        !!! tip\n\n            [b](b.md)\n\n[c](c.md)\n',
        "> ??? x\n>     [a](a.md)\n>\n>     [b](b.md)\n\n[c](c.md)\n",
        ":::note\n[a](a.md)\n:::\n[b](b.md)\n\n!!! x\n\n    [c](c.md)",
        "!!! note\n\n    ![a](a.md)\n    <img src=b.md>\n\n    [c][c]\n\n    [c]: c.md\n",
    ],
)
def test_links_in_boxes_are_found_where_they_stand(text: str) -> None:
    assert destinations(text) == ["a.md", "b.md", "c.md"]
    assert destinations(text.replace("\n", "\r\n")) == ["a.md", "b.md", "c.md"]


@pytest.mark.parametrize(
    "text",
    [
        "```\n!!! note\n\n    [a](a.md)\n```\n",
        "x\n\n    !!! note\n\n        [a](a.md)\n",
        "!!! note\n\n        [a](a.md)\n",
    ],
)
def test_links_in_code_are_none(text: str) -> None:
    assert destinations(text) == []


def test_headings_and_ids_in_boxes_are_places_to_link_to() -> None:
    found = read('# A\n\n=== "T"\n\n    ## B\n\n    <a id="c"></a>\n\n## D\n')
    assert [heading.text for heading in found.headings] == ["A", "B", "D"]
    assert found.ids == ["c"]


def test_a_text_without_boxes_is_left_as_it_is() -> None:
    text = "a!!! b??? [c](d) ==="
    data = text.encode()
    plain = outline(data, text, everything)
    assert with_boxes(plain, data, text, everything) is plain
