"""`conflicts`, `resolve`, `history`, `restore`, `status`."""

from dataclasses import replace

import jsonschema
import pytest

from pagemirror.cli.schemas import schema
from pagemirror.model.errors import UsageError
from pagemirror.model.ids import PageId
from pagemirror.model.reports.standings import BudgetReport
from support.clidesk import Desk
from support.clireports import hold, kept, stood


def test_a_conflict_shows_what_each_side_changed_and_the_commands_to_choose(desk: Desk) -> None:
    desk.app.holds = (hold(),)
    told = desk("conflicts")
    assert told.code == 0
    assert "b.md  conflict: both changed" in told.out
    git, page = told.out.split("What the page changed:")
    assert "~two{+ of Git+}" in git
    assert "~one{+ by hand+}" in page
    for way in ("git", "remote", "merge"):
        assert f"pagemirror resolve b.md --mirror handbook --take {way}" in told.out
    assert "5 minutes ago" in told.out


def test_the_texts_of_both_sides_can_stand_beside_each_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    same = "".join(f"same {number}\n" for number in range(6))
    wide = "日本語の長い行です日本語の長い行です"
    desk.app.holds = (hold(git=f"{same}one\nof Git\n", remote=f"{same}one by hand\nof Git\n{wide}\n"),)
    rows = desk("conflicts", "--side-by-side").out.splitlines()
    start = next(number for number, row in enumerate(rows) if row.startswith("  Git "))
    assert rows[start : start + 7] == [
        "  Git                           the page",
        "  …                           … …",
        "  same 4                        same 4",
        "  same 5                        same 5",
        "  one                         ~ one by hand",
        "  of Git                        of Git",
        "                              > 日本語の長い行です日本語の",
    ]
    assert max(map(len, rows[start : start + 8])) <= 60
    assert any("--take git" in row for row in rows)


def test_a_hold_without_texts_says_so(desk: Desk) -> None:
    which = hold(
        code="in_doubt", base=None, git="a\n", remote=None, choices=("page", "new"), candidates=(PageId("p9"),)
    )
    desk.app.holds = (which,)
    told = desk("conflicts")
    assert "What the page changed: that text is not known" in told.out
    assert "no earlier text to compare with; it has 1 line" in told.out
    assert "--page p9" in told.out
    assert "--new" in told.out


def test_a_decision_that_was_taken_is_told_instead_of_the_choices(desk: Desk) -> None:
    desk.app.holds = (hold(decided="git"),)
    told = desk("conflicts")
    assert "Decided: git" in told.out
    assert "pagemirror resolve" not in told.out


def test_where_two_wait_under_one_path_each_command_says_which_is_meant(desk: Desk) -> None:
    gone = hold(action="archive", code="removed_and_edited", choices=("git", "remote"), gone=True, twice=True)
    desk.app.holds = (hold(twice=True), gone)
    told = desk("conflicts")
    assert "pagemirror resolve b.md --mirror handbook --there --take git" in told.out
    assert "pagemirror resolve b.md --mirror handbook --gone --take remote" in told.out
    json = desk("conflicts", "--output", "json").json
    jsonschema.validate(json, schema("conflicts"))
    assert [row["gone"] for row in json["conflicts"]] == [False, True]
    desk.app.holds = (hold(twice=True), *(replace(gone, alike=True, page_id=PageId(page)) for page in ("p1", "p2")))
    told = desk("conflicts")
    assert "pagemirror resolve b.md --mirror handbook --there --take git" in told.out
    assert "pagemirror resolve b.md --mirror handbook --gone --of p2 --take remote" in told.out


def test_a_page_that_is_another_files_is_not_offered_again(desk: Desk) -> None:
    desk.app.holds = (hold(code="page_taken", choices=("page", "new"), candidates=(PageId("p9"),)),)
    told = desk("conflicts")
    assert "pagemirror resolve b.md --mirror handbook --page ID\n" in told.out
    assert "pagemirror resolve b.md --mirror handbook --new\n" in told.out


def test_conflicts_can_be_asked_by_path_and_mirror(desk: Desk) -> None:
    desk("conflicts", "a.md", "./b.md", "--mirror", "handbook")
    assert desk.app.asked == [("conflicts", ("handbook",), ("a.md", "b.md"))]


def test_without_conflicts_that_is_said(desk: Desk) -> None:
    assert desk("conflicts").out == "Nothing is held.\n"
    assert desk("conflicts", "--quiet").out == ""
    assert desk("conflicts", "--output", "json").json["conflicts"] == []


