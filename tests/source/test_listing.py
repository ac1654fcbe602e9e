from pathlib import Path

import pytest

from pagemirror.model.ids import RepoPath
from pagemirror.source import Listing, SourceSettings, open_snapshot
from support.gitrepo import GitRepo

NFC, NFD = "docs/caf\u00e9.md", "docs/cafe\u0301.md"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"


def listed(
    repo: GitRepo,
    *,
    path: str = "docs",
    include: tuple[str, ...] = ("**/*.md",),
    exclude: tuple[str, ...] = (),
    limit: int = 5_000_000,
    only: list[str] | None = None,
) -> Listing:
    settings = SourceSettings(repo=repo.path, path=path, include=include, exclude=exclude, max_file_size=limit)
    return open_snapshot(settings).entries(None if only is None else [RepoPath(name) for name in only])


def paths(listing: Listing) -> list[str]:
    return [entry.path for entry in listing.entries]


def problems(listing: Listing) -> dict[str, str]:
    return {problem.path: problem.code for problem in listing.problems}


def test_entries_come_sorted_by_path_with_blob_and_size(repo: GitRepo) -> None:
    repo.commit_files({"docs/b/x.md": "XX", "docs/b.md": "B", "docs/b-a.md": "A", "docs/pic.png": "P", "out.md": "O"})
    listing = listed(repo)
    assert paths(listing) == ["docs/b-a.md", "docs/b.md", "docs/b/x.md"]
    assert [entry.size for entry in listing.entries] == [1, 1, 2]
    assert listing.entries[2].blob == repo.git("rev-parse", "HEAD:docs/b/x.md")
    assert listing.selected == 3


def test_an_empty_file_is_an_entry(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": ""})
    assert [entry.size for entry in listed(repo).entries] == [0]


def test_a_folder_without_markdown_is_an_empty_listing(repo: GitRepo) -> None:
    repo.commit_files({"docs/.gitkeep": ""})
    assert listed(repo) == Listing(entries=())


@pytest.mark.parametrize(
    "name",
    [
        "two\nlines.md",
        'a "quoted" name.md',
        "tab\there.md",
        "-dash.md",
        "--help.md",
        "\u00fcml\u00e4ut/\u00df.md",
        "back\\slash.md",
        "*star?.md",
        ":colon.md",
        " space .md",
        "\U0001f4d8.md",
    ],
)
def test_odd_names_are_names_like_others(repo: GitRepo, name: str) -> None:
    repo.commit_files({f"docs/{name}": "text"})
    assert paths(listed(repo)) == [f"docs/{name}"]
    assert paths(listed(repo, only=[f"docs/{name}"])) == [f"docs/{name}"]


def test_a_name_in_nfd_is_listed_in_nfc_and_keeps_git_s_own(repo: GitRepo) -> None:
    repo.git("config", "core.precomposeUnicode", "false")
    repo.commit_files({NFD: "text"})
    (entry,) = listed(repo).entries
    assert (entry.path, entry.git_path) == (NFC, NFD.encode())
    assert paths(listed(repo, only=[NFC])) == [NFC]


def test_two_names_equal_in_nfc_give_one_page_and_one_problem(repo: GitRepo) -> None:
    repo.commit_files({NFD: "decomposed", NFC: "composed"})
    listing = listed(repo)
    assert [entry.git_path for entry in listing.entries] == [NFC.encode()]
    assert problems(listing) == {"docs/cafe\\u0301.md": "encoding"}
    assert "NFC and NFD" in listing.problems[0].reason
    assert listing.selected == 2


def test_a_file_name_that_is_not_utf_8_is_a_problem_and_the_others_go_on(repo: GitRepo) -> None:
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"text")
    rows = b"100644 blob %b\ta.md\0" % blob.encode() + b"100644 blob %b\tcaf\xe9.md\0" % blob.encode()
    rows += b"100644 blob %b\tcaf\xe9.png\0" % blob.encode()
    tree = repo.git("mktree", "-z", stdin=rows)
    repo.git("update-ref", "refs/heads/main", repo.git("commit-tree", tree, "-m", "Odd name"))
    listing = listed(repo, path=".")
    assert paths(listing) == ["a.md"]
    assert problems(listing) == {"caf\\xe9.md": "encoding"}


def test_a_file_over_the_limit_is_a_problem_with_both_sizes(repo: GitRepo) -> None:
    repo.commit_files({"docs/big.md": "x" * 1001, "docs/fits.md": "x" * 1000})
    listing = listed(repo, limit=1000)
    assert paths(listing) == ["docs/fits.md"]
    assert problems(listing) == {"docs/big.md": "too_large"}
    assert "1,001 bytes" in listing.problems[0].reason
    assert "1,000" in listing.problems[0].reason


def test_a_git_lfs_pointer_is_a_problem(repo: GitRepo) -> None:
    repo.commit_files({"docs/big.md": POINTER, "docs/same_size.md": "x" * len(POINTER)})
    listing = listed(repo)
    assert problems(listing) == {"docs/big.md": "unsupported"}
    assert paths(listing) == ["docs/same_size.md"]


