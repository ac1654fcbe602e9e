"""Exec's pure half: rendering, folders by pattern, what it can't change, and its answers."""

from typing import Any

import pytest
from pydantic import ValidationError

from pagemirror.backends.exec import BACKEND
from pagemirror.backends.exec.answers import page_of, part_of
from pagemirror.backends.exec.requests import create_page, list_pages, update_body
from pagemirror.backends.exec.settings import ExecSettings
from pagemirror.model.fields import BODY, FOLDERS, SKILLS, SOURCES, STATUS, TITLE, VISIBILITY, Fields
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Draft, Tree
from support.targets import a_target, rendered

GOOD = "exec_live_" + "a1B2" * 10


def test_a_plain_document_sets_title_body_and_status_only() -> None:
    fields = rendered(BACKEND, a_target("exec"), "One", "Text.\n")
    assert dict(fields) == {TITLE: "One", BODY: "Text.\n", STATUS: "published"}


@pytest.mark.parametrize(
    ("publish", "said", "status"),
    [(True, None, "published"), (False, None, "draft"), (False, "published", "published"), (True, "draft", "draft")],
)
def test_the_front_matters_status_comes_before_the_config(publish: bool, said: str | None, status: str) -> None:  # noqa: FBT001
    fields = rendered(BACKEND, a_target("exec", publish=publish), "One", "x", status=said)
    assert fields[STATUS] == status


def test_the_front_matters_visibility_comes_before_the_config() -> None:
    target = a_target("exec", visibility="private")
    assert rendered(BACKEND, target, "One", "x")[VISIBILITY] == "private"
    assert rendered(BACKEND, target, "One", "x", visibility="workspace")[VISIBILITY] == "workspace"


@pytest.mark.parametrize(
    ("path", "folders"),
    [
        ("guides/a.md", ("Guides",)),
        ("guides/api/b.md", ("API", "Guides/API")),
        ("guides/api/secret.md", ()),
        ("a.md", None),
        ("deep/reference/x.md", ("Reference",)),
    ],
)
def test_the_last_pattern_that_matches_names_the_folders(path: str, folders: tuple[str, ...] | None) -> None:
    own = {
        "guides/**": "Guides",
        "guides/api/": ["API", "Guides/API"],
        "secret.md": [],
        "reference/": "Reference",
    }
    fields = rendered(BACKEND, a_target("exec", folders=own), "One", "x", path)
    assert fields.get(FOLDERS) == folders


def test_the_front_matters_folders_come_before_the_patterns_even_if_there_are_none() -> None:
    target = a_target("exec", folders={"**": "Guides"}, skills={"**": "A"}, sources={"**": "B"})
    fields = rendered(BACKEND, target, "One", "x", folders=(), skills=("C",))
    assert (fields[FOLDERS], fields[SKILLS], fields[SOURCES]) == ((), ("C",), ("B",))


@pytest.mark.parametrize(
    "wrong",
    [{"folder": {}}, {"visibility": "global"}, {"folders": {"**": [""]}}, {"folders": {"": "A"}}, {"folders": "A"},
     {"publish": "perhaps"}],
)  # fmt: skip
def test_settings_that_exec_does_not_have_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ExecSettings.model_validate(wrong)


def test_settings_come_back_from_what_they_dump() -> None:
    settings = ExecSettings.model_validate({"folders": {"guides/**": "Guides"}, "visibility": "private"})
    assert ExecSettings.model_validate(settings.model_dump()) == settings


def test_the_tree_is_folders_where_patterns_name_some() -> None:
    assert BACKEND.tree(a_target("exec", folders={"**": "Guides"})) is Tree.FOLDERS
    assert BACKEND.tree(a_target("exec")) is Tree.NONE


