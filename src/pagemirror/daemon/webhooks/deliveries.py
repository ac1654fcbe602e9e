"""Which deliveries were taken already: a server sends one again when it had no answer, and so may others. Pure."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

__all__ = ["Deliveries", "identity_of"]

_MOST: Final = 4096
_NAMES: Final = {
    "github": ("x-github-delivery",),
    "gitea": ("x-forgejo-delivery", "x-gitea-delivery"),
    "gitlab": ("webhook-id", "idempotency-key", "x-gitlab-event-uuid"),
    "generic": ("x-pagemirror-delivery",),
}
_LONGEST: Final = 200


class Deliveries:
    """The last few thousand ids."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._seen: OrderedDict[str, None] = OrderedDict()

    def is_new(self, identity: str) -> bool:
        """Whether it is the first with this id, which is remembered; "" is always new."""
        if not identity:
            return True
        if identity in self._seen:
            self._seen.move_to_end(identity)
            return False
        self._seen[identity] = None
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return True


def identity_of(kind: str, headers: Mapping[str, str], body: bytes) -> str:
    """What makes a delivery the same one: its id; without one its body, unless that may well be the same twice."""
    given = next((headers[name] for name in _NAMES[kind] if headers.get(name)), "")
    if given:
        return f"{kind} {given[:_LONGEST]}"
    return "" if kind == "generic" else f"{kind} {hashlib.sha256(body).hexdigest()}"
