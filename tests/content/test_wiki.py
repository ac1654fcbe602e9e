import pytest

from pagemirror.content.outline import outline
from pagemirror.content.wiki import label_of


def _wiki(text: str) -> list[str]:
    data = text.encode()
    spots = outline(data, text, lambda _destination: True).spots
    return [data[spot.start : spot.end].decode() for spot in spots if spot.style == "wiki"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[a]] ü [[b|c]]", ["[[a]]", "[[b|c]]"]),
        ("![[a.png]] !![[b.png]]", ["![[a.png]]", "![[b.png]]"]),
        ("\\![[a.png]]", ["[[a.png]]"]),
        ("\\[[a]] [\\[b]] [[c\\]] [[d]\\]", []),
        ("[[a]](b.md) [[c]][r] x\n\n[r]: d.md", []),
        ("[[a <b>|c]] [[a|<b>]] [[a|`b`]]", []),
        ("[[[a]]]", ["[[a]]"]),
        ("[[a]\n[b]]", []),
        ("*[[a]]* **[[b]]**", ["[[a]]", "[[b]]"]),
    ],
)
def test_wiki_links_are_what_markdown_leaves_as_text(text: str, found: list[str]) -> None:
    assert _wiki(text) == found


def test_a_page_name_becomes_a_label_that_reads_as_the_name() -> None:
    text = f"[{label_of('a_b*c[d]`e`<f>&amp;#1!')}](x)"
    assert outline(text.encode(), text, bool).spots[0].destination == "x"
    assert label_of("plain name") == "plain name"
