"""What is said of a config that is wrong: all of it, with key, file, line and way out, and never a secret."""

import pytest

from pagemirror.config import ConfigError
from support.configfolder import SMALL, Folder


def test_an_unknown_key_names_the_nearest_the_file_and_the_line(folder: Folder) -> None:
    assert folder.problems(SMALL + '[mirrors.handbook.sync]\non_drft = "git"\n') == [
        f"{folder.file}:5: Unknown key mirrors.handbook.sync.on_drft. Did you mean on_drift?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[stat]\n", "Unknown key stat. Did you mean state?"),
        ("[mirror.handbook]\n", "Unknown key mirror. Did you mean mirrors?"),
        ("[state]\nurll = 1\n", "Unknown key state.urll. Did you mean url?"),
        ("[mirrors.handbook.tarjet]\n", "Unknown key mirrors.handbook.tarjet. Did you mean target?"),
        ("[mirrors.handbook]\non_drift = 'git'\n", "It belongs in [mirrors.handbook.sync]."),
        ("[mirrors.handbook.sync]\nrepo = '.'\n", "It belongs in [mirrors.handbook.source]."),
        ("[log]\nxyzzy = 1\n", "Unknown key log.xyzzy. Known here: format, level."),
        ("level = 'info'\n", "Unknown key level. It belongs in [log]."),
        ("[state]\n'a.b c' = 1\n", 'Unknown key state."a.b c".'),
    ],
)
def test_an_unknown_key_says_what_was_meant_wherever_it_stands(folder: Folder, text: str, said: str) -> None:
    [problem] = folder.problems(text + SMALL)
    assert said in problem


def test_a_backends_own_unknown_key_is_compared_with_its_keys_and_the_shared_ones(folder: Folder) -> None:
    assert folder.problems(SMALL + "publsh = true\ntimeut = '5s'\nown = {}\n") == [
        f"{folder.file}:4: Unknown key mirrors.handbook.target.publsh. Did you mean publish?",
        f"{folder.file}:5: Unknown key mirrors.handbook.target.timeut. Did you mean timeout?",
        (
            f"{folder.file}:6: Unknown key mirrors.handbook.target.own."
            " Known here: backend, base_url, ca_file, folders, mark, page_url, proxy, publish, requests_per_day,"
            " requests_per_minute, settle, skills, sources, timeout, token, visibility."
        ),
    ]


def test_a_backends_own_wrong_value_names_key_line_and_what_is_allowed(folder: Folder) -> None:
    assert folder.problems(SMALL + 'visibility = "public"\nfolders = "Guides"\n') == [
        f'{folder.file}:4: mirrors.handbook.target.visibility = "public" can\'t be used: allowed: private, workspace.',
        f'{folder.file}:5: mirrors.handbook.target.folders = "Guides" can\'t be used: a table is needed.',
    ]


def test_an_unknown_backend_names_those_there_are(folder: Folder) -> None:
    assert folder.problems(SMALL.replace('"exec"', '"exek"') + "publish = true\n") == [
        f'{folder.file}:2: There is no backend "exek"; there are: exec, pharen. Did you mean exec?',
    ]


def test_a_missing_backend_names_those_there_are(folder: Folder) -> None:
    assert folder.problems("[mirrors.handbook.target]\ntoken = 'env:A'\n") == [
        f"{folder.file}:1: mirrors.handbook.target.backend is missing; there are: exec, pharen.",
    ]


def test_a_missing_target_is_said_at_its_mirror(folder: Folder) -> None:
    [problem] = folder.problems("\n[mirrors.handbook.sync]\nmode = 'full'\n")
    assert problem == f"{folder.file}:2: [mirrors.handbook.target] is missing: it says where the pages of handbook go."


def test_a_backend_without_a_usual_address_needs_one(folder: Folder) -> None:
    [problem] = folder.problems(SMALL.replace('"exec"', '"pharen"'))
    assert (
        problem == f"{folder.file}:1: mirrors.handbook.target.base_url is missing; this backend has no usual address."
    )


