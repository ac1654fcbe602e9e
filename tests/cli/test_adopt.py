"""`adopt` as it looks."""

import jsonschema

from pagemirror.cli.schemas import schema
from pagemirror.model.ids import MirrorName, PageId
from pagemirror.model.reports.ties import AdoptRow, Tie
from support.clidesk import Desk


def row(path: str, tie: Tie, *pages: str, equal: bool = False) -> AdoptRow:
    found = tuple(map(PageId, pages))
    return AdoptRow(
        mirror=MirrorName("handbook"),
        path=path,
        title=path,
        tie=tie,
        equal=equal,
        page_id=found[0] if len(found) == 1 else None,
        candidates=found,
    )


ROWS = (
    row("a.md", Tie.TIED, "p1", equal=True),
    row("b.md", Tie.DIFFERS, "p2"),
    row("c.md", Tie.SEVERAL, "p3", "p4"),
)


def test_each_file_is_told_with_what_can_be_done(desk: Desk) -> None:
    desk.app.ties = ROWS
    told = desk("adopt")
    assert told.code == 0
    assert told.out.splitlines() == [
        "a.md  page p1  tied: the page holds the file's text",
        "b.md  page p2  not tied: the page holds another text",
        "  → pagemirror adopt b.md --mirror handbook",
        "c.md  not tied: several pages have its title: p3, p4",
        "  → set page_id in its front matter to the page that is meant",
        "1 page tied by the next sync.",
    ]
    assert desk("adopt", "--dry-run").out.splitlines()[-1] == "1 page would be tied; nothing was noted."
    assert desk.app.asked == [("adopt", (), None, False), ("adopt", (), None, True)]


def test_the_json_is_of_its_schema(desk: Desk) -> None:
    desk.app.ties = ROWS
    told = desk("adopt", "./a.md", "--dry-run", "--output", "json").json
    jsonschema.validate(told, schema("adopt"))
    assert (told["dry_run"], [tie["tie"] for tie in told["ties"]]) == (True, ["tied", "differs", "several"])
    assert desk.app.asked == [("adopt", ("a.md",), None, True)]


def test_nothing_to_tie_is_said(desk: Desk) -> None:
    assert "nothing was noted" in desk("adopt").out
    assert desk("adopt", "--quiet").out == ""
