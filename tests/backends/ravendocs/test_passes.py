"""Whole passes into Raven Docs, in both dialects: a repository, a config file, the engine, and real HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest

from pagemirror.backends.ravendocs import BACKEND
from pagemirror.model.fields import BODY
from pagemirror.sandbox.process import SandboxProcess
from support.mirrors import Mirror, ended

RICH = """# {title}

Some **bold**, `code` and a [link]({link}).

- [ ] a task
- [x] done

| a | b |
|:-:|---|
| 1 | 2 |

```python
print("hi")
```
"""


REST = pytest.mark.parametrize("mirror", ["ravendocs"], indirect=True)


@pytest.fixture(params=["ravendocs", "ravendocs_rpc"])
def mirror(request: pytest.FixtureRequest, tmp_path: Path, box: SandboxProcess) -> Mirror:
    box.faults()
    return Mirror(tmp_path, box, str(request.param))


def rich(title: str, link: str) -> str:
    return RICH.format(title=title, link=link)


def tree(mirror: Mirror) -> dict[str, str | None]:
    """Each page's parent, by title."""
    titles = {row["id"]: row["title"] for row in mirror.pages().values()}
    return {title: titles.get(row["parent"]) for title, row in mirror.pages().items()}


def edited(body: str, old: str, new: str) -> str:
    assert old in body
    return body.replace(old, new)


FILES: dict[str, str | bytes] = {
    "index.md": "# Home\n\nSee [one](guides/one.md).\n",
    "guides/index.md": "# Guides\n\nAll.\n",
    "guides/one.md": rich("One", "two.md#there"),
    "guides/two.md": rich("Two", "one.md"),
    "loose/three.md": rich("Three", "../guides/one.md"),
}


@pytest.mark.parametrize("form", ["none", "rich_text", "add_newline", "strip_newline", "drop_comments"])
def test_a_folder_becomes_a_tree_and_stays_quiet_whatever_the_editor_adds(mirror: Mirror, form: str) -> None:
    mirror.box.switches(mirror.api, body=form)
    mirror.commit(FILES)
    mirror.done()
    assert tree(mirror)["One"] == tree(mirror)["Two"] == "Guides"
    assert tree(mirror)["Three"] == "Loose"
    assert mirror.url("Two") in mirror.bodies()["One"]
    mirror.quiet()
    report = mirror.done(drift=True)
    assert ended(report) == {}
    mirror.commit({"guides/one.md": rich("One", "two.md") + "\nMore.\n"})
    assert ended(mirror.done()) == {"update done": 1}
    assert ended(mirror.done(drift=True)) == {}
    assert mirror.box.violations(mirror.api) == []


def test_what_is_lost_is_told_with_the_page(mirror: Mirror) -> None:
    mirror.commit({"one.md": rich("One", "https://example.com")})
    report = mirror.done()
    assert any("columns have no alignment" in str(warning) for warning in report.warnings)


def test_a_moved_file_moves_its_page_and_a_removed_one_comes_back_under_its_id(mirror: Mirror) -> None:
    mirror.commit(FILES)
    mirror.done()
    ids = mirror.ids()
    mirror.rename("guides/two.md", "loose/two.md")
    mirror.commit({"guides/one.md": rich("One", "../loose/two.md")})
    mirror.done(max_rerender="100%")
    assert tree(mirror)["Two"] == "Loose"
    assert mirror.ids()["Two"] == ids["Two"]
    mirror.remove("loose/two.md")
    mirror.commit()
    mirror.done(max_removals="100%", max_rerender="100%")
    assert "Two" not in mirror.pages()
    mirror.commit({"loose/two.md": rich("Two", "three.md")})
    mirror.done(max_rerender="100%")
    assert mirror.ids()["Two"] == ids["Two"]
    assert "callout" not in mirror.bodies()["Two"]


@REST
def test_an_archived_page_goes_below_the_archive_and_comes_back(mirror: Mirror) -> None:
    attic = mirror.box.create("ravendocs", "Attic")["id"]
    mirror.configure(target={"archive_parent": attic})
    mirror.commit(FILES)
    mirror.done(assume_empty=True)
    ids = mirror.ids()
    mirror.remove("guides/two.md")
    mirror.commit({"guides/one.md": rich("One", "../index.md")})
    mirror.done(max_removals="100%", max_rerender="100%")
    assert tree(mirror)["Two"] == "Attic"
    mirror.commit({"guides/two.md": rich("Two", "one.md")})
    mirror.done(max_rerender="100%")
    assert (tree(mirror)["Two"], mirror.ids()["Two"]) == ("Guides", ids["Two"])