@pytest.mark.parametrize(
    ("table", "line", "needed"),
    [
        ("log", 'level = "verbose"', "allowed: debug, info, warning, error"),
        ("log", "level = 3", "allowed: debug, info, warning, error"),
        ("state", 'keep = "90"', "a duration is a number and a unit"),
        ("state", 'texts = "yes"', "true or false is needed"),
        ("state", "url = 5", "a text in quotes is needed"),
        ("state", 'url = "mysql://db"', "a state URL is one of"),
        ("state", 'url = "sqlite:///:memory:"', "a state in memory would be lost"),
        ("state", 'url = "postgresql://db/pages"', "begins with postgresql+psycopg://"),
        ("service", 'listen = "8580"', "an address and a port"),
        ("service", 'listen = "127.0.0.1:99999"', "an address and a port"),
        ("service", 'notify_url = "hooks"', "a URL is needed"),
        ("service", 'notify_url = "http://[::1"', "a URL is needed"),
        ("service", 'notify_url = "http:///hook"', "a URL is needed"),
        ("state", 'url = "git:refs/heads/main"', "no branch or tag"),
        ("state", 'url = "git:refs/tags/v1@backup"', "no branch or tag"),
        ("mirrors.handbook", 'was = "Old Name"', "a-z, 0-9 and _"),
        ("mirrors.handbook.source", 'path = "../docs"', "inside the repository"),
        ("mirrors.handbook.source", 'path = "/docs"', "inside the repository"),
        ("mirrors.handbook.source", 'repo = ""', "a repository is needed"),
        ("mirrors.handbook.source", 'ref = ""', "not empty"),
        ("mirrors.handbook.source", 'include = "*.md"', "a list of patterns"),
        ("mirrors.handbook.source", 'include = ["*.md", ""]', "not empty"),
        ("mirrors.handbook.source", 'exclude = [" "]', "not empty and not only spaces"),
        ("mirrors.handbook.source", 'max_file_size = "5"', "a size is a number and a unit"),
        (
            "mirrors.handbook.source",
            'web_url = "https://git/{reff}/{path}"',
            "{reff} is not known here; allowed: {ref} {commit} {path}. Did you mean {ref}?",
        ),
        ("mirrors.handbook.target", 'base_url = "hub.example"', 'begins with "https://"'),
        ("mirrors.handbook.target", 'base_url = "https://[hub"', 'begins with "https://"'),
        ("mirrors.handbook.target", 'page_url = "https://hub/{path}"', "allowed: {id} {slug} {slug_id} {workspace}"),
        ("mirrors.handbook.target", "requests_per_minute = -1", "at least 0"),
        ("mirrors.handbook.target", "ca_file = 5", "a text in quotes"),
        ("mirrors.handbook.sync", "concurrency = 0", "at least 1"),
        ("mirrors.handbook.sync", "concurrency = -1", "at least 1"),
        ("mirrors.handbook.sync", 'banner = "{who}"', "allowed: {web_url} {path} {commit} {author}"),
        ("mirrors.handbook.sync", 'concurrency = "8"', "a whole number"),
        ("mirrors.handbook.sync", "max_removals = 0.2", "a limit is a number of pages or a share"),
        ("mirrors.handbook.sync", 'banner = "a\\nb"', "one line"),
        ("mirrors.handbook.sync", "on_removal = true", "allowed: archive, delete, keep"),
    ],
)
def test_a_wrong_value_names_key_line_what_was_given_and_what_is_allowed(
    folder: Folder, table: str, line: str, needed: str
) -> None:
    text = f"{SMALL}{line}\n" if table.endswith("target") else f"{SMALL}[{table}]\n{line}\n"
    [problem] = folder.problems(text)
    key, _, given = line.partition(" = ")
    assert problem.startswith(f"{folder.file}:{4 if table.endswith('target') else 5}: {table}.{key} = ")
    assert needed in problem
    assert not problem.endswith("..")
    assert given in problem or "[" in given


def test_a_table_that_is_no_table_is_an_error(folder: Folder) -> None:
    assert [problem.partition(": ")[2] for problem in folder.problems("log = 3\nmirrors = 3\n")] == [
        "log = 3 can't be used: a table is needed.",
        "mirrors = 3 can't be used: a table is needed.",
    ]
    [problem] = folder.problems("[mirrors]\nhandbook = 3\n")
    assert "mirrors.handbook = 3 can't be used: a table is needed." in problem


