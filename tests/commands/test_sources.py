"""A source that can't be read (exit code 8), and files that can't become pages (exit code 1, the others go on)."""

import subprocess

import pytest

from support.site import Site


def unreadable(site: Site, *, code: str, says: tuple[str, ...]) -> None:
    """The pass ends before it begins, for people and for programs, and sends nothing."""
    ran = site("sync")
    assert ran.code == 8, ran.said
    assert "working tree" not in ran.said
    for word in says:
        assert word in ran.said, ran.said
    for command in ("sync", "plan"):
        told = site(command, "--output", "json")
        assert (told.code, told.error["code"]) == (8, code)
    assert site.box.requests("exec") == 0


def test_no_repository(site: Site) -> None:
    elsewhere = site.folder.parent / "plain"
    elsewhere.mkdir()
    site.configure(source__repo=str(elsewhere))
    unreadable(site, code="no_repository", says=("plain", "source.repo"))


def test_no_such_folder(site: Site) -> None:
    site.configure(source__repo="nowhere")
    unreadable(site, code="no_repository", says=("nowhere", "source.repo"))


def test_an_unknown_ref_lists_those_there_are(site: Site) -> None:
    site.docs({"a.md": "# A\n"})
    site.configure(source__ref="mian")
    unreadable(site, code="unknown_ref", says=("no branch, tag or commit 'mian'", "source.ref", "main"))


def test_a_repository_without_a_commit(site: Site) -> None:
    unreadable(site, code="no_commits", says=("no commits yet", "Commit the source folder"))


def test_a_mistyped_folder_is_told_each_time_and_removes_nothing(site: Site) -> None:
    site.docs({"a.md": "# A\n"})
    site.configure(source__path="dosc")
    for _ in range(2):
        ran = site("sync")
        assert ran.code == 3, ran.said
        assert "the source folder dosc is not in this commit" in ran.said
        assert "source.path" in ran.said
    assert site("plan", "--output", "json").json["mirrors"][0]["result"] == "held"


def test_files_that_cannot_be_pages_fail_alone_each_with_its_reason(site: Site) -> None:
    (site.folder.parent / "outside.md").write_text("# Outside\n", "utf-8")
    site.repo.symlink("docs/link.md", "../../outside.md")
    site.docs(
        {
            "good.md": "# Good\n",
            "yaml.md": "---\nok: 1\ntitle: [\n---\n\nText\n",
            "big.md": "# Big\n\n" + "x" * 6_000_000,
            "latin.md": "# A\n\nKäse\n".encode("latin-1"),
            "nul.md": b"# Nul\n\x00\n",
        }
    )
    ran = site("sync")
    assert ran.code == 1
    said = {
        "yaml.md": ("front_matter", "not valid YAML", "line 4"),
        "big.md": ("too_large", "6,000,007 bytes", "source.max_file_size"),
        "latin.md": ("encoding", "not UTF-8", "byte 0xe4", "line 3"),
        "nul.md": ("encoding", "NUL byte"),
        "link.md": ("unsupported", "symbolic link", "leaves the source folder"),
    }
    rows = {row.split()[3]: row for row in ran.out.split("\n") if row.startswith("  x failed")}
    assert rows.keys() == said.keys()
    for path, words in said.items():
        for word in words:
            assert word in rows[path], rows[path]
    assert set(site.live()) == {"Good"}
    again = site("sync", "--output", "json")
    assert (again.code, site.box.requests("exec")) == (1, 2)
    assert {path: codes[1:] for path, codes in again.outcomes().items()} == {
        path: ("failed", words[0]) for path, words in said.items()
    }


def test_a_page_whose_file_went_bad_stays_as_it_was(site: Site) -> None:
    site.docs({"a.md": "# A\n\nFine.\n"})
    site.done("sync")
    site.docs({"a.md": b"# A\n\n\xff\n", "b.md": "# B\n"})
    assert site("sync").code == 1
    assert site.live()["A"]["content"].strip() == "Fine."
    assert set(site.live()) == {"A", "B"}


@pytest.mark.parametrize("hook", ["post-checkout", "reference-transaction"])
def test_the_repository_cannot_make_us_run_anything(site: Site, hook: str) -> None:
    site.docs({"a.md": "# A\n"})
    script = site.folder / ".git" / "hooks" / hook
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"#!/bin/sh\ntouch {site.home}/ran\n", "utf-8")
    script.chmod(0o755)
    subprocess.run(["git", "config", "core.fsmonitor", str(script)], cwd=site.folder, check=True)
    site.done("sync")
    assert not (site.home / "ran").exists()
