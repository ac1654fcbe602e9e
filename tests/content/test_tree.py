from pagemirror.content import Nav, Navigation, ancestors, parents, place
from pagemirror.model.documents import Place
from pagemirror.model.ids import RepoPath

DOCS = RepoPath("docs")


def _paths(*names: str) -> list[RepoPath]:
    return [RepoPath(name) for name in names]


def _places(*names: str, root: str = "docs") -> dict[RepoPath, Place]:
    paths = _paths(*names)
    nav = Nav.of(paths)
    return {path: place(path, root=RepoPath(root), nav=nav) for path in paths}


def test_an_index_stands_in_the_folder_above_and_is_its_folders_page() -> None:
    found = _places("docs/guide/index.md", "docs/guide/a.md", "docs/b.md")
    assert (found[RepoPath("docs/guide/index.md")].folder, found[RepoPath("docs/guide/index.md")].index) == ("", True)
    assert found[RepoPath("docs/guide/a.md")].folder == "docs/guide"
    assert found[RepoPath("docs/b.md")].folder == ""


def test_a_readme_is_the_folders_page_only_without_an_index() -> None:
    nav = Nav.of(_paths("docs/a/index.md", "docs/a/README.md", "docs/b/readme.md", "docs/c/Index.md", "docs/c/x.md"))
    assert nav.is_index(RepoPath("docs/a/index.md"))
    assert not nav.is_index(RepoPath("docs/a/README.md"))
    assert nav.is_index(RepoPath("docs/b/readme.md"))
    assert nav.is_index(RepoPath("docs/c/Index.md"))
    assert not nav.is_index(RepoPath("docs/c/x.md"))


def test_of_two_spellings_one_is_the_folders_page() -> None:
    nav = Nav.of(_paths("a/readme.md", "a/README.md", "a/Readme.md"))
    assert [path for path in _paths("a/readme.md", "a/README.md", "a/Readme.md") if nav.is_index(path)] == [
        "a/README.md"
    ]


def test_parents_are_the_nearest_folders_pages() -> None:
    found = parents(
        _places("docs/index.md", "docs/a/index.md", "docs/a/b/c/d.md", "docs/a/e.md", "docs/f.md", "docs/g/h.md")
    )
    assert found == {
        "docs/index.md": None,
        "docs/a/index.md": None,
        "docs/a/b/c/d.md": "docs/a/index.md",
        "docs/a/e.md": "docs/a/index.md",
        "docs/f.md": None,
        "docs/g/h.md": None,
    }


def test_section_pages_are_parents_until_an_index_takes_over() -> None:
    places = _places("docs/g/h.md", "docs/g/", "docs/g/i/j.md", "docs/g/i/")
    assert places[RepoPath("docs/g/i/")] == Place(folder=RepoPath("docs/g"), index=True, key=(3, 0, "i\0i"))
    found = parents(places)
    assert found[RepoPath("docs/g/h.md")] == "docs/g/"
    assert found[RepoPath("docs/g/i/j.md")] == "docs/g/i/"
    assert found[RepoPath("docs/g/i/")] == "docs/g/"
    assert parents({**places, **_places("docs/g/index.md")})[RepoPath("docs/g/h.md")] == "docs/g/index.md"


def test_a_parent_chosen_in_the_front_matter_wins_unless_it_closes_a_circle() -> None:
    places = _places("docs/a.md", "docs/b.md", "docs/c.md")
    a, b, c = sorted(places)
    chosen = {a: b, b: c, c: a, RepoPath("docs/not-there.md"): a}
    assert parents(places, chosen=chosen) == {a: b, b: c, c: None}
    assert parents(places, chosen={a: RepoPath("docs/gone.md")})[a] is None


def test_ancestors_are_titles_from_the_top_down() -> None:
    places = _places("docs/a/index.md", "docs/a/b/index.md", "docs/a/b/c.md")
    titles = {path: path.split("/")[-2].upper() for path in places}
    assert ancestors(RepoPath("docs/a/b/c.md"), parents(places), titles) == ("A", "B")


def test_order_is_front_matter_then_nav_then_number_then_name() -> None:
    names = _paths("docs/zz.md", "docs/a10.md", "docs/a2.md", "docs/B.md", "docs/02-x.md", "docs/1-y.md", "docs/n.md",
                   "docs/o.md", "docs/index.md", "docs/03-sub/index.md")  # fmt: skip
    nav = Nav.of(names, Navigation(positions={RepoPath("docs/n.md"): 4}))
    orders = {RepoPath("docs/zz.md"): 5, RepoPath("docs/o.md"): -1}
    keys = {path: place(path, root=DOCS, nav=nav, order=orders.get(path)).key for path in names}
    assert sorted(names, key=keys.__getitem__) == [
        "docs/index.md", "docs/o.md", "docs/zz.md", "docs/n.md", "docs/1-y.md", "docs/02-x.md", "docs/03-sub/index.md",
        "docs/a2.md", "docs/a10.md", "docs/B.md",
    ]  # fmt: skip


def test_names_that_differ_only_in_case_have_different_keys() -> None:
    assert (
        place(RepoPath("A.md"), root=RepoPath(""), nav=Nav.none()).key
        != place(RepoPath("a.md"), root=RepoPath(""), nav=Nav.none()).key
    )


def test_the_repositorys_root_can_be_the_source_folder() -> None:
    found = _places("index.md", "a/README.md", "a/b.md", root="")
    assert parents(found) == {"index.md": None, "a/README.md": None, "a/b.md": "a/README.md"}
