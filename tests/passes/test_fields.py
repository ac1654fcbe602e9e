"""Fields beside title and text, where the API has them: set from front matter and config, shared with people."""

from collections import Counter
from typing import Any

import pytest

from pagemirror.sandbox.process import SandboxProcess
from support.mirrors import Mirror, ended, many


@pytest.fixture
def folders(box: SandboxProcess) -> dict[str, str]:
    """The ids of three folders by name."""
    return {name: box.seed("exec", "folders", name=name)["id"] for name in ("Sales", "Support", "Legal")}


def front(text: str = "Text.", **values: Any) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in values.items())
    return f"---\n{lines}---\n# A\n\n{text}\n"


def test_folders_named_in_the_front_matter_hold_the_page(exec_mirror: Mirror, folders: dict[str, str]) -> None:
    exec_mirror.commit({"a.md": front(folders="[Sales, Legal]")})
    exec_mirror.done()
    assert set(exec_mirror.pages()["A"]["folders"]) == {folders["Sales"], folders["Legal"]}
    exec_mirror.quiet()


def test_folders_by_pattern_in_the_config_hold_the_pages(exec_mirror: Mirror, folders: dict[str, str]) -> None:
    exec_mirror.configure(target={"folders": {"guides/**": "Sales"}})
    exec_mirror.commit({"guides/a.md": "# A\n\nText.\n", "b.md": "# B\n\nText.\n"})
    exec_mirror.done()
    pages = exec_mirror.pages()
    assert (tuple(pages["A"]["folders"]), tuple(pages["B"]["folders"])) == ((folders["Sales"],), ())
    exec_mirror.quiet()


def test_a_folder_that_is_not_there_fails_its_page_and_names_those_there_are(
    exec_mirror: Mirror, folders: dict[str, str]
) -> None:
    assert folders
    exec_mirror.commit({**many(2), "a.md": front(folders="[Selas]")})
    report = exec_mirror.sync()
    assert report.result == "failed"
    failed = exec_mirror.last_step(report, "a.md")
    assert failed.outcome == "failed"
    assert "Selas" in failed.reason
    assert "Sales" in failed.reason
    assert exec_mirror.titles() == ["Page 0", "Page 1"]
    before = exec_mirror.requests()
    assert exec_mirror.sync().result == "failed"
    assert exec_mirror.requests() == before


def test_folders_alone_move_without_a_new_version(exec_mirror: Mirror, folders: dict[str, str]) -> None:
    exec_mirror.commit({"a.md": front(folders="[Sales]")})
    exec_mirror.done()
    version = exec_mirror.pages()["A"]["version"]
    exec_mirror.commit({"a.md": front(folders="[Support]")})
    assert ended(exec_mirror.done()) == Counter({"update done": 1})
    page = exec_mirror.pages()["A"]
    assert (tuple(page["folders"]), page["version"]) == ((folders["Support"],), version)
    exec_mirror.quiet()


def test_what_people_filed_stays_and_only_what_we_filed_is_taken_back(
    exec_mirror: Mirror, folders: dict[str, str]
) -> None:
    exec_mirror.commit({"a.md": front(folders="[Sales]")})
    exec_mirror.done()
    exec_mirror.person_edits("A", folders=["Sales", "Legal"])
    exec_mirror.commit({"a.md": front(folders="[Support]")})
    exec_mirror.done()
    assert set(exec_mirror.pages()["A"]["folders"]) == {folders["Support"], folders["Legal"]}
    exec_mirror.commit({"a.md": front()})
    exec_mirror.done()
    assert exec_mirror.pages()["A"]["folders"] == [folders["Legal"]]
    exec_mirror.quiet()


def test_folders_that_people_set_stay_when_the_text_changes(exec_mirror: Mirror, folders: dict[str, str]) -> None:
    exec_mirror.commit({"a.md": front()})
    exec_mirror.done()
    exec_mirror.person_edits("A", folders=["Legal"])
    exec_mirror.commit({"a.md": front("Other.")})
    exec_mirror.done()
    page = exec_mirror.pages()["A"]
    assert (page["content"], page["folders"]) == ("Other.\n", [folders["Legal"]])


