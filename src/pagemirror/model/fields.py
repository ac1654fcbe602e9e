"""Fields: what of a page can be owned, and how two values of one are compared.

A page is a mapping from field name to value. `title` and `body` always belong to the mirror; the others only where
the document or the config sets them. A set field (`folders`, `skills`, `sources`, `labels`) is shared with people:
the mirror takes back only what it has put there itself.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pagemirror.model.ids import FieldName, Fingerprint

__all__ = [
    "ALGORITHM",
    "BODY",
    "FOLDERS",
    "ICON",
    "LABELS",
    "NO_FIELDS",
    "NO_PRINTS",
    "ORDER",
    "PARENT",
    "SET_FIELDS",
    "SKILLS",
    "SLUG",
    "SOURCES",
    "STATUS",
    "TITLE",
    "VISIBILITY",
    "FieldValue",
    "Fields",
    "Prints",
    "digest_of",
    "fingerprint",
    "moved_fields",
]


FieldValue = str | int | tuple[str, ...] | None
Fields = Mapping[FieldName, FieldValue]
Prints = Mapping[FieldName, Fingerprint]

TITLE: Final = FieldName("title")
BODY: Final = FieldName("body")
PARENT: Final = FieldName("parent")
ORDER: Final = FieldName("order")
ICON: Final = FieldName("icon")
SLUG: Final = FieldName("slug")
STATUS: Final = FieldName("status")
VISIBILITY: Final = FieldName("visibility")
FOLDERS: Final = FieldName("folders")
SKILLS: Final = FieldName("skills")
SOURCES: Final = FieldName("sources")
LABELS: Final = FieldName("labels")

SET_FIELDS: Final = frozenset({FOLDERS, SKILLS, SOURCES, LABELS})
"""Fields whose value is a set shared with people."""

ALGORITHM: Final = "1"
"""The version of `fingerprint`; a record with another one is hashed again from its kept text."""

NO_FIELDS: Final[Fields] = MappingProxyType({})
NO_PRINTS: Final[Prints] = MappingProxyType({})


def fingerprint(value: FieldValue) -> Fingerprint:
    """The fingerprint of one field's value; a set's members are sorted, so their order doesn't count.

    Equal ones are one object: a pass holds several for each page of a folder.
    """
    if isinstance(value, str):
        data = b"s" + value.encode("utf-8", "surrogatepass")
    elif isinstance(value, tuple):
        data = b"t" + json.dumps(sorted(value), ensure_ascii=False).encode("utf-8", "surrogatepass")
    else:
        data = b"j" + json.dumps(value).encode()
    return Fingerprint(sys.intern(f"{ALGORITHM}:{hashlib.blake2b(data, digest_size=16).hexdigest()}"))


def digest_of(*parts: str) -> str:
    """One hash over several strings, in their order; 32 hex digits."""
    data = bytearray()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        data += len(encoded).to_bytes(8, "big")
        data += encoded
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def moved_fields(base: Prints, now: Prints) -> frozenset[FieldName]:
    """The fields of `now` whose fingerprint isn't the one of `base`; a field without a base counts as moved."""
    return frozenset(name for name, value in now.items() if base.get(name) != value)
