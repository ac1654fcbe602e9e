from collections.abc import Callable

import pytest

from pagemirror.content import Nav
from pagemirror.content.titles import Name, clean, named, readable
from pagemirror.model.documents import Document
from pagemirror.model.ids import RepoPath


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# Plain", "Plain"),
        ("# Closed ##", "Closed"),
        ("   # Indented", "Indented"),
        ("Setext\n===", "Setext"),
        ("Two\nlines\n===", "Two lines"),
        ("# *a* **b** `c` ~~d~~", "a b c d"),
        ("# [link](x.md) and ![alt *text*](y.png)", "link and alt text"),
        ("# [ref][r]\n\n[r]: x.md", "ref"),
        ("# a &amp; b &lt;c&gt; \\*", "a & b <c> *"),
        ("# <b>bold</b> <!-- no -->", "bold"),
        ("# [[Page|label]] and [[Other]]", "label and Other"),
        ("# Costs $x^2$", "Costs $x^2$"),
        ("# With id {#own-id}", "With id"),
        ("#\ttab\tand \x07 bell", "tab and bell"),
        ("# a<br>b<i>c</i>", "a bc"),
        ("# Über 世界 🚀", "Über 世界 🚀"),
    ],
)
def test_the_first_heading_gives_the_title_as_plain_text(
    read: Callable[..., Document], heading: str, title: str
) -> None:
    assert read(f"{heading}\n\nText\n").title == title


@pytest.mark.parametrize(
    "text",
    ["Text\n\n# H\n", "## H\n", "> # H\n", "- # H\n", "<!-- c -->\n\n# H\n", "#\n", "[r]: x\n\n# H\n", "", "\n \n"],
)
def test_a_heading_that_is_not_the_first_block_gives_no_title(read: Callable[..., Document], text: str) -> None:
    found = read(text)
    assert (found.title, found.text) == ("Page", text)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("# T\n\n\nText\n", "Text\n"),
        ("# T\nText\n", "Text\n"),
        ("\n\n# T\n\nText", "\n\nText"),
        ("# T\n \t\n    code\n", "    code\n"),
        ("# T\n\n  - a\n  - b\n", "  - a\n  - b\n"),
        ("# T\n\n<!-- c -->\n", "<!-- c -->\n"),
        ("# T\n\n[r]: x.md\n", "[r]: x.md\n"),
        ("T\n=\nText\n", "Text\n"),
        ("# T", ""),
        ("# T\n\n  ", ""),
        ("  # T\nText", "Text"),
        ("# T\n---\nText", "---\nText"),
        ("---\ntitle: T\n---\n# T\n\nText", "Text"),
        ("---\ntitle: T\n---\n\n# *T*  {#t}\n\nText", "\nText"),
        ("---\ntitle: Other\n---\n# T\n\nText", "# T\n\nText"),
        ("---\ntitle: T\n---\n## T\n\nText", "## T\n\nText"),
        ("---\ntitle: T\n---\nText\n\n# T\n", "Text\n\n# T\n"),
        ("# T\n\n# T\n", "# T\n"),
        ("# [T](x.md)\n\n[a](y.md)\n", "[a](y.md)\n"),
    ],
)
def test_only_the_heading_that_says_the_title_is_cut(read: Callable[..., Document], text: str, body: str) -> None:
    assert read(text).text == body


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("docs/01-getting_started.md", "Getting started"),
        ("docs/API.md", "API"),
        ("docs/1.2-release.md", "1.2 release"),
        ("docs/2024-roadmap.md", "2024 roadmap"),
        ("docs/2024-01-05-news-of_today.md", "2024-01-05 News of today"),
        ("docs/0007-use-sqlite.md", "Use sqlite"),
        ("docs/404.md", "404"),
        ("docs/10. Intro.md", "Intro"),
        ("docs/.md", ".md"),
        ("docs/---.md", "---"),
        ("docs/02-the_guide/index.md", "The guide"),
        ("docs/guide/README.md", "Guide"),
        ("docs/index.md", "Home"),
        ("docs/README.md", "Home"),
        ("docs/e\u0301te\u0301.md", "Été"),
        ("docs/a%20b.md", "A%20b"),
    ],
)
def test_else_the_file_name_is_made_readable(read: Callable[..., Document], path: str, title: str) -> None:
    assert read("text\n", path=path).title == title


def test_the_home_page_is_the_source_folders_also_at_the_repositorys_root() -> None:
    assert readable(RepoPath("index.md"), index=True, root=RepoPath("")) == "Home"
    assert readable(RepoPath("docs/index.md"), index=True, root=RepoPath("")) == "Docs"


def test_a_readme_beside_an_index_is_a_page_of_its_own(read: Callable[..., Document]) -> None:
    nav = Nav.of([RepoPath("docs/guide/index.md"), RepoPath("docs/guide/README.md")])
    assert read("text", path="docs/guide/README.md", nav=nav).title == "README"
    assert read("text", path="docs/guide/index.md", nav=nav).title == "Guide"


def test_titles_are_one_clean_line() -> None:
    assert clean(" a\u2028b\x00\x1b[31m \n c\x85 ") == "a b[31m c"


def test_numbers_before_names_are_told_from_years_dates_and_versions() -> None:
    assert named("03-x") == Name(3, "x")
    assert named("3. x") == Name(3, "x")
    assert named("2024-x") == Name(None, "2024-x")
    assert named("3.1-x") == Name(None, "3.1-x")
    assert named("3") == Name(None, "3")


def test_cosmetic_names_never_travel(read: Callable[..., Document]) -> None:
    numbered = read("text", path="docs/01-setup.md")
    plain = read("text", path="docs/setup.md")
    assert numbered.title == plain.title
    assert read("# Setup {#setup}\n\ntext").title == read("# Setup\n\ntext").title
