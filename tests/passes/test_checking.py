"""A whole folder checked: what it finds, what it leaves alone, and that it asks nobody."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from pagemirror.app import App
from pagemirror.model.documents import Level
from pagemirror.model.reports.checks import CheckReport
from support.gitrepo import GitRepo

URLS = 'web_url = "https://git.example.com/{ref}/{path}"\nraw_url = "https://git.example.com/raw/{ref}/{path}"\n'
PAGES = 'page_url = "https://hub.example.com/{id}"\n'
Found = list[tuple[str, int | None, str]]


class Folder:
    """A repository with docs and a config, without any token."""

    def __init__(self, path: Path) -> None:
        self.repo = GitRepo.init(path)
        self.configure()

    def configure(self, *, backend: str = "exec", source: str = URLS, target: str = PAGES, more: str = "") -> None:
        table = f'[mirrors.m.source]\npath = "docs"\n{source}[mirrors.m.target]\nbackend = "{backend}"\n{target}{more}'
        (self.repo.path / "pagemirror.toml").write_text(table, "utf-8")

    @property
    def app(self) -> App:
        return App.open(None, env={}, cwd=self.repo.path)

    def check(self, files: Mapping[str, str | bytes] | None = None) -> CheckReport:
        if files is not None:
            self.repo.commit_files({f"docs/{path}": text for path, text in files.items()})
        (report,) = self.app.check([])
        return report

    def found(self, files: Mapping[str, str | bytes]) -> Found:
        return [(one.path, one.line, one.code) for one in self.check(files).findings]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "repo")


def test_a_good_folder_has_no_findings_and_leaves_no_trace(folder: Folder) -> None:
    folder.repo.write("LICENSE", "x\n")
    report = folder.check(
        {
            "index.md": "# Home\n\n[a](guide/a.md#part) [b](guide/) [self](#home) [licence](../LICENSE) ![x](x.png)\n",
            "guide/index.md": "# Guide\n\n[[A page]] [up](../index.md#home) <a href='a.md#own'>x</a>\n",
            "guide/a.md": '# A page\n\n## Part\n\n<a id="own"></a> [site](https://example.com/x#y)\n',
            "x.png": b"\x89PNG",
        }
    )
    assert report.findings == ()
    assert (report.files, report.pages, report.left_out, report.error) == (3, 3, 0, None)
    assert report.commit == folder.repo.git("rev-parse", "HEAD")
    assert not (folder.repo.path / ".pagemirror").exists()


def test_links_and_anchors_are_followed_whichever_file_comes_first(folder: Folder) -> None:
    found = folder.found(
        {
            "a.md": "# A\n\n[x](z.md#gone)\n[y](nosuch.md)\n![p](nosuch.png)\n[s](#nowhere)\n",
            "z.md": "# Z\n\n[x](a.md#gone)\n[[Nobody]]\n[f](/docs/z)\n[A](A.md)\n",
        }
    )
    assert found == [
        ("a.md", 3, "anchor_missing"),
        ("a.md", 4, "link_missing"),
        ("a.md", 5, "image_missing"),
        ("a.md", 6, "anchor_missing"),
        ("z.md", 3, "anchor_missing"),
        ("z.md", 4, "wiki_missing"),
        ("z.md", 5, "site_link"),
        ("z.md", 6, "link_missing"),
    ]
    (spelled,) = [one for one in folder.check().findings if (one.path, one.line) == ("z.md", 6)]
    assert spelled.message == "A.md leads nowhere; there is a.md"
    assert spelled.file == "docs/z.md"
    assert spelled.column == 5


def test_files_that_get_no_page_are_errors_and_the_others_are_read(folder: Folder) -> None:
    folder.repo.symlink("docs/link.md", "/etc/passwd")
    folder.repo.symlink("docs/inside.md", "good.md")
    found = folder.found(
        {
            "good.md": "# Good\n\n[bad](broken.md)\n",
            "broken.md": "---\ntitle: [\n---\nText.\n",
            "latin.md": b"# Gr\xfc\xdfe\n",
            "pointer.md": f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n",
            "zero.md": "# Zero\n\nA\0B\n",
        }
    )
    assert found == [
        ("broken.md", 3, "front_matter"),
        ("inside.md", None, "unsupported"),
        ("latin.md", 1, "encoding"),
        ("link.md", None, "unsupported"),
        ("pointer.md", None, "unsupported"),
        ("zero.md", 3, "encoding"),
    ]
    report = folder.check()
    assert (report.errors, report.warnings, report.pages) == (5, 1, 1)


def test_a_link_to_a_file_that_is_left_out_is_a_link_to_a_file(folder: Folder) -> None:
    files = {"a.md": "# A\n\n[x](out.md)\n[y](out.md#part)\n", "out.md": "---\nmirror: false\n---\n# Out\n"}
    assert folder.found(files) == []
    assert folder.check().left_out == 1
    folder.configure(source="")
    assert [(one.line, one.code) for one in folder.check().findings] == [(3, "no_web_url"), (4, "no_web_url")]


def test_files_without_an_address_are_told_and_links_between_pages_once(folder: Folder) -> None:
    folder.configure(source="", target="")
    folder.repo.write("LICENSE", "x\n")
    found = folder.found(
        {
            "a.md": "# A\n\n[l](../LICENSE)\n![i](i.png)\n[b](b.md) [b](b.md)\n",
            "b.md": "# B\n\n[a](a.md)\n",
            "i.png": b"i",
        }
    )
    assert found == [("a.md", 3, "no_web_url"), ("a.md", 4, "no_raw_url"), ("a.md", 5, "no_page_url")]
    assert "(3)" in next(one.message for one in folder.check().findings if one.code == "no_page_url")


def test_what_the_front_matter_says_in_vain_is_told(folder: Folder) -> None:
    text = (
        "---\ntitle: A\nparent: b.md\nvisibility: public\npagemirror:\n  m:\n    titel: X\n  other:\n    title: X\n"
        "---\nText.\n"
    )
    assert folder.found({"a.md": text}) == [
        ("a.md", None, "unsupported"),
        ("a.md", 3, "field_unsupported"),
        ("a.md", 7, "front_matter"),
        ("a.md", 8, "front_matter"),
    ]
    assert folder.found({"a.md": "---\nid: x\n---\n# A\n", "b.md": "---\nid: x\n---\n# B\n"}) == [
        ("a.md", None, "duplicate_id"),
        ("b.md", None, "duplicate_id"),
    ]


def test_a_title_over_the_targets_limit_is_an_error_also_with_those_above_it(folder: Folder) -> None:
    folder.configure(backend="pharen", more="title_path = true\n")
    half, long = "x" * 150, "y" * 256
    found = folder.found(
        {
            "long.md": f"---\ntitle: {long}\n---\nText.\n",
            "up/index.md": f"# {half}\n",
            "up/down.md": f"# {half}\n",
            "up/short.md": "# Short\n",
        }
    )
    assert found == [("long.md", 2, "title"), ("up/down.md", None, "title")]


@pytest.mark.parametrize("path", ["docs", "nosuch"])
def test_an_empty_or_missing_folder_is_an_error(folder: Folder, path: str) -> None:
    folder.repo.commit_files({"docs/a.txt": "x"})
    folder.configure(more="")
    config = folder.repo.path / "pagemirror.toml"
    config.write_text(config.read_text("utf-8").replace('"docs"', f'"{path}"'), "utf-8")
    (finding,) = folder.check().findings
    assert (finding.code, finding.level, finding.path, finding.file) == ("empty_source", Level.ERROR, ".", path)


def test_a_mirror_that_cant_be_read_says_so_and_the_others_are_checked(folder: Folder) -> None:
    more = (
        '[mirrors.gone.source]\nref = "nosuch"\n[mirrors.gone.target]\nbackend = "exec"\n'
        '[mirrors.far.source]\nrepo = "https://git.invalid/x.git"\n[mirrors.far.target]\nbackend = "exec"\n'
    )
    folder.configure(more=more)
    folder.repo.commit_files({"docs/a.md": "# A\n"})
    reports = {report.mirror: report for report in folder.app.check([])}
    assert {name: (report.error or {}).get("exit") for name, report in reports.items()} == {
        "m": None,
        "gone": "8",
        "far": "2",
    }
    assert "asks no network" in (reports["far"].error or {})["message"]  # type: ignore[index]  # a plain mapping
    assert [report.mirror for report in folder.app.check(["gone"])] == ["gone"]


def test_files_on_disk_are_checked_before_they_are_committed(folder: Folder) -> None:
    folder.configure(source=f'ref = "worktree"\n{URLS}')
    folder.repo.commit_files({"docs/a.md": "# A\n"})
    folder.repo.write("docs/b.md", "# B\n\n[x](gone.md)\n")
    report = folder.check()
    assert report.commit is None
    assert [(one.path, one.code) for one in report.findings] == [("b.md", "link_missing")]


def test_what_an_editor_cant_hold_is_told_at_its_line(folder: Folder) -> None:
    own = 'base_url = "https://raven.example.com/api"\nworkspace_id = "w"\nspace_id = "s"\n'
    folder.configure(backend="ravendocs", more=own)
    found = folder.found(
        {
            "a.md": "---\nparent: nobody\norder: 3\nslug: a\n---\n\n# A\n\nText.\n\n| a |\n|---|\n| ![x](x.png) |\n",
            "sub/b.md": "# B\n\n[up](../sub/)\n",
            "x.png": b"i",
        }
    )
    assert found == [
        ("a.md", None, "parent"),
        ("a.md", 4, "field_unsupported"),
        ("a.md", 13, "lowered_image_in_cell"),
    ]


CORPORA = Path(os.environ.get("PAGEMIRROR_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
KNOWN = {
    "rust-book/src": {"anchor_missing": 2, "duplicate_title": 1, "link_outside": 32},
    "prometheus-docs/docs": {"anchor_missing": 7, "link_missing": 1, "site_link": 167},
}
"""Each of the errors is one: looked at by hand."""


@pytest.mark.skipif(not CORPORA.is_dir(), reason=f"there are no corpora in {CORPORA}")
@pytest.mark.parametrize("backend", ["exec", "pharen"])
@pytest.mark.parametrize("corpus", KNOWN)
def test_real_docs_are_not_blamed_for_what_is_right(folder: Folder, corpus: str, backend: str) -> None:
    folder.configure(backend=backend)
    shutil.copytree(CORPORA / corpus, folder.repo.path / "docs", copy_function=shutil.copyfile)
    for path in (folder.repo.path / "docs", *(folder.repo.path / "docs").rglob("*/")):
        path.chmod(0o755)
    folder.repo.commit()
    assert dict(folder.check().counts) == KNOWN[corpus]
