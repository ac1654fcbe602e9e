"""The limits before anything dangerous, from the config to the target: what they hold and what lifts them."""

from collections import Counter
from typing import Any

import pytest

from support.gitrepo import GitRepo
from support.mirrors import Mirror, ended, many

pytestmark = pytest.mark.parametrize("mirror", ["exec"], indirect=True)  # nothing here depends on the API


def codes(mirror: Mirror, **options: Any) -> list[str]:
    """The guards of a pass."""
    return [guard.code for guard in mirror.sync(**options).guards]


def emptied(mirror: Mirror, *, count: int = 10) -> Mirror:
    """A mirror of so many pages."""
    mirror.commit(many(count))
    mirror.done()
    return mirror


def test_more_removals_than_the_limit_hold_all_removals_and_the_rest_goes_on(mirror: Mirror) -> None:
    emptied(mirror)
    mirror.remove("p001.md", "p002.md", "p003.md")
    mirror.commit({"p000.md": "# Page 0\n\nEdited.\n"})
    report = mirror.sync()
    assert report.result == "held"
    assert ended(report) == Counter({"archive held max_removals": 3, "update done": 1})
    (guard,) = report.guards
    assert "3 of 10" in guard.message
    assert "--max-removals 3" in guard.hint
    assert len(mirror.titles()) == 10
    assert mirror.sync().result == "held"
    assert ended(mirror.sync(max_removals="2")) == Counter({"archive held max_removals": 3})
    assert ended(mirror.done(max_removals="3")) == Counter({"archive done": 3})
    mirror.quiet()


def test_the_plan_shows_the_guard_too(mirror: Mirror) -> None:
    emptied(mirror)
    mirror.remove("p001.md", "p002.md", "p003.md")
    mirror.commit()
    planned = mirror.plan().plan
    assert [guard.code for guard in planned.guards] == ["max_removals"]
    assert {step.outcome for step in planned.steps} == {"held"}


def test_a_folder_without_any_file_removes_nothing(mirror: Mirror) -> None:
    emptied(mirror)
    mirror.remove(*(f"p00{n}.md" for n in range(10)))
    mirror.commit({"keep.txt": "no page"})
    assert codes(mirror) == ["max_removals"]
    assert len(mirror.titles()) == 10


def test_a_folder_that_is_not_there_any_more_removes_nothing_and_is_said(mirror: Mirror) -> None:
    emptied(mirror)
    mirror.repo.remove("docs")
    mirror.repo.write("README.md", "# Moved\n")
    mirror.commit()
    report = mirror.sync()
    assert (report.result, [guard.code for guard in report.guards]) == ("held", ["max_removals"])
    assert "docs" in report.guards[0].message
    assert len(mirror.titles()) == 10


def test_an_empty_folder_is_emptied_on_the_target_with_the_number_said(mirror: Mirror) -> None:
    emptied(mirror, count=4)
    mirror.remove(*(f"p00{n}.md" for n in range(4)))
    mirror.commit({"keep.txt": "no page"})
    assert codes(mirror) == ["max_removals"]
    mirror.done(max_removals="4")
    assert mirror.titles() == []
    mirror.quiet()


def test_zero_removals_means_never(mirror: Mirror) -> None:
    mirror.configure({"max_removals": 0})
    emptied(mirror)
    mirror.remove("p001.md")
    mirror.commit()
    assert codes(mirror) == ["max_removals"]
    assert len(mirror.titles()) == 10


def test_an_older_commit_writes_nothing_unless_it_is_meant(mirror: Mirror) -> None:
    first = mirror.commit(many(3))
    mirror.done()
    mirror.commit({"p000.md": "# Page 0\n\nEdited.\n", "p003.md": "# Page 3\n\nNew.\n"})
    mirror.done()
    mirror.configure(source={"ref": first})
    before = mirror.requests()
    assert codes(mirror) == ["rewind"]
    assert mirror.requests() == before
    assert mirror.bodies()["Page 0"] == "Edited.\n"
    mirror.sync(allow_rewind=True)
    assert mirror.bodies()["Page 0"] == "Text 0.\n"


def test_after_a_rewind_that_was_refused_the_newest_commit_costs_nothing(mirror: Mirror) -> None:
    first = mirror.commit(many(3))
    mirror.done()
    mirror.commit({"p000.md": "# Page 0\n\nEdited.\n"})
    mirror.done()
    mirror.configure(source={"ref": first})
    mirror.sync()
    mirror.configure(source={"ref": "HEAD"})
    mirror.quiet()


def test_another_repository_writes_nothing_unless_it_is_meant(mirror: Mirror) -> None:
    emptied(mirror, count=6)
    other = GitRepo.init(mirror.folder / "other")
    other.commit_files({"docs/x.md": "# X\n\nAnother project.\n"})
    mirror.configure(source={"repo": "other"})
    before = mirror.requests()
    assert codes(mirror) == ["other_repository"]
    assert mirror.requests() == before
    assert len(mirror.titles()) == 6


def test_the_same_repository_at_another_place_is_no_change(mirror: Mirror) -> None:
    emptied(mirror, count=6)
    mirror.repo.path.rename(mirror.folder / "moved")
    mirror.configure(source={"repo": "moved"})
    mirror.quiet()


def test_another_target_under_the_same_name_writes_nothing(mirror: Mirror) -> None:
    emptied(mirror, count=6)
    url = mirror.box.api(mirror.api).base_url.replace("127.0.0.1", "localhost")
    mirror.configure(target={"base_url": url})
    before = mirror.requests()
    assert codes(mirror) == ["other_target"]
    assert mirror.requests() == before


