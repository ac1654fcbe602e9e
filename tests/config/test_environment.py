"""Settings from environment variables."""

import subprocess
import sys

import pytest

from pagemirror.config import ConfigError, Count
from support.configfolder import SMALL, Folder


def test_a_variable_sets_a_key_of_a_table(folder: Folder) -> None:
    loaded = folder.load(SMALL, env={"PAGEMIRROR_STATE__KEEP": "7d"})
    assert loaded.settings.state.keep.days == 7
    assert loaded.origin("state.keep") == "environment PAGEMIRROR_STATE__KEEP"


def test_a_mirrors_name_in_a_variable_is_lower_cased(folder: Folder) -> None:
    loaded = folder.load(SMALL, env={"PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__ON_DRIFT": "git"})
    assert loaded.settings.mirrors["handbook"].sync.on_drift == "git"
    assert loaded.origin("mirrors.handbook.sync.on_drift") == "environment PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__ON_DRIFT"


@pytest.mark.parametrize("text", ['["a/**", "b,c"]', "a/**, b"])
def test_a_list_is_json_or_stands_between_commas(folder: Folder, text: str) -> None:
    loaded = folder.load(SMALL, env={"PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__PROTECT": text})
    assert loaded.settings.mirrors["handbook"].sync.protect == (("a/**", "b,c") if text[0] == "[" else ("a/**", "b"))


def test_an_empty_variable_is_an_empty_list(folder: Folder) -> None:
    env = {"PAGEMIRROR_MIRRORS__HANDBOOK__SOURCE__EXCLUDE": ""}
    loaded = folder.load('[mirrors.handbook.source]\nexclude = ["a"]\n' + SMALL, env=env)
    assert loaded.settings.mirrors["handbook"].source.exclude == ()


def test_numbers_flags_and_limits_come_as_text(folder: Folder) -> None:
    above = "PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__"
    env = {f"{above}CONCURRENCY": "4", f"{above}SECTION_PAGES": "false", f"{above}MAX_REMOVALS": "14"}
    sync = folder.load(SMALL, env=env).settings.mirrors["handbook"].sync
    assert (sync.concurrency, sync.section_pages, sync.max_removals) == (4, False, Count(14))


def test_a_backends_own_keys_come_as_text_too(folder: Folder) -> None:
    above = "PAGEMIRROR_MIRRORS__HANDBOOK__TARGET__"
    env = {
        f"{above}PUBLISH": "false",
        f"{above}VISIBILITY": "private",
        f"{above}SKILLS": "one, two",
        f"{above}FOLDERS": '{"guides/**": "Guides"}',
    }
    own = folder.load(SMALL, env=env).settings.mirrors["handbook"].target.own
    assert own["publish"] is False
    assert own["visibility"] == "private"
    assert own["skills"] == ("one", "two")
    assert own["folders"] == {"guides/**": "Guides"}


def test_a_whole_table_may_be_json_and_single_keys_come_on_top(folder: Folder) -> None:
    env = {"PAGEMIRROR_LOG": '{"level": "debug", "format": "json"}', "PAGEMIRROR_LOG__LEVEL": "error"}
    loaded = folder.load(SMALL, env=env)
    assert (loaded.settings.log.level, loaded.settings.log.format) == ("error", "json")
    assert loaded.origin("log.level") == "environment PAGEMIRROR_LOG__LEVEL"
    assert loaded.origin("log.format") == "environment PAGEMIRROR_LOG"


def test_a_whole_mirror_may_be_json(folder: Folder) -> None:
    env = {"PAGEMIRROR_MIRRORS__WIKI": '{"target": {"backend": "exec", "publish": false}}'}
    loaded = folder.load(SMALL, env=env)
    assert loaded.settings.mirrors["wiki"].target.own["publish"] is False
    assert loaded.origin("mirrors.wiki.target.publish") == "environment PAGEMIRROR_MIRRORS__WIKI"


def test_a_mirror_may_be_configured_by_variables_alone(folder: Folder) -> None:
    above = "PAGEMIRROR_MIRRORS__HANDBOOK__TARGET__"
    loaded = folder.load(env={f"{above}BACKEND": "exec", f"{above}TOKEN": "env:HUB_KEY"})
    assert loaded.path is None
    assert loaded.base_dir == folder.path
    assert loaded.settings.mirrors["handbook"].target.requests_per_day == 1000


@pytest.mark.parametrize(
    "name",
    [
        "PAGEMIRROR_CONFIG_NOTE",
        "PAGEMIRROR_ADMIN_TOKEN",
        "PAGEMIRROR_WEBHOOK_SECRET",
        "PAGEMIRROR_CORPORA",
        "PAGEMIRROR_",
        "STATE__URL",
    ],
)
def test_variables_that_are_no_settings_are_left_alone(folder: Folder, name: str) -> None:
    assert folder.load(SMALL, env={name: "anything"}).settings == folder.load(SMALL).settings


def test_an_unknown_variable_is_an_error_that_names_the_nearest(folder: Folder) -> None:
    env = {"PAGEMIRROR_STAT__URL": "x", "PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__ON_DRFT": "x"}
    assert folder.problems(SMALL, env=env) == [
        (
            "environment PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__ON_DRFT: Unknown setting."
            " Did you mean PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__ON_DRIFT?"
        ),
        "environment PAGEMIRROR_STAT__URL: Unknown setting. Did you mean PAGEMIRROR_STATE__URL?",
    ]


def test_a_variable_inside_a_plain_value_is_not_passed_over(folder: Folder) -> None:
    env = {"PAGEMIRROR_STATE__KEEP": "7d", "PAGEMIRROR_STATE__KEEP__DAYS": "7"}
    [problem] = folder.problems(SMALL, env=env)
    assert problem.startswith("environment PAGEMIRROR_STATE__KEEP__DAYS: ")


def test_text_in_place_of_a_table_is_an_error(folder: Folder) -> None:
    [problem] = folder.problems(SMALL, env={"PAGEMIRROR_LOG": "debug"})
    assert problem == 'environment PAGEMIRROR_LOG: log = "debug" can\'t be used: a table is needed.'


def test_a_literal_secret_in_a_variable_is_not_repeated(folder: Folder) -> None:
    with pytest.raises(ConfigError, match="never written into the config") as error:
        folder.load(SMALL, env={"PAGEMIRROR_MIRRORS__HANDBOOK__TARGET__TOKEN": "hunter2"})
    assert "hunter2" not in f"{error.value} {error.value.hint}"


def test_the_environment_library_is_imported_only_where_a_variable_is_a_setting(folder: Folder) -> None:
    folder.write(SMALL)
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom support.configfolder import Folder\n"
        f"Folder(Path({str(folder.path)!r})).load(env=dict(os.environ))\n"
        "print('pydantic_settings' in sys.modules)"
    )
    paths = ":".join(sys.path)
    for variables, imported in (({}, "False"), ({"PAGEMIRROR_LOG__LEVEL": "debug"}, "True")):
        env = {"PYTHONPATH": paths, "PAGEMIRROR_ADMIN_TOKEN": "s3cret", **variables}
        ran = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
        assert ran.stdout.strip() == imported
