"""`check`: what it prints in each form, and what it ends with."""

import jsonschema
import pytest

from pagemirror.cli.schemas import schema
from pagemirror.model.reports.checks import CheckReport
from support.clidesk import Desk
from support.clireports import checked as report
from support.clireports import found as finding

WARNING = finding("b.md", None, "warning", code="duplicate_title", message="a.md is called 'A' too")
BROKEN = report(
    name="other", error={"code": "unknown_ref", "message": "No such ref.", "hint": "Name one.", "exit": "8"}
)


@pytest.mark.parametrize(
    ("reports", "words", "code"),
    [
        ((report(),), (), 0),
        ((report(),), ("--strict",), 0),
        ((report(WARNING),), (), 0),
        ((report(WARNING),), ("--strict",), 1),
        ((report(WARNING, finding()),), (), 1),
        ((report(), report(finding(), name="other")), (), 1),
        ((report(finding()), BROKEN), (), 8),
    ],
)
@pytest.mark.parametrize("form", ["human", "json", "markdown", "github"])
def test_it_ends_with_1_for_errors_and_for_warnings_only_if_strict(
    desk: Desk, reports: tuple[CheckReport, ...], words: tuple[str, ...], code: int, form: str
) -> None:
    desk.app.checks = reports
    assert desk("check", *words, "--output", form).code == code


def test_people_read_the_findings_by_file_and_a_line_that_counts(desk: Desk) -> None:
    desk.app.checks = (report(finding(), WARNING), BROKEN)
    assert desk("check", "handbook").out == (
        "a.md\n"
        "  3:7      error    gone.md leads nowhere  link_missing\n"
        "b.md\n"
        "           warning  a.md is called 'A' too  duplicate_title\n"
        "\n"
        "handbook: 4 pages (1 left out by mirror: false): 1 error, 1 warning "
        "(duplicate_title 1, link_missing 1), 0.2 s\n"
        "other: No such ref.\n"
        "  → Name one.\n"
    )
    assert desk.app.asked == [("check", ("handbook",))]


def test_quiet_leaves_warnings_out_unless_they_count(desk: Desk) -> None:
    desk.app.checks = (report(WARNING),)
    assert desk("check", "--quiet").out == ""
    assert "duplicate_title" in desk("check", "--quiet", "--strict").out
    desk.app.checks = (report(),)
    assert "nothing to complain of" in desk("check").out


def test_the_json_is_of_its_schema(desk: Desk) -> None:
    desk.app.checks = (report(finding(), WARNING), BROKEN)
    told = desk("check", "--output", "json").json
    jsonschema.validate(told, schema("check"))
    assert (told["exit"], told["error"]["code"]) == (8, "unknown_ref")
    first, other = told["mirrors"]
    assert first["counts"] == {"duplicate_title": 1, "link_missing": 1}
    assert (first["errors"], first["warnings"], first["files"], first["pages"], first["left_out"]) == (1, 1, 5, 4, 1)
    assert first["findings"][0] == {
        "file": "a.md",
        "line": 3,
        "column": 7,
        "level": "error",
        "code": "link_missing",
        "message": "gone.md leads nowhere",
    }
    assert first["findings"][1]["line"] is None
    assert (first["error"], other["error"]["hint"]) == (None, "Name one.")


def test_a_mistake_before_it_began_is_of_the_schema_too(desk: Desk) -> None:
    told = desk("check", "nosuch", "--output", "json")
    assert told.code == 2
    jsonschema.validate(told.json, schema("check"))


def test_a_comment_counts_by_code_and_lists_errors_first(desk: Desk) -> None:
    desk.app.checks = (report(WARNING, finding(message="<b>|x")), BROKEN)
    told = desk("check", "--output", "markdown").out
    assert "| handbook | `3f2a1bc9d8` | 4 | 1 | 1 | 1 |" in told
    assert "| `link_missing` | 1 |" in told
    assert told.index("| `a.md` | 3 | error |") < told.index("| `b.md` |  | warning |")
    assert "\\<b\\>\\|x" in told
    assert "**Not checked in other:** No such ref." in told


def test_a_long_list_is_cut_in_a_comment_and_not_in_json(desk: Desk) -> None:
    desk.app.checks = (report(*(finding(line=line) for line in range(1, 601))),)
    told = desk("check", "--output", "markdown").out
    assert "and 100 more" in told
    assert len(desk("check", "--output", "json").json["mirrors"][0]["findings"]) == 600
