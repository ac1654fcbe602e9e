"""What a person can get wrong before anything starts: exit code 2, the words that help, and JSON where it was asked."""

import json

import pytest

from support.site import Site

KEY = "exec_live_" + "Q" * 40


@pytest.fixture
def ready(site: Site) -> Site:
    site.docs({"a.md": "# A\n"})
    return site


def refused(site: Site, *words: str, says: tuple[str, ...], code: int = 2) -> None:
    """The command ends so for people and for programs, and sends nothing."""
    sent = site.box.requests("exec")
    for form in ("human", "json"):
        ran = site(*words, "--output", form)
        assert ran.code == code, ran.said
        told = ran.said if form == "human" else f"{ran.error['message']} {ran.error['hint']}"
        for word in says:
            assert word in told, told
    assert site.box.requests("exec") == sent


def test_no_config_at_all(ready: Site) -> None:
    ready.config.unlink()
    refused(ready, "sync", says=("no config", "--config", "PAGEMIRROR_CONFIG", "pagemirror.toml", "pagemirror init"))


def test_a_named_config_that_is_not_there(ready: Site) -> None:
    refused(ready, "plan", "--config", "other.toml", says=("--config names a file that is not there", "other.toml"))


def test_a_config_that_is_no_toml(ready: Site) -> None:
    ready.config.write_text("[mirrors.handbook\n", "utf-8")
    refused(ready, "sync", says=("pagemirror.toml:1:", "not TOML"))


def test_a_config_without_a_mirror(ready: Site) -> None:
    ready.config.write_text("", "utf-8")
    refused(ready, "sync", says=("no mirror", "[mirrors.", "pagemirror.toml"))
    refused(ready, "plan", says=("no mirror",))


def test_an_unknown_key_names_file_line_and_the_nearest(ready: Site) -> None:
    ready.configure(target__tokn="env:X")
    line = ready.config.read_text("utf-8").split("\n").index('tokn = "env:X"') + 1
    refused(ready, "sync", says=(f"pagemirror.toml:{line}:", "Unknown key mirrors.handbook.target.tokn", "token?"))


def test_a_literal_secret_is_refused_and_not_repeated(ready: Site) -> None:
    ready.secrets.add(KEY)
    ready.configure(target__token=KEY)
    refused(ready, "sync", says=("never written into the config", "env:NAME", "file:PATH", "credential:NAME"))


def test_a_literal_secret_is_refused_by_config_show_too(ready: Site) -> None:
    ready.secrets.add(KEY)
    ready.configure(target__token=KEY)
    assert ready("config", "show").code == 2


def test_a_variable_that_is_not_set(ready: Site) -> None:
    del ready.env["EXEC_API_KEY"]
    refused(ready, "sync", says=("EXEC_API_KEY is not set", "Set EXEC_API_KEY"))


def test_a_token_of_the_wrong_form_is_not_sent(ready: Site) -> None:
    ready.env["EXEC_API_KEY"] = "nonsense-key-value"
    ready.secrets.add("nonsense-key-value")
    refused(ready, "sync", says=("env:EXEC_API_KEY", "no Exec key", "Nothing was sent"))


def test_the_history_of_no_page_of_ours(ready: Site) -> None:
    ready.docs({"a.md": "# A\n\nText.\n"})
    ready.done("sync")
    refused(ready, "history", "nope.md", says=("nope.md", "handbook", "relative to source.path"))
    assert "No text of a.md was kept" in ready.done("history", "a.md").out


def test_an_unknown_backend(ready: Site) -> None:
    ready.configure(target__backend="exce")
    refused(ready, "sync", says=("exce", "exec"))


def test_an_unknown_mirror(ready: Site) -> None:
    refused(ready, "sync", "handbok", says=("handbok", "Did you mean handbook?"))
    refused(ready, "conflicts", "--mirror", "handbok", says=("handbok", "handbook"))


def test_a_typo_in_an_option(ready: Site) -> None:
    refused(ready, "sync", "--dry-rnu", says=("--dry-rnu", "--dry-run", "pagemirror sync --help"))


def test_a_typo_in_a_variable(ready: Site) -> None:
    ready.env["PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__ON_DRFIT"] = "git"
    refused(ready, "plan", says=("PAGEMIRROR_MIRRORS__HANDBOOK__SYNC__ON_DRFIT", "SYNC__ON_DRIFT?"))


def test_a_typo_in_a_command(ready: Site) -> None:
    ran = ready("snyc")
    assert ran.code == 2
    assert "snyc" in ran.err
    assert "sync" in ran.err


@pytest.mark.parametrize("path", ["/etc/passwd", "../other.md", ""])
def test_a_path_outside_of_the_folder(ready: Site, path: str) -> None:
    refused(ready, "sync", "--only", path, says=("not inside the source folder", "relative to source.path"))


def test_a_mirror_without_records_has_nothing_to_decide(ready: Site) -> None:
    ran = ready("resolve", "a.md", "--take", "git")
    assert ran.code == 2, ran.said
    assert "a.md" in ran.err


@pytest.mark.parametrize("command", ["check", "plan", "sync"])
def test_a_mirror_that_is_named_twice_is_one(ready: Site, command: str) -> None:
    named = ready(command, "handbook", "handbook", "--output", "json")
    assert named.code == 0, named.said
    assert [mirror["name"] for mirror in named.json["mirrors"]] == ["handbook"]


def test_a_path_that_waits_in_none_of_two_mirrors_is_told_as_that(site: Site) -> None:
    site.docs({"a.md": "# A\n"})
    text = site.config.read_text("utf-8")
    site.configure(text.replace("mirrors.handbook", "mirrors.twin"))
    site.done("sync")
    ran = site("resolve", "a.md", "--take", "git")
    assert ran.code == 2, ran.said
    assert "Nothing is held for a.md in the mirrors handbook, twin" in ran.err
    assert "No mirror knows b.md" in site("restore", "b.md", "1").err


def test_two_mirrors_of_one_folder_on_one_target_are_told_of_each_other(site: Site) -> None:
    site.docs({"a.md": "# A\n"})
    twin = site.config.read_text("utf-8").replace("mirrors.handbook", "mirrors.twin")
    site.configure(twin)
    told = "the mirror twin has the same folder and target: each file gets a page of each of the two"
    assert told in site.done("sync", "handbook").said
    site.configure(twin.replace('"docs"', '"other"').replace("/rest/v1", "/rest/v2"))
    assert told not in site.done("sync", "handbook").said


@pytest.mark.parametrize("pattern", ["!", "a\\", "[z-a]"])
@pytest.mark.parametrize("key", ["sync.protect", "source.include", "source.exclude", "target.folders", "target.skills"])
def test_a_pattern_that_can_not_be_read_is_named_with_its_key_and_line(site: Site, key: str, pattern: str) -> None:
    site.docs({"a.md": "# A\n"})
    table, _, name = key.partition(".")
    value = json.dumps(pattern)
    line = f"{name} = {{ {value} = ['Guides'] }}" if table == "target" else f"{name} = [{value}]"
    head = f"[mirrors.handbook.{table}]"
    text = site.config.read_text("utf-8")
    text = text.replace(head, f"{head}\n{line}") if head in text else f"{text}\n{head}\n{line}\n"
    site.config.write_text(text, "utf-8")
    number = text.splitlines().index(line) + 1
    for command in ("check", "status"):
        ran = site(command)
        assert ran.code == 2, ran.said
        for said in (f"mirrors.handbook.{key}", f"{pattern!r} is no pattern", f"pagemirror.toml:{number}"):
            assert said in ran.said, ran.said
