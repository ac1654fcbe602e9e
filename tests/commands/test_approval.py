"""Looking before sending: `plan`, its exit code and digest, dry runs, single paths, and the forms of output."""

import pytest

from support.site import Site


@pytest.fixture
def ready(site: Site) -> Site:
    """A site in sync, with an edited and a new file since."""
    site.docs({"a.md": "# A\n\nOne.\n", "c.md": "# C\n"})
    site.done("sync")
    site.docs({"a.md": "# A\n\nTwo.\n", "b.md": "# B\n"})
    return site


def test_plan_tells_by_its_exit_code_whether_there_is_work(ready: Site) -> None:
    assert ready("plan").code == 0
    assert ready("plan", "--exit-code").code == 4
    assert ready("plan", "--exit-code", "--output", "json").json["exit"] == 4
    ready.done("sync")
    assert ready("plan", "--exit-code").code == 0


@pytest.mark.parametrize("words", [("plan",), ("plan", "--diff"), ("sync", "--dry-run")])
def test_looking_sends_and_writes_nothing(ready: Site, words: tuple[str, ...]) -> None:
    sent, state = ready.box.requests("exec"), ready.state.read_bytes()
    ran = ready.done(*words)
    assert "update  a.md" in ran.out
    assert "create  b.md" in ran.out
    assert ready.box.requests("exec") == sent
    assert ready.state.read_bytes() == state
    log = ready.state.with_name("state.db-wal")
    assert not log.exists() or log.stat().st_size == 0


def test_a_dry_run_on_a_fresh_site_leaves_no_state(site: Site) -> None:
    site.docs({"a.md": "# A\n"})
    site.done("sync", "--dry-run")
    assert not site.state.exists()
    assert site.live() == {}
    assert site.repo.git("status", "--porcelain", "--ignored") == ""


def test_a_sync_leaves_nothing_that_git_would_see(ready: Site) -> None:
    assert ready.repo.git("status", "--porcelain", "--ignored=no") == ""


def test_the_approved_plan_is_carried_out(ready: Site) -> None:
    digest = ready("plan", "--output", "json").json["mirrors"][0]["digest"]
    assert digest in ready.done("plan").out
    ran = ready.done("sync", "--plan-digest", digest)
    assert "updated  a.md" in ran.out
    assert set(ready.live()) == {"A", "B", "C"}


def test_another_plan_than_the_approved_one_sends_nothing(ready: Site) -> None:
    digest = ready("plan", "--output", "json").json["mirrors"][0]["digest"]
    ready.docs({"d.md": "# D\n"})
    sent = ready.box.requests("exec")
    ran = ready("sync", "--plan-digest", digest)
    assert ran.code == 3
    for word in ("plan_digest", digest[:12], "was approved", "nothing was sent", "pagemirror plan handbook"):
        assert word in ran.out, ran.out
    told = ready("sync", "--plan-digest", digest, "--output", "json")
    assert (told.code, told.json["error"]) == (3, None)
    assert {outcome for _, outcome, _ in told.outcomes().values()} == {"held"}
    assert ready.box.requests("exec") == sent


@pytest.mark.parametrize("digest", ["", " "])
def test_an_empty_digest_approves_nothing(ready: Site, digest: str) -> None:
    sent = ready.box.requests("exec")
    ran = ready("sync", "--plan-digest", digest, "--output", "json")
    assert ran.code == 2
    assert "--plan-digest is empty" in ran.error["message"]
    assert "nothing was started" in ran.error["message"]
    assert ready.box.requests("exec") == sent


def test_a_dry_run_tells_what_the_same_sync_would_do(ready: Site) -> None:
    ran = ready.done("sync", "--dry-run", "--only", "a.md")
    assert "update  a.md" in ran.out
    assert "b.md" not in ran.out
    ran = ready("sync", "--dry-run", "--plan-digest", "0" * 32, "--output", "json")
    assert ran.code == 3
    assert {outcome for _, outcome, _ in ran.outcomes().values()} == {"held"}
    assert "nosuch.md" in ready.done("sync", "--dry-run", "--only", "nosuch.md").out


def test_only_the_named_path_moves(ready: Site) -> None:
    ran = ready.done("sync", "--only", "a.md")
    assert "updated  a.md" in ran.out
    assert "b.md" not in ran.out
    assert set(ready.live()) == {"A", "C"}
    ready.done("sync")
    assert set(ready.live()) == {"A", "B", "C"}


def test_a_named_path_that_is_not_there_is_told(ready: Site) -> None:
    sent = ready.box.requests("exec")
    ran = ready("sync", "--only", "nosuch.md")
    assert "nosuch.md" in ran.said
    assert "no document" in ran.said
    assert ready.box.requests("exec") == sent


def test_quiet_says_only_what_is_wrong(ready: Site) -> None:
    assert ready.done("sync", "--quiet").said == ""
    assert ready.done("sync", "--quiet").said == ""
    ready.docs({"bad.md": b"\xff"})
    ran = ready("--quiet", "sync")
    assert ran.code == 1
    assert "bad.md" in ran.out
    assert "a.md" not in ran.out


def test_markdown_is_a_comment_for_a_merge_request(ready: Site) -> None:
    ran = ready.done("plan", "--diff", "--output", "markdown")
    for word in ("### Pagemirror: plan", "| handbook |", "`a.md`", "`b.md`", "-One.", "+Two.", "Digest: `"):
        assert word in ran.out, ran.out
    assert "### Pagemirror: sync" in ready.done("sync", "--output", "markdown").out


def test_config_show_names_origins_and_masks_what_could_be_secret(ready: Site) -> None:
    ready.env["PAGEMIRROR_STATE__URL"] = "postgresql+psycopg://me:s3cret@127.0.0.1/db"
    ready.secrets.add("s3cret")
    assert "postgresql" in ready.done("config", "show", "--output", "markdown").out
    for form in ("human", "json"):
        ran = ready.done("config", "show", "--output", form)
        assert "env:EXEC_API_KEY" in ran.out
        assert "pagemirror.toml:" in ran.out
        assert "PAGEMIRROR_STATE__URL" in ran.out
        assert "127.0.0.1/db" in ran.out


def test_json_holds_no_more_than_one_object_also_where_much_is_logged(ready: Site) -> None:
    ran = ready("--log-level", "debug", "sync", "--output", "json")
    assert ran.code == 0
    assert ran.json["error"] is None
