"""Holds, decisions, kept texts and passes to rows and back, exactly; knows no database."""

from typing import Any

from pagemirror.model.ids import CommitId, MirrorName, PageId, PassId, RepoPath, TextId, Uid
from pagemirror.model.records import Choice, Decision, Hold, KeptText
from pagemirror.state.interface import Keep, PassRow
from pagemirror.state.record_rows import Row
from pagemirror.state.words import dump, load, packed, packed_or_none, unpacked

__all__ = [
    "read_decision",
    "read_hold",
    "read_kept",
    "read_pass",
    "row_of_decision",
    "row_of_hold",
    "row_of_keep",
    "row_of_pass",
    "title_of_keep",
]


def row_of_hold(mirror: MirrorName, hold: Hold) -> Row:
    """A hold's row."""
    data = [
        hold.page_id,
        hold.action,
        hold.code,
        hold.reason,
        hold.basis,
        hold.at,
        hold.candidates,
        hold.since_pass,
    ]
    return {
        "mirror": mirror,
        "uid": packed(hold.uid),
        "path": packed(hold.path),
        "base": hold.base,
        "git": hold.git,
        "remote": hold.remote,
        "data": dump(data),
    }


def read_hold(uid: str, path: str, texts: tuple[str | None, str | None, str | None], packed_data: str) -> Hold:
    """A hold from its row; `texts` are those of base, Git and target."""
    page_id, action, code, reason, basis, at, candidates, since_pass = load(packed_data)
    base, git, remote = (None if text is None else TextId(text) for text in texts)
    return Hold(
        uid=Uid(unpacked(uid)),
        path=RepoPath(unpacked(path)),
        page_id=page_id,
        action=action,
        code=code,
        reason=reason,
        basis=basis,
        at=at,
        base=base,
        git=git,
        remote=remote,
        candidates=tuple(candidates),
        since_pass=since_pass,
    )


def row_of_decision(mirror: MirrorName, decision: Decision) -> Row:
    """A decision's row."""
    data = [decision.choice.value, decision.basis, decision.at, decision.page_id, decision.title]
    return {"mirror": mirror, "uid": packed(decision.uid), "text": decision.text, "data": dump(data)}


def read_decision(uid: str, text: str | None, packed_data: str) -> Decision:
    """A decision from its row."""
    choice, basis, at, page_id, title = load(packed_data)
    return Decision(
        uid=Uid(unpacked(uid)),
        choice=Choice(choice),
        basis=basis,
        at=at,
        page_id=page_id,
        text=None if text is None else TextId(text),
        title=title,
    )


def row_of_keep(mirror: MirrorName, keep: Keep, text: TextId) -> Row:
    """A kept text's row, without its number."""
    return {
        "mirror": mirror,
        "uid": packed(keep.uid),
        "page_id": packed_or_none(keep.page_id),
        "at": keep.at,
        "text": text,
        "data": dump([keep.path, keep.why, keep.title]),
    }


def title_of_keep(packed_data: str) -> str:
    """The title in a kept text's row."""
    _, _, title = load(packed_data)
    return str(title)


def read_kept(mirror: MirrorName, row: Any) -> KeptText:
    """A kept text from (number, uid, page_id, at, text, data)."""
    number, uid, page_id, at, text, packed_data = row
    path, why, title = load(packed_data)
    return KeptText(
        number=number,
        mirror=mirror,
        uid=Uid(unpacked(uid)),
        path=RepoPath(path),
        page_id=None if page_id is None else PageId(unpacked(page_id)),
        at=at,
        why=why,
        title=title,
        text=TextId(text),
    )


def row_of_pass(row: PassRow) -> Row:
    """A pass's row, without its number."""
    data = [row.started, row.ended, row.commit, row.result, row.requests, row.summary, row.message]
    return {"mirror": row.mirror, "id": row.id, "data": dump(data)}


def read_pass(mirror: MirrorName, id_: str, packed_data: str) -> PassRow:
    """A pass from its row."""
    started, ended, commit, result, requests, summary, message = load(packed_data)
    return PassRow(
        id=PassId(id_),
        mirror=mirror,
        started=started,
        ended=ended,
        commit=None if commit is None else CommitId(commit),
        result=result,
        requests=requests,
        summary=tuple((str(name), int(count)) for name, count in summary),
        message=message,
    )
