from collections.abc import Callable

import pytest

from pagemirror.content import (
    Ambiguous,
    PathIndex,
    Resolved,
    ToFile,
    ToMissing,
    ToPage,
    ToSelf,
    candidates,
    file_keys,
    fragment,
    link_key,
    link_keys,
    name_keys,
    resolve,
)
from pagemirror.model.documents import Document
from pagemirror.model.ids import RepoPath

PAGE = RepoPath("docs/guide/page.md")


def _to_page(path: str) -> ToPage:
    return ToPage(RepoPath(path))


def _to_file(path: str) -> ToFile:
    return ToFile(RepoPath(path))


@pytest.fixture
def index() -> PathIndex:
    documents = {
        "docs/index.md": "Home",
        "docs/guide/page.md": "Page",
        "docs/guide/other.md": "Twin",
        "docs/guide/LICENSE.md": "Licence",
        "docs/ref/README.md": "Reference",
        "docs/sub/": "Sub",
        "docs/sub/twin.md": "Other",
    }
    names: dict[str, tuple[RepoPath, ...]] = {}
    for path, title in documents.items():
        for key in name_keys(RepoPath(path), title):
            names[key] = (*names.get(key, ()), RepoPath(path))
    files = {RepoPath(path) for path in ("docs/guide/LICENSE", "src/main.py", "src/", "docs/guide/a.png", "notes.md")}
    return PathIndex(pages={RepoPath(path) for path in documents}, files=files, names=names)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[a](other.md#x)", _to_page("docs/guide/other.md")),
        ("[a](other)", _to_page("docs/guide/other.md")),
        ("[a](other.html)", _to_page("docs/guide/other.md")),
        ("[a](other/)", _to_page("docs/guide/other.md")),
        ("[a](../ref)", _to_page("docs/ref/README.md")),
        ("[a](../ref/)", _to_page("docs/ref/README.md")),
        ("[a](/)", _to_page("docs/index.md")),
        ("[a](../sub/)", _to_page("docs/sub/")),
        ("[a](../sub)", _to_page("docs/sub/")),
        ("[a](LICENSE)", _to_file("docs/guide/LICENSE")),
        ("[a](../../src/main.py)", _to_file("src/main.py")),
        ("[a](../../src)", _to_file("src/")),
        ("[a](../../notes.md)", _to_file("notes.md")),
        ("![a](a.png)", _to_file("docs/guide/a.png")),
        ("![a](other)", ToMissing(RepoPath("docs/guide/other"))),
        ("[a](#x)", ToSelf()),
        ("[a](page.md#x)", ToSelf()),
        ("[a](page)", ToSelf()),
        ("[a](gone.md)", ToMissing(RepoPath("docs/guide/gone.md"))),
        ("[[Reference]]", _to_page("docs/ref/README.md")),
        ("[[other]]", Ambiguous((RepoPath("docs/guide/other.md"), RepoPath("docs/sub/twin.md")))),
        ("[[page.md]]", ToSelf()),
        ("[[no such]]", ToMissing(None)),
        ("[[../sub/twin]]", _to_page("docs/sub/twin.md")),
        ("[[#x]]", ToSelf()),
        ("![[a.png]]", _to_file("docs/guide/a.png")),
    ],
)
def test_a_link_means_a_page_a_file_or_nothing_yet(
    read: Callable[..., Document], index: PathIndex, text: str, wanted: Resolved
) -> None:
    (slot,) = read(f"x {text}\n").links
    assert resolve(slot, page=PAGE, index=index) == wanted


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("[a](guide)", "docs/guide/guide.md"),
        ("[a](guide)", "docs/guide/guide/index.md"),
        ("[a](guide)", "docs/guide/guide/README.md"),
        ("[a](guide/)", "docs/guide/guide/Readme.md"),
        ("[a](guide/)", "docs/guide/guide.md"),
        ("[a](guide.html)", "docs/guide/guide.md"),
        ("[a](x.md)", "docs/guide/x.md"),
        ("[[My  Page]]", "docs/my page.md"),
        ("[[notes/x]]", "docs/guide/notes/x.md"),
        ("![a](p.png)", "docs/guide/p.png"),
    ],
)
def test_a_file_added_later_finds_its_linkers(read: Callable[..., Document], text: str, new: str) -> None:
    (slot,) = read(f"x {text}\n").links
    path = RepoPath(new)
    assert set(link_keys(slot)) & {*file_keys(path), *name_keys(path, "Title")}


def test_keys_are_paths_and_folded_names(read: Callable[..., Document]) -> None:
    first, second = read("x [a](../B.md#c) [[The  Page#d]]\n").links
    assert (link_key(first), link_key(second)) == ("docs/B.md", "[[the page]]")
    assert link_keys(first) == ("docs/B.md",)
    assert link_keys(second) == ("[[the page]]",)


def test_candidates_of_the_repositorys_root_are_its_own_pages() -> None:
    assert candidates(RepoPath("/")) == ("index.md", "README.md", "readme.md", "/")
    assert file_keys(RepoPath("README.md")) == ("README.md", "/")


def test_a_fragment_is_decoded(read: Callable[..., Document]) -> None:
    (slot,) = read("x [a](b.md?q#%C3%BC)\n").links
    assert fragment(slot) == "ü"
