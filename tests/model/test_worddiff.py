"""Two versions of a line, word by word: both can be had back, and only what reads better is paired."""

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.model.worddiff import Kind, Span, alike, line_pairs, word_diff

WORDS = st.sampled_from(["the", "hub", "pages", "of", "Git", " ", "  ", "\t", ",", "é", "日本", "**", "[-", "+}"])
LINES = st.one_of(st.lists(WORDS, max_size=30).map("".join), st.text(max_size=40))


def side(spans: tuple[Span, ...], kind: Kind) -> str:
    return "".join(span.text for span in spans if span.kind in {kind, Kind.BOTH})


def marked(spans: tuple[Span, ...]) -> str:
    forms = {Kind.BOTH: "{}", Kind.OLD: "[-{}-]", Kind.NEW: "{{+{}+}}"}
    return "".join(forms[span.kind].format(span.text) for span in spans)


@given(LINES, LINES)
def test_both_texts_can_be_had_back(old: str, new: str) -> None:
    spans = word_diff(old, new)
    assert side(spans, Kind.OLD) == old
    assert side(spans, Kind.NEW) == new
    assert all(span.text for span in spans)


@given(LINES)
def test_a_text_differs_in_nothing_from_itself(text: str) -> None:
    assert all(span.kind is Kind.BOTH for span in word_diff(text, text))


@given(st.lists(LINES, max_size=12), st.lists(LINES, max_size=12))
def test_pairing_loses_no_line_and_keeps_the_order_of_both_sides(old: list[str], new: list[str]) -> None:
    pairs = list(line_pairs(old, new))
    assert [line for line, _, _ in pairs if line is not None] == old
    assert [line for _, line, _ in pairs if line is not None] == new
    for before, after, spans in pairs:
        assert bool(spans) == (before is not None and after is not None)
        assert not spans or alike(spans)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("The old hub opens", "The new hub opens", "The [-old-]{+new+} hub opens"),
        ("Press Save.", "Press Save now.", "Press Save{+ now+}."),
        ("one two three four", "one 2 3 four", "one [-two three-]{+2 3+} four"),
        ("a, b", "a; b", "a[-,-]{+;+} b"),
        ("", "new", "{+new+}"),
    ],
)
def test_words_and_signs_are_told_apart_and_neighbouring_changes_read_as_one(old: str, new: str, told: str) -> None:
    assert marked(word_diff(old, new)) == told


def test_a_line_that_shares_less_than_half_of_its_words_is_no_other_version() -> None:
    assert alike(word_diff("one two three", "one two other"))
    assert not alike(word_diff("one two three", "one other words"))
    assert not alike(word_diff("---", "***"))
    assert [spans for *_, spans in line_pairs(["one two three"], ["one other words"])] == [(), ()]


def test_a_line_finds_its_other_version_below_lines_that_are_new() -> None:
    pairs = list(line_pairs(["Press the red button."], ["A note.", "Press the green button."]))
    assert [(old, new) for old, new, _ in pairs] == [
        (None, "A note."),
        ("Press the red button.", "Press the green button."),
    ]


def test_a_huge_line_is_compared_by_its_ends_alone_and_at_once() -> None:
    middle = " ".join("ab"[number % 2] for number in range(20_000))
    started = time.process_time()
    spans = word_diff(f"start {middle} end", f"start x {middle} y end")
    assert time.process_time() - started < 5
    assert marked(spans).startswith("start [-a")
    assert marked(spans).endswith(" end")


def test_a_change_of_long_lines_that_are_all_a_little_alike_is_given_up_and_no_line_is_lost() -> None:
    """By the time of one core: without an end to the work this takes a minute."""
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
    mixed = Random(1)  # noqa: S311 - no secret
    old, new = ([" ".join(mixed.choices(words, k=300)) for _ in range(200)] for _ in range(2))
    started = time.process_time()
    pairs = list(line_pairs(old, new))
    assert time.process_time() - started < 10
    assert [line for line, _, _ in pairs if line is not None] == old
    assert [line for _, line, _ in pairs if line is not None] == new
