"""The configuration reference and the example hold the keys and defaults that the program has."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from pagemirror.config import Mirror, SecretRef, Settings, Source, SyncSettings, Target
from pagemirror.config.values import Count, Share, show_duration, show_limit, show_size
from support.prose import REPOSITORY, Prose

REFERENCE = Prose(REPOSITORY / "docs" / "configuration.md")
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)
ELSEWHERE = {"url", "backend", "base_url", "requests_per_minute", "requests_per_day"}  # told in words


def _model(section: str) -> type[BaseModel]:
    model = Settings.model_fields[section].annotation
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    return model


SECTIONS: dict[str, type[BaseModel]] = {
    "state": _model("state"),
    "log": _model("log"),
    "service": _model("service"),
    "mirrors.NAME.source": Source,
    "mirrors.NAME.target": Target,
    "mirrors.NAME.sync": SyncSettings,
}


def _shown(name: str, default: object) -> str:
    match default:
        case timedelta():
            return json.dumps(show_duration(default))
        case Count() | Share():
            return json.dumps(show_limit(default))
        case int() if name == "max_file_size":
            return json.dumps(show_size(default))
        case SecretRef() | Path():
            return json.dumps(str(default))
        case None:
            return '""'
        case _:
            return json.dumps(default)


@pytest.mark.parametrize("section", SECTIONS)
def test_each_table_has_each_key_with_its_default(section: str) -> None:
    rows = {key: default for key, default, _ in ROW.findall(REFERENCE.section(section))}
    fields = {name: field for name, field in SECTIONS[section].model_fields.items() if name != "own"}
    assert list(rows) == list(fields)
    units = {'"60s"': '"1m"', '"1h"': '"1h"', '"24h"': '"1d"'}
    for name, field in fields.items():
        if name not in ELSEWHERE:
            told = rows[name].strip("`")
            assert units.get(told, told) == _shown(name, field.default)


def test_each_table_is_there() -> None:
    headings = set(re.findall(r"^## (.+)$", REFERENCE.text, re.MULTILINE))
    assert set(SECTIONS) | {"mirrors.NAME"} <= headings
    assert set(Mirror.model_fields) - {"source", "target", "sync"} == {"was"}
    assert "| `was` |" in REFERENCE.section("mirrors.NAME")
