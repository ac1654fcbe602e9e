"""Figures as people read them."""

import pytest

from pagemirror.cli.output import words

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.04, "0.0 s"), (59.94, "59.9 s"), (61, "1 min 1 s"), (3599, "59 min 59 s"), (7320, "2 h 2 min")],
)
def test_a_length_of_time(value: float, told: str) -> None:
    assert words.seconds(value) == told


@pytest.mark.parametrize(("value", "told"), [(999, "999 B"), (12_345, "12.3 kB"), (5_000_000, "5.0 MB")])
def test_a_size(value: int, told: str) -> None:
    assert words.size(value) == told


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        (5, "just now"),
        (60, "1 minute ago"),
        (3 * 3600 + 5, "3 hours ago"),
        (2 * 86400, "2 days ago"),
        (-300, "in 5 minutes"),
        (-86400, "in 1 day"),
    ],
)
def test_how_long_ago(gap: float, told: str) -> None:
    assert words.ago(NOW - gap, NOW) == told


def test_counts_commits_and_moments() -> None:
    assert [words.counted(count, "page") for count in (0, 1, 1200)] == ["0 pages", "1 page", "1,200 pages"]
    assert words.short_commit(None) == "working tree"
    assert words.instant(NOW) == "2027-01-15T08:00:00Z"
