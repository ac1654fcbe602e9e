"""What a state in memory holds, and how changes go in: all or none. Knows no lock and no clock."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import assert_never

from pagemirror.model.ids import MirrorName, PageId, TargetKey, TextId, Uid
from pagemirror.model.records import Decision, Hold, Intent, KeptText, Record, Standing
from pagemirror.state.clashes import claimed_twice
from pagemirror.state.interface import (
    AddPass,
    Change,
    DropDecision,
    DropHold,
    DropIntent,
    DropRecord,
    Keep,
    Owner,
    PassRow,
    PutDecision,
    PutHold,
    PutIntent,
    PutMirror,
    PutRecord,
    PutText,
    text_id,
)
from pagemirror.state.standing import MirrorState
from pagemirror.state.writing import PASSES_KEPT, text_row

__all__ = ["Lock", "Rows", "Tables", "size_of"]


@dataclass(slots=True)
class Rows:
    """What belongs to one mirror."""

    records: dict[Uid, Record] = field(default_factory=dict)
    intents: dict[Uid, Intent] = field(default_factory=dict)
    holds: dict[Uid, Hold] = field(default_factory=dict)
    decisions: dict[Uid, Decision] = field(default_factory=dict)
    kept: list[KeptText] = field(default_factory=list)
    passes: list[PassRow] = field(default_factory=list)

    def begun(self) -> bool:
        """Whether there is something that a sync made and needs."""
        return bool(self.records or self.intents or self.holds or self.decisions)

    def texts(self) -> Iterator[TextId | None]:
        """The texts that something names."""
        for record in (*self.records.values(), *(intent.record for intent in self.intents.values())):
            yield from (record.text, record.server_text)
        for hold in self.holds.values():
            yield from (hold.base, hold.git, hold.remote)
        yield from (decision.text for decision in self.decisions.values())
        yield from (kept.text for kept in self.kept)


@dataclass(slots=True, kw_only=True)
class Lock:
    """A mirror's lock; `owner` is who has it, or had it last."""

    owner: Owner | None = None
    epoch: int = 0
    held: bool = False
    since: float = 0.0
    until: float = 0.0


@dataclass(slots=True)
class Tables:
    """All that a state holds."""

    mirrors: dict[MirrorName, MirrorState] = field(default_factory=dict)
    rows: defaultdict[MirrorName, Rows] = field(default_factory=lambda: defaultdict(Rows))
    texts: dict[TextId, str] = field(default_factory=dict)
    locks: defaultdict[MirrorName, Lock] = field(default_factory=lambda: defaultdict(Lock))
    budgets: defaultdict[TargetKey, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    pauses: dict[TargetKey, float] = field(default_factory=dict)
    numbers: int = 0
    pruned: float = 0.0

    def put(self, name: MirrorName, changes: Sequence[Change]) -> None:
        """Make these changes, or raise `StateError` with code `foreign` and make none."""
        self.refuse_taken_page(name, changes)
        for change in changes:
            self._put(name, self.rows[name], change)

    def _put(self, name: MirrorName, rows: Rows, change: Change) -> None:  # noqa: C901, PLR0912  # one case a change
        match change:
            case PutRecord(record=record):
                rows.records[record.uid] = record
            case DropRecord(uid=uid):
                rows.records.pop(uid, None)
            case PutIntent(intent=intent):
                rows.intents[intent.uid] = intent
            case DropIntent(uid=uid):
                rows.intents.pop(uid, None)
            case PutHold(hold=hold):
                rows.holds[hold.uid] = hold
            case DropHold(uid=uid):
                rows.holds.pop(uid, None)
            case PutDecision(decision=decision):
                rows.decisions[decision.uid] = decision
            case DropDecision(uid=uid):
                rows.decisions.pop(uid, None)
            case PutText(text=text):
                self.texts[text_id(text)] = text
            case Keep():
                self._keep(name, rows, change)
            case PutMirror(mirror=state):
                self.mirrors[state.name] = state
            case AddPass(row=row):
                rows.passes.append(row)
                del rows.passes[:-PASSES_KEPT]
            case _:
                assert_never(change)

    def _keep(self, name: MirrorName, rows: Rows, keep: Keep) -> None:
        id_ = text_id(keep.text)
        self.texts[id_] = keep.text
        same = [at for at, it in enumerate(rows.kept) if (it.uid, it.page_id) == (keep.uid, keep.page_id)]
        if same and (rows.kept[same[-1]].text, rows.kept[same[-1]].title) == (id_, keep.title):
            latest = rows.kept[same[-1]]
            rows.kept[same[-1]] = replace(latest, at=max(latest.at, keep.at))
            return
        self.numbers += 1
        rows.kept.append(
            KeptText(
                number=self.numbers,
                mirror=name,
                uid=keep.uid,
                path=keep.path,
                page_id=keep.page_id,
                at=keep.at,
                why=keep.why,
                title=keep.title,
                text=id_,
            )
        )

    def at(self, target: TargetKey) -> Iterator[MirrorName]:
        """The mirrors of a target."""
        return (name for name in sorted(self.rows) if (state := self.mirrors.get(name)) and state.target == target)

    def refuse_taken_page(self, name: MirrorName, changes: Sequence[Change]) -> None:
        """Raise `StateError` where the changes would give one page of a target to two live records."""
        after: dict[Uid, Record | None] = dict(self.rows[name].records)
        state = self.mirrors.get(name)
        for change in changes:
            match change:
                case PutRecord(record=record):
                    after[record.uid] = record
                case DropRecord(uid=uid):
                    after[uid] = None
                case PutMirror(mirror=put) if put.name == name:
                    state = put
        if state is None:
            return
        claims: dict[PageId, tuple[MirrorName, Record]] = {}
        for other in self.at(state.target):
            if other != name:
                _claim(claims, other, self.rows[other].records.values())
        _claim(claims, name, after.values())

    def forget_texts(self, before: float) -> int:
        """Forget texts kept before that time and texts that nothing names; gives the bytes that they took."""
        for rows in self.rows.values():
            rows.kept = [kept for kept in rows.kept if kept.at >= before]
        named = {text for rows in self.rows.values() for text in rows.texts()}
        gone = {id_: text for id_, text in self.texts.items() if id_ not in named}
        for id_ in gone:
            del self.texts[id_]
        return sum(map(size_of, gone.values()))


def _claim(
    claims: dict[PageId, tuple[MirrorName, Record]], mirror: MirrorName, records: Iterable[Record | None]
) -> None:
    for record in records:
        if record is None or record.page_id is None or record.standing is not Standing.LIVE:
            continue
        owner, first = claims.setdefault(record.page_id, (mirror, record))
        if first is not record:
            raise claimed_twice(record.page_id, record, mirror, first.path, owner)


@lru_cache(maxsize=1024)
def size_of(text: str) -> int:
    """How many bytes a text takes in a database."""
    return int(text_row(text_id(text), text)["size"])
