"""A folder without a page of its own gets one that lists what stands in it."""

import pytest

from pagemirror.content import Nav, fill, parents, parse, sections
from pagemirror.model.documents import Document, LinkSlot
from pagemirror.model.ids import BlobId, MirrorName, RepoPath

ROOT = RepoPath("docs")


def documents(*paths: str, text: str = "text\n") -> dict[RepoPath, Document]:
    files = [RepoPath(path) for path in paths]
    nav = Nav.of(files)
    parsed = {
        path: parse(text.encode(), path=path, blob=BlobId("b"), root=ROOT, mirror=MirrorName("m"), nav=nav)
        for path in files
    }
    return {path: item for path, item in parsed.items() if isinstance(item, Document)}


def test_every_folder_on_the_way_to_a_file_gets_a_page_but_the_source_folder() -> None:
    assert sorted(sections(documents("docs/a/b/c.md", "docs/x.md"), root=ROOT)) == ["docs/a/", "docs/a/b/"]


@pytest.mark.parametrize("index", ["docs/a/index.md", "docs/a/README.md"])
def test_a_folder_with_a_page_of_its_own_gets_none(index: str) -> None:
    assert sections(documents("docs/a/b.md", index), root=ROOT) == {}


def test_a_section_page_lists_its_children_in_their_order_with_links_to_their_pages() -> None:
    made = sections(documents("docs/a/02-two.md", "docs/a/01-one.md", "docs/a/b/c.md"), root=ROOT)
    page = made[RepoPath("docs/a/")]
    assert page.title == "A"
    assert fill(page.body, lambda slot: f"to:{slot.path}") == (
        "- [One](to:docs/a/01-one.md)\n- [Two](to:docs/a/02-two.md)\n- [B](to:docs/a/b/)\n"
    )


def test_a_title_can_not_break_out_of_its_link() -> None:
    made = sections(documents("docs/a/b.md", text="# x](y) *z* <i>\n\ntext\n"), root=ROOT)
    start, link = made[RepoPath("docs/a/")].body[:2]
    assert start == "- [x\\](y) z]("
    assert isinstance(link, LinkSlot)


def test_children_stand_below_their_section_page() -> None:
    files = documents("docs/a/b/c.md")
    whole = files | sections(files, root=ROOT)
    above = parents({path: item.place for path, item in whole.items()})
    assert above == {"docs/a/b/c.md": "docs/a/b/", "docs/a/b/": "docs/a/", "docs/a/": None}


def test_the_page_moves_with_its_children_and_not_without() -> None:
    one = sections(documents("docs/a/b.md"), root=ROOT)[RepoPath("docs/a/")]
    same = sections(documents("docs/a/b.md", "docs/x.md"), root=ROOT)[RepoPath("docs/a/")]
    more = sections(documents("docs/a/b.md", "docs/a/c.md"), root=ROOT)[RepoPath("docs/a/")]
    assert one.blob == same.blob != more.blob
