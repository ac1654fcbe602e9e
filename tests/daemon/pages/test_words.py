"""Moments and counts in words; links to commits and files."""

import pytest

from pagemirror.daemon.pages import words
from pagemirror.daemon.pages.drawing import prose
from pagemirror.daemon.pages.weblinks import commit_link, file_link, safe
from pagemirror.model.ids import RepoPath

ID = "c" * 40


@pytest.mark.parametrize(
    ("then", "said"),
    [(100.0, "just now"), (99.0, "1 second ago"), (-100.0, "3 minutes ago"), (7_300.0, "in 2 hours")],
)
def test_moments_are_told_from_now(then: float, said: str) -> None:
    assert words.ago(then, 100.0) == said


def test_moments_are_told_in_full_whatever_they_are() -> None:
    assert words.exact(0.0) == "1970-01-01 00:00:00 UTC"
    assert words.machine(1_800_000_000.0) == "2027-01-15T08:00:00Z"
    assert words.exact(1e20) == "1970-01-01 00:00:00 UTC"


def test_counts_have_their_word() -> None:
    assert (words.plural(1, "page"), words.plural(12_000, "page")) == ("1 page", "12,000 pages")
    assert (words.span(0.2), words.span(90_000.0)) == ("less than a second", "1 day")


@pytest.mark.parametrize(
    ("template", "link"),
    [
        ("https://g.example/a/b/blob/{ref}/{path}", f"https://g.example/a/b/commit/{ID}"),
        ("https://g.example/a/b/-/blob/{commit}/{path}", f"https://g.example/a/b/-/commit/{ID}"),
        ("https://g.example/a/b/src/branch/{ref}/{path}", f"https://g.example/a/b/commit/{ID}"),
        ("https://g.example/a/b/src/{ref}/{path}", f"https://g.example/a/b/commits/{ID}"),
        ("https://g.example/show?file={path}&at={ref}", ""),
        ("javascript:/blob/{ref}/{path}", ""),
        ("", ""),
    ],
)
def test_a_commit_s_page_is_known_for_the_usual_hosts(template: str, link: str) -> None:
    assert commit_link(template, ID) == link


def test_a_file_is_linked_at_its_branch_or_else_at_the_commit() -> None:
    blob, path = "https://g.example/a/blob/{ref}/{path}", RepoPath("docs/ä b.md")
    assert file_link(blob, ref="main", commit=ID, path=path) == "https://g.example/a/blob/main/docs/%C3%A4%20b.md"
    assert file_link(blob, ref="HEAD", commit=ID, path=path).startswith(f"https://g.example/a/blob/{ID}/docs/")
    assert file_link(blob, ref="worktree", commit=None, path=path) == ""
    gitea = "https://g.example/a/src/branch/{ref}/{path}"
    assert file_link(gitea, ref="HEAD", commit=ID, path=RepoPath("a.md")) == f"https://g.example/a/src/commit/{ID}/a.md"


def test_only_web_addresses_are_linked() -> None:
    assert (safe("https://g.example"), safe("javascript:alert(1)"), safe("//g.example")) == (
        "https://g.example",
        "",
        "",
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("nothing was sent", "Nothing was sent."),
        ("Is it right?", "Is it right?"),
        ("guides/a.md is no text", "guides/a.md is no text."),
        ("--max-removals 4", "--max-removals 4."),
        ("look at `pagemirror plan`; then: `sync`", "Look at <code>pagemirror plan</code>; then: <code>sync</code>."),
        ("an odd ` alone", "An odd ` alone."),
        ("`<b>` is <i>", "<code>&lt;b&gt;</code> is &lt;i&gt;."),
        ("", ""),
    ],
)
def test_a_message_is_a_sentence_with_its_code_apart(said: str, shown: str) -> None:
    assert prose(said) == shown
