"""HTML tables: plain grids become tables, all others stay as their source."""

from collections.abc import Callable

import pytest

from pagemirror.content.prosemirror import Converted
from pagemirror.content.prosemirror.htmltables import read_table

Sketch = Callable[..., str]
Convert = Callable[..., Converted]


def test_a_plain_grid_is_a_table_with_its_marks_and_paragraphs(sketch: Sketch, converted: Convert) -> None:
    head = "<thead><tr><th>A</th><th>B</th></tr></thead>"
    row = "<tr><td><b>c</b><br>d</td><td><p>e</p>\n<p>f</p></td></tr>"
    text = f"<table>\n{head}\n<tbody>\n{row}\n</tbody></table>\n"
    assert sketch(text) == (
        "table(tableRow(tableHeader(paragraph('A')) tableHeader(paragraph('B')))"
        " tableRow(tableCell(paragraph('c'^bold hardBreak 'd')) tableCell(paragraph('e') paragraph('f'))))"
    )
    assert converted(text).losses == ()


def test_cells_keep_how_far_they_reach_and_short_rows_are_filled(sketch: Sketch) -> None:
    assert sketch("<table><tr><td colspan=2>a<td rowspan='2'>b<tr><td>c</table>") == (
        "table(tableRow(tableCell[2](paragraph('a')) tableCell[2](paragraph('b')))"
        " tableRow(tableCell(paragraph('c')) tableCell(paragraph)))"
    )


def test_a_cell_never_reaches_below_the_table() -> None:
    grid = read_table("<table><tr><td rowspan=9>a</td></tr></table>")
    assert grid is not None
    assert grid.rows[0][0].rowspan == 1


def test_a_caption_stands_before_the_table_and_an_images_text_in_its_cell(sketch: Sketch, converted: Convert) -> None:
    text = '<table><caption>C</caption><tr><td style="x"><img src="s" alt="i"></td></tr></table>'
    assert sketch(text) == "paragraph('C') table(tableRow(tableCell(paragraph('i'^link[s]))))"
    assert [loss.kind for loss in converted(text).losses] == ["html_attributes", "image_in_cell"]


@pytest.mark.parametrize(
    "html",
    [
        "<table></table>",
        "<table><tr></tr></table>",
        "<table><tr><td>a</td></tr>",
        "<table>a<tr><td>b</td></tr></table>",
        "<table><tr><td>a</td></tr></table>b",
        "<table><tr><td><ul><li>a</li></ul></td></tr></table>",
        "<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>",
        "<table><tr><td>a</td></tr></table><table><tr><td>b</td></tr></table>",
        "<table><tr>" + "<td colspan=200>" * 2 + "</tr></table>",
    ],
)
def test_what_is_no_plain_grid_stays_as_its_source(sketch: Sketch, html: str) -> None:
    assert read_table(html) is None
    assert sketch(html).startswith("codeBlock[html]")
