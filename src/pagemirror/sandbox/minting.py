"""Ids that look like an API's own, the same after each start with the same seed."""

import hashlib
import string
import uuid

__all__ = ["letters", "token12", "uuid_text"]

_LOWER = string.ascii_lowercase + string.digits
_ALL = string.ascii_letters + string.digits


def letters(text: str, length: int, alphabet: str = _ALL) -> str:
    """Return so many letters and digits that follow from the text alone."""
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=64).digest())
    found: list[str] = []
    for _ in range(length):
        number, index = divmod(number, len(alphabet))
        found.append(alphabet[index])
    return "".join(found)


def token12(text: str, prefix: str) -> str:
    """Return a 12-character token such as `p1a2b3c4d5e6`."""
    return prefix + letters(text, 12 - len(prefix), _LOWER)


def uuid_text(text: str) -> str:
    """Return a UUID that follows from the text."""
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return str(uuid.UUID(bytes=digest, version=4))
