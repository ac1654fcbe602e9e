"""`init`: what it asks, what it writes, and what it refuses."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from pagemirror.backends import registry
from pagemirror.cli.init.answers import Answers, mirror_name, toml
from pagemirror.cli.init.asking import Asker
from pagemirror.config import load
from pagemirror.model.errors import UsageError
from pagemirror.source import web_addresses
from support.clidesk import Desk, Terminal
from support.gitrepo import GitRepo

ANSWERS = Answers(
    name="handbook",
    repo=".",
    ref="HEAD",
    path="docs",
    web_url="https://git.example.com/blob/{ref}/{path}",
    raw_url="",
    backend="exec",
    base_url="",
    token="env:EXEC_API_KEY",
    page_url='https://hub.example.com/"ü"/{id}',
)


@pytest.fixture
def place(tmp_path: Path) -> Desk:
    repo = GitRepo.init(tmp_path / "acme")
    repo.commit_files({"docs/a.md": "# A\n"})
    repo.git("remote", "add", "origin", "git@github.com:acme/handbook.git")
    return Desk(cwd=repo.path)


def test_the_file_that_comes_of_the_answers_loads_and_says_what_was_answered(tmp_path: Path) -> None:
    file = tmp_path / "pagemirror.toml"
    file.write_text(toml(ANSWERS), encoding="utf-8")
    loaded = load(
        file,
        env={},
        cwd=tmp_path,
        overrides={},
        backend_settings=registry.backend,
        backend_names=registry.names,
    )
    mirror = loaded.settings.mirrors["handbook"]
    assert (mirror.source.path, mirror.source.ref, mirror.target.backend) == ("docs", "HEAD", "exec")
    assert mirror.target.page_url == ANSWERS.page_url
    assert str(mirror.target.token) == "env:EXEC_API_KEY"


@pytest.mark.parametrize(
    ("folder", "name"), [("Docs", "docs"), ("my handbook!", "my_handbook"), ("ü", "docs"), ("a-b", "a_b")]
)
def test_a_mirror_is_named_after_its_folder(folder: str, name: str) -> None:
    assert mirror_name(folder) == name


@pytest.mark.parametrize(
    ("remote", "web"),
    [
        ("git@github.com:acme/h.git", "https://github.com/acme/h/blob/{ref}/{path}"),
        ("https://user:pass@gitlab.example.com/a/b/h.git", "https://gitlab.example.com/a/b/h/-/blob/{ref}/{path}"),
        ("ssh://git@codeberg.org:22/acme/h", "https://codeberg.org/acme/h/src/branch/{ref}/{path}"),
        ("https://bitbucket.org/acme/h.git", "https://bitbucket.org/acme/h/src/{ref}/{path}"),
        ("/srv/git/h.git", None),
        ("https://git.example.com/acme/h.git", None),
        ("", None),
    ],
)
def test_a_known_host_tells_how_a_file_is_shown_there(remote: str, web: str | None) -> None:
    found = web_addresses(remote)
    assert (found[0] if found else None) == web


def test_without_a_person_the_flags_must_say_what_has_no_default(place: Desk) -> None:
    told = place("init")
    assert told.code == 2
    assert "--backend is missing" in told.err
    assert not (place.cwd / "pagemirror.toml").exists()


def test_flags_alone_write_the_file_and_name_the_next_command(place: Desk) -> None:
    told = place("init", "--backend", "exec", "--no-test")
    assert (told.code, "pagemirror check" in told.out) == (0, True)
    text = (place.cwd / "pagemirror.toml").read_text(encoding="utf-8")
    assert 'web_url = "https://github.com/acme/handbook/blob/{ref}/{path}"' in text
    assert 'token = "env:EXEC_API_KEY"' in text


def test_a_file_that_is_there_is_left_as_it_is(place: Desk) -> None:
    file = place.cwd / "pagemirror.toml"
    file.write_text("# mine\n", encoding="utf-8")
    told = place("init", "--backend", "exec", "--no-test")
    assert (told.code, file.read_text(encoding="utf-8")) == (2, "# mine\n")
    assert "is there already" in told.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--backend", "exc"), "Did you mean exec?"),
        (("--backend", "exec", "--token", "exec_live_0123"), "never written into the config"),
        (("--backend", "ravendocs", "--base-url", "https://docs.example.com/api/v1"), "--set space_id=…"),
        (("--backend", "exec", "--set", "publish"), "--set key=value"),
    ],
)
def test_a_wrong_answer_writes_nothing_and_says_what_fits(place: Desk, words: tuple[str, ...], says: str) -> None:
    told = place("init", *words)
    assert told.code == 2
    assert says in told.err
    assert "exec_live_0123" not in told.err
    assert not (place.cwd / "pagemirror.toml").exists()


def test_what_the_config_itself_refuses_takes_the_file_back(place: Desk) -> None:
    place.app.fault = UsageError("no")  # the made-up App opens; the fault shows when it is asked

    def refuse(*_: object, **__: object) -> object:
        raise UsageError("The config is wrong.")

    place.app.open = refuse  # type: ignore[assignment,method-assign]  # one answer of the port
    assert place("init", "--backend", "exec", "--no-test").code == 2
    assert not (place.cwd / "pagemirror.toml").exists()


def asker(*lines: str) -> tuple[Asker, io.StringIO]:
    out = io.StringIO()
    return Asker(Terminal("".join(f"{line}\n" for line in lines)), out), out


def test_a_refused_answer_is_asked_for_again_and_an_empty_one_takes_the_default() -> None:
    def even(text: str) -> None:
        if int(text) % 2:
            raise UsageError("That is odd.", hint="Take another.")

    ask, out = asker("3", "4")
    assert ask.ask("Number", flag="--number", check=even) == "4"
    assert out.getvalue() == "Number:   That is odd. Take another.\nNumber: "
    ask, out = asker("")
    assert ask.ask("Folder", flag="--path", default="docs") == "docs"
    assert out.getvalue() == "Folder [docs]: "
    ask, out = asker("", "x")
    assert ask.ask("Name", flag="--name") == "x"


def test_answers_that_end_too_early_write_nothing() -> None:
    ask, _ = asker()
    with pytest.raises(UsageError, match="ended before"):
        ask.ask("Name", flag="--name")


def test_a_person_at_a_terminal_is_asked(place: Desk) -> None:
    reading, typing = pty.openpty()
    command = [sys.executable, "-m", "pagemirror", "init", "--no-test"]
    env = {**os.environ, "HOME": str(place.cwd), "TERM": "dumb"}
    with subprocess.Popen(
        command, cwd=place.cwd, env=env, stdin=typing, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(typing)
        os.write(reading, b".\n\nexec\n\n\n\n")
        out, err = process.communicate(timeout=60)
    os.close(reading)
    assert process.returncode == 0, err
    assert "Folder of Markdown in it [docs]:" in err
    assert "Next: pagemirror check" in out
    assert 'path = "docs"' in (place.cwd / "pagemirror.toml").read_text(encoding="utf-8")