def test_an_edit_of_the_text_on_a_page_whose_folders_people_changed_is_no_conflict(
    exec_mirror: Mirror, folders: dict[str, str]
) -> None:
    exec_mirror.commit({"a.md": front(folders="[Sales]")})
    exec_mirror.done()
    exec_mirror.person_edits("A", folders=["Sales", "Legal"])
    exec_mirror.commit({"a.md": front("Other.", folders="[Sales]")})
    exec_mirror.done()
    page = exec_mirror.pages()["A"]
    assert (page["content"], set(page["folders"])) == ("Other.\n", {folders["Sales"], folders["Legal"]})


def test_skills_are_set_and_taken_back(exec_mirror: Mirror) -> None:
    exec_mirror.commit({"a.md": front(skills="[Product knowledge]")})
    exec_mirror.done()
    assert exec_mirror.pages()["A"]["labels"] == ["Product knowledge"]
    exec_mirror.commit({"a.md": front(skills="[Objection handling]")})
    exec_mirror.done()
    assert exec_mirror.pages()["A"]["labels"] == ["Objection handling"]
    exec_mirror.commit({"a.md": front()})
    exec_mirror.done()
    assert exec_mirror.pages()["A"]["labels"] == []
    exec_mirror.quiet()


def test_visibility_is_set_at_birth_and_a_later_change_is_a_warning(exec_mirror: Mirror) -> None:
    exec_mirror.commit({"a.md": front(visibility="private")})
    exec_mirror.done()
    assert ["Visibility", "private"] in exec_mirror.pages()["A"]["facts"]
    exec_mirror.commit({"a.md": front("Other.", visibility="workspace")})
    report = exec_mirror.done()
    assert exec_mirror.pages()["A"]["content"] == "Other.\n"
    assert any("visibility" in warning for warning in report.warnings)
    exec_mirror.quiet()


def test_a_draft_stays_a_draft_until_the_file_says_published(exec_mirror: Mirror) -> None:
    exec_mirror.commit({"a.md": front(status="draft")})
    exec_mirror.done()
    assert exec_mirror.pages()["A"]["status"] == "draft"
    exec_mirror.quiet()
    exec_mirror.commit({"a.md": front("Second.", status="draft")})
    exec_mirror.done()
    page = exec_mirror.pages()["A"]
    assert (page["status"], page["draft_content"] or page["content"]) == ("draft", "Second.\n")
    exec_mirror.quiet()
    exec_mirror.commit({"a.md": front("Third.", status="published")})
    exec_mirror.done()
    page = exec_mirror.pages()["A"]
    assert (page["status"], page["content"]) == ("published", "Third.\n")
    exec_mirror.quiet()


def test_a_draft_that_is_only_published_later_keeps_its_text(exec_mirror: Mirror) -> None:
    exec_mirror.commit({"a.md": front(status="draft")})
    exec_mirror.done()
    exec_mirror.commit({"a.md": front(status="published")})
    exec_mirror.done()
    page = exec_mirror.pages()["A"]
    assert (page["status"], page["content"]) == ("published", "Text.\n")
    exec_mirror.quiet()


def test_a_published_page_is_not_taken_back_to_a_draft_and_that_is_said(exec_mirror: Mirror) -> None:
    exec_mirror.commit({"a.md": front(status="published")})
    exec_mirror.done()
    exec_mirror.commit({"a.md": front(status="draft")})
    report = exec_mirror.sync()
    page = exec_mirror.pages()["A"]
    assert (page["status"], page["content"]) == ("published", "Text.\n")
    assert any("draft" in warning for warning in report.warnings), report
    exec_mirror.quiet()


def test_publish_false_makes_drafts_of_all_files(exec_mirror: Mirror) -> None:
    exec_mirror.configure(target={"publish": False})
    exec_mirror.commit(many(3))
    exec_mirror.done()
    assert {page["status"] for page in exec_mirror.pages().values()} == {"draft"}
    exec_mirror.quiet()


def test_a_status_that_does_not_exist_fails_its_page_alone(exec_mirror: Mirror) -> None:
    exec_mirror.commit({**many(2), "a.md": front(status="done")})
    report = exec_mirror.sync()
    assert report.result == "failed"
    assert exec_mirror.last_step(report, "a.md").code == "front_matter"
    assert exec_mirror.titles() == ["Page 0", "Page 1"]
