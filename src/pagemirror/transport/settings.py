"""What a transport is made from. Knows no config file and no HTTP library."""

from dataclasses import dataclass, field

from pagemirror import __version__

__all__ = ["ANSWER_LIMIT", "TransportSettings"]

ANSWER_LIMIT = 64 * 1024 * 1024
"""The largest answer that is read, in bytes after decompression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportSettings:
    """One target's connection.

    `timeout` is in seconds, for each of connecting, sending and waiting for a part of the answer. `max_wait` is the
    longest pause in seconds that a request waits out, None for any. `ca_file` names certificates that are trusted
    instead of the system's. `attempts` bounds how often a repeatable request is sent. Token and proxy (its URL may
    hold a password) stay out of the repr.
    """

    base_url: str
    token: str = field(default="", repr=False)
    timeout: float = 30.0
    concurrency: int = 8
    ca_file: str = ""
    proxy: str = field(default="", repr=False)
    max_wait: float | None = 600.0
    attempts: int = 5
    answer_limit: int = ANSWER_LIMIT
    user_agent: str = f"pagemirror/{__version__}"