def test_files_that_leave_through_settings_are_held(mirror: Mirror) -> None:
    emptied(mirror)
    mirror.configure(source={"exclude": ["p00[1-2].md"]})
    report = mirror.sync()
    assert ended(report) == Counter({"archive held settings_removal": 2})
    assert len(mirror.titles()) == 10
    mirror.configure(source={"exclude": []})
    mirror.done()
    mirror.quiet()
    mirror.configure(source={"exclude": ["p00[1-2].md"]})
    mirror.sync()
    assert ended(mirror.done(allow_settings_removals=True)) == Counter({"archive done": 2})
    assert len(mirror.titles()) == 8
    mirror.quiet()


def test_an_ignore_file_holds_its_removals_too(mirror: Mirror) -> None:
    emptied(mirror)
    mirror.commit({".pagemirrorignore": "p001.md\n"})
    assert ended(mirror.sync()) == Counter({"archive held settings_removal": 1})
    assert len(mirror.titles()) == 10


def test_another_source_path_with_the_same_files_is_no_change(mirror: Mirror) -> None:
    emptied(mirror)
    ids = mirror.ids()
    mirror.repo.write("README.md", "No page.\n")
    mirror.commit()
    mirror.configure(source={"path": ".", "include": ["docs/**/*.md"]})
    report = mirror.sync()
    assert report.result == "ok", (ended(report), report.guards)
    assert ended(report) == Counter()
    assert mirror.ids() == ids


def test_ids_that_stand_in_two_files_hold_both_and_no_other(mirror: Mirror) -> None:
    emptied(mirror, count=3)
    twin = "---\nid: same\n---\n# {}\n\nText.\n"
    mirror.commit({"a.md": twin.format("A"), "b.md": twin.format("B"), "c.md": "# C\n\nText.\n"})
    report = mirror.sync()
    assert ended(report) == Counter({"create done": 1, "create held duplicate_id": 2})
    assert "A" not in mirror.titles()
    mirror.commit({"b.md": twin.format("B").replace("same", "other")})
    mirror.done()
    assert {"A", "B", "C"} <= set(mirror.titles())
    mirror.quiet()


def test_a_copied_file_with_its_id_does_not_take_the_page_of_the_first(mirror: Mirror) -> None:
    text = "---\nid: same\n---\n# A\n\nText.\n"
    mirror.commit({**many(3), "a.md": text})
    mirror.done()
    page = mirror.ids()["A"]
    mirror.commit({"copy.md": text})
    assert mirror.sync().result == "held"
    assert mirror.titles().count("A") == 1
    mirror.remove("copy.md")
    mirror.commit()
    mirror.done()
    assert mirror.ids()["A"] == page
    mirror.quiet()


def test_a_removal_waits_while_a_new_file_that_can_not_be_read_may_be_its_other_half(mirror: Mirror) -> None:
    emptied(mirror)
    page = mirror.ids()["Page 3"]
    mirror.rename("p003.md", "moved.md")
    mirror.commit({"moved.md": b"---\ntitle: [broken\n---\n# Page 3\n\nQuite different.\n"})
    report = mirror.sync()
    assert report.result == "failed"
    assert page in {row["id"] for row in mirror.pages().values()}
    mirror.sync()
    mirror.commit({"p000.md": "# Page 0\n\nEdited.\n"})
    mirror.sync()
    assert page in {row["id"] for row in mirror.pages().values()}
    mirror.commit({"moved.md": "# Page 3\n\nQuite different.\n"})
    mirror.done()
    assert mirror.ids()["Page 3"] == page
    assert len(mirror.titles()) == 10
    mirror.quiet()


def test_an_unrelated_bad_file_blocks_no_removal(mirror: Mirror) -> None:
    mirror.commit({**many(10), "bad.md": "# Bad\n\nText.\n"})
    mirror.done()
    mirror.remove("p001.md")
    mirror.commit({"bad.md": b"---\ntitle: [broken\n---\n"})
    report = mirror.sync()
    assert ended(report) == Counter({"archive done": 1, "update failed front_matter": 1})


def test_a_swap_survives_a_stop_in_the_middle_while_one_half_is_held(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1})
    long = "\n\n".join(f"Paragraph {n} of this text, which is long enough to be known again." for n in range(12))
    mirror.commit({**many(6), "a.md": f"# A\n\n{long}\n", "b.md": f"# B\n\n{long[::-1]}\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.person_edits("A", content=f"By hand.\n\n{long}\n")
    mirror.sync(drift=True)
    mirror.rename("a.md", "x.md")
    mirror.rename("b.md", "a.md")
    mirror.rename("x.md", "b.md")
    mirror.commit(
        {"b.md": f"# A\n\n{long}\n\nOf A.\n", "a.md": f"# B\n\n{long[::-1]}\n\nOf B.\n", "c.md": "# C\n\nText.\n"}
    )
    mirror.box.faults({"fault": "status", "status": 401, "method": "POST"})
    assert mirror.sync().result == "unusable"
    mirror.box.faults()
    report = mirror.sync()
    assert report.result == "held", ended(report)
    assert {title: page for title, page in mirror.ids().items() if title != "C"} == ids
    assert mirror.bodies()["A"].startswith("By hand.")
    assert mirror.bodies()["B"].endswith("Of B.\n")
