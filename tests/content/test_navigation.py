"""The order of pages as MkDocs, awesome-pages, Docusaurus and mdBook write it down."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.content import Nav, Navigation, may_navigate, place, read_navigation
from pagemirror.model.ids import RepoPath

DOCS = RepoPath("docs")
NAMES = tuple(map(RepoPath, ("docs/a.md", "docs/b.md", "docs/c.md", "docs/g/index.md", "docs/g/x.md", "docs/g/y.md")))


def read(files: Mapping[str, str]) -> Navigation:
    return read_navigation({RepoPath(name): text.encode() for name, text in files.items()}, root=DOCS)


def ordered(navigation: Navigation, *names: str) -> list[RepoPath]:
    paths = tuple(RepoPath(name) for name in names) or NAMES
    nav = Nav.of(paths, navigation)
    keys = {path: place(path, root=DOCS, nav=nav).key for path in paths}
    return sorted(keys, key=keys.__getitem__)


def test_an_mkdocs_nav_orders_files_and_folders_however_deep_it_is_nested() -> None:
    nav = """
    site_name: Handbook
    nav:
      - Home: c.md
      - Guide:
          - g/y.md
          - Start: g/x.md
      - b.md
      - Elsewhere: https://example.com/
    plugins: !ENV [PLUGINS, []]
    """
    found = read({"mkdocs.yml": "\n".join(line[4:] for line in nav.splitlines())})
    assert found.problems == ()
    assert ordered(found, "docs/a.md", "docs/b.md", "docs/c.md", "docs/g/index.md") == [
        "docs/c.md",
        "docs/g/index.md",
        "docs/b.md",
        "docs/a.md",
    ]
    assert ordered(found, "docs/g/x.md", "docs/g/y.md") == ["docs/g/y.md", "docs/g/x.md"]


@pytest.mark.parametrize("nav", ["&n [a.md, *n]", "&n\n  - Home: *n", "[&n {Home: [*n]}]"])
def test_a_nav_that_holds_itself_is_a_problem(nav: str) -> None:
    [(path, problem)] = read({"mkdocs.yml": f"nav: {nav}\n"}).problems
    assert path == "mkdocs.yml"
    assert "an alias of what it stands in" in problem
    assert "line" in problem


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_category_.json", '{"position": 1e999}'),
        ("_category_.json", '{"position": NaN}'),
        ("_category_.json", '{"position": 1000000000}'),
        ("_category_.yml", "position: -.inf\n"),
        ("_category_.yml", "position: inf\n"),
        ("_category_.yml", "position: nan\n"),
    ],
)
def test_a_position_without_end_orders_nothing(name: str, text: str) -> None:
    found = read({f"docs/g/{name}": text})
    assert found.orders == {}
    assert [problem for _, problem in found.problems] in ([], ["its `position` is no number of at most nine digits"])


def test_the_folder_that_mkdocs_reads_may_have_another_name() -> None:
    text = b"docs_dir: ../docs\nnav: [b.md, a.md]\n"
    found = read_navigation({RepoPath("site/mkdocs.yaml"): text}, root=DOCS)
    assert ordered(found, "docs/a.md", "docs/b.md") == ["docs/b.md", "docs/a.md"]


def test_a_folders_own_file_orders_it_and_comes_before_the_others() -> None:
    own = "title: The handbook\nnav:\n  - c.md\n  - ...\n  - a.md\n"
    found = read({"mkdocs.yml": "nav: [a.md, b.md, c.md]\n", "docs/.pages": own})
    assert ordered(found, "docs/a.md", "docs/b.md", "docs/c.md") == ["docs/c.md", "docs/b.md", "docs/a.md"]
    assert found.labels == {"docs": "The handbook"}
    assert ordered(found, "docs/g/y.md", "docs/g/x.md") == ["docs/g/x.md", "docs/g/y.md"]


def test_a_category_orders_its_folder_among_pages_with_an_order_and_names_it() -> None:
    found = read(
        {
            "docs/g/_category_.json": '{"label": "Guides", "position": 2.5, "link": {"type": "generated-index"}}',
            "docs/h/_category_.yml": "label: Howto\nposition: 1\n",
        }
    )
    assert (found.labels, found.orders) == ({"docs/g": "Guides", "docs/h": "Howto"}, {"docs/g": 2, "docs/h": 1})
    nav = Nav.of(NAMES, found)
    keys = {path: place(path, root=DOCS, nav=nav, order=order).key for path, order in ((NAMES[0], 1), (NAMES[1], 3))}
    folder = place(RepoPath("docs/g/"), root=DOCS, nav=nav).key
    assert keys[NAMES[0]] < folder < keys[NAMES[1]]
    assert place(RepoPath("docs/g/index.md"), root=DOCS, nav=nav).key[:2] == folder[:2]


def test_a_books_summary_orders_by_its_links() -> None:
    text = "# Summary\n\n[Intro](c.md)\n\n- [B](./b.md)\n  - [G](g/index.md)\n    - [Y](g/y.md)\n- [D]()\n- [A](a.md)\n"
    found = read({"docs/SUMMARY.md": text})
    assert ordered(found, "docs/a.md", "docs/b.md", "docs/c.md", "docs/g/index.md") == [
        "docs/c.md",
        "docs/b.md",
        "docs/g/index.md",
        "docs/a.md",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("docs/.pages", b"nav: [a.md"),
        ("docs/.pages", b"just a line\n"),
        ("mkdocs.yml", b"- a\n- list\n"),
        ("docs/_category_.json", b"{"),
        ("docs/_category_.json", b"[1]"),
        ("docs/_category_.yml", b"\xff\xfe"),
        ("mkdocs.yml", b"a: &a [1]\nb: [" + b"*a, " * 20 + b"]\n"),
    ],
)
def test_a_file_that_can_not_be_read_orders_nothing_and_is_told(name: str, text: bytes) -> None:
    found = read_navigation({RepoPath(name): text}, root=DOCS)
    assert [path for path, _ in found.problems] == [name]
    assert found == Navigation(problems=found.problems)


@pytest.mark.parametrize(
    "text", ["", "nav:\n", "nav: []\n", "nav: {}\n", "nav: ['../../../x.md', '']\n", "nav: a.md\n", "title: [x]\n"]
)
def test_odd_files_are_read_without_a_word(text: str) -> None:
    assert read({"docs/.pages": text}).problems == ()


@given(
    st.binary(max_size=200), st.sampled_from(["docs/.pages", "mkdocs.yml", "docs/_category_.json", "docs/SUMMARY.md"])
)
def test_no_bytes_break_it_and_what_it_can_not_read_orders_nothing(data: bytes, name: str) -> None:
    found = read_navigation({RepoPath(name): data}, root=DOCS)
    assert {path for path, _ in found.problems} <= {name}
    assert not found.problems or found == Navigation(problems=found.problems)


def test_the_files_that_may_order_a_folder_are_those_of_its_folders_and_its_top() -> None:
    found = may_navigate((RepoPath("docs/a/b/c.md"),), root=DOCS)
    assert {"docs/.pages", "docs/a/.pages", "docs/a/b/.pages", "docs/a/b/_category_.json"} <= set(found)
    assert {"docs/SUMMARY.md", "docs/mkdocs.yml"} <= set(found)
    assert not any(path.startswith(("mkdocs", ".pages")) for path in found)
