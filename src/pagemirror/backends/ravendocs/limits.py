"""The figures that Raven Docs documents, and the one that its server shows."""

from typing import Final

__all__ = ["BODY_LIMIT", "FILE_LIMIT", "GROWTH", "PAGE_SIZE", "REQUESTS_PER_DAY", "REQUESTS_PER_MINUTE"]

BODY_LIMIT: Final = 1_048_576 - 8_192
"""Bytes of a document as it is sent: a request may have 1 MiB, and title, ids and icon need room."""

GROWTH: Final = 60
"""Bytes of a document for each byte of a Markdown text, at most: real texts take two to four, quotes and lists of
nothing but signs up to 39, wide tables of figures 46, of empty cells 56. What was made to take more is found out when
its page is made."""

FILE_LIMIT: Final = 50 * 1024 * 1024
"""Bytes of a file, where whoever runs the server set nothing else."""

PAGE_SIZE: Final = 100
REQUESTS_PER_MINUTE: Final = 60
REQUESTS_PER_DAY: Final = 1000
