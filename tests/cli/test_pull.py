"""`pull` as it looks."""

import jsonschema
import pytest

from pagemirror.cli.schemas import schema
from pagemirror.model.ids import CommitId, MirrorName, PageId
from pagemirror.model.reports.edits import Pull, PullReport, PullRow
from support.clidesk import Desk

PULLED = PullRow(
    path="a.md",
    title="A",
    page_id=PageId("p1"),
    url="https://hub.example.com/p1",
    outcome=Pull.PULLED,
    author="Ada",
    diff="--- a/docs/a.md\n+++ b/docs/a.md\n@@ -1 +1 @@\n-Old.\n+Something else.",
)
HELD = PullRow(
    path="b.md", title="B", page_id=PageId("p2"), url="", outcome=Pull.HELD, code="conflict", reason="the same lines"
)


def report(*rows: PullRow, pushed: bool = False) -> PullReport:
    return PullReport(
        mirror=MirrorName("handbook"),
        commit=CommitId("c" * 40),
        branch="pagemirror/edits",
        onto="main",
        rows=rows,
        requests=3,
        tip="d" * 40,
        pushed=pushed,
    )


def test_each_edit_is_told_and_what_to_do_with_the_branch(desk: Desk) -> None:
    desk.app.pulls = (report(PULLED),)
    told = desk("pull")
    assert told.code == 0
    assert told.out.splitlines() == [
        "a.md  https://hub.example.com/p1  pulled, edited by Ada",
        "1 edit on the branch pagemirror/edits, which starts from main.",
        "→ git merge pagemirror/edits",
    ]
    assert desk.app.asked == [("pull", (), "pagemirror/edits", False)]
    desk.app.pulls = (report(PULLED, pushed=True),)
    assert desk("pull").out.splitlines()[-1] == "→ open a merge request from pagemirror/edits, which was pushed"


def test_what_overlaps_is_exit_3_and_says_why(desk: Desk) -> None:
    desk.app.pulls = (report(PULLED, HELD),)
    told = desk("pull", "handbook", "--branch", "edits")
    assert told.code == 3
    assert "b.md  page p2  not pulled (conflict): the same lines" in told.out
    assert desk.app.asked == [("pull", ("handbook",), "edits", False)]


def test_a_dry_run_shows_the_diff(desk: Desk) -> None:
    desk.app.pulls = (report(PULLED),)
    lines = desk("pull", "--dry-run").out.splitlines()
    assert lines[-3:] == [
        "  -Old.",
        "  +Something else.",
        "1 edit would be put on pagemirror/edits; nothing was written.",
    ]


def test_the_json_is_of_its_schema(desk: Desk) -> None:
    desk.app.pulls = (report(PULLED, HELD),)
    told = desk("pull", "--output", "json").json
    jsonschema.validate(told, schema("pull"))
    assert told["exit"] == 3
    assert [row["outcome"] for row in told["mirrors"][0]["edits"]] == ["pulled", "held"]


def test_as_a_comment_it_is_a_table(desk: Desk) -> None:
    desk.app.pulls = (report(PULLED),)
    told = desk("pull", "--output", "markdown").out
    assert "| handbook | a.md |" in told
    assert told.endswith("git merge pagemirror/edits\n")


@pytest.mark.parametrize("quiet", [True, False])
def test_nothing_to_pull_is_said(desk: Desk, *, quiet: bool) -> None:
    desk.app.pulls = (report(),)
    said = desk("pull", *(["--quiet"] if quiet else [])).out
    assert ("no branch was written" in said) is not quiet
