from pagemirror.content import banner, web_url
from pagemirror.model.ids import RepoPath

BLOB = "https://git.example.com/acme/blob/{ref}/{path}?at={commit}"


def test_path_and_ref_are_percent_encoded_but_for_slashes() -> None:
    found = web_url(BLOB, ref="feat/#1", commit="abc", path=RepoPath("docs/a b/ü(1)#?.md"), volatile=False)
    assert found == "https://git.example.com/acme/blob/feat/%231/docs/a%20b/%C3%BC%281%29%23%3F.md?at=abc"


def test_a_commit_is_left_unexpanded_where_it_would_move_fingerprints() -> None:
    found = web_url(BLOB, ref="main", commit="abc", path=RepoPath("a.md"), volatile=True)
    assert found == "https://git.example.com/acme/blob/main/a.md?at={commit}"


def test_a_value_is_put_in_once_and_not_read_again() -> None:
    assert (
        web_url("{ref}/{path}", ref="x", commit="c", path=RepoPath("{commit}.md"), volatile=False)
        == "x/%7Bcommit%7D.md"
    )
    assert banner("> {path} {path} {author} {x}", {"path": "{author}", "author": "A"}) == "> {author} {author} A {x}"


def test_a_folders_url_has_no_slash_at_the_end() -> None:
    assert web_url("t/{path}", ref="m", commit="c", path=RepoPath("docs/img/"), volatile=False) == "t/docs/img"


def test_a_banner_without_names_is_itself() -> None:
    assert banner("> Mirrored.", {}) == "> Mirrored."