def test_a_text_about_lfs_pointers_is_no_pointer(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": f"# Pointers\n\n{POINTER}"})
    assert paths(listed(repo)) == ["docs/a.md"]


@pytest.mark.parametrize("target", ["../.env", "/etc/passwd", "sub/../../.env", "../docs2/x.md", "../docs/../.env"])
def test_a_pushed_symlink_leak_md_to_env_is_not_published(repo: GitRepo, target: str) -> None:
    repo.write(".env", "SECRET=1")
    repo.symlink("docs/leak.md", target)
    repo.commit_files({"docs/a.md": "A"})
    listing = listed(repo)
    assert paths(listing) == ["docs/a.md"]
    assert problems(listing) == {"docs/leak.md": "unsupported"}
    assert "leaves the source folder" in listing.problems[0].reason


@pytest.mark.parametrize("target", ["a.md", "./sub/../a.md", ".env", "leak.md", "nowhere.md"])
def test_a_symlink_inside_the_folder_is_left_out_and_told(repo: GitRepo, target: str) -> None:
    repo.write("docs/.env", "SECRET=1")
    repo.symlink("docs/leak.md", target)
    repo.commit_files({"docs/a.md": "A"})
    listing = listed(repo)
    assert paths(listing) == ["docs/a.md"]
    assert problems(listing) == {}
    assert [(finding.path, finding.code) for finding in listing.findings] == [("docs/leak.md", "unsupported")]


@pytest.mark.parametrize(("target", "told"), [("sub", True), ("../common", True), (".", True), ("pic.png", False)])
def test_a_linked_folder_is_told_and_a_linked_picture_is_not(repo: GitRepo, target: str, *, told: bool) -> None:
    repo.symlink("docs/linked", target)
    repo.commit_files({"docs/sub/a.md": "A", "common/b.md": "B", "docs/pic.png": "P"})
    listing = listed(repo)
    assert paths(listing) == ["docs/sub/a.md"]
    assert [finding.path for finding in listing.findings] == (["docs/linked"] if told else [])


def test_an_excluded_symlink_is_not_worth_a_word(repo: GitRepo) -> None:
    repo.symlink("docs/drafts/leak.md", "../../.env")
    repo.commit_files({"docs/a.md": "A"})
    assert listed(repo, exclude=("drafts/",)).problems == ()


def test_a_submodule_is_not_entered(repo: GitRepo, tmp_path: Path) -> None:
    inner = GitRepo.init(tmp_path / "inner")
    inner.commit_files({"b.md": "B"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "docs/sub.md")
    repo.commit_files({"docs/a.md": "A"})
    assert paths(listed(repo)) == ["docs/a.md"]
    assert listed(repo).problems == ()


def test_ignore_files_of_the_commit_count_also_nested_ones(repo: GitRepo) -> None:
    repo.commit_files(
        {
            "docs/.pagemirrorignore": "drafts/\n*.tmp.md\n",
            "docs/sub/.pagemirrorignore": "/b.md\n",
            ".pagemirrorignore": "*\n",
            "docs/a.md": "A",
            "docs/b.md": "B",
            "docs/c.tmp.md": "C",
            "docs/drafts/d.md": "D",
            "docs/sub/b.md": "B",
            "docs/sub/c.md": "C",
            "docs/sub/drafts/e.md": "E",
            "docs/sub/deep/b.md": "B",
        }
    )
    expected = ["docs/a.md", "docs/b.md", "docs/sub/c.md", "docs/sub/deep/b.md"]
    assert paths(listed(repo)) == expected
    everything = repo.git("ls-files").splitlines()
    assert paths(listed(repo, only=everything)) == expected


def test_a_gitignored_file_that_is_committed_is_mirrored(repo: GitRepo) -> None:
    repo.write(".gitignore", "a.md\n")
    repo.write("docs/a.md")
    repo.git("add", "-f", "docs/a.md")
    repo.commit()
    assert paths(listed(repo)) == ["docs/a.md"]


def test_include_and_exclude_are_relative_to_the_source_folder(repo: GitRepo) -> None:
    repo.commit_files({"docs/docs/a.md": "A", "docs/b.md": "B", "docs/drafts/c.md": "C"})
    assert paths(listed(repo, exclude=("/drafts",), include=("**/*.md", "!/b.md"))) == ["docs/docs/a.md"]


def test_only_lists_no_more_than_was_asked(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A", "docs/b/c.md": "C", "docs/b/d.md": "D", "e.md": "E", "docs/f.png": "F"})
    assert paths(listed(repo, only=["docs/b/c.md", "docs/gone.md", "e.md", "docs/f.png", "docs/b", "docs/b/"])) == [
        "docs/b/c.md"
    ]
    assert listed(repo, only=[]) == Listing(entries=())
    assert listed(repo, only=["e.md"]) == Listing(entries=())


def test_only_with_very_many_paths_gives_the_same(repo: GitRepo) -> None:
    names = [f"docs/f{number:03}.md" for number in range(250)]
    repo.commit_files({name: name for name in [*names, "docs/other.md"]})
    assert paths(listed(repo, only=names)) == names


def test_only_sees_the_problems_of_its_paths(repo: GitRepo) -> None:
    repo.symlink("docs/leak.md", "../.env")
    repo.commit_files({"docs/big.md": "x" * 20, "docs/lfs.md": POINTER})
    asked = ["docs/big.md", "docs/leak.md"]
    assert problems(listed(repo, only=asked, limit=10)) == {"docs/big.md": "too_large", "docs/leak.md": "unsupported"}
