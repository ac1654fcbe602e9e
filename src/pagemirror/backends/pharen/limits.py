"""The figures that Pharen documents."""

from typing import Final

__all__ = ["PAGE_SIZE", "REQUESTS_PER_MINUTE", "TITLE_LIMIT"]

TITLE_LIMIT: Final = 255
"""In characters, taken as code points."""

PAGE_SIZE: Final = 100
REQUESTS_PER_MINUTE: Final = 1000
