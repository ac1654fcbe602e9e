"""What a test needs of the machine: skip with the reason where it isn't there, fail where nothing may be skipped."""

import os
from typing import NoReturn

import pytest

__all__ = ["missing"]


def missing(name: str, reason: str) -> NoReturn:
    """Skip; PAGEMIRROR_REQUIRE lists, with commas, what may not be skipped."""
    if name in os.environ.get("PAGEMIRROR_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)
