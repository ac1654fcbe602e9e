"""Whole passes into the published server: what its dialect has that the documented one has not."""

from itertools import pairwise
from pathlib import Path

import pytest

from pagemirror.sandbox.process import SandboxProcess
from support.mirrors import Mirror, ended, many

API = "ravendocs_rpc"
LONG = "# One\n\n" + "".join(f"A line of text that stays, number {n}.\n" for n in range(20))


@pytest.fixture
def mirror(tmp_path: Path, box: SandboxProcess) -> Mirror:
    box.faults()
    return Mirror(tmp_path, box, API)


def calls(mirror: Mirror, since: int) -> list[str]:
    """The calls after so many requests."""
    return [row["path"].removeprefix("/api/") for row in mirror.box.log(API)][since:]


def test_a_pass_costs_what_its_change_costs(mirror: Mirror) -> None:
    mirror.commit(many(120))
    first = mirror.done()
    assert ended(first) == {"create done": 120}
    moves = calls(mirror, 0).count("pages/move")
    assert first.requests == 122 + moves
    mirror.quiet()
    before = mirror.requests()
    mirror.commit({"p001.md": "# Page 1\n\nOther text.\n"})
    mirror.done()
    assert calls(mirror, before) == ["pages/info", "pages/update"]
    assert mirror.box.violations(API) == []


def test_a_text_made_to_grow_beyond_a_request_fails_at_its_create_and_nothing_of_it_is_sent(mirror: Mirror) -> None:
    wide = "|" * 60 + "\n" + "|-" * 59 + "|\n" + "|x|\n" * 600
    mirror.commit({"one.md": "# One\n\nText.\n", "two.md": f"# Two\n\n{wide}"})
    assert {step.title: str(step.outcome) for step in mirror.plan().plan.steps} == {"One": "planned", "Two": "planned"}
    report = mirror.sync()
    assert ended(report) == {"create done": 1, "create failed too_large": 1}
    assert calls(mirror, 0).count("pages/create") == 1
    again = mirror.sync(sealed=True)
    assert ended(again) == {"create failed too_large": 1}
    mirror.commit({"two.md": "# Two\n\nSmall.\n"})
    mirror.done()
    assert mirror.titles() == ["One", "Two"]
    mirror.quiet()


def test_nothing_is_sent_to_a_page_that_a_file_names_where_its_text_has_grown_beyond_a_request(mirror: Mirror) -> None:
    made = mirror.box.create(API, "Named", "By hand.\n")
    wide = "|" * 60 + "\n" + "|-" * 59 + "|\n" + "|x|\n" * 600
    mirror.commit({"two.md": f"---\npage_id: {made['id']}\n---\n# Two\n\n{wide}"})
    assert ended(mirror.sync()) == {"update failed too_large": 1}
    assert not {"pages/create", "pages/update"}.intersection(calls(mirror, 0))
    mirror.commit({"two.md": f"---\npage_id: {made['id']}\n---\n# Two\n\nSmall.\n"})
    mirror.done()
    assert mirror.titles() == ["Two"]
    mirror.quiet()


def test_a_login_costs_one_request_a_pass_that_asks_anything(mirror: Mirror) -> None:
    secrets = mirror.box.api(API).secrets
    (mirror.folder / "email").write_text(secrets["email"])
    (mirror.folder / "password").write_text(secrets["password"])
    for name in ("email", "password"):
        (mirror.folder / name).chmod(0o600)
    mirror.configure(target={"token": "", "email": "file:email", "password": "file:password"})
    mirror.commit(many(3))
    mirror.done()
    assert calls(mirror, 0).count("auth/login") == 1
    mirror.quiet()
    before = mirror.requests()
    mirror.commit({"p001.md": "# Page 1\n\nOther text.\n"})
    mirror.done()
    assert calls(mirror, before) == ["auth/login", "pages/info", "pages/update"]


def test_a_renamed_folder_keeps_its_pages(mirror: Mirror) -> None:
    mirror.commit({**many(5, folder="guides"), "index.md": "# Home\n\nText.\n"})
    mirror.done()
    ids = {page["id"] for page in mirror.pages().values()}
    mirror.rename("guides", "handbook")
    mirror.commit()
    mirror.done(max_rerender="100%")
    assert {page["id"] for page in mirror.pages().values()} == ids
    assert mirror.box.violations(API) == []
    mirror.quiet()


