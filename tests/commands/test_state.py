"""`state export`, `import` and `verify` as processes: a copy and its way back, and the records against the target."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from support.gitrepo import GitRepo
from support.site import Ran, Site

FILES = {"a.md": "# A\n\n[B](b.md)\n", "b.md": "# B\n\nText.\n", "c.md": "# C\n\nText.\n"}


@pytest.fixture
def mirrored(site: Site) -> Site:
    site.docs(FILES)
    site.done("sync")
    return site


def differences(ran: Ran) -> dict[str, str]:
    (mirror,) = ran.json["mirrors"]
    return {finding["path"]: finding["difference"] for finding in mirror["findings"]}


def page(site: Site, title: str) -> str:
    return str(site.live()[title]["id"])


def moved(site: Site, name: str = "new.db") -> None:
    """Let the config name another state, which is empty."""
    site.configure(f'[state]\nurl = "sqlite:///{site.folder / name}"\n')


@pytest.mark.parametrize("texts", [("--texts",), ()])
def test_export_import_and_a_sync_send_nothing(mirrored: Site, texts: tuple[str, ...]) -> None:
    made = mirrored.done("state", "export", *texts, "--file", "copy.jsonl", "--output", "json")
    assert made.json["mirrors"][0] | {"kept_bytes": 0} == {
        "name": "handbook",
        "records": 3,
        "pages": 3,
        "intents": 0,
        "holds": 0,
        "decisions": 0,
        "kept_bytes": 0,
    }
    assert stat.S_IMODE((mirrored.folder / "copy.jsonl").stat().st_mode) == 0o600
    moved(mirrored)
    assert mirrored.done("state", "import", "copy.jsonl", "--output", "json").json["mirrors"] == made.json["mirrors"]
    before = mirrored.box.requests("exec")
    ran = mirrored.done("sync", "--output", "json")
    assert (ran.json["mirrors"][0]["requests"], mirrored.box.requests("exec")) == (0, before)
    mirrored.docs({"b.md": "# B\n\nOther text.\n"})
    assert mirrored.done("sync", "--output", "json").outcomes() == {"b.md": ("update", "done", None)}
    assert len(mirrored.live()) == 3


def test_a_state_moves_from_a_file_into_a_git_ref_and_back(mirrored: Site, tmp_path: Path) -> None:
    origin = GitRepo.init(tmp_path / "origin.git", bare=True)
    mirrored.repo.git("remote", "add", "origin", str(origin.path))
    mirrored.done("state", "export", "--texts", "--file", "copy.jsonl")
    mirrored.configure('[state]\nurl = "git:refs/pagemirror/state"\n')
    mirrored.done("state", "import", "copy.jsonl")
    before = mirrored.box.requests("exec")
    mirrored.done("sync")
    assert mirrored.box.requests("exec") == before
    mirrored.done("state", "export", "--texts", "--file", "back.jsonl")
    first, second = ((mirrored.folder / name).read_text("utf-8") for name in ("copy.jsonl", "back.jsonl"))
    assert first == second


def test_an_export_to_stdout_is_lines_of_json_and_is_read_from_stdin(mirrored: Site, tmp_path: Path) -> None:
    out = mirrored.done("state", "export").out
    rows: list[Any] = [json.loads(line) for line in out.splitlines()]
    assert (rows[0]["pagemirror"], rows[-1]) == ("state", {"rows": 4})
    (tmp_path / "piped").write_text(out, "utf-8")
    moved(mirrored)
    assert "3 records, 3 pages imported" in mirrored.done("state", "import", str(tmp_path / "piped")).out
    again = mirrored("state", "import", str(tmp_path / "piped"), "--output", "json")
    assert (again.code, again.error["code"]) == (8, "state_taken")


def test_a_file_that_is_no_export_is_a_mistake_and_changes_nothing(mirrored: Site) -> None:
    moved(mirrored)
    for name, text in (("a.jsonl", "# A\n"), ("b.jsonl", "")):
        (mirrored.folder / name).write_text(text, "utf-8")
        ran = mirrored("state", "import", name, "--output", "json")
        assert (ran.code, ran.error["code"]) == (2, "export")
        assert name in ran.error["message"]
    assert mirrored("state", "import", "nosuch.jsonl").code == 2
    assert not (mirrored.folder / "new.db").exists() or '"rows":0' in mirrored.done("state", "export").out


def test_a_mirror_that_nobody_knows_is_a_mistake_with_those_there_are(mirrored: Site) -> None:
    ran = mirrored("state", "export", "nosuch", "--output", "json")
    assert (ran.code, ran.error["code"]) == (2, "unknown_mirror")
    assert "handbook" in ran.error["hint"]


def test_where_all_is_level_verify_says_so_for_one_request(mirrored: Site) -> None:
    ran = mirrored("state", "verify", "--output", "json")
    assert (ran.code, differences(ran)) == (0, {})
    (row,) = ran.json["mirrors"]
    assert (row["records"], row["listed"], row["requests"]) == (3, 3, 1)
    assert "as on the target" in mirrored.done("state", "verify").out


def test_verify_names_missing_pages_other_titles_and_records_without_a_page_and_changes_nothing(
    mirrored: Site,
) -> None:
    mirrored.docs({"bad.md": "---\nfolders: [Nowhere]\n---\n# Bad\n"})
    assert mirrored("sync").code == 1
    mirrored.box.archive("exec", page(mirrored, "A"))
    mirrored.box.edit("exec", page(mirrored, "B"), title="B by hand")
    before = mirrored.state.read_bytes(), len(mirrored.box.log("exec"))
    ran = mirrored("state", "verify", "--output", "json")
    assert ran.code == 3
    assert differences(ran) == {"a.md": "missing", "b.md": "title", "bad.md": "no_page"}
    assert {row["method"] for row in mirrored.box.log("exec")[before[1] :]} == {"GET"}
    assert mirrored.state.read_bytes() == before[0]
    told = mirrored("state", "verify")
    assert "its page is called “B by hand”" in told.out
    assert "| handbook | a.md |" in mirrored("state", "verify", "--output", "markdown").out


def test_a_refused_token_is_exit_5_and_a_broken_state_exit_8(mirrored: Site) -> None:
    mirrored.env["EXEC_API_KEY"] = "exec_live_" + "x" * 40
    ran = mirrored("state", "verify", "--output", "json")
    assert (ran.code, ran.error["code"]) == (5, "credentials")
    mirrored.configure(target__base_url="http://127.0.0.1:9/api")
    assert mirrored("state", "verify", "--output", "json").code == 5
    mirrored.state.write_bytes(b"no database" * 1000)
    assert mirrored("state", "verify", "--output", "json").code == 8
