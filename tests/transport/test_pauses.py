"""How long a server asks to be left alone."""

from email.utils import formatdate
from typing import Any

import pytest

from pagemirror.transport.pauses import asked_pause, retry_after

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "7"}, None, 7.0),
        ({"retry-after": " 7.5 "}, None, 7.5),
        ({"retry-after": "0"}, None, 0.0),
        ({"retry-after": "-3"}, None, 0.0),
        ({"retry-after": "1e12"}, None, 86_400.0),
        ({"retry-after": "inf"}, None, 86_400.0),
        ({"retry-after": "9" * 400}, None, 86_400.0),
        ({"retry-after": "nan"}, None, 60.0),
        ({"retry-after": "soon"}, None, 60.0),
        ({"retry-after": ""}, None, 60.0),
        ({}, None, 60.0),
        ({}, {"error": {"retry_after": 9}}, 9.0),
        ({}, {"error": {"retry_after": "9"}}, 9.0),
        ({}, {"retry_after": 4}, 4.0),
        ({}, {"error": "too many", "retry_after": 4}, 4.0),
        ({}, {"retry_after": True}, 60.0),
        ({}, {"retry_after": None}, 60.0),
        ({}, {"retry_after": [4]}, 60.0),
        ({}, ["retry_after"], 60.0),
        ({"x-ratelimit-reset": str(NOW + 42)}, None, 42.0),
        ({"x-ratelimit-reset": str((NOW + 42) * 1000)}, None, 42.0),
        ({"x-ratelimit-reset": str(NOW - 42)}, None, 0.0),
        ({"x-ratelimit-reset": "42"}, None, 42.0),
        ({"x-ratelimit-reset": "later"}, None, 60.0),
        ({"retry-after": "7", "x-ratelimit-reset": "42"}, {"retry_after": 9}, 7.0),
        ({"x-ratelimit-reset": "42"}, {"error": {"retry_after": 9}}, 9.0),
    ],
)
def test_a_429_is_read_wherever_it_names_its_time(headers: dict[str, str], body: Any, seconds: float) -> None:
    assert asked_pause(headers, body, now=NOW) == pytest.approx(seconds)


def test_a_date_is_measured_from_now() -> None:
    assert retry_after({"retry-after": formatdate(NOW + 90, usegmt=True)}, now=NOW) == 90.0


def test_a_date_is_measured_from_the_servers_own_clock_where_it_gives_it() -> None:
    headers = {"retry-after": formatdate(NOW + 3690, usegmt=True), "date": formatdate(NOW + 3600, usegmt=True)}
    assert retry_after(headers, now=NOW) == 90.0


@pytest.mark.parametrize("date", [formatdate(NOW - 500, usegmt=True), "Mon, 01 Jan 0001 00:00:00 +2300"])
def test_a_date_in_the_past_asks_for_nothing(date: str) -> None:
    assert retry_after({"retry-after": date}, now=NOW) in (0.0, None)


def test_a_date_far_ahead_is_a_day() -> None:
    assert retry_after({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, now=NOW) == 86_400.0