def test_a_folder_goes_into_the_trash_from_below_and_comes_back_whole(mirror: Mirror) -> None:
    mirror.commit({**many(3, folder="guides"), "index.md": "# Home\n\nText.\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.remove("guides/p000.md", "guides/p001.md", "guides/p002.md")
    mirror.commit()
    mirror.done(max_removals="100%", max_rerender="100%")
    assert mirror.titles() == ["Home"]
    mirror.commit(many(3, folder="guides"))
    mirror.done(max_rerender="100%")
    assert mirror.ids() == ids
    assert mirror.box.violations(API) == []
    mirror.quiet()


def test_a_page_that_stands_above_a_strangers_page_is_not_removed(mirror: Mirror) -> None:
    mirror.commit({"index.md": "# Home\n\nText.\n", "one.md": "# One\n\nText.\n"})
    mirror.done()
    mirror.box.create(API, "A stranger's", parent=mirror.ids()["One"])
    mirror.remove("one.md")
    mirror.commit()
    report = mirror.sync(max_removals="100%")
    assert ended(report) == {"archive held foreign_children": 1}
    assert mirror.titles() == ["A stranger's", "Home", "One"]


def test_lost_access_removes_and_recreates_nothing(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    mirror.box.switches(API, access="lost")
    mirror.commit({"p001.md": "# Page 1\n\nOther text.\n"})
    report = mirror.sync(drift=True)
    assert report.result == "unusable"
    assert "Space permissions not found" in str(report.error)
    mirror.box.switches(API, access="open")
    assert ended(mirror.done()) == {"update done": 1}
    assert len(mirror.titles()) == 3


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("move", "lost_answer"),
        ("update", "cut"),
        pytest.param("move", "cut", marks=pytest.mark.slow),
        pytest.param("move", "error_after", marks=pytest.mark.slow),
        pytest.param("update", "lost_answer", marks=pytest.mark.slow),
        pytest.param("update", "error_after", marks=pytest.mark.slow),
    ],
)
def test_a_move_with_an_edit_that_is_cut_between_its_calls_is_finished_by_the_next_pass(
    mirror: Mirror, call: str, fault: str
) -> None:
    mirror.commit({"a/one.md": LONG, "b/two.md": "# Two\n\nText.\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.box.faults({"fault": fault, "path": f"/api/pages/{call}"})
    mirror.rename("a/one.md", "b/one.md")
    mirror.commit({"b/one.md": LONG + "\nThis and more.\n", "a/other.md": "# Other\n\nText.\n"})
    mirror.sync(max_rerender="100%")
    mirror.box.faults()
    mirror.sync(max_rerender="100%")
    report = mirror.sync(drift=True)
    assert (report.result, ended(report)) == ("ok", {})
    assert mirror.ids()["One"] == ids["One"]
    assert mirror.pages()["One"]["parent"] == mirror.ids()["B"]
    assert "and more" in mirror.bodies()["One"]


def shadowed(mirror: Mirror, **rules: str) -> None:
    """A page that was opened in the editor, then changed in Git, then edited in the editor again."""
    mirror.configure({"on_drift": "remote"})
    mirror.commit({"one.md": "# One\n\nFirst text.\n"})
    mirror.done()
    mirror.box.advance(5)
    mirror.box.edit(API, mirror.ids()["One"], append="By hand.")
    mirror.done(drift=True)
    mirror.configure({"on_drift": "hold", "on_conflict": "git"})
    mirror.commit({"one.md": "# One\n\nSecond text.\n\nBy hand.\n"})
    report = mirror.done()
    assert any("A colleague worked on this page in the editor" in str(warning) for warning in report.warnings)
    mirror.box.advance(5)
    mirror.box.edit(API, mirror.ids()["One"], append="More by hand.")
    mirror.configure(rules)


@pytest.mark.parametrize("policy", ["hold", "git", "remote"])
def test_a_text_that_the_editor_put_back_is_held_as_that_and_written_in_no_loop(mirror: Mirror, policy: str) -> None:
    shadowed(mirror, on_drift=policy)
    writes = mirror.writes()
    for _ in range(3):
        assert ended(mirror.sync(drift=True)) == {"update held reverted": 1}
    assert mirror.writes() == writes
    assert "First text." in mirror.bodies()["One"]
    assert mirror.conflicts()["one.md"].code == "reverted"


@pytest.mark.parametrize("policy", ["hold", "git", "merge"])
def test_a_file_that_moves_on_is_not_written_over_a_reverted_page_either(mirror: Mirror, policy: str) -> None:
    shadowed(mirror, on_conflict=policy)
    mirror.commit({"one.md": "# One\n\nThird text.\n\nBy hand.\n"})
    assert ended(mirror.sync()) == {"update held reverted": 1}
    assert "First text." in mirror.bodies()["One"]


def test_a_decision_writes_once_and_the_next_revert_is_held_again(mirror: Mirror) -> None:
    shadowed(mirror)
    mirror.sync(drift=True)
    mirror.resolve("one.md", "git")
    assert ended(mirror.done()) == {"update done": 1}
    assert "Second text." in mirror.bodies()["One"]
    assert mirror.history("one.md")[0].title == "One"
    mirror.box.advance(5)
    mirror.box.edit(API, mirror.ids()["One"], append="And again.")
    assert ended(mirror.sync(drift=True)) == {"update held reverted": 1}


def changed_once(mirror: Mirror, *, add: str = "", **rules: str) -> None:
    """A page that Git changed, and that nobody has opened in the editor."""
    mirror.configure(rules)
    mirror.commit({"one.md": "# One\n\nA text that stays.\n\nFirst words.\n"})
    mirror.done()
    mirror.box.advance(400)
    words = f"First words.\n\n{add}" if add else "Second words."
    mirror.commit({"one.md": f"# One\n\nA text that stays.\n\n{words}\n"})
    mirror.done()
    mirror.box.advance(5)


def test_a_persons_own_words_in_the_place_of_ours_are_drift(mirror: Mirror) -> None:
    changed_once(mirror)
    mirror.box.edit(API, mirror.ids()["One"], content="A text that stays.\n\nThird words, by hand.")
    before = mirror.requests()
    assert ended(mirror.sync(drift=True)) == {"update held drift": 1}
    assert calls(mirror, before).count("pages/history") == 1
    mirror.commit({"one.md": "# One\n\nA text that stays.\n\nFourth words.\n"})
    assert ended(mirror.sync()) == {"update held conflict": 1}


def test_a_persons_own_words_are_pulled(mirror: Mirror) -> None:
    changed_once(mirror)
    mirror.box.edit(API, mirror.ids()["One"], content="A text that stays.\n\nThird words, by hand.")
    (row,) = mirror.pull().rows
    assert row.outcome == "pulled"


def test_an_older_text_that_is_back_as_a_whole_was_put_back_whoever_did_it(mirror: Mirror) -> None:
    changed_once(mirror)
    mirror.box.edit(API, mirror.ids()["One"], content="A text that stays.\n\nFirst words.")
    assert ended(mirror.sync(drift=True)) == {"update held reverted": 1}


def test_an_edit_that_the_editors_history_knows_of_tells_that_a_later_one_is_of_an_older_text(mirror: Mirror) -> None:
    """A person edited and undid it, so that no pass saw any of it; then Git changed the page."""
    mirror.commit({"one.md": "# One\n\nA text that stays.\n\nFirst words.\n"})
    mirror.done()
    mirror.box.advance(400)
    page = mirror.ids()["One"]
    mirror.box.edit(API, page, content="A text that stays.\n\nFirst words. A slip.")
    mirror.box.edit(API, page, content="A text that stays.\n\nFirst words.")
    mirror.box.advance(5)
    mirror.commit({"one.md": "# One\n\nA text that stays.\n\nSecond words.\n"})
    mirror.done()
    mirror.box.advance(5)
    mirror.box.edit(API, page, content="A text that stays.\n\nFirst words, and more by hand.")
    assert ended(mirror.sync(drift=True)) == {"update held reverted": 1}


def test_a_save_that_has_our_text_tells_that_the_editor_knew_it(mirror: Mirror) -> None:
    """What took it out after that was a person, though the whole older text is there again."""
    changed_once(mirror)
    mirror.box.edit(API, mirror.ids()["One"], append="By hand.")
    mirror.box.advance(5)
    mirror.box.edit(API, mirror.ids()["One"], content="A text that stays.\n\nFirst words.")
    assert ended(mirror.sync(drift=True)) == {"update held drift": 1}


def test_an_accepted_edit_does_not_make_the_next_one_a_revert(mirror: Mirror) -> None:
    changed_once(mirror, on_drift="remote")
    mirror.box.edit(API, mirror.ids()["One"], append="By hand.")
    assert ended(mirror.done(drift=True)) == {"record done": 1}
    mirror.configure({"on_drift": "hold"})
    mirror.box.advance(5)
    mirror.box.edit(API, mirror.ids()["One"], content="A text that stays.\n\nThird words.\n\nBy hand.")
    assert ended(mirror.sync(drift=True)) == {"update held drift": 1}


def test_a_policy_that_writes_over_edits_does_so_once_and_not_against_an_editor(mirror: Mirror) -> None:
    """What Git added is gone, and nothing tells yet whether a person or the editor's older document did it."""
    changed_once(mirror, add="Added words.", on_drift="git")
    page = mirror.ids()["One"]
    mirror.box.edit(API, page, content="A text that stays.\n\nFirst words.")
    assert ended(mirror.done(drift=True)) == {"update done": 1}
    writes = mirror.writes()
    for number in range(3):
        mirror.box.advance(400)
        mirror.box.edit(API, page, append=f"More by hand, {number}.")
        assert ended(mirror.sync(drift=True)) == {"update held reverted": 1}
    assert mirror.writes() == writes


def test_an_edit_that_leaves_our_text_is_drift(mirror: Mirror) -> None:
    mirror.commit({"one.md": "# One\n\nFirst text.\n"})
    mirror.done()
    mirror.commit({"one.md": "# One\n\nSecond text.\n"})
    mirror.done()
    mirror.box.advance(5)
    mirror.box.edit(API, mirror.ids()["One"], append="By hand.")
    assert ended(mirror.sync(drift=True)) == {"update held drift": 1}


def shown(mirror: Mirror, parent: str | None = None) -> list[str]:
    """The titles below a page in the order that readers see."""
    rows = [row for row in mirror.pages().values() if row["parent"] == (mirror.ids()[parent] if parent else None)]
    return [row["title"] for row in sorted(rows, key=lambda row: dict(row["facts"])["Position"])]


def test_pages_stand_in_the_order_of_their_files_and_the_fewest_move_when_it_changes(mirror: Mirror) -> None:
    files = {f"guides/{name}.md": f"# {name.title()}\n\nText of {name}.\n" for name in ("d", "b", "a", "c", "e")}
    mirror.commit({**files, "guides/index.md": "# Guides\n\nText.\n"})
    mirror.done()
    assert shown(mirror, "Guides") == ["A", "B", "C", "D", "E"]
    mirror.quiet()
    stranger = mirror.box.create(API, "Stranger", parent=mirror.ids()["Guides"])
    position = dict(stranger["facts"])["Position"]
    before = mirror.requests()
    mirror.commit(
        {
            "guides/a.md": "---\norder: 1\n---\n# A\n\nText of a.\n",
            "guides/d.md": "---\norder: 0\n---\n# D\n\nText of d.\n",
        }
    )
    mirror.done()
    assert [title for title in shown(mirror, "Guides") if title != "Stranger"] == ["D", "A", "B", "C", "E"]
    assert [call for call in calls(mirror, before) if call != "pages/info"] == ["pages/sidebar-pages", "pages/move"]
    assert dict(mirror.pages()["Stranger"]["facts"])["Position"] == position
    assert mirror.box.violations(API) == []
    mirror.quiet()


def test_a_first_sync_makes_each_page_in_its_place(mirror: Mirror) -> None:
    """Whatever the files are called and link to."""
    names = ("z", "y", "x", "w", "v", "u")
    chapters = {f"{n}.md": f"# {n}\n\nSee [the next](./{after}.md).\n" for n, after in pairwise(names)}
    files = {
        f"{book}/{name}": text
        for book in ("one", "two")
        for name, text in {**chapters, "u.md": "# u\n\nEnd.\n"}.items()
    }
    summary = "".join(f"- [{name}](./{name}.md)\n" for name in names)
    mirror.configure({"concurrency": 1})
    mirror.commit(files | {f"{book}/SUMMARY.md": f"# Summary\n\n{summary}" for book in ("one", "two")})
    mirror.done()
    assert calls(mirror, 0).count("pages/move") == 0
    assert calls(mirror, 0).count("pages/create") == 16
    mirror.quiet()


def test_a_new_file_comes_between_its_neighbours(mirror: Mirror) -> None:
    mirror.commit({f"{name}.md": f"# {name.title()}\n\nText of {name}.\n" for name in ("a", "c")})
    mirror.done()
    mirror.commit({"b.md": "# B\n\nText of b.\n"})
    mirror.done()
    assert shown(mirror) == ["A", "B", "C"]


def test_an_order_that_could_not_be_made_is_made_by_the_next_pass(mirror: Mirror) -> None:
    mirror.commit({f"{name}.md": f"# {name.title()}\n\nText of {name}.\n" for name in ("a", "c")})
    mirror.done()
    mirror.box.faults({"fault": "status", "status": 403, "path": "/api/pages/move"})
    mirror.commit({"b.md": "# B\n\nText of b.\n"})
    report = mirror.done()
    assert any("could not be put in order" in str(warning) for warning in report.warnings)
    mirror.box.faults()
    mirror.done()
    assert shown(mirror) == ["A", "B", "C"]
    mirror.quiet()
