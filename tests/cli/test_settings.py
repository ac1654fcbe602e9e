"""`config`, `backends`, `version`."""

import json
from pathlib import Path

import jsonschema
import pytest

from pagemirror import __version__
from support.clidesk import Desk

CONFIG = """
[mirrors.handbook.source]
repo = "."

[mirrors.handbook.target]
backend = "exec"
token = "env:EXEC_API_KEY"
"""


@pytest.fixture
def configured(desk: Desk, tmp_path: Path) -> Desk:
    (tmp_path / "pagemirror.toml").write_text(CONFIG, encoding="utf-8")
    desk.cwd = tmp_path
    desk.env = {"EXEC_API_KEY": "hush", "PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__ON_DRIFT": "git"}
    return desk


def test_the_settings_are_shown_with_their_origins_and_no_secret(configured: Desk) -> None:
    told = configured("config", "show", "--log-level", "debug")
    assert told.code == 0
    rows = {line.split("  ")[0]: line for line in told.out.splitlines()}
    assert rows["mirrors.handbook.target.backend"].endswith("pagemirror.toml:6")
    assert "environment" in rows["mirrors.handbook.sync.on_drift"]
    assert rows["log.level"].endswith("command line")
    assert rows["state.keep"].endswith("default")
    assert "hush" not in told.out


def test_the_settings_as_json_and_markdown(configured: Desk) -> None:
    told = configured("config", "show", "--output", "json").json
    assert told["file"] == str(configured.cwd / "pagemirror.toml")
    origins = {row["key"]: row["origin"] for row in told["settings"]}
    assert origins["mirrors.handbook.sync.on_conflict"] == "default"
    assert "| mirrors.handbook.sync.on\\_drift |" in configured("config", "show", "--output", "markdown").out


def test_a_mistake_in_the_config_names_file_and_line(configured: Desk) -> None:
    (configured.cwd / "pagemirror.toml").write_text(CONFIG + 'colour = "red"\n', encoding="utf-8")
    told = configured("config", "show")
    assert told.code == 2
    assert "pagemirror.toml:8" in told.err
    assert "colour" in told.err


def test_an_unknown_backend_is_named_with_those_there_are(configured: Desk) -> None:
    (configured.cwd / "pagemirror.toml").write_text(CONFIG.replace('"exec"', '"exce"'), encoding="utf-8")
    told = configured("config", "show")
    assert told.code == 2
    assert "exec" in told.err


def test_the_schema_accepts_a_config_and_refuses_a_wrong_key(desk: Desk) -> None:
    schema = json.loads(desk("config", "schema").out)
    mirror = {"target": {"backend": "exec", "token": "env:EXEC_API_KEY"}}
    jsonschema.validate({"mirrors": {"handbook": mirror}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"mirrors": {"handbook": {**mirror, "colour": "red"}}}, schema)


def test_backends_are_listed_with_their_gaps(desk: Desk) -> None:
    told = desk("backends")
    assert told.code == 0
    assert "https://api.exec.com/rest/v1" in told.out
    assert "60 requests a minute, 1,000 a day" in told.out
    assert "gap" in told.out
    found = {row["name"]: row for row in desk("backends", "--output", "json").json["backends"]}
    assert {"exec", "pharen"} <= set(found)
    assert found["exec"]["capabilities"]["versions"] is True
    assert found["pharen"]["gaps"]
    assert "### exec" in desk("backends", "--output", "markdown").out


@pytest.mark.parametrize("words", [("version",), ("--version",)])
def test_the_version(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk(*words).out == f"pagemirror {__version__}\n"
    assert desk(*words, "--output", "json").json["version"] == __version__
