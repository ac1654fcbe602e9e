"""The merged settings as rows: every key once, secrets masked, origins named."""

from pagemirror.config import Row, show
from support.configfolder import SMALL, Folder


def test_every_setting_is_shown_once_with_its_origin(folder: Folder) -> None:
    rows = show(folder.load('[log]\nlevel = "debug"\n' + SMALL, env={"PAGEMIRROR_STATE__KEEP": "1d"}))
    by_key = {row.key: row for row in rows}
    assert len(by_key) == len(rows)
    assert by_key["log.level"] == Row(key="log.level", value='"debug"', origin=f"{folder.file}:2")
    assert by_key["state.keep"].origin == "environment PAGEMIRROR_STATE__KEEP"
    assert by_key["mirrors.handbook.sync.max_wait"] == Row(
        key="mirrors.handbook.sync.max_wait", value='"10m"', origin="default"
    )
    assert by_key["mirrors.handbook.target.publish"].value == "true"
    assert by_key["mirrors.handbook.source.include"].value == '["**/*.md"]'
    assert not [key for key in by_key if ".own" in key]


def test_a_reference_is_shown_and_an_empty_one_is_empty(folder: Folder) -> None:
    rows = {row.key: row.value for row in show(folder.load(SMALL))}
    assert rows["mirrors.handbook.target.token"] == '"env:HUB_KEY"'
    assert rows["mirrors.handbook.source.token"] == '""'


def test_passwords_in_urls_and_the_path_of_the_notify_url_are_masked(folder: Folder) -> None:
    text = (
        '[state]\nurl = "postgresql+psycopg://me:hunter2@db/pages"\n'
        '[service]\nnotify_url = "https://hooks.example/T1/hunter2"\n'
        + SMALL
        + 'proxy = "http://me:hunter2@proxy:3128"\n'
    )
    rows = show(folder.load(text))
    values = {row.key: row.value for row in rows}
    assert values["state.url"] == '"postgresql+psycopg://me:***@db/pages"'
    assert values["service.notify_url"] == '"https://hooks.example/***"'
    assert values["mirrors.handbook.target.proxy"] == '"http://me:***@proxy:3128"'
    assert "hunter2" not in str(rows)


def test_mirrors_are_shown_by_name(folder: Folder) -> None:
    rows = show(folder.load(SMALL + SMALL.replace("handbook", "a")))
    names = [row.key.split(".")[1] for row in rows if row.key.startswith("mirrors.")]
    assert names == sorted(names)
    assert set(names) == {"a", "handbook"}
