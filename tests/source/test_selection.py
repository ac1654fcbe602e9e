import re

import pytest

from pagemirror.model.errors import SourceError, UsageError
from pagemirror.model.ids import RepoPath
from pagemirror.source.selection import selector

EVERY = ("**/*.md",)
PATHS = ("a.md", "b/c.md", "b/d/e.md", "drafts/f.md", "b/drafts/g.md", "h.txt", "README.MD", "i.markdown")


def chosen(
    include: tuple[str, ...] = EVERY, exclude: tuple[str, ...] = (), ignored: dict[str, str] | None = None
) -> set[str]:
    selects = selector(include, exclude, ignored or {})
    return {path for path in PATHS if selects(RepoPath(path))}


def test_the_default_takes_every_md_file_at_any_depth() -> None:
    assert chosen() == {"a.md", "b/c.md", "b/d/e.md", "drafts/f.md", "b/drafts/g.md"}


def test_the_fast_way_and_the_slow_way_agree() -> None:
    assert chosen() == chosen(exclude=("nothing/like/this",)) == chosen(("**/*.md", "*.md"))


def test_an_excluded_folder_at_the_top_leaves_its_namesake_below_alone() -> None:
    assert "drafts/f.md" not in chosen(exclude=("drafts/**",))
    assert "b/drafts/g.md" in chosen(exclude=("drafts/**",))


def test_a_pattern_without_a_slash_counts_at_any_depth() -> None:
    assert chosen(exclude=("drafts/",)) == {"a.md", "b/c.md", "b/d/e.md"}


def test_include_can_name_one_folder() -> None:
    assert chosen(("b/",)) == {"b/c.md", "b/d/e.md", "b/drafts/g.md"}


def test_a_negated_include_takes_files_out() -> None:
    assert "b/c.md" not in chosen(("**/*.md", "!b/c.md"))


def test_files_that_are_not_markdown_are_never_pages_whatever_the_patterns_say() -> None:
    assert "h.txt" not in chosen(("**",))
    assert {"README.MD", "i.markdown"} <= chosen(("**",))


def test_an_empty_include_takes_nothing() -> None:
    assert chosen(()) == set()


def test_patterns_and_names_meet_in_one_unicode_form() -> None:
    selects = selector(EVERY, ("cafe\u0301/",), {})
    assert not selects(RepoPath("caf\u00e9/a.md"))


def test_an_ignore_file_counts_from_its_own_folder() -> None:
    assert chosen(ignored={"b": "/c.md\n"}) == {"a.md", "b/d/e.md", "drafts/f.md", "b/drafts/g.md"}


def test_a_nearer_ignore_file_overrules_the_one_above() -> None:
    assert "b/c.md" in chosen(ignored={"": "c.md\n", "b": "!c.md\n"})


def test_nothing_comes_back_below_an_ignored_folder_as_in_git() -> None:
    assert "b/drafts/g.md" not in chosen(ignored={"": "drafts/\n", "b": "!g.md\n", "b/drafts": "!g.md\n"})


def test_comments_and_blank_lines_of_an_ignore_file_mean_nothing() -> None:
    assert chosen(ignored={"": "# c.md\n\n   \n"}) == chosen()


def test_a_broken_pattern_in_the_settings_names_its_key() -> None:
    with pytest.raises(UsageError, match=r"source\.exclude has a pattern that can't be read: '!'"):
        chosen(exclude=("drafts/", "!"))


@pytest.mark.parametrize("bad", ["!", "[z-a].md"])
def test_a_broken_pattern_in_an_ignore_file_names_file_and_line_and_stops_the_reading(bad: str) -> None:
    with pytest.raises(SourceError, match=rf"b/\.pagemirrorignore, line 2: '{re.escape(bad)}' is not a pattern"):
        chosen(ignored={"b": f"ok.md\n{bad}\n"})
