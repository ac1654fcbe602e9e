"""What a test needs of the machine: skip with the reason where it isn't there, fail where nothing may be skipped."""

import os
import shutil
import subprocess
from functools import cache
from typing import NoReturn

import pytest

__all__ = ["can_mount", "missing"]


def missing(name: str, reason: str) -> NoReturn:
    """Skip; PAGEMIRROR_REQUIRE lists, with commas, what may not be skipped."""
    if name in os.environ.get("PAGEMIRROR_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def can_mount() -> bool:
    """Whether this system lets an ordinary user mount a file system in a name space of their own."""
    tried = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(tried, capture_output=True, check=False).returncode == 0
    )
