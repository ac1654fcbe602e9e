"""Keys that only one backend knows, checked by a model that config has never seen."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from pagemirror.config import BackendSettings, ConfigError, load, show
from pagemirror.model.errors import UsageError
from support.configfolder import FakeBackend, Folder


class PlugInKeys(BaseModel):
    """The own keys of a plug-in: one that has to be given, one that may hold a secret, one that may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    space: str = Field(min_length=3)
    password: str = ""
    depth: int | None = None
    ratio: float = Field(default=0.5, gt=0, le=1)
    strict: bool = Field(default=False, strict=True)


PLUG_IN = FakeBackend(own_model=PlugInKeys, base_url="https://wiki.example", requests_per_minute=0, requests_per_day=0)
BACKENDS: dict[str, BackendSettings] = {"wiki": PLUG_IN}
TARGET = '[mirrors.handbook.target]\nbackend = "wiki"\n'
ABOVE = "PAGEMIRROR_MIRRORS__HANDBOOK__TARGET__"


def test_a_key_that_has_to_be_given_is_missed_at_its_table(folder: Folder) -> None:
    assert folder.problems(TARGET, backends=BACKENDS) == [
        f"{folder.file}:1: mirrors.handbook.target.space is missing.",
    ]


def test_without_a_file_a_missing_key_has_no_place(folder: Folder) -> None:
    [problem] = folder.problems("", env={f"{ABOVE}BACKEND": "wiki"}, backends=BACKENDS)
    assert problem == f"environment {ABOVE[:-2]}: mirrors.handbook.target.space is missing."


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("ratio = 0", "greater than 0"),
        ("ratio = 2", "at most 1"),
        ('ratio = "much"', "number"),
        ("depth = 1.5", "a whole number"),
        ('strict = "yes"', "true or false"),
    ],
)
def test_a_wrong_value_is_told_in_our_words_or_in_the_models(folder: Folder, line: str, needed: str) -> None:
    [problem] = folder.problems(f'{TARGET}space = "docs"\n{line}\n', backends=BACKENDS)
    assert problem.startswith(f"{folder.file}:4: mirrors.handbook.target.{line} can't be used: ")
    assert needed in problem


def test_variables_are_read_by_the_types_of_the_keys(folder: Folder) -> None:
    env = {f"{ABOVE}SPACE": "123", f"{ABOVE}DEPTH": "4", f"{ABOVE}RATIO": "0.25", f"{ABOVE}STRICT": "true"}
    loaded = folder.load(TARGET, env=env, backends=BACKENDS)
    own = loaded.settings.mirrors["handbook"].target.own
    assert own == {"space": "123", "password": "", "depth": 4, "ratio": 0.25, "strict": True}


def test_a_variable_that_cant_be_read_is_named(folder: Folder) -> None:
    [problem] = folder.problems(TARGET + 'space = "docs"\n', env={f"{ABOVE}DEPTH": "deep"}, backends=BACKENDS)
    assert problem.startswith(f"environment {ABOVE}DEPTH: ")
    assert "a whole number" in problem


def test_the_dumped_keys_are_valid_for_the_backends_model_again(folder: Folder) -> None:
    own = folder.load(f'{TARGET}space = "docs"\n', backends=BACKENDS).settings.mirrors["handbook"].target.own
    assert PlugInKeys.model_validate(own) == PlugInKeys(space="docs")


def test_what_may_be_a_secret_in_an_own_key_is_masked_where_it_is_shown_or_refused(folder: Folder) -> None:
    for given, shown in (("hunter2", "***"), ("env:WIKI_PASSWORD", '"env:WIKI_PASSWORD"'), ("", '""')):
        loaded = folder.load(f'{TARGET}space = "docs"\npassword = "{given}"\n', backends=BACKENDS)
        rows = {row.key: row.value for row in show(loaded)}
        assert rows["mirrors.handbook.target.password"] == shown
    [problem] = folder.problems(f'{TARGET}space = "docs"\npassword = ["hunter2"]\n', backends=BACKENDS)
    assert "hunter2" not in problem


def test_a_plug_in_that_cant_be_loaded_is_one_of_the_problems(tmp_path: Path) -> None:
    (tmp_path / "pagemirror.toml").write_text(TARGET + '[log]\nlevel = "loud"\n')

    def broken(name: str) -> BackendSettings | None:
        raise UsageError(f"backend {name} can't be loaded", hint="its package is broken")

    with pytest.raises(ConfigError) as error:
        load(None, env={}, cwd=tmp_path, overrides={}, backend_settings=broken, backend_names=tuple)
    assert [str(problem) for problem in error.value.problems] == [
        f"{tmp_path}/pagemirror.toml:2: backend wiki can't be loaded. its package is broken",
        f'{tmp_path}/pagemirror.toml:4: log.level = "loud" can\'t be used: allowed: debug, info, warning, error.',
    ]
