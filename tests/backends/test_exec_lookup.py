"""Folders, skills and sources by what people call them."""

import pytest

from pagemirror.backends.exec.lookup import find, folder_entries, skill_entries, source_entries
from pagemirror.model.errors import Rejected

FOLDERS = folder_entries(
    [
        {"id": "f1", "name": "Guides", "parent": None},
        {"id": "f2", "name": "Setup", "parent": "f1"},
        {"id": "f3", "name": "Reference", "parent": None},
        {"id": "f4", "name": "Setup", "parent": "f3"},
        {"id": "f5", "name": "API", "parent": {"id": "f3"}},
        {"id": "f6", "name": "Guides", "parent": "f3"},
        {"id": "f7", "name": "Lost", "parent": "gone"},
        {"id": "f8", "name": "Circle", "parent": "f8"},
        {"name": "without an id"},
    ]
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("f4", "f4"),
        ("Guides", "f1"),
        ("guides", "f1"),
        ("Reference/Guides", "f6"),
        ("Guides/Setup", "f2"),
        ("/reference/setup/", "f4"),
        ("API", "f5"),
        (" api ", "f5"),
        ("Lost", "f7"),
        ("Circle", "f8"),
    ],
)
def test_a_folder_is_found_by_id_path_or_name(wanted: str, found: str) -> None:
    assert find("folder", wanted, FOLDERS) == found


def test_an_ambiguous_folder_lists_the_paths() -> None:
    with pytest.raises(Rejected) as caught:
        find("folder", "Setup", FOLDERS)
    assert "Guides/Setup (id f2)" in caught.value.message
    assert "Reference/Setup (id f4)" in caught.value.message


def test_a_missing_folder_lists_those_there_are() -> None:
    with pytest.raises(Rejected) as caught:
        find("folder", "Sales", FOLDERS)
    assert "there is no folder called 'Sales'; there are: Circle, gone" not in caught.value.message
    assert "Guides/Setup" in caught.value.message


def test_a_long_list_is_cut_at_twenty() -> None:
    entries = folder_entries({"id": f"f{i}", "name": f"Folder {i:03}"} for i in range(50))
    with pytest.raises(Rejected) as caught:
        find("folder", "Sales", entries)
    assert caught.value.message.count("Folder ") == 20
    assert caught.value.message.endswith("and 30 more")


def test_where_there_is_nothing_that_is_said() -> None:
    with pytest.raises(Rejected, match="there are: none"):
        find("skill", "x", ())


def test_an_empty_name_matches_nothing() -> None:
    with pytest.raises(Rejected):
        find("skill", " ", skill_entries([{"id": "s1", "name": "A"}]))


def test_skills_go_by_slug_and_name_and_sources_by_url_and_title() -> None:
    skills = skill_entries([{"id": "s1", "name": "Objection handling", "slug": "objection-handling"}])
    assert {find("skill", name, skills) for name in ("s1", "Objection Handling", "objection-handling")} == {"s1"}
    sources = source_entries([{"id": "u1", "title": "Site", "external_url": "https://example.com/"}])
    assert {find("source", name, sources) for name in ("u1", "site", "https://example.com/")} == {"u1"}
