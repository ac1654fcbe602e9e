"""A process killed in the midst of writing leaves a state that opens and holds all that it was told is written."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from pagemirror.state.interface import text_id
from pagemirror.state.store import SqlStore
from support.staterows import HANDBOOK

WRITER = """
import asyncio, sys
from dataclasses import replace
from pagemirror.model.records import Record, Intent, IntentKind
from pagemirror.state.interface import DropIntent, Owner, PutIntent, PutMirror, PutRecord, PutText, text_id
from pagemirror.state.standing import MirrorState
from pagemirror.state.journal import Journal
from pagemirror.state.opening import open_store

store = open_store(sys.argv[1])
store.apply("handbook", [PutMirror(mirror=MirrorState(name="handbook", target="t"))])
lease = store.acquire("handbook", Owner(pid=1, host="h"), now=0.0, lease=1.0)

async def one(journal, task):
    number = 0
    while True:
        name = f"{task}-{number}"
        body = name + " text" * 50
        record = Record(uid=name, path=name, blob="b", title=name, page_id=name,
                        text=text_id(body), links=(name, "all"))
        intent = Intent(uid=name, kind=IntentKind.CREATE, page_id=None, record=record, title=name, remote={},
                        blind="", sent_at=0.0, epoch=lease.epoch)
        await journal.commit([PutIntent(intent=intent), PutText(text=body)])
        print("sent", name, flush=True)
        await journal.commit([PutRecord(record=record), DropIntent(uid=name)])
        print("done", name, flush=True)
        number += 1

async def main():
    journal = Journal(store, "handbook", epoch=lease.epoch)
    await asyncio.gather(*(one(journal, task) for task in range(4)))

asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [5, 60, 333])
def test_every_acknowledged_commit_outlives_a_kill(url: str, opened: Callable[[str], SqlStore], lines: int) -> None:
    said: list[tuple[str, str]] = []
    with subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _ in range(lines):
            word, name = child.stdout.readline().split()
            said.append((word, name))
        child.kill()
        said += [(word, name) for word, name in (line.split() for line in child.stdout if line.endswith("\n"))]
    store = opened(url)
    records = {record.uid: record for record in store.records(HANDBOOK)}
    intents = {intent.uid for intent in store.intents(HANDBOOK)}
    done = {name for word, name in said if word == "done"}
    sent = {name for word, name in said if word == "sent"}
    assert done <= set(records)
    assert sent <= set(records) | intents
    assert not intents & set(records)
    assert len(intents) <= 4
    assert store.linkers(HANDBOOK, ["all"]) == set(records)
    for name, record in records.items():
        body = name + " text" * 50
        assert record.text == text_id(body)
        assert store.text(text_id(body)) == body
