"""What a request is to a page, whatever API it is in: a look, a create, another write, or none of these."""

import json
from enum import StrEnum
from typing import Final, NamedTuple

from pagemirror.sandbox.exchange import Call

__all__ = ["Meaning", "What", "meaning"]

RPC: Final = "/ravendocs-rpc/api/pages/"


class What(StrEnum):
    """What a request does."""

    LOOK = "look"
    CREATE = "create"
    WRITE = "write"
    OTHER = "other"


class Meaning(NamedTuple):
    """What it does, and to which page ("" for none yet)."""

    what: What
    page: str = ""


_CALLS: Final = {
    "info": What.LOOK,
    "create": What.CREATE,
    "update": What.WRITE,
    "move": What.WRITE,
    "delete": What.WRITE,
    "restore-single": What.WRITE,
}


def meaning(call: Call) -> Meaning:
    """Tell it from method and path; where all is a POST, the body names the page."""
    if call.path.startswith("/ravendocs-rpc/"):
        what = _CALLS.get(call.path.removeprefix(RPC), What.OTHER)
        named = what in {What.LOOK, What.WRITE}
        return Meaning(what, json.loads(call.body)["pageId"] if named else "")
    page = next(iter(call.params.values()), "")
    if call.method == "GET":
        return Meaning(What.LOOK, page) if page else Meaning(What.OTHER)
    return Meaning(What.WRITE, page) if page else Meaning(What.CREATE)
