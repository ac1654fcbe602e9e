"""A link's destination as a URL: percent-encoded once, in one way, so that equal links are equal."""

import re
from typing import Final
from urllib.parse import quote

__all__ = ["encoded"]

_PLAIN: Final = re.compile(r"[A-Za-z0-9\-_.!~*'();/?:@&=+$,#]*+(?:%[0-9A-Fa-f]{2}[A-Za-z0-9\-_.!~*'();/?:@&=+$,#]*+)*+")
_BARE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT: Final = "-_.!~*'();/?:@&=+$,#%"


def encoded(destination: str) -> str:
    """What a URL may not hold as `%XX` of its UTF-8 form; what is encoded already stays, so it is idempotent."""
    if _PLAIN.fullmatch(destination):
        return destination
    return quote(_BARE_PERCENT.sub("%25", destination), safe=_KEPT, errors="replace")
