"""The JSON Schema for editors says of a file what loading says."""

import tomllib
from typing import Any

import jsonschema
import pytest

from pagemirror.config import json_schema
from support.configfolder import BACKENDS, SMALL


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema(BACKENDS)


def _is_valid(schema: dict[str, Any], text: str) -> bool:
    validator = jsonschema.Draft202012Validator(schema)
    return bool(validator.is_valid(tomllib.loads(text)))


def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    "text",
    [
        SMALL,
        SMALL + 'publish = false\nfolders = { "a/**" = "A" }\n',
        SMALL + '[mirrors.handbook.sync]\nmax_removals = 14\nmax_rerender = "100%"\n',
        SMALL.replace('"exec"', '"pharen"') + 'base_url = "https://api.example"\n',
    ],
)
def test_it_takes_what_loads(schema: dict[str, Any], text: str) -> None:
    assert _is_valid(schema, text)


@pytest.mark.parametrize(
    "text",
    [
        SMALL + "publsh = true\n",
        SMALL + "own = {}\n",
        SMALL.replace('"exec"', '"exek"'),
        SMALL.replace('"exec"', '"pharen"'),
        SMALL.replace('"exec"', '"pharen"') + 'base_url = "https://api.example"\npublish = true\n',
        SMALL.replace("env:HUB_KEY", "hunter2"),
        SMALL.replace("handbook", "Handbook"),
        SMALL + '[mirrors.handbook.sync]\non_drift = "merge"\n',
        SMALL + '[state]\nkeep = "90"\n',
        "[mirrors.handbook]\n",
    ],
)
def test_it_refuses_what_does_not_load(schema: dict[str, Any], text: str) -> None:
    assert not _is_valid(schema, text)
