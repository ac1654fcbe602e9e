"""A folder for a config file."""

from pathlib import Path

import pytest

from support.configfolder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Give a folder for a config file."""
    return Folder(tmp_path)
