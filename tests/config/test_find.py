"""Which file is the config, and what is said of one that can't be read."""

from pathlib import Path

import pytest

from pagemirror.config import ConfigError
from pagemirror.config.find import find_file, read_file


def test_the_named_file_comes_before_the_variable_and_the_folder(tmp_path: Path) -> None:
    for name in ("named.toml", "variable.toml", "pagemirror.toml"):
        (tmp_path / name).touch()
    env = {"PAGEMIRROR_CONFIG": "variable.toml"}
    assert find_file(Path("named.toml"), env=env, cwd=tmp_path) == tmp_path / "named.toml"
    assert find_file(None, env=env, cwd=tmp_path) == tmp_path / "variable.toml"
    assert find_file(None, env={"PAGEMIRROR_CONFIG": ""}, cwd=tmp_path) == tmp_path / "pagemirror.toml"


def test_without_a_name_the_nearest_file_above_counts(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "pagemirror.toml").touch()
    assert find_file(None, env={}, cwd=deep) == tmp_path / "pagemirror.toml"
    (tmp_path / "a" / "pagemirror.toml").touch()
    assert find_file(None, env={}, cwd=deep) == tmp_path / "a" / "pagemirror.toml"


def test_a_named_file_that_is_not_there_is_an_error_and_not_a_reason_to_take_the_next(tmp_path: Path) -> None:
    (tmp_path / "pagemirror.toml").touch()
    with pytest.raises(ConfigError, match=r"--config names a file that is not there: .*gone\.toml"):
        find_file(Path("gone.toml"), env={}, cwd=tmp_path)
    with pytest.raises(ConfigError, match=r"\$PAGEMIRROR_CONFIG names a file that is not there"):
        find_file(None, env={"PAGEMIRROR_CONFIG": "gone.toml"}, cwd=tmp_path)


def test_a_folder_in_place_of_a_file_is_an_error_that_names_the_file_in_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="names a folder") as error:
        find_file(tmp_path, env={}, cwd=tmp_path)
    assert str(tmp_path / "pagemirror.toml") in error.value.hint


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = \n", ":1:5"),
        ("[state]\nurl = unquoted\n", ":2:7"),
        ("a = 1\na = 2\n", ":2:"),
        ('a = "open', ":1:"),
        ("[a\n", ":1:3"),
        ('a = """\n', ":1:8"),
    ],
)
def test_a_mistake_in_the_toml_has_file_line_and_column(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "pagemirror.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match="not TOML") as error:
        read_file(file)
    assert error.value.message.startswith(f"{file}{place}")
    assert "column" in error.value.message
    assert error.value.exit_code == 2


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "pagemirror.toml"
    file.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(ConfigError, match=r"pagemirror\.toml:2: not UTF-8"):
        read_file(file)


def test_a_file_that_cant_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        read_file(tmp_path)


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    file = tmp_path / "pagemirror.toml"
    file.write_bytes(b"\xef\xbb\xbf[state]\nkeep = '1d'\n")
    layer = read_file(file)
    assert layer.tree == {"state": {"keep": "1d"}}
    assert layer.place(("state", "keep")) == f"{file}:2"
