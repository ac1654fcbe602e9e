"""What a reader would miss, told of links, anchors, fields and titles."""

import pytest

from pagemirror.content import Ambiguous, Nav, Resolved, ToFile, ToMissing, ToPage, ToSelf, parse
from pagemirror.content.checks import anchor_finding, duplicates, field_findings, key_line, link_finding
from pagemirror.model.documents import Document, Finding, Level, LinkKind, LinkSlot
from pagemirror.model.ids import BlobId, MirrorName, RepoPath

PAGE = RepoPath("docs/a.md")


def link(raw: str, path: str | None = None, *, kind: LinkKind = LinkKind.LINK, **more: str) -> LinkSlot:
    where = RepoPath(path) if path is not None else None
    return LinkSlot(raw=raw, kind=kind, path=where, line=3, column=7, **more)


def judged(slot: LinkSlot, resolved: Resolved, *, urls: bool = False, near: str = "") -> Finding | None:
    return link_finding(slot, resolved, page=PAGE, root=RepoPath("docs"), has_web_url=urls, has_raw_url=urls, near=near)


def document(text: str, path: str = PAGE) -> Document:
    made = parse(
        text.encode(),
        path=RepoPath(path),
        blob=BlobId("b"),
        root=RepoPath("docs"),
        mirror=MirrorName("m"),
        nav=Nav.none(),
    )
    assert isinstance(made, Document)
    return made


IMAGE = LinkKind.IMAGE
MISSING = [
    (link("gone.md", "docs/gone.md"), "link_missing", Level.ERROR),
    (link("gone.png", "docs/gone.png", kind=IMAGE), "image_missing", Level.ERROR),
    (link("../gone.md", "gone.md"), "link_missing", Level.ERROR),
    (link("../gone.png", "gone.png", kind=IMAGE), "image_missing", Level.ERROR),
    (link("../std/index.html", "std/index.html"), "link_outside", Level.WARNING),
    (link("../std/", "std/"), "link_outside", Level.WARNING),
    (link("api/index.html", "docs/api/index.html"), "link_missing", Level.ERROR),
    (link("/docs/x", "docs/docs/x"), "site_link", Level.WARNING),
    (link("/logo.png", "docs/logo.png", kind=IMAGE), "site_link", Level.WARNING),
    (link("[[Gone]]", style="wiki", name="Gone"), "wiki_missing", Level.WARNING),
]


@pytest.mark.parametrize(("slot", "code", "level"), MISSING)
def test_a_link_to_nothing_is_told_by_what_it_means(slot: LinkSlot, code: str, level: Level) -> None:
    found = judged(slot, ToMissing(slot.path))
    assert found is not None
    assert (found.code, found.level, found.path, found.line, found.column) == (code, level, PAGE, 3, 7)
    assert slot.raw.strip("[]") in found.message


def test_a_file_of_another_spelling_is_named() -> None:
    found = judged(link("Gone.md", "docs/Gone.md"), ToMissing(RepoPath("docs/Gone.md")), near="gone.md")
    assert found is not None
    assert found.message == "Gone.md leads nowhere; there is gone.md"
    found = judged(link("[[X/Y]]", "docs/X/Y", style="wiki", name="X/Y"), ToMissing(None), near="x/y.md")
    assert found is not None
    assert found.message == "no page is called X/Y; there is x/y.md; it stays as written"


@pytest.mark.parametrize(("kind", "code"), [(LinkKind.LINK, "no_web_url"), (IMAGE, "no_raw_url")])
def test_a_file_that_is_no_page_needs_an_address(kind: LinkKind, code: str) -> None:
    slot = link("x.png", "docs/x.png", kind=kind)
    resolved = ToFile(RepoPath("docs/x.png"))
    found = judged(slot, resolved)
    assert found is not None
    assert (found.code, found.level) == (code, Level.WARNING)
    assert judged(slot, resolved, urls=True) is None


def test_links_to_pages_are_fine_and_names_that_mean_several_are_not() -> None:
    slot = link("[[B]]", style="wiki", name="B")
    assert judged(slot, ToSelf()) is None
    assert judged(slot, ToPage(RepoPath("docs/b.md"))) is None
    found = judged(slot, Ambiguous((RepoPath("docs/b.md"), RepoPath("docs/x/b.md"))))
    assert found is not None
    assert found.code == "link_ambiguous"
    assert "docs/b.md, docs/x/b.md" in found.message


ANCHORS = frozenset({"set-up", "über-uns", "a--b"})


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        ("", None),
        ("?plain=1", None),
        ("#", None),
        ("#top", None),
        ("#:~:text=x", None),
        ("#set-up", None),
        ("#%C3%BCber-uns", None),
        ("#Set-Up", "anchor_spelling"),
        ("#a-b", "anchor_spelling"),
        ("#gone", "anchor_missing"),
    ],
)
def test_an_anchor_is_looked_for_in_its_document(suffix: str, code: str | None) -> None:
    found = anchor_finding(link(f"b.md{suffix}", "docs/b.md", suffix=suffix), ANCHORS, page=PAGE, target="b.md")
    assert (None if found is None else found.code) == code
    if found is not None:
        assert found.level is (Level.ERROR if code == "anchor_missing" else Level.WARNING)
        assert found.message.startswith("b.md has ")


def test_a_wiki_link_names_a_heading_by_its_words() -> None:
    slot = link("[[B#Set up]]", style="wiki", name="B", suffix="#Set up")
    assert anchor_finding(slot, ANCHORS, page=PAGE, target="b.md") is None


def test_fields_that_the_target_lacks_are_told_with_their_lines() -> None:
    text = "---\ntitle: A\nicon: book\nlabels: [x]\nstatus: draft\n---\nText.\n"
    found = list(field_findings(document(text), text.encode(), {"status"}))
    assert [(one.code, one.line) for one in found] == [("field_unsupported", 3), ("field_unsupported", 4)]
    assert list(field_findings(document("# A\n\nicon: book\n"), b"# A\n\nicon: book\n", ())) == []


def test_the_line_of_a_key_is_known_in_a_table_too() -> None:
    text = b"\xef\xbb\xbf---\npagemirror:\n  m:\n    icon: x\n---\n"
    assert key_line(text, "icon") == 4
    assert key_line(text, "slug") is None
    assert key_line(b"icon: x\n", "icon") is None


def test_titles_ids_and_pages_that_are_there_twice() -> None:
    texts = {
        "docs/a.md": "---\nid: one\npage_id: p\n---\n# Same\n",
        "docs/b.md": "---\nid: one\n---\n# Same\n",
        "docs/c.md": "---\npage_id: p\n---\n# Other\n",
        "docs/sub/d.md": "# Same\n",
    }
    documents = {RepoPath(path): document(text, path) for path, text in texts.items()}
    found = sorted((one.code, one.path, one.level.value) for one in duplicates(documents))
    assert found == [
        ("duplicate_id", "docs/a.md", "error"),
        ("duplicate_id", "docs/b.md", "error"),
        ("duplicate_page_id", "docs/a.md", "error"),
        ("duplicate_page_id", "docs/c.md", "error"),
        ("duplicate_title", "docs/b.md", "warning"),
    ]
