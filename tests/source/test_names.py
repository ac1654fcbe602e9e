import pytest

from pagemirror.model.errors import UsageError
from pagemirror.source.names import folder_of, joined, parents, readable, repo_path

NFC, NFD = "caf\u00e9.md", "cafe\u0301.md"


def test_names_compare_in_nfc() -> None:
    assert repo_path(NFD.encode()) == repo_path(NFC.encode()) == NFC


def test_a_name_that_is_not_utf_8_can_still_be_spoken_of() -> None:
    assert readable(b"caf\xe9.md") == "caf\\xe9.md"
    with pytest.raises(UnicodeDecodeError):
        repo_path(b"caf\xe9.md")


def test_the_folders_above_a_path_start_at_the_top() -> None:
    assert parents("a/b/c.md") == ("", "a", "a/b")
    assert parents("c.md") == ("",)


def test_joined_knows_the_top() -> None:
    assert joined("", "a.md") == "a.md"
    assert joined("docs", "a.md") == "docs/a.md"


@pytest.mark.parametrize(
    ("prefix", "path", "root"),
    [
        ("", "docs", "docs"),
        ("", "docs/", "docs"),
        ("", "./docs//guides", "docs/guides"),
        ("", ".", ""),
        ("", "", ""),
        ("team/", "docs", "team/docs"),
        ("team/", ".", "team"),
        ("team/", "../docs", "docs"),
        ("team/", "..", ""),
        ("", "cafe\u0301", "caf\u00e9"),
    ],
)
def test_the_source_folder_is_counted_from_the_repositorys_top(prefix: str, path: str, root: str) -> None:
    assert folder_of(prefix, path) == root


@pytest.mark.parametrize(
    ("prefix", "path"), [("", ".."), ("", "../other"), ("team/", "../../x"), ("", "/etc"), ("team/", "/"), ("", "a\nb")]
)
def test_a_source_folder_outside_of_the_repository_is_refused(prefix: str, path: str) -> None:
    with pytest.raises(UsageError, match="not a folder inside the repository"):
        folder_of(prefix, path)
