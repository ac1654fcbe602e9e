"""A desk to run commands at, and log handlers taken away afterwards."""

import logging
from collections.abc import Iterator

import pytest

from support.clidesk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield Desk()
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
    root.setLevel(level)
