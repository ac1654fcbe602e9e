"""Secrets are named, never written; reading one says what is wrong without repeating it."""

from pathlib import Path

import pytest

from pagemirror.config import ConfigError, SecretRef

LITERAL = "exec_live_0123456789abcdefghijABCDEFGHIJ0123456789"


@pytest.mark.parametrize("text", ["env:HUB_KEY", "file:keys/hub", "file:/etc/pagemirror/key", "credential:hub"])
def test_a_reference_is_shown_as_it_was_written(text: str) -> None:
    assert str(SecretRef.parse(text)) == text


@pytest.mark.parametrize(
    "literal", [LITERAL, f"env:{LITERAL}-x", f"credential:../{LITERAL}", "", "env:", f"vault:{LITERAL}"]
)
def test_a_literal_secret_is_refused_with_the_way_out_and_not_repeated(literal: str) -> None:
    with pytest.raises(ValueError, match=r"env|credential") as refused:
        SecretRef.parse(literal)
    assert LITERAL not in str(refused.value)


def test_a_variable_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    assert SecretRef.parse("env:HUB_KEY").resolve({"HUB_KEY": "s3cret"}, tmp_path) == "s3cret"


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="HUB_KEY is not set") as missing:
        SecretRef.parse("env:HUB_KEY").resolve({"OTHER": LITERAL}, tmp_path)
    assert "Set HUB_KEY" in missing.value.hint


def test_one_line_end_at_the_end_is_cut_off_and_no_more(tmp_path: Path) -> None:
    for content, secret in (
        ("s3cret\n", "s3cret"),
        ("s3cret\r\n", "s3cret"),
        ("s3cret\n\n", "s3cret\n"),
        (" s ", " s "),
    ):
        (tmp_path / "key").write_bytes(content.encode())
        assert SecretRef.parse("file:key").resolve({}, tmp_path) == secret


def test_an_empty_secret_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="env:HUB_KEY is empty"):
        SecretRef.parse("env:HUB_KEY").resolve({"HUB_KEY": "\n"}, tmp_path)


def test_a_relative_file_starts_from_the_config_files_folder(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "hub").write_text("s3cret")
    assert SecretRef.parse("file:keys/hub").resolve({}, tmp_path) == "s3cret"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not there") as missing:
        SecretRef.parse("file:key").resolve({}, tmp_path)
    assert str(tmp_path / "key") in missing.value.message


def test_a_file_that_is_no_text_is_an_error_without_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"s3cret\xff")
    with pytest.raises(ConfigError, match="not UTF-8") as broken:
        SecretRef.parse("file:key").resolve({}, tmp_path)
    assert "s3cret" not in f"{broken.value.message}{broken.value.hint}"


@pytest.mark.parametrize("path", ["/dev/zero", "long"])
def test_a_file_without_end_is_no_secret(tmp_path: Path, path: str) -> None:
    (tmp_path / "long").write_text("x" * 100_000, "utf-8")
    with pytest.raises(ConfigError, match="is longer than a secret can be"):
        SecretRef.parse(f"file:{path}").resolve({}, tmp_path)


def test_a_folder_in_place_of_a_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        SecretRef.parse("file:.").resolve({}, tmp_path)


@pytest.mark.parametrize(("mode", "cautions"), [(0o600, 0), (0o640, 1), (0o604, 1)])
def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path, mode: int, cautions: int) -> None:
    key = tmp_path / "key"
    key.write_text("s3cret")
    key.chmod(mode)
    heard: list[str] = []
    SecretRef.parse("file:key").resolve({}, tmp_path, warn=heard.append)
    assert len(heard) == cautions
    assert all(f"chmod 600 {key}" in each and "s3cret" not in each for each in heard)


def test_a_credential_is_read_from_the_credentials_directory(tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("s3cret\n")
    (tmp_path / "hub").chmod(0o444)
    heard: list[str] = []
    reference = SecretRef.parse("credential:hub")
    assert reference.resolve({"CREDENTIALS_DIRECTORY": str(tmp_path)}, Path("/"), warn=heard.append) == "s3cret"
    assert heard == []


def test_a_missing_credentials_directory_names_the_line_the_unit_needs(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="CREDENTIALS_DIRECTORY") as missing:
        SecretRef.parse("credential:hub").resolve({}, tmp_path)
    assert "LoadCredential=hub:" in missing.value.hint


def test_a_missing_credential_names_the_line_the_unit_needs(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not there") as missing:
        SecretRef.parse("credential:hub").resolve({"CREDENTIALS_DIRECTORY": str(tmp_path)}, tmp_path)
    assert "LoadCredential=hub:" in missing.value.hint
