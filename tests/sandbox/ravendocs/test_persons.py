"""A person's hand on Raven Docs, by the control API: edits, moves, spaces, and the dump."""

import json
from pathlib import Path
from typing import Any

import pytest

from pagemirror.sandbox.config import SandboxConfig
from pagemirror.sandbox.datafile import DataFile
from pagemirror.sandbox.process import SandboxError, SandboxProcess
from pagemirror.sandbox.world import World


def test_a_person_writes_plain_text_or_a_document(sandbox: SandboxProcess, every_construct: dict[str, Any]) -> None:
    page = sandbox.create("ravendocs", "Hand made", "one\n\ntwo", icon="📘")
    content = json.loads(page["content"])
    assert [block["content"][0]["text"] for block in content["content"]] == ["one", "two"]
    assert page["icon"] == "📘"
    sandbox.advance(2)
    edited = sandbox.edit("ravendocs", page["id"], content=json.dumps(every_construct))
    assert json.loads(edited["content"]) == every_construct
    assert edited["updated_at"] > page["updated_at"]
    assert [version["change"] for version in edited["versions"]] == ["Updated", "Created"]
    assert sandbox.page("ravendocs", page["id"]) == edited


def test_a_person_moves_pages_and_deletes_them(sandbox: SandboxProcess) -> None:
    parent = sandbox.create("ravendocs", "Parent")
    child = sandbox.create("ravendocs", "Child", parent=parent["id"])
    assert child["parent"] == parent["id"]
    assert sandbox.edit("ravendocs", child["id"], parent="")["parent"] is None
    sandbox.edit("ravendocs", child["id"], parent=parent["id"])
    with pytest.raises(SandboxError, match="below itself"):
        sandbox.edit("ravendocs", parent["id"], parent=child["id"])
    sandbox.archive("ravendocs", parent["id"])
    assert sandbox.pages("ravendocs") == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{", "it is no JSON"), ('{"type":"doc","content":[]}', "cannot open this document: doc: doc holds")],
)
def test_a_person_cannot_save_what_the_editor_cannot_open(sandbox: SandboxProcess, content: str, reason: str) -> None:
    page = sandbox.create("ravendocs", "A", "x")
    with pytest.raises(SandboxError, match=reason):
        sandbox.edit("ravendocs", page["id"], content=content)
    assert sandbox.page("ravendocs", page["id"]) == page


def test_what_makes_no_sense_is_refused_in_words(sandbox: SandboxProcess) -> None:
    with pytest.raises(SandboxError, match="there are spaces"):
        sandbox.seed("ravendocs", "folders", name="x")
    with pytest.raises(SandboxError, match="there is no space nope; there are space_handbook"):
        sandbox.create("ravendocs", "A", space="nope")
    with pytest.raises(SandboxError, match="folders means nothing here"):
        sandbox.create("ravendocs", "A", folders=["x"])
    with pytest.raises(SandboxError, match="ravendocs has no page nope"):
        sandbox.edit("ravendocs", "nope", title="x")


def test_the_workspace_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    world = World(SandboxConfig())
    data = DataFile(world, path)
    api = world.apis["ravendocs"]
    space = api.seed("spaces", {"name": "Other"})
    parent = api.person_creates({"title": "Parent", "content": "ü", "icon": "📘", "space": space["id"]})
    api.person_creates({"title": "Child", "parent": parent.id, "space": space["id"]})
    api.person_edits(parent.id, {"content": "later"})
    api.person_archives(api.person_creates({"title": "Gone"}).id)
    data.save()
    other = World(SandboxConfig())
    DataFile(other, path).load()
    assert other.apis["ravendocs"].views() == api.views()
    assert other.apis["ravendocs"].as_json(other.apis["ravendocs"].keep()) == api.as_json(api.keep())
    assert other.apis["ravendocs"].person_creates({"title": "Next"}).id not in {view.id for view in api.views()}
