"""A document's words, in reading order."""

from pagemirror.content.prosemirror import plain_text, to_prosemirror


def test_each_block_and_break_begins_a_line() -> None:
    text = "# T\n\na *b*<br>c `d` $e$\n\n- f\n  - g\n\n|h|i|\n|-|-|\n|j|k|\n\n![l](m)\n\n```\nn\n```\n"
    assert plain_text(to_prosemirror(text).doc) == "T\na b\nc d e\nf\ng\nh\ni\nj\nk\nl\nn"


def test_mentions_and_formulas_speak_for_themselves() -> None:
    mention = {"type": "mention", "attrs": {"label": "someone"}}
    doc = {
        "type": "doc",
        "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "by "}, mention]},
            {"type": "mathBlock", "attrs": {"text": "x"}},
            {"type": "image"},
        ],
    }
    assert plain_text(doc) == "by someone\nx"
