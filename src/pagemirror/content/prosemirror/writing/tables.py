"""A table as Markdown, or as HTML where Markdown has no form: no header row, cells that reach far. Knows cells."""

from typing import Final

from pagemirror.content.prosemirror.opaque import tag_for
from pagemirror.content.prosemirror.shape import Json
from pagemirror.content.prosemirror.writing.escaping import Strength
from pagemirror.content.prosemirror.writing.inline import inline

__all__ = ["table"]

_SPANS: Final = ("colspan", "rowspan")


def table(node: Json, strength: Strength) -> str | None:
    """A table; None where it has no form at this strength, and never one where its cells hold more than paragraphs."""
    rows = [row.get("content") or [] for row in node.get("content") or []]
    if not rows or node.get("attrs") or any(row.get("attrs") for row in node["content"]):
        return None
    if strength < Strength.HTML:
        return _markdown(rows, strength) if _is_plain(rows) else None
    if not all(_is_cell(cell) for row in rows for cell in row):
        return None
    return _joined(["<table>", *(_html_row(row) for row in rows), "</table>"])


def _markdown(rows: list[list[Json]], strength: Strength) -> str | None:
    lines = [_line([_said(cell, strength) for cell in row]) for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return _joined(lines)


def _joined(lines: list[str | None]) -> str | None:
    told = [line for line in lines if line is not None]
    return "\n".join(told) if len(told) == len(lines) else None


def _is_cell(cell: Json) -> bool:
    parts = cell.get("content") or ()
    return cell["type"] in {"tableHeader", "tableCell"} and all(part["type"] == "paragraph" for part in parts)


def _is_plain(rows: list[list[Json]]) -> bool:
    """Whether Markdown has a form: one header row, all rows as wide, a paragraph a cell, no cell wider than one."""
    width = len(rows[0])
    kind = "tableHeader"
    for row in rows:
        if len(row) != width:
            return False
        for cell in row:
            content = cell.get("content") or []
            if cell["type"] != kind or len(content) != 1 or content[0]["type"] != "paragraph":
                return False
            if "attrs" in cell and cell["attrs"].keys() & _SPANS:
                return False
        kind = "tableCell"
    return width > 0


def _said(cell: Json, strength: Strength) -> str | None:
    (paragraph,) = cell["content"]
    said = inline(paragraph.get("content") or [], strength, lines=False, attrs=paragraph.get("attrs"))
    if said is None:
        return None
    attrs = cell.get("attrs")
    tag = tag_for("cell", attrs) if attrs else ""
    if tag is None:
        return None
    return (f"{tag}</span>{said}" if tag else said).replace("|", "\\|")


def _line(cells: list[str | None]) -> str | None:
    told = [cell for cell in cells if cell is not None]
    return f"| {' | '.join(told)} |" if len(told) == len(cells) else None


def _html_row(row: list[Json]) -> str | None:
    cells: list[str] = []
    for cell in row:
        name = "th" if cell["type"] == "tableHeader" else "td"
        attrs = cell.get("attrs", {})
        spans = "".join(f' {name}="{attrs[name]}"' for name in _SPANS if name in attrs)
        more = {key: value for key, value in attrs.items() if key not in _SPANS}
        tag = tag_for("cell", more) if more else ""
        paragraphs = cell.get("content") or []
        parts = [
            inline(part.get("content") or [], Strength.HTML, lines=False, attrs=part.get("attrs"))
            for part in paragraphs
        ]
        if tag is None or None in parts:
            return None
        inner = (
            "".join(part or "" for part in parts) if len(parts) == 1 else "".join(f"<p>{part}</p>" for part in parts)
        )
        cells.append(f"<{name}{spans}>{f'{tag}</span>' if tag else ''}{inner}</{name}>")
    return f"<tr>{''.join(cells)}</tr>"