def test_the_texts_of_a_conflict_can_bring_no_escapes(desk: Desk) -> None:
    desk.app.holds = (hold(remote="\x1b[2Jgone\n", reason="x\x1b[31m"),)
    assert "\x1b" not in desk("conflicts").out
    json = desk("conflicts", "--output", "json")
    assert "\x1b" not in json.out
    assert json.json["conflicts"][0]["remote"] == "\x1b[2Jgone\n"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("--take", "git"), ("git", None, False, None, None)),
        (("--take", "merge"), ("merge", None, False, None, None)),
        (("--page", "p9"), (None, "p9", False, None, None)),
        (("--new",), (None, None, True, None, None)),
        (("--take", "git", "--gone"), ("git", None, False, True, None)),
        (("--new", "--there"), (None, None, True, False, None)),
        (("--take", "git", "--gone", "--of", "p1"), ("git", None, False, True, "p1")),
    ],
)
def test_each_way_to_decide_is_noted(
    desk: Desk, words: tuple[str, ...], asked: tuple[str | None, str | None, bool, bool | None, str | None]
) -> None:
    told = desk("resolve", "b.md", *words, "--mirror", "handbook")
    assert told.code == 0
    assert desk.app.asked == [("resolve", "b.md", "handbook", *asked)]
    assert "the next sync carries it out" in told.out
    assert "pagemirror sync handbook" in told.out


def test_a_decision_as_json_markdown_and_quietly(desk: Desk) -> None:
    told = desk("resolve", "b.md", "--take", "git", "--output", "json").json
    assert told["decision"] == {
        "mirror": "handbook",
        "path": "b.md",
        "choice": "git",
        "code": "conflict",
        "page_id": None,
    }
    assert desk("resolve", "b.md", "--new", "--output", "markdown").out.startswith("`b.md`: `new`.")
    assert desk("resolve", "b.md", "--new", "--quiet").out == ""


@pytest.mark.parametrize("words", [(), ("--take", "git", "--new"), ("--take", "ours"), ("--page", "a", "--new")])
def test_a_decision_has_to_be_one_of_the_ways(desk: Desk, words: tuple[str, ...]) -> None:
    told = desk("resolve", "b.md", *words, "--output", "json")
    assert told.code == 2
    assert told.json["error"]["code"] == "usage"
    assert told.json["decision"] is None
    assert desk.app.asked == []


def test_a_decision_that_is_refused_says_why(desk: Desk) -> None:
    desk.app.fault = UsageError("b.md is not held.", hint="pagemirror conflicts lists what is.")
    told = desk("resolve", "b.md", "--take", "git")
    assert (told.code, told.out) == (2, "")
    assert "b.md is not held." in told.err
    assert "→ pagemirror conflicts lists what is." in told.err


def test_kept_texts_are_listed_with_their_ids(desk: Desk) -> None:
    desk.app.texts = (kept(), kept(8, first_line="", title="Only a title"))
    told = desk("history", "b.md")
    assert told.code == 0
    for part in ("7", "2027-01-15 07:55 UTC", "p1", "overwritten", "one by hand", "Only a title"):
        assert part in told.out
    assert desk("history", "b.md", "--output", "markdown").out.count("\n| ") == 3
    jsonschema.validate(desk("history", "b.md", "--output", "json").json, schema("history"))
    desk.app.texts = ()
    assert "No text of b.md was kept" in desk("history", "b.md").out


def test_a_kept_text_is_put_back_by_its_id(desk: Desk) -> None:
    told = desk("restore", "b.md", "7")
    assert told.code == 0
    assert desk.app.asked == [("restore", "b.md", 7, None)]
    wrong = desk("restore", "b.md", "seven", "--output", "json")
    assert wrong.code == 2
    assert "'ID'" in wrong.json["error"]["message"]


def test_the_status_tells_how_each_mirror_stands(desk: Desk) -> None:
    desk.app.statuses = (stood(lock="pid 5 on build7 since 07:59"), stood(last_pass=None, commit=None, result="never"))
    told = desk("status")
    assert told.code == 0
    for part in (
        "handbook  held  2027-01-15 07:55 UTC (5 minutes ago)",
        "52: 1 pending, 2 held, 3 diverged",
        "3f2a1bc9d8",
        "exec https://api.example.com/rest/v1",
        "57 of 60 requests left this minute, 812 of 1,000 in 24 hours",
        "12.3 kB",
        "pid 5 on build7",
        "no pass yet",
        "pagemirror conflicts",
    ):
        assert part in told.out


def test_the_status_tells_pauses_and_mirrors_that_left_the_config(desk: Desk) -> None:
    budget = BudgetReport(
        minute_limit=None,
        minute_left=None,
        day_limit=10,
        day_left=0,
        paused_until=1_800_000_060.0,
        finished_at=1_800_086_400.0,
    )
    desk.app.statuses = (stood(configured=False, budget=budget, message="The token was refused.", result="unusable"),)
    told = desk("status").out
    for part in (
        "no longer in the config",
        "paused by the target until",
        "done by 2027-01-16",
        "The token was refused.",
    ):
        assert part in told


def test_the_status_as_json_and_markdown(desk: Desk) -> None:
    desk.app.statuses = (stood(),)
    jsonschema.validate(desk("status", "--output", "json").json, schema("status"))
    table = desk("status", "--output", "markdown").out.splitlines()
    assert table[0].startswith("| mirror | result |")
    assert "| handbook | held | 2027-01-15 07:55 UTC |" in table[2]
