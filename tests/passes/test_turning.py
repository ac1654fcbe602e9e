"""A page's text turned back into its file's, on real files and on made-up ones."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pagemirror.backends.registry import backend
from pagemirror.content import normal_markdown
from pagemirror.model.documents import Document
from pagemirror.model.ids import MirrorName, RepoPath
from pagemirror.passes.turning import Turner, merged_file, relative

PATH = RepoPath("docs/a.md")


def turner(banner: str = "") -> Turner:
    return Turner(backend=backend("exec"), mirror=MirrorName("handbook"), root=RepoPath("docs"), banner=banner)


def no_link(_: str) -> None:
    return None


@pytest.mark.parametrize("name", ["rust-book", "prometheus-docs"])
def test_in_real_files_only_what_was_added_moves_a_byte(name: str) -> None:
    named = os.environ.get("PAGEMIRROR_CORPORA")
    folder = (Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "corpora") / name
    if not folder.is_dir():
        pytest.skip(f"no such corpus: {folder}")
    chosen, tried = turner(), 0
    for file in sorted(folder.rglob("*.md"))[:150]:
        data = file.read_bytes()
        document = chosen.read(data, PATH)
        if not isinstance(document, Document) or not document.text.strip():
            continue
        sent = document.text.replace("\r\n", "\n")
        assert chosen.with_text(data, document, sent=sent, now=sent, links=no_link) == data
        more = f"{normal_markdown(sent)}\n\nAdded by hand.\n"
        made = chosen.with_text(data, document, sent=sent, now=more, links=no_link)
        assert made.startswith(data.rstrip(b" \t\r\n"))
        assert made.count(b"Added by hand.") == data.count(b"Added by hand.") + 1
        tried += 1
    assert tried


@pytest.mark.parametrize("target", ["exec", "ravendocs"])
@pytest.mark.parametrize(
    ("own", "becomes"),
    [
        (b"Text.\n", b"# A\n\n# Chapter\n\nText.\n"),
        (b"Text.\r\n", b"# A\r\n\r\n# Chapter\r\n\r\nText.\r\n"),
        (b"---\norder: 1\n---\nText.\n", b'---\ntitle: "A"\norder: 1\n---\n# Chapter\n\nText.\n'),
        (b"# B\n\nText.\n", b"# B\n\n# Chapter\n\nText.\n"),
    ],
)
def test_a_heading_that_a_person_put_on_top_becomes_no_title(target: str, own: bytes, becomes: bytes) -> None:
    chosen = replace(turner(), backend=backend(target))
    document = chosen.read(own, PATH)
    assert isinstance(document, Document)
    bodies = [chosen.backend.from_markdown(text) for text in ("Text.\n", "# Chapter\n\nText.\n")]
    made = chosen.with_text(own, document, sent=bodies[0], now=bodies[1], links=no_link)
    assert made == becomes
    there = chosen.read(made, PATH)
    assert isinstance(there, Document)
    assert there.title == document.title


@pytest.mark.parametrize(
    ("path", "page", "link"),
    [
        ("docs/b.md", "docs/a.md", "b.md#x"),
        ("docs/b.md", "docs/deep/er/a.md", "../../b.md#x"),
        ("src/x.py", "docs/a.md", "../src/x.py#x"),
        ("docs/50%#1?.md", "docs/a.md", "50%25%231%3F.md#x"),
        ("a:b.md", "c.md", "./a:b.md#x"),
    ],
)
def test_a_link_is_written_relative_to_its_page(path: str, page: str, link: str) -> None:
    assert relative(RepoPath(path), "#x", RepoPath(page)) == link


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        (b"a\n\nb\n", b"a\n\nb\n", b"a\n\nc\n", b"a\n\nc\n"),
        (b"a\n\nb\n", b"x\n\nb\n", b"a\n\nc\n", b"x\n\nc\n"),
        (b"a\n\nb\n", b"x\r\n\r\nb\r\n", b"a\n\nc\n", b"x\r\n\r\nc\r\n"),
        (b"a\n\nb\n", b"\xef\xbb\xbfx\n\nb", b"a\n\nc\n", b"\xef\xbb\xbfx\n\nc"),
        (b"a\n\nb\n", b"a\n\nx\n", b"a\n\nc\n", None),
    ],
)
def test_git_and_a_person_are_merged_in_gits_line_ends(
    base: bytes, ours: bytes, theirs: bytes, merged: bytes | None
) -> None:
    assert merged_file(base, ours, theirs) == merged


def test_a_text_for_an_empty_file_stands_below_its_title() -> None:
    data = b"# A"
    document = turner().read(data, PATH)
    assert isinstance(document, Document)
    assert turner().with_text(data, document, sent="", now="New.\n", links=no_link) == b"# A\n\nNew.\n"
