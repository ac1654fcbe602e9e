"""Whatever a page holds, nothing of it runs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.sandbox.web.markdown import render_markdown
from pagemirror.sandbox.web.sanitise import sanitise


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil></SCRIPT>",
        "<scr<script>ipt>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<a href=' javascript:alert(1)'>x</a>",
        "<a href='\x01javascript:alert(1)'>x</a>",
        "<a href='vbscript:x'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
        "<iframe src='https://evil'></iframe>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext></p><style><img src=x onerror=alert(1)></style>",
        "<style>body{display:none}</style>",
        "<form action='https://evil'><button>x</button><input type=text></form>",
        "<p style='background:url(javascript:alert(1))' onclick=alert(1)>x</p>",
        "<meta http-equiv=refresh content='0;url=https://evil'>",
        "<base href='https://evil/'><link rel=stylesheet href=x>",
        "<object data=x></object><embed src=x>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php <script>alert(1)</script> ?>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<textarea></textarea><script>alert(1)</script>",
    ],
)
def test_nothing_of_it_runs(html: str) -> None:
    for shown in (sanitise(html), str(render_markdown(html)), str(render_markdown(f"text {html} text"))):
        assert_harmless(shown)


def assert_harmless(shown: str) -> None:
    tags = re.findall(r"<\s*/?\s*([a-zA-Z!?][^\s>/]*)", shown)
    forbidden = {
        "script",
        "style",
        "iframe",
        "svg",
        "math",
        "form",
        "button",
        "meta",
        "base",
        "link",
        "object",
        "embed",
    }
    assert not forbidden & {tag.lower() for tag in tags}
    assert not [tag for tag in tags if tag[0] in "!?"]
    for inside in re.findall(r"<[^>]*>", shown):
        assert not re.search(r"\s(?:on\w+|style|srcset|formaction)\s*=", inside, re.IGNORECASE)
        assert not re.search(r"(?:href|src)=\"\s*(?:java|vb)script:", inside, re.IGNORECASE)
        assert not re.search(r"href=\"data:", inside, re.IGNORECASE)
        assert "svg+xml" not in inside


@given(
    st.lists(
        st.sampled_from([*"<>/\"'= -!x", "script", "img src=x onerror=a", "p", "a href=javascript:a", "<!--", "]]>"])
    )
)
def test_no_mixture_of_scraps_runs(scraps: list[str]) -> None:
    assert_harmless(sanitise("".join(scraps)))


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("<b>open", "<b>open</b>"),
        ("</div></main>x", "x"),
        ("<b><i>x</b></i>", "<b><i>x</i></b>"),
        ("<p>&lt;script&gt;</p>", "<p>&lt;script&gt;</p>"),
        ("<blink>x</blink>", "x"),
        ("<br/>", "<br>"),
        ('<td style="text-align: right">1</td>', '<td class="align-right">1</td>'),
        ('<p class="bar notice">x</p>', "<p>x</p>"),
        ("<input type=checkbox checked onclick=x>", '<input type="checkbox" disabled="" checked="">'),
    ],
)
def test_the_text_stays(html: str, shown: str) -> None:
    assert sanitise(html) == shown


def test_headings_get_the_anchors_that_links_name() -> None:
    shown = render_markdown("## What's new?\n\n## What's new?\n\n# *Ünï* `x`\n")
    assert re.findall(r'id="([^"]*)"', shown) == ["whats-new", "whats-new-1", "ünï-x"]


def test_markdown_is_shown_in_full() -> None:
    shown = render_markdown(
        "- [x] done\n\n|a|\n|:-:|\n|1|\n\n~~s~~ [l](/exec/pages/1 'T') ![i](https://x/y.png)\n\n```py\n<b>\n```\n"
    )
    for part in (
        'type="checkbox"',
        '<th class="align-center">a</th>',
        "<del>s</del>",
        '<a href="/exec/pages/1" title="T"',
        '<img src="https://x/y.png" alt="i"',
        '<code class="language-py">&lt;b&gt;',
    ):
        assert part in shown
