"""The stand-in against the recordings of a real server: every exchange of each file, in order, on a fresh one."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from pagemirror.sandbox.process import SandboxProcess
from pagemirror.sandbox.ravendocs_rpc import owner_token, reader_token
from support.recordings import Player, exchanges

FOLDER = Path(__file__).parents[4] / "shared" / "api" / "recordings" / "ravendocs-rpc"
FILES = {
    "01-auth-and-places": 26,
    "02-create-and-info": 25,
    "03-update": 23,
    "04-tree-move-list": 57,
    "05-delete-trash-restore": 58,
    "06-attachments": 28,
    "07-errors": 98,
    "08-history": 17,
    "09-import-export-search": 23,
}
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the recordings of a real server are not here")
IMPORT, EXPORT = "Raven's own Markdown and HTML import is not built", "Raven's own export is not built"
ABSENT: dict[str, dict[int, str]] = {
    "09-import-export-search": {
        **dict.fromkeys((2, 4, 6, 7, 8, 9, 10, 11), IMPORT),
        **dict.fromkeys((3, 5), "shows what the import made"),
        **dict.fromkeys((13, 14, 15, 16, 17, 19), EXPORT),
        21: "finds text that the import made",
    }
}


def editor_event(box: SandboxProcess, page: str, number: int) -> None:
    """Do what the note of an event says: the same person edits the page in the editor."""
    if number == 6:
        box.advance(301)
        (row,) = [row for row in box.pages("ravendocs_rpc") if row["id"] == page]
        box.edit(
            "ravendocs_rpc", page, by="owner", content=row["content"].replace("by API", "by API typed by a person")
        )
    elif number == 12:
        box.advance(60)
        box.edit("ravendocs_rpc", page, by="owner", append="and one more paragraph")
    else:
        box.advance(301)
        box.edit("ravendocs_rpc", page, by="owner", append="a third visit")


@pytest.mark.parametrize("name", FILES)
def test_every_recorded_exchange_is_answered_as_the_real_server_did(sandbox: SandboxProcess, name: str) -> None:
    known = {
        "<jwt:owner>": owner_token("sandbox"),
        "<jwt:reader>": reader_token("sandbox"),
        "<password>": sandbox.ravendocs_rpc.secrets["password"],
        "<wrong-password>": "not-it",
        "user@example.com": sandbox.ravendocs_rpc.secrets["email"],
        **{f"<spaceslug:{number}>": f"recorded{number}" for number in range(1, 9)},
    }
    rows: list[dict[str, Any]] = exchanges(FOLDER / f"{name}.json")
    absent, differences, played = ABSENT.get(name, {}), {}, 0
    with httpx.Client(base_url=f"{sandbox.url}/ravendocs-rpc", trust_env=False, timeout=30.0) as client:
        player = Player(client, known)
        for row in rows:
            if row.get("event") == "editor":
                editor_event(sandbox, player.bound("<page:1>"), row["n"])
            elif row["n"] not in absent:
                client.cookies.clear()
                differences[row["n"]] = player.play(row)
                played += 1
    assert {number: found for number, found in differences.items() if found} == {}
    assert player.out_of_order() == []
    assert played + len(absent) == FILES[name] == sum("request" in row for row in rows)
