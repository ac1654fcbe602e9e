from collections.abc import Callable

import pytest

from pagemirror.content import blind, fill
from pagemirror.model.documents import Document

HARD = "https://x.y/a b(c)d?e=\"f\"&g=1&copy;='h'`i`|$<j>\\k"
SAFE = "https://x.y/a%20b%28c%29d?e=%22f%22&g=1{}copy;='h'%60i%60%7C%24%3Cj%3E%5Ck"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[a](b.md 't')", "[a](" + SAFE.format("&amp;") + " 't')"),
        ("[a](<b c.md>)", "[a](<" + SAFE.format("&amp;") + ">)"),
        ('<a href="b.md">', '<a href="' + SAFE.format("&amp;").replace("&g", "&amp;g") + '">'),
        ("<a href='b.md'>", "<a href='" + SAFE.format("&amp;").replace("&g", "&amp;g").replace("'", "&#39;") + "'>"),
        ("<img src=b.md>", '<img src="' + SAFE.format("&amp;").replace("&g", "&amp;g") + '">'),
        ("[r]: b.md", "[r]: " + SAFE.format("&amp;")),
        ("[[b_c]]", "[b\\_c](" + SAFE.format("&amp;") + ")"),
        ("[[b|c *d*]]", "[c *d*](" + SAFE.format("&amp;") + ")"),
        ("![[b.png]]", "![b.png](" + SAFE.format("&amp;") + ")"),
    ],
)
def test_a_destination_is_escaped_for_its_place(read: Callable[..., Document], text: str, wanted: str) -> None:
    found = read(f"Before\n\nx {text}\n" if text[0] != "[" or text[1] != "r" else f"Before\n\n{text}\n")
    assert fill(found.body, lambda _slot: HARD) == found.text.replace(text, wanted)


def test_none_leaves_a_destination_to_the_letter(read: Callable[..., Document]) -> None:
    text = "x [a](b%20c.md) [[d]] <img src=e.png>\n"
    assert fill(read(text).body, lambda _slot: None) == text


def test_an_empty_destination_stays_a_link(read: Callable[..., Document]) -> None:
    assert fill(read("x [a](b.md)\n\n[r]: c.md\n").body, lambda _slot: "") == "x [a](<>)\n\n[r]: <>\n"


def test_texts_with_the_same_pages_are_equal_when_blind(read: Callable[..., Document]) -> None:
    text = "x [a](b.md#c) ![d](<e f.png>) [[G]] <a href=h.md>i</a>\n\n[j]: k.md 'l'\n\n```\nhttps://t/1\n```\n"
    body = read(text).body

    def sent(host: str) -> str:
        return fill(body, lambda slot: f"https://{host}/{slot.raw.strip('[]')}")

    def token(url: str) -> str | None:
        return "pagemirror:" + url.removeprefix("https://").partition("/")[2] if url.startswith("https://") else None

    assert sent("one") != sent("two")
    assert blind(sent("one"), token) == blind(sent("two"), token)
    assert blind(sent("one"), token) == fill(
        body, lambda slot: "pagemirror:" + slot.raw.strip("[]").replace(" ", "%20")
    )


def test_blind_leaves_what_it_does_not_know(read: Callable[..., Document]) -> None:
    text = "[a](https://x) [b](c.md) [[d]] <https://x> `[a](https://x)` \ud800"
    assert blind(text[:-2], lambda _url: None) == text[:-2]
    assert blind(text, lambda _url: "t") == text
    assert read("x").text == "x"