@pytest.mark.parametrize(
    "token", [GOOD[:-1], GOOD + "x", "exec_test_" + "a" * 40, GOOD.upper(), "exec_live_" + "ä" * 40]
)
def test_a_key_of_another_form_is_refused_without_showing_it(token: str) -> None:
    problem = BACKEND.check_token(token)
    assert problem is not None
    assert token not in problem.reason


def test_a_key_of_the_right_form_is_taken() -> None:
    assert BACKEND.check_token(GOOD) is None


def test_the_target_is_named_without_its_secret() -> None:
    key = BACKEND.target_key(a_target("exec", base_url="https://API.exec.com/rest/v1/", token=GOOD))
    assert key == "exec:https://api.exec.com/rest/v1"


@pytest.mark.parametrize(("field", "value"), [(STATUS, "archived"), (VISIBILITY, "global"), (VISIBILITY, "team")])
def test_a_value_that_exec_cannot_be_asked_for_is_a_problem(field: Any, value: str) -> None:
    problem = BACKEND.problem({TITLE: "One", BODY: "x", field: value})
    assert problem is not None
    assert value in problem.reason


def test_exec_names_no_limits() -> None:
    assert BACKEND.problem({TITLE: "x" * 10_000, BODY: "x" * 1_000_000}) is None


def test_what_the_api_cannot_change_is_named() -> None:
    sent = {TITLE: "One", STATUS: "published", VISIBILITY: "private"}
    assert set(BACKEND.frozen(sent, {**sent, STATUS: "draft", VISIBILITY: "workspace"})) == {STATUS, VISIBILITY}
    assert BACKEND.frozen(sent, {**sent, TITLE: "Two"}) == {}
    assert BACKEND.frozen({**sent, STATUS: "draft"}, sent) == {}
    assert BACKEND.frozen(sent, {TITLE: "One", STATUS: "published"}) == {}


def test_a_visibility_that_is_newly_asked_for_is_frozen_unless_the_page_has_it() -> None:
    sent = {TITLE: "One", STATUS: "published"}
    assert set(BACKEND.frozen(sent, {**sent, VISIBILITY: "private"})) == {VISIBILITY}
    assert BACKEND.frozen(sent, {**sent, VISIBILITY: "workspace"}) == {}


def test_a_create_says_status_and_visibility_and_leaves_empty_sets_out() -> None:
    body = create_page({TITLE: "One", BODY: "x", STATUS: "draft", FOLDERS: ("f1",), SKILLS: ()}).body
    assert body == {"title": "One", "content": "x", "status": "draft", "visibility": "workspace", "folder_ids": ["f1"]}


WANTED: Fields = {TITLE: "One", BODY: "x", STATUS: "published", FOLDERS: ("f1",), SKILLS: ()}


@pytest.mark.parametrize(
    ("changed", "sent"),
    [
        ({TITLE: "One"}, {"title": "One", "content": "x", "status": "published"}),
        ({BODY: "x"}, {"title": "One", "content": "x", "status": "published"}),
        ({STATUS: "published"}, {"title": "One", "content": "x", "status": "published"}),
        ({FOLDERS: ("f1", "theirs")}, {"folder_ids": ["f1", "theirs"]}),
        ({SKILLS: ()}, {"skill_ids": []}),
        (
            {BODY: "x", SOURCES: ("s",)},
            {"title": "One", "content": "x", "status": "published", "source_ids": ["s"]},
        ),
        ({VISIBILITY: "private"}, {}),
    ],
)
def test_an_update_sends_text_and_status_together_and_sets_alone(changed: Any, sent: dict[str, Any]) -> None:
    assert update_body(changed, WANTED) == sent


def test_a_page_that_stays_a_draft_gets_no_status() -> None:
    assert update_body({BODY: "y"}, {**WANTED, BODY: "y", STATUS: "draft"}) == {"title": "One", "content": "y"}


def test_the_bound_of_a_listing_is_a_whole_second_and_rounded_down() -> None:
    assert list_pages(1, 1_800_000_000.9).query["updated_after"] == "2027-01-15T08:00:00Z"
    assert "updated_after" not in list_pages(1, None).query


