from html import unescape

import pytest

from pagemirror.content.rawhtml import destinations, ids


@pytest.mark.parametrize(
    ("html", "values"),
    [
        ('<a href="b">', ["b"]),
        ("<A HREF = 'b' >", ["b"]),
        ("<img src=b/c.png>", ["b/c.png"]),
        ("<img src=b.png/>", ["b.png/"]),
        ("<a title='<a href=no>' href=b>", ["b"]),
        ('<a href="b" href="c">', ["b"]),
        ('<a href=" b ">', ["b"]),
        ("<a href>", []),
        ("<a data-href='b'>", []),
        ("<a src='b'><img href='c'>", []),
        ("<abbr href='b'><image src='c'>", []),
        ("<a href='b' <a href='c'>", ["c"]),
        ("<a href='b", []),
        ("<!-- <a href='b'> --><a href='c'>", ["c"]),
        ("<!-- <a href='b'>", []),
        ("<![CDATA[<a href='b'>]]><? <a href='c'> ?><a href='d'>", ["d"]),
        ("<pre><a href='b'></pre><CODE><a href='c'></code ><a href='d'>", ["d"]),
        ("<textarea><a href='b'>", []),
        ("<prefix><a href='b'></prefix>", ["b"]),
        ("<a href='a&quot;b&amp;c'>", ['a"b&c']),
    ],
)
def test_only_closed_tags_outside_raw_elements_give_destinations(html: str, values: list[str]) -> None:
    data = html.encode()
    found = destinations(data, 0, len(data))
    assert [attribute.value for attribute in found] == values
    assert [unescape(data[attribute.start : attribute.end].decode()).strip() for attribute in found] == values


def test_ids_and_names_are_found_in_any_tag() -> None:
    data = b"<h2 id=a><a name='b'><p class=x ID = \"c&amp;d\"> data-id=no"
    assert ids(data, 0, len(data)) == ["a", "b", "c&d"]
