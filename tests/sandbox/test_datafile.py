"""The data file is whole or not there, and what cannot be read is refused in words."""

import asyncio
import json
from pathlib import Path

import pytest

from pagemirror.sandbox.config import SandboxConfig
from pagemirror.sandbox.datafile import DataFile, DataFileError
from pagemirror.sandbox.world import World


def test_nothing_is_written_while_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    DataFile(World(SandboxConfig()), path).save()
    assert not path.exists()


def test_every_api_survives_a_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    world = World(SandboxConfig())
    data = DataFile(world, path)
    page = world.apis["exec"].person_creates({"title": "Ä", "content": "ü\n", "folders": ["Guides"]})
    world.apis["exec"].person_edits(page.id, {"content": "later", "publish": False})
    world.apis["pharen"].person_creates({"title": "B", "hidden": True})
    data.save()
    other = World(SandboxConfig())
    DataFile(other, path).load()
    for name, api in world.apis.items():
        assert other.apis[name].views() == api.views()
        assert other.apis[name].hubs() == api.hubs()


def test_changes_are_saved_while_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    world = World(SandboxConfig())
    data = DataFile(world, path)
    world.apis["pharen"].person_creates({"title": "Saved"})

    async def until_there() -> None:
        saving = asyncio.create_task(data.keep_saved(0.0))
        while not path.exists():  # noqa: ASYNC110 - a file has no event
            await asyncio.sleep(0)
        saving.cancel()

    asyncio.run(asyncio.wait_for(until_there(), 10))
    assert "Saved" in path.read_text(encoding="utf-8")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data.json"
    world = World(SandboxConfig())
    data = DataFile(world, path)
    world.apis["pharen"].person_creates({"title": "First"})
    data.save()
    world.apis["pharen"].person_creates({"title": "Second"})

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        data.save()
    assert "Second" not in path.read_text(encoding="utf-8")
    assert [item.name for item in tmp_path.iterdir()] == ["data.json"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no sandbox data"),
        ("[]", "is no sandbox data"),
        (json.dumps({"version": 1, "apis": {"exec": {}}}), "is no sandbox data"),
        (json.dumps({"version": 99, "apis": {}}), "is of version 99"),
    ],
)
def test_a_file_that_is_no_data_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "data.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=words):
        DataFile(World(SandboxConfig()), path).load()
