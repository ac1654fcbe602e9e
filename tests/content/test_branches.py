"""The tree written out: no document is lost, each stands below its parent, and siblings keep their order."""

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.content import Nav, branches, parents, parse
from pagemirror.model.documents import Document
from pagemirror.model.ids import BlobId, MirrorName, RepoPath

NAMES = st.sampled_from(["a", "b", "index", "README", "01-c", "10-d"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda names: RepoPath(f"docs/{'/'.join(names)}.md"))
ROOT = RepoPath("docs")


def documents(paths: list[RepoPath]) -> dict[RepoPath, Document]:
    nav = Nav.of(paths)
    made = {}
    for path in paths:
        item = parse(b"# T\n", path=path, blob=BlobId("0"), root=ROOT, mirror=MirrorName("m"), nav=nav)
        assert isinstance(item, Document)
        made[path] = item
    return made


@given(st.lists(PATHS, unique=True, max_size=12))
def test_each_document_comes_once_right_below_its_parents_and_in_the_order_of_its_siblings(
    paths: list[RepoPath],
) -> None:
    found = documents(paths)
    above = parents({path: item.place for path, item in found.items()})
    rows = branches(found, above, chosen=(), root=ROOT)
    assert sorted(row.path for row in rows) == sorted(paths)
    chain: list[RepoPath] = []
    for row in rows:
        del chain[row.depth :]
        assert row.parent == above[row.path] == (chain[-1] if chain else None)
        chain.append(row.path)
    for parent in {row.parent for row in rows}:
        siblings = [row.path for row in rows if row.parent == parent]
        assert siblings == sorted(siblings, key=lambda path: (found[path].place.key, path))
    assert all(row.why for row in rows)


def test_a_folder_without_a_page_is_told_where_nothing_stands_above() -> None:
    found = documents([RepoPath("docs/deep/er/a.md"), RepoPath("docs/b.md")])
    rows = branches(found, dict.fromkeys(found), chosen=(), root=ROOT)
    assert {row.path: row.why for row in rows} == {
        "docs/deep/er/a.md": "in the folder deep/er, which has no page",
        "docs/b.md": "at the top of the source folder",
    }