def test_a_mirrors_name_is_lower_case(folder: Folder) -> None:
    for name in ("Handbook", "hand-book", '"hand book"'):
        [problem] = folder.problems(SMALL.replace("handbook", name))
        assert "a mirror's name is made of a-z, 0-9 and _" in problem
        assert problem.startswith(f"{folder.file}:1: ")


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_file(folder: Folder) -> None:
    with pytest.raises(ConfigError) as error:
        folder.load('[log]\nlevel = "x"\nformta = "json"\n' + SMALL + "timeout = 30\npublish = 5\n")
    lines = error.value.message.splitlines()
    assert lines[0] == "The config has 4 problems:"
    assert [line.split(":")[1] for line in lines[1:]] == ["2", "3", "7", "8"]


@pytest.mark.parametrize(
    "text",
    [
        SMALL.replace("env:HUB_KEY", "hunter2"),
        SMALL.replace('"env:HUB_KEY"', "8431990021"),
        SMALL + '[mirrors.handbook.source]\nssh_key = "hunter2 8431990021"\n',
        SMALL + '[mirrors.handbook.source]\nrepo = "https://me:hunter2@git.example/a.git"\n',
        SMALL + '[mirrors.handbook.source]\nrepo = "https://hunter2@git.example/a.git"\n',
        SMALL + 'base_url = "https://me:hunter2@hub.example"\n',
        SMALL + '[service]\nadmin_token = "hunter2"\n',
        SMALL + '[state]\nurl = "postgres://me:hunter2@db/pages"\n',
        SMALL + '[state]\nurl = ["mysql://me:hunter2@db/pages"]\n',
        SMALL + 'api_key = "hunter2"\n',
        SMALL + 'token = { value = "hunter2" }\n'.replace("token", "proxy"),
    ],
)
def test_no_message_repeats_what_may_be_a_secret(folder: Folder, text: str) -> None:
    with pytest.raises(ConfigError) as error:
        folder.load(text)
    said = f"{error.value} {error.value.hint} {error.value.problems}"
    assert "hunter2" not in said
    assert "8431990021" not in said


def test_a_literal_secret_is_refused_with_the_way_out(folder: Folder) -> None:
    [problem] = folder.problems(SMALL.replace("env:HUB_KEY", "hunter2"))
    assert problem == (
        f"{folder.file}:3: mirrors.handbook.target.token = *** can't be used: a secret is never written into the"
        " config; name where it is: env:NAME, file:PATH or credential:NAME."
    )


def test_a_long_value_is_cut_in_the_message(folder: Folder) -> None:
    [problem] = folder.problems(SMALL + f'mark = "{"x" * 500}"\n')
    assert len(problem) < 300
    assert "…" in problem


def test_a_former_name_that_is_still_configured_is_an_error(folder: Folder) -> None:
    text = SMALL + SMALL.replace("handbook", "wiki") + '[mirrors.wiki]\nwas = "handbook"\n'
    assert folder.problems(text) == [
        f'{folder.file}:8: mirrors.wiki.was = "handbook" names a mirror that is still configured.',
    ]


def test_two_mirrors_cant_have_one_former_name(folder: Folder) -> None:
    text = SMALL + SMALL.replace("handbook", "wiki") + '[mirrors]\nhandbook.was = "old"\nwiki.was = "old"\n'
    text = text.replace("[mirrors]\nhandbook.was", "[mirrors.handbook]\nwas").replace("wiki.was", "[mirrors.wiki]\nwas")
    [problem] = folder.problems(text)
    assert "the records can't move to handbook and wiki both" in problem


def test_braces_around_prose_in_a_banner_are_prose(folder: Folder) -> None:
    text = SMALL + '[mirrors.handbook.sync]\nbanner = "Edit [here]({web_url}) { not there }"\n'
    assert folder.load(text).settings.mirrors["handbook"].sync.banner == "Edit [here]({web_url}) { not there }"
