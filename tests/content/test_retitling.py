"""A title is written where it came from, by the smallest change."""

import pytest

from pagemirror.content import Nav, parse
from pagemirror.content.retitling import retitled
from pagemirror.model.documents import Document
from pagemirror.model.ids import BlobId, MirrorName, RepoPath

MIRROR = MirrorName("handbook")


def title_of(data: bytes) -> str:
    path = RepoPath("docs/plain.md")
    document = parse(data, path=path, blob=BlobId(""), root=RepoPath("docs"), mirror=MIRROR, nav=Nav.none())
    assert isinstance(document, Document)
    return document.title


@pytest.mark.parametrize(
    ("before", "title", "after"),
    [
        ("# Old\n\nText.\n", "New", "# New\n\nText.\n"),
        ("\n## No title\n", "New", "# New\n\n## No title\n"),
        ("# Old {#id} ##\n", "New", "# New {#id} ##\n"),
        ("# Old\n", "A *star*", "# A \\*star\\*\n"),
        ("# Old\r\n\r\nText.\r\n", "New", "# New\r\n\r\nText.\r\n"),
        ("Old\n===\nText.\n", "New", "New\n===\nText.\n"),
        ("\ufeff# Old\n", "New", "\ufeff# New\n"),
        ("---\ntitle: Old # why\n---\nText.\n", "New", "---\ntitle: New # why\n---\nText.\n"),
        ('---\ntitle: "Old"\n---\nText.\n', 'A "new": one', '---\ntitle: "A \\"new\\": one"\n---\nText.\n'),
        ("---\ntitle: 'Old'\n---\nText.\n", "It's", "---\ntitle: 'It''s'\n---\nText.\n"),
        ("---\ntitle: Old\n---\nText.\n", "1: 2", '---\ntitle: "1: 2"\n---\nText.\n'),
        ("---\ntitle: >-\n  Old\n  one\nid: x\n---\nText.\n", "New", "---\ntitle: New\nid: x\n---\nText.\n"),
        (
            "---\ntitle: All\npagemirror:\n  handbook:\n    title: Old\n---\nText.\n",
            "New",
            "---\ntitle: All\npagemirror:\n  handbook:\n    title: New\n---\nText.\n",
        ),
        ("---\nid: x\n---\nText.\n", "New", '---\ntitle: "New"\nid: x\n---\nText.\n'),
        ("---\nid: x\n---\n# Old\n", "New", "---\nid: x\n---\n# New\n"),
        ("---\ntitle: Old\n---\n# Old\n\nText.\n", "New", "---\ntitle: New\n---\n# New\n\nText.\n"),
        ("---\ntitle: Old\n---\n# Other\n", "New", "---\ntitle: New\n---\n# Other\n"),
    ],
)
def test_a_title_is_put_where_the_old_one_stood(before: str, title: str, after: str) -> None:
    made = retitled(before.encode(), title, MIRROR, title_of)
    assert made is not None
    assert made.decode() == after


def test_what_no_title_can_be_is_refused() -> None:
    assert retitled(b"# Old\n", "two\nlines", MIRROR, title_of) is None
