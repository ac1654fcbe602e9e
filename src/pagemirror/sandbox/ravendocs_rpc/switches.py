"""What the published Raven Docs server does in more than one way, each point as a switch."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pagemirror.sandbox.bodies import BodyForm

__all__ = ["Switches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """The points of the RPC API that depend on the installation; the defaults are the recorded server."""

    dialect: Annotated[Literal["rpc", "rest"], "rest: a server that speaks the documented API, so no route is here"] = (
        "rpc"
    )
    list_lag: Annotated[float, "seconds that a write takes to show in listings"] = 0.0
    body: Annotated[BodyForm, "how the server rewrites documents; rich_text is what opening in the editor does"] = (
        "none"
    )
    body_limit: Annotated[int, "bytes that a request body may have"] = 1_048_576
    file_limit: Annotated[int, "bytes that an uploaded file may have"] = 52_428_800
    login: Annotated[Literal["active", "closed"], "whether e-mail and password still open the server"] = "active"
    token_life: Annotated[float, "seconds that a token of a login lasts"] = 2_592_000.0
    access: Annotated[Literal["open", "lost"], "whether the mirror's user is still a member of the spaces"] = "open"
    role: Annotated[Literal["admin", "writer", "reader"], "what the mirror's user is in the space"] = "admin"
    history_minutes: Annotated[float, "how old a page, and its last row, must be for a save to make a history row"] = (
        5.0
    )
