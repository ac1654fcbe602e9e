"""The views of all that a mirror has, for a command that is no pass: each document with its record and its page."""

from collections.abc import Mapping

from pagemirror.model.ids import Uid
from pagemirror.model.pages import Found
from pagemirror.passes.gathering import Gathered, gather
from pagemirror.passes.setup import MirrorSetup
from pagemirror.passes.tools import Tools
from pagemirror.source import Snapshot
from pagemirror.state.interface import Store

__all__ = ["view_all"]


def view_all(
    setup: MirrorSetup, snapshot: Snapshot, store: Store, tools: Tools, *, seen: Mapping[Uid, Found] | None = None
) -> Gathered:
    """Read every document, and the records as they stand. `seen` are pages that were read already."""
    return gather(
        setup=setup,
        snapshot=snapshot,
        store=store,
        state=store.mirror(setup.name),
        counts=store.counts(setup.name),
        mint=tools.uid,
        now=tools.clock.now(),
        seen=seen or {},
        in_doubt={intent.uid: intent for intent in store.intents(setup.name)},
        whole=True,
    )
