import pytest

from pagemirror.content.paths import Outside, Relative, is_relative, locate, tidy_root
from pagemirror.model.ids import RepoPath


@pytest.mark.parametrize(
    ("destination", "path", "suffix"),
    [
        ("a.md", "docs/guide/a.md", ""),
        ("./a.md#x", "docs/guide/a.md", "#x"),
        ("../a.md?q=1#x", "docs/a.md", "?q=1#x"),
        ("../../LICENSE", "LICENSE", ""),
        ("/a.md", "docs/a.md", ""),
        ("/../a.md", "a.md", ""),
        ("#x", "docs/guide/page.md", "#x"),
        ("?q", "docs/guide/page.md", "?q"),
        ("sub/", "docs/guide/sub/", ""),
        ("sub", "docs/guide/sub", ""),
        (".", "docs/guide/", ""),
        ("./", "docs/guide/", ""),
        ("..", "docs/", ""),
        ("../..", "/", ""),
        ("/", "docs/", ""),
        ("a%20b%23c.md", "docs/guide/a b#c.md", ""),
        ("a%2Fb.md", "docs/guide/a/b.md", ""),
        ("100%.md", "docs/guide/100%.md", ""),
        ("u\u0308ber.md", "docs/guide/\u00fcber.md", ""),
        ("u%CC%88ber.md#a%20b", "docs/guide/\u00fcber.md", "#a%20b"),
        ("a//b/./c.md", "docs/guide/a/b/c.md", ""),
        ("(a)[b].md", "docs/guide/(a)[b].md", ""),
        ("a.md#x?y", "docs/guide/a.md", "#x?y"),
    ],
)
def test_a_relative_destination_is_a_repository_path(destination: str, path: str, suffix: str) -> None:
    found = locate(destination, page=RepoPath("docs/guide/page.md"), root=RepoPath("docs"))
    assert found == Relative(RepoPath(path), suffix)


@pytest.mark.parametrize("destination", ["../../../x.md", "/../../x", "..%2F../../x"])
def test_a_destination_may_lead_out_of_the_repository(destination: str) -> None:
    assert locate(destination, page=RepoPath("docs/guide/page.md"), root=RepoPath("docs")) == Outside(destination)


@pytest.mark.parametrize(
    "destination", ["", "http://x", "HTTPS://x", "mailto:a@b", "//host/x", "tel:+1", "data:,x", "C:\\x"]
)
def test_what_has_a_scheme_or_a_host_or_nothing_is_not_relative(destination: str) -> None:
    assert not is_relative(destination)


def test_the_source_folder_may_be_written_in_several_ways() -> None:
    assert [tidy_root(root) for root in ("", ".", "./", "docs/", "/docs", "docs")] == [
        "",
        "",
        "",
        "docs",
        "docs",
        "docs",
    ]
