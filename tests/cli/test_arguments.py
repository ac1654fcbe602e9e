"""Global options may stand anywhere."""

import pytest

from pagemirror.cli.arguments import arrange


@pytest.mark.parametrize(
    "words",
    [
        ("--output", "json", "--quiet", "--config", "a.toml", "sync", "handbook", "--drift"),
        ("sync", "handbook", "--drift", "--output", "json", "--quiet", "--config", "a.toml"),
        ("--output", "json", "sync", "--quiet", "handbook", "--config", "a.toml", "--drift"),
    ],
)
def test_global_options_come_to_the_front_from_anywhere(words: tuple[str, ...]) -> None:
    arranged = arrange(words)
    assert arranged.words[-3:] == ("sync", "handbook", "--drift")
    assert sorted(arranged.words[:-3]) == ["--config", "--output", "--quiet", "a.toml", "json"]
    assert (arranged.command, arranged.output) == ("sync", "json")


def test_an_equals_sign_works_too() -> None:
    arranged = arrange(["sync", "--output=markdown", "--log-level=debug"])
    assert arranged.words == ("--output=markdown", "--log-level=debug", "sync")
    assert (arranged.output, arranged.log_level) == ("markdown", "debug")


def test_what_stands_after_two_dashes_is_left_alone() -> None:
    assert arrange(["conflicts", "--", "--quiet"]).words == ("conflicts", "--", "--quiet")


def test_the_last_of_two_counts_and_a_missing_value_is_left_to_the_parser() -> None:
    assert arrange(["--output", "json", "sync", "--output", "human"]).output == "human"
    arranged = arrange(["sync", "--output"])
    assert arranged.words == ("sync", "--output")
    assert arranged.output == "human"


def test_without_words_there_is_no_command() -> None:
    assert arrange([]).command == ""
