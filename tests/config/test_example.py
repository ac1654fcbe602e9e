"""The example in the repository loads as it is, holds every key, and says the defaults."""

import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from pagemirror.backends import registry
from pagemirror.config import BackendSettings, Mirror, Settings, Source, SyncSettings, json_schema
from pagemirror.config.checking import CORE_KEYS
from support.configfolder import Folder

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
BACKENDS: dict[str, BackendSettings] = {"exec": registry.backend("exec")}


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text("utf-8"))


def test_the_example_loads_as_it_is(folder: Folder) -> None:
    assert set(folder.load(EXAMPLE.read_text("utf-8"), backends=BACKENDS).settings.mirrors) == {"handbook"}


def test_the_example_is_valid_for_editors(example: dict[str, Any]) -> None:
    jsonschema.validate(example, json_schema(BACKENDS))


def test_the_example_holds_every_key(example: dict[str, Any]) -> None:
    mirror = example["mirrors"]["handbook"]
    assert set(example) == set(Settings.model_fields)
    for section in ("state", "log", "service"):
        model = Settings.model_fields[section].annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        assert set(example[section]) == set(model.model_fields)
    assert set(mirror) == set(Mirror.model_fields)
    assert set(mirror["source"]) == set(Source.model_fields)
    assert set(mirror["sync"]) == set(SyncSettings.model_fields)
    assert set(mirror["target"]) - set(BACKENDS["exec"].own_model.model_fields) == CORE_KEYS


def test_what_the_example_does_not_mark_is_the_default(folder: Folder) -> None:
    text = EXAMPLE.read_text("utf-8")
    unmarked = "\n".join(line for line in text.splitlines() if "example" not in line.partition("#")[2])
    small = '[mirrors.handbook.target]\nbackend = "exec"\n'
    assert folder.load(unmarked, backends=BACKENDS).settings == folder.load(small, backends=BACKENDS).settings
