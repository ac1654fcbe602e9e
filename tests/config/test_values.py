"""Durations, sizes, limits, and values that come as text."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.config.values import (
    Count,
    Share,
    Text,
    parse_duration,
    parse_flag,
    parse_integer,
    parse_limit,
    parse_size,
    show_duration,
    show_limit,
    show_size,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("24h", 86_400), ("7d", 604_800), ("0s", 0), ("0.25s", 0.25), (" 5 m ", 300)],
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("bad", ["", "5", "s", "-5s", "1h30m", "1w", "\uff15m", "1e3s", 5, 5.0, None, True, ["5s"]])
def test_anything_else_is_no_duration(bad: object) -> None:
    with pytest.raises(ValueError, match='"90s", "15m", "24h" or "7d"'):
        parse_duration(bad)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9999)))
def test_a_duration_that_is_shown_reads_back_as_itself(duration: timedelta) -> None:
    assert parse_duration(show_duration(duration)) == duration


def test_a_duration_is_shown_in_the_largest_unit_that_divides_it() -> None:
    seconds = [0, 90, 900, 5400, 172_800, 0.3]
    assert [show_duration(timedelta(seconds=each)) for each in seconds] == ["0s", "90s", "15m", "90m", "2d", "0.3s"]


@pytest.mark.parametrize(
    ("text", "size"),
    [("5MB", 5_000_000), ("500kB", 500_000), ("500KB", 500_000), ("1.5GB", 1_500_000_000), ("5MiB", 5_242_880)],
)
def test_a_size_is_a_number_and_a_unit(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("bad", ["", "5", "MB", "-5MB", "5 megabytes", "5mb", -5, 5.5, True, None])
def test_anything_else_is_no_size(bad: object) -> None:
    with pytest.raises(ValueError, match="5MB"):
        parse_size(bad)


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_a_size_that_is_shown_reads_back_as_itself(size: int) -> None:
    assert parse_size(show_size(size)) == size


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        ("20%", Share(20)),
        ("0%", Share(0)),
        ("100 %", Share(100)),
        ("12.5%", Share(12.5)),
        (14, Count(14)),
        ("14", Count(14)),
    ],
)
def test_a_limit_is_a_number_or_a_share(value: object, limit: Count | Share) -> None:
    assert parse_limit(value) == limit


@pytest.mark.parametrize("bad", ["", "%", "101%", "-1", -1, 0.2, "20 percent", True, None])
def test_anything_else_is_no_limit(bad: object) -> None:
    with pytest.raises(ValueError, match='14 or "20%"'):
        parse_limit(bad)


@given(st.one_of(st.integers(0, 10**9).map(Count), st.integers(0, 100).map(Share)))
def test_a_limit_that_is_shown_reads_back_as_itself(limit: Count | Share) -> None:
    assert parse_limit(show_limit(limit)) == limit


def test_numbers_and_flags_may_be_text_only_where_text_is_the_only_way() -> None:
    assert parse_integer(Text(" 8 ")) == 8
    assert [parse_flag(Text(each)) for each in ("true", "No", "1", "off")] == [True, False, True, False]
    for parse, given_in_a_file in ((parse_integer, "8"), (parse_flag, "true")):
        with pytest.raises(ValueError, match="needed"):
            parse(given_in_a_file)


@pytest.mark.parametrize("bad", [True, 1.0, None, Text("eight"), Text("")])
def test_anything_else_is_no_whole_number(bad: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        parse_integer(bad)


@pytest.mark.parametrize("bad", [1, 0, None, Text("maybe")])
def test_anything_else_is_no_flag(bad: object) -> None:
    with pytest.raises(ValueError, match="true or false"):
        parse_flag(bad)
