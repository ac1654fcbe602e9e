"""The file that an `sqlite:///` URL names: what stands after the slashes is its path as it is; knows no database."""

from pathlib import Path
from typing import Final

__all__ = ["sqlite_path"]

_PREFIX: Final = "sqlite:///"


def sqlite_path(url: str) -> Path | None:
    """The file, absolute; None where the URL names none, or has options, which no state takes."""
    name = url.removeprefix(_PREFIX)
    if name == url or name in {"", ":memory:"} or "?" in name or "\0" in name:
        return None
    return Path(name).absolute()
