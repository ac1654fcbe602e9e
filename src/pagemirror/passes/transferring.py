"""What a state holds of some mirrors, out of it as lines and into another one. Asks no target."""

from collections.abc import Iterable, Sequence

from pagemirror.model.errors import UsageError
from pagemirror.model.ids import MirrorName
from pagemirror.model.reports.contents import Export, StateContent
from pagemirror.state.interface import Store
from pagemirror.state.transfer import from_lines

__all__ = ["export", "take_in"]


def export(store: Store, names: Sequence[str], configured: Sequence[MirrorName], *, texts: bool) -> Export:
    """These mirrors' records, or all that the state has, also of mirrors that are no longer configured."""
    known = [state.name for state in store.mirrors()]
    for name in names:
        if name not in known and name not in configured:
            raise UsageError(
                f"No mirror is called {name!r}, neither in the config nor in the state; nothing was exported.",
                hint=f"The state has: {', '.join(known) or 'none yet'}.",
                code="unknown_mirror",
            )
    chosen = [name for name in known if name in names] if names else known
    contents = tuple(_content(store, name) for name in chosen)
    return Export(mirrors=contents, lines=store.export(chosen, texts=texts))


def take_in(store: Store, lines: Iterable[str], where: str, *, now: float) -> tuple[StateContent, ...]:
    """Put an export's mirrors into the state, all or none; `where` names it in messages."""
    content = from_lines(lines, where)
    store.take_in(content, now=now)
    return tuple(_content(store, name) for name in content)


def _content(store: Store, name: MirrorName) -> StateContent:
    counts = store.counts(name)
    return StateContent(
        mirror=name,
        records=counts.records,
        pages=counts.pages,
        intents=counts.intents,
        holds=counts.held,
        decisions=counts.decided,
        texts_bytes=counts.texts_bytes,
    )
