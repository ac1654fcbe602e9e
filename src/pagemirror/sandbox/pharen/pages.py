"""What a Pharen workspace holds: flat pages with a title and a body."""

from dataclasses import dataclass

__all__ = ["Page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page; `touched` and `number` order writes and births within one second. A hidden page is not the key's."""

    id: str
    number: int
    title: str
    content: str
    created: int
    updated: int
    touched: int
    hidden: bool = False
