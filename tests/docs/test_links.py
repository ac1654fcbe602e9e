"""Links between the documents lead somewhere."""

import pytest

from support.prose import REPOSITORY, Prose, pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_relative_links_and_their_anchors_are_there(page: Prose) -> None:
    dead = []
    for link in page.links:
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (page.path.parent / path).resolve() if path else page.path
        if not target.exists() or (anchor and anchor not in Prose(target).anchors):
            dead.append(link)
    assert dead == []


def test_no_page_of_docs_links_out_of_docs() -> None:
    docs = REPOSITORY / "docs"
    inside = [page for page in pages() if docs in page.path.parents]
    links = [(page, link.partition("#")[0]) for page in inside for link in page.links]
    relative = [(page, link) for page, link in links if link and "://" not in link]
    assert len(relative) > 20
    assert [
        (page.name, link) for page, link in relative if docs not in (page.path.parent / link).resolve().parents
    ] == []


def test_every_page_of_docs_can_be_reached_from_its_index() -> None:
    docs = REPOSITORY / "docs"
    reached, waiting = set(), [docs / "index.md"]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            links = (link.partition("#")[0] for link in Prose(path).links)
            waiting += [(path.parent / link).resolve() for link in links if link.endswith(".md") and "://" not in link]
    assert set(docs.rglob("*.md")) - reached == set()
