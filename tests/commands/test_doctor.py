"""`doctor` as a process: what it finds, and the exit code that a sync would have."""

from typing import Any

import pytest

from pagemirror.passes.diagnosing import clock_checkup
from support.site import Ran, Site


def verdicts(ran: Ran) -> dict[str, str]:
    return {row["check"]: row["verdict"] for row in ran.json["checks"]}


def problem(ran: Ran, check: str) -> Any:
    (row,) = (row for row in ran.json["checks"] if row["check"] == check)
    assert (row["verdict"], bool(row["hint"])) == ("problem", True)
    return row


def test_where_all_is_well_each_line_says_so_and_nothing_is_made(site: Site) -> None:
    site.docs({"a.md": "# A\n"})
    ran = site("doctor", "--output", "json")
    assert ran.code == 0
    assert set(verdicts(ran).values()) == {"ok"}
    assert verdicts(ran).keys() == {"config", "git", "state", "source", "lock", "token", "target", "clock"}
    assert site.box.requests("exec") == 1
    assert not site.state.exists()
    told = site("doctor")
    assert (told.code, "problem" in told.out) == (0, False)


def test_a_token_that_is_not_set_is_named_and_the_target_is_not_asked(site: Site) -> None:
    site.docs({"a.md": "# A\n"})
    del site.env["EXEC_API_KEY"]
    ran = site("doctor", "--output", "json")
    assert ran.code == 2
    assert "EXEC_API_KEY" in problem(ran, "token")["message"]
    assert verdicts(ran)["target"] == "skipped"
    assert site.box.requests("exec") == 0


def test_a_refused_token_is_exit_5_for_one_request(site: Site) -> None:
    site.docs({"a.md": "# A\n"})
    site.env["EXEC_API_KEY"] = "exec_live_" + "x" * 40
    ran = site("doctor", "--output", "json")
    assert (ran.code, problem(ran, "target")["code"]) == (5, "credentials")
    assert site.box.requests("exec") == 1


def test_a_folder_without_markdown_and_a_state_that_is_none_are_exit_8(site: Site) -> None:
    site.docs({"picture.png": "P"})
    ran = site("doctor", "--output", "json")
    assert (ran.code, problem(ran, "source")["code"]) == (8, "empty")
    site.state.parent.mkdir(exist_ok=True)
    site.state.write_bytes(b"no database" * 1000)
    ran = site("doctor", "--output", "json")
    assert ran.code == 8
    assert str(site.state) in problem(ran, "state")["message"]
    assert "target" not in verdicts(ran)


@pytest.mark.parametrize(("ahead", "says"), [(-3600.0, "3600 seconds behind"), (90.0, "90 seconds ahead of")])
def test_a_clock_that_is_off_is_a_problem(ahead: float, says: str) -> None:
    assert says in clock_checkup("handbook", ahead).message
    assert clock_checkup("handbook", ahead).exit == 1
    assert clock_checkup("handbook", ahead / 100).exit == 0
