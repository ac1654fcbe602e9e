"""The merged config: precedence, defaults, and paths."""

from datetime import timedelta
from pathlib import Path

import pytest

from pagemirror.config import ConfigError, Count, SecretRef, Share
from support.configfolder import SMALL, Folder


def test_command_line_comes_before_environment_before_file_before_default(folder: Folder) -> None:
    text = '[log]\nlevel = "error"\n' + SMALL
    variable = {"PAGEMIRROR_LOG__LEVEL": "warning"}
    assert folder.load(SMALL).settings.log.level == "info"
    assert folder.load(text).settings.log.level == "error"
    assert folder.load(text, env=variable).settings.log.level == "warning"
    loaded = folder.load(text, env=variable, overrides={"log.level": "debug"})
    assert loaded.settings.log.level == "debug"
    assert loaded.origin("log.level") == "command line"


def test_each_value_knows_where_it_came_from(folder: Folder) -> None:
    loaded = folder.load('[log]\nlevel = "error"\n' + SMALL)
    assert loaded.path == folder.file
    assert loaded.origin("log.level") == f"{folder.file}:2"
    assert loaded.origin("mirrors.handbook.target.token") == f"{folder.file}:5"
    assert loaded.origin("log.format") == "default"
    assert loaded.origin("mirrors.handbook.target.base_url") == "default"


def test_an_override_may_go_to_every_mirror_and_none_is_no_override(folder: Folder) -> None:
    text = SMALL + SMALL.replace("handbook", "wiki")
    overrides = {"mirrors.*.sync.max_removals": "14", "mirrors.*.sync.max_rerender": None}
    mirrors = folder.load(text, overrides=overrides).settings.mirrors
    assert [mirror.sync.max_removals for mirror in mirrors.values()] == [Count(14), Count(14)]
    assert [mirror.sync.max_rerender for mirror in mirrors.values()] == [Share(20), Share(20)]


def test_what_is_left_out_has_the_documented_default(folder: Folder) -> None:
    loaded = folder.load(SMALL)
    mirror = loaded.settings.mirrors["handbook"]
    assert (mirror.source.ref, mirror.source.path, mirror.source.include) == ("HEAD", "docs", ("**/*.md",))
    assert mirror.source.max_file_size == 5_000_000
    assert mirror.target.base_url == "https://hub.example/v1"
    assert (mirror.target.requests_per_minute, mirror.target.requests_per_day) == (60, 1000)
    assert mirror.target.own["publish"] is True
    assert mirror.sync.max_wait == timedelta(minutes=10)
    assert loaded.settings.service.admin_token == SecretRef(kind="env", name="PAGEMIRROR_ADMIN_TOKEN")


def test_a_named_limit_comes_before_the_backends_default(folder: Folder) -> None:
    target = folder.load(SMALL + "requests_per_minute = 0\n").settings.mirrors["handbook"].target
    assert (target.requests_per_minute, target.requests_per_day) == (0, 1000)


def test_an_empty_base_url_is_the_backends_and_a_slash_at_the_end_goes(folder: Folder) -> None:
    assert (
        folder.load(SMALL + 'base_url = ""\n').settings.mirrors["handbook"].target.base_url == "https://hub.example/v1"
    )
    loaded = folder.load(SMALL + 'base_url = "http://127.0.0.1:8700/exec/"\n')
    assert loaded.settings.mirrors["handbook"].target.base_url == "http://127.0.0.1:8700/exec"


def test_relative_paths_start_from_the_config_file(folder: Folder) -> None:
    text = (
        '[state]\nurl = "sqlite:///records/state.db?timeout=5"\n'
        '[mirrors.handbook.source]\nrepo = "../repository"\n' + SMALL + 'ca_file = "ca.pem"\n'
    )
    above = Folder(folder.path.parent)
    folder.write(text)
    loaded = above.load(explicit=folder.file)
    mirror = loaded.settings.mirrors["handbook"]
    assert loaded.settings.state.url == f"sqlite:///{folder.path}/records/state.db?timeout=5"
    assert mirror.source.repo == f"{folder.path}/../repository"
    assert mirror.target.ca_file == folder.path / "ca.pem"
    assert folder.load(SMALL).settings.mirrors["handbook"].source.repo == str(folder.path)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////var/lib/state.db",
        "postgresql+psycopg://me:pw@db/pages",
        "git:refs/pagemirror/state",
        "git:refs/a@origin",
    ],
)
def test_other_state_urls_stay_as_they_are(folder: Folder, url: str) -> None:
    assert folder.load(f'[state]\nurl = "{url}"\n{SMALL}').settings.state.url == url


def test_without_a_state_url_the_state_is_beside_the_config_file(folder: Folder) -> None:
    loaded = folder.load(SMALL)
    assert loaded.settings.state.url == f"sqlite:///{folder.path}/.pagemirror/state.db"
    assert loaded.origin("state.url") == "default"


def test_under_systemd_the_state_is_in_the_state_directory(folder: Folder) -> None:
    env = {"STATE_DIRECTORY": "/var/lib/pagemirror:/var/lib/other"}
    assert folder.load(SMALL, env=env).settings.state.url == "sqlite:////var/lib/pagemirror/state.db"
    named = '[state]\nurl = "sqlite:///own.db"\n'
    assert folder.load(named + SMALL, env=env).settings.state.url == f"sqlite:///{folder.path}/own.db"


@pytest.mark.parametrize("repo", ["https://git.example/a/b.git", "git@git.example:a/b.git", "ssh://git@git.example/a"])
def test_a_repositorys_url_stays_as_it_is(folder: Folder, repo: str) -> None:
    loaded = folder.load(f'[mirrors.handbook.source]\nrepo = "{repo}"\n{SMALL}')
    assert loaded.settings.mirrors["handbook"].source.repo == repo


def test_no_config_at_all_says_where_it_was_looked_for(folder: Folder) -> None:
    if Path("/etc/pagemirror/pagemirror.toml").exists():
        pytest.skip("this machine has a config of its own")
    with pytest.raises(ConfigError, match="There is no config") as error:
        folder.load()
    assert str(folder.path) in error.value.message
    assert "--config" in error.value.hint


def test_a_config_without_mirrors_loads(folder: Folder) -> None:
    assert folder.load("").settings.mirrors == {}


def test_settings_are_frozen(folder: Folder) -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(folder.load(SMALL).settings.log, "level", "debug")  # noqa: B010 - a plain assignment is no valid program
