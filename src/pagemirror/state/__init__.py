"""What is remembered between passes: records, intents, holds, decisions, kept texts, locks, budgets.

The database library is imported when a store is opened, not before: `glance` answers a pass with nothing to do.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # records, intents and all that a store takes: not for `glance`
    from pagemirror.state.interface import Store

__all__ = ["open_store"]


def open_store(url: str, *, readonly: bool = False) -> "Store":
    """Open the state that `url` names (see `pagemirror.state.opening`)."""
    from pagemirror.state import opening  # noqa: PLC0415  # its imports take longer than a pass with nothing to do

    return opening.open_store(url, readonly=readonly)