def row(**values: Any) -> dict[str, Any]:
    """A published page's JSON."""
    return {"id": "p1", "title": "One", "status": "published", "version": 3, "content": "live", "draft": None, **values}


def test_a_draft_that_says_the_same_is_none() -> None:
    page = page_of(row(draft={"title": "One", "content": "live\n"}), page_id=PageId("p1"))
    assert page is not None
    assert page.draft is None


@pytest.mark.parametrize(
    ("draft", "seen"),
    [
        ({"title": "One", "content": "theirs"}, Draft(title="One", body="theirs")),
        ({"title": "Theirs", "content": "live"}, Draft(title="Theirs", body="live")),
        ({"title": "Theirs"}, Draft(title="Theirs", body="live")),
        ({"content": "theirs"}, Draft(title="One", body="theirs")),
    ],
)
def test_a_draft_that_says_something_else_is_seen(draft: dict[str, str], seen: Draft) -> None:
    page = page_of(row(draft=draft), page_id=PageId("p1"))
    assert page is not None
    assert page.draft == seen
    assert page.fields[BODY] == "live"


@pytest.mark.parametrize("status", ["draft", None])
def test_a_page_that_was_never_published_is_its_draft(status: str | None) -> None:
    value = row(status=status, version=None, content=None, title="Old", draft={"title": "New", "content": "text"})
    page = page_of(value, page_id=PageId("p1"))
    assert page is not None
    assert (page.fields[TITLE], page.fields[BODY], page.fields[STATUS]) == ("New", "text", "draft")
    assert page.draft is None
    assert page.header.version is None


def test_an_answer_without_content_leaves_the_body_unknown() -> None:
    value = row()
    del value["content"]
    page = page_of(value, page_id=PageId("p1"), sent_body="x")
    assert page is not None
    assert not page.body_known
    assert BODY not in page.fields


@pytest.mark.parametrize(("sent", "known"), [("x", False), ("", True), (None, True)])
def test_null_content_is_an_empty_page_unless_text_was_just_sent(sent: str | None, known: bool) -> None:  # noqa: FBT001
    page = page_of(row(content=None), page_id=PageId("p1"), sent_body=sent)
    assert page is not None
    assert page.body_known is known


@pytest.mark.parametrize(
    "value",
    [None, [], "page", {}, {"id": "p1"}, row(id="other"), row(title=None), row(title=7)],
)
def test_an_answer_that_is_not_this_page_is_none(value: Any) -> None:
    assert page_of(value, page_id=PageId("p1")) is None


def test_odd_values_in_an_answer_are_left_out() -> None:
    value = row(folders="x", skills=[{"id": 1}, {"name": "x"}, "s2", {"id": "s1"}], version="3", created_at=5, draft=[])
    page = page_of(value, page_id=PageId("p1"))
    assert page is not None
    assert FOLDERS not in page.fields
    assert page.fields[SKILLS] == ("s2", "s1")
    assert page.header.version is None
    assert page.header.created == 0.0


@pytest.mark.parametrize("value", [None, [], {}, {"data": None}, {"data": {}}, {"pages": []}])
def test_an_answer_that_is_no_listing_is_none(value: Any) -> None:
    assert part_of(value, 1, 100) is None


@pytest.mark.parametrize(
    ("paging", "last"),
    [
        ({"page": 1, "page_size": 100, "total_count": 150, "total_pages": 2}, False),
        ({"total_count": 150}, False),
        ({"total_count": 2}, True),
        (None, True),
        ("x", True),
    ],
)
def test_the_end_of_a_listing_is_found_leniently(paging: Any, last: bool) -> None:  # noqa: FBT001
    part = part_of({"data": [{"id": "a"}, 5], "pagination": paging}, 1, 100)
    assert part is not None
    assert part.last is last
    assert part.rows == ({"id": "a"},)
