from collections.abc import Callable

import pytest

from pagemirror.content import slugs
from pagemirror.content.slugs import anchors, slug
from pagemirror.model.documents import Document


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Getting Started", "getting-started"),
        ("What's new?", "whats-new"),
        ("a  b", "a--b"),
        ("snake_case & more", "snake_case--more"),
        ("Über Größe", "über-größe"),
        ("e\u0301te\u0301", "e\u0301te\u0301"),
        ("1.2.3", "123"),
        ("🚀 Launch", "-launch"),
        ("日本語 テスト", "日本語-テスト"),
    ],
)
def test_slugs_are_those_of_github(text: str, wanted: str) -> None:
    assert slug(text) == wanted


def test_a_slug_that_is_taken_gets_a_number() -> None:
    assert slugs(["a", "a", "a-1", "a"]) == ["a", "a-1", "a-1-1", "a-2"]


def test_anchors_are_headings_own_ids_and_ids_in_html(read: Callable[..., Document]) -> None:
    found = read(
        '# Title\n\n## `code` and *more* ![alt](x.png)\n\n## Own {#mine}\n\nx <a id="in-line"></a>\n\n'
        "<a name='block'></a>\n<h2 id=plain>H</h2>\n\n```\n<a id='no'>\n```\n"
    )
    assert anchors(found) == {"title", "code-and-more", "own", "mine", "in-line", "block", "plain"}
