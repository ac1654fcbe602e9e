"""What the suite must know of a backend and its server to try it. Knows no test."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pagemirror.backends.interface import Backend, Target

__all__ = ["Kept", "Subject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page as the server keeps it. `live` is False for one that is archived, trashed or a tombstone."""

    id: str
    title: str
    live: bool = True


class Subject(ABC):
    """A backend, and a server that speaks its API: the real one's stand-in, on this machine.

    The server must run in a thread or process of its own, over plain HTTP, and take the requests of many connections at
    once. The methods here go round the backend: straight to what the server keeps, as a person or an administrator
    would, so that the suite can compare what the backend says with what is so. Lost answers, cuts, refusals and the
    like the suite makes itself, in a proxy before the server.

    Must: leave no page behind after `reset`. Must not: use the backend under test. May: override what has a default.
    """

    backend: Backend

    wrong_token: str = ""
    """A token in the right form that the server refuses with 401; "" where the API takes no token."""

    tells_total: bool = True
    """Whether something in a listing's answers, such as a total, shows that a row is missing."""

    proofs: int = 0
    """Requests that a listing of several pages takes beside them, to prove that nothing left while it was read."""

    @abstractmethod
    def target(self, **settings: object) -> Target:
        """A target on the running server; `settings` are those of `Target`, such as `mark="comment"`."""

    @abstractmethod
    def reset(self) -> None:
        """Empty the server; called before each test."""

    @abstractmethod
    def pages(self) -> Sequence[Kept]:
        """All pages that the server keeps, also those that are archived."""

    @abstractmethod
    def edit(self, page_id: str, text: str) -> None:
        """Let a person replace the text of a page; `text` is one line of plain words."""

    @abstractmethod
    def vanish(self, page_id: str) -> None:
        """Let a person archive or delete a page, so that the API no longer shows it as a live one."""

    @abstractmethod
    def shortened(self, answer: Any) -> Any:
        """A listing's answer (parsed JSON) without its last row, and with all else as it was."""

    @abstractmethod
    def later(self, seconds: float) -> None:
        """Let the server's clock go on: move it, or wait."""

    def writes(self, method: str, path: str) -> bool:
        """Whether such a request changes pages; `path` is what follows the host, with its query, and
        after a # a digest of the body.
        """
        del path
        return method != "GET"

    def complaints(self) -> Sequence[str]:
        """Requests of this test that no client should have sent, in the server's words."""
        return ()