def edited_on_both_sides(mirror: Mirror) -> str:
    """A page on which a person and Git changed different places; gives the person's document."""
    mirror.commit({"one.md": rich("One", "https://example.com")})
    mirror.done()
    theirs = edited(mirror.bodies()["One"], "Some ", "By hand some ")
    mirror.person_edits("One", content=theirs)
    mirror.commit({"one.md": rich("One", "https://example.com") + "\nMore.\n"})
    return theirs


def test_a_conflict_is_held_and_shown_as_markdown(mirror: Mirror) -> None:
    theirs = edited_on_both_sides(mirror)
    assert ended(mirror.sync()) == {"update held conflict": 1}
    assert json.loads(mirror.bodies()["One"]) == json.loads(theirs)
    shown = mirror.conflicts()["one.md"]
    assert shown.remote is not None
    assert "By hand some **bold**" in shown.remote


def test_a_conflict_in_different_places_is_merged_where_that_is_asked_for(mirror: Mirror) -> None:
    mirror.configure({"on_conflict": "merge"})
    edited_on_both_sides(mirror)
    assert ended(mirror.sync()) == {"update done": 1}
    assert "By hand some " in mirror.bodies()["One"]
    assert "More." in mirror.bodies()["One"]


def test_an_overwritten_document_is_kept_whole_and_can_be_put_back(mirror: Mirror) -> None:
    mirror.configure({"on_drift": "git"})
    mirror.commit({"one.md": "# One\n\nText.\n"})
    mirror.done()
    theirs: dict[str, Any] = json.loads(mirror.bodies()["One"])
    theirs["content"].append({"type": "callout", "content": [{"type": "paragraph", "content": []}]})
    theirs["content"][0]["content"][0]["marks"] = [{"type": "underline"}]
    mirror.person_edits("One", content=json.dumps(theirs))
    mirror.done(drift=True)
    assert "underline" not in mirror.bodies()["One"]
    (kept,) = mirror.history("one.md")
    mirror.restore("one.md", kept.number)
    mirror.configure({"on_drift": "hold"})
    mirror.sync()
    back = BACKEND.normal({BODY: mirror.bodies()["One"]})
    assert back == BACKEND.normal({BODY: json.dumps(theirs)})


@pytest.mark.parametrize("fault", ["lost_answer", "cut", "error_after"])
def test_creates_without_an_answer_make_each_page_once(mirror: Mirror, fault: str) -> None:
    mirror.commit(FILES)
    path = "/api/pages/create" if mirror.api == "ravendocs_rpc" else "/v1/pages"
    mirror.box.faults({"fault": fault, "method": "POST", "path": path, "limit": 2})
    for _ in range(4):
        mirror.sync()
        mirror.clock.ahead += 60
    assert sorted(mirror.titles()) == ["Guides", "Home", "Loose", "One", "Three", "Two"]
    assert ended(mirror.done(drift=True)) == {}


@REST
def test_a_wrong_prefix_stops_the_mirror_and_removes_nothing(mirror: Mirror) -> None:
    mirror.commit(FILES)
    mirror.done()
    mirror.box.switches("ravendocs", prefix="none")
    mirror.commit({"guides/one.md": rich("One", "two.md") + "\nMore.\n"})
    report = mirror.sync(drift=True)
    assert report.error is not None
    assert "no such route" in str(report.error)
    mirror.box.switches("ravendocs", prefix="v1")
    assert len(mirror.titles()) == 6
    assert ended(mirror.done()) == {"update done": 1}


def test_an_edit_in_the_second_of_our_own_write_is_never_overwritten(mirror: Mirror) -> None:
    mirror.commit({"one.md": "# One\n\nText.\n"})
    mirror.done()
    mirror.box.edit(mirror.api, mirror.ids()["One"], content="By hand.")
    mirror.commit({"one.md": "# One\n\nOther text.\n"})
    assert ended(mirror.sync()) == {"update held conflict": 1}
    assert "By hand." in mirror.bodies()["One"]
