"""The JSON is of the shape that its schemas describe, and counts each page once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.cli.output.documents import (
    Failure,
    conflicts_document,
    document,
    history_document,
    runs_document,
    status_document,
)
from pagemirror.cli.output.runs import COUNTED, run_of, summary
from pagemirror.cli.schemas import NAMES, schema
from pagemirror.model.ids import PageId
from pagemirror.model.plans import Action, Outcome, Result
from pagemirror.model.reports.runs import PageDiff, TreeChange, TreeRow
from pagemirror.model.reports.standings import BudgetReport
from support.clireports import COMMIT, done, hold, kept, passed, planned, step, stood


def valid(name: str, told: dict[str, Any]) -> dict[str, Any]:
    jsonschema.validate(told, schema(name), jsonschema.Draft202012Validator)
    return told


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_a_sync_is_told_key_by_key_as_documented() -> None:
    told = valid("run", runs_document([run_of(passed(done("a.md", title="A")))], 0))
    assert told == {
        "schema": 1,
        "exit": 0,
        "error": None,
        "mirrors": [
            {
                "name": "handbook",
                "commit": COMMIT,
                "result": "ok",
                "digest": "d1",
                "requests": 1,
                "seconds": 0.12,
                "summary": {key: {"create": 1, "unchanged": 10}.get(key, 0) for key in COUNTED},
                "steps": [
                    {
                        "action": "create",
                        "path": "a.md",
                        "title": "A",
                        "page_id": "page-a.md",
                        "moved_from": None,
                        "outcome": "done",
                        "code": None,
                        "reason": "new file",
                        "requests": 1,
                    }
                ],
            }
        ],
    }
    assert list(told) == ["schema", "exit", "error", "mirrors"]
    assert list(told["mirrors"][0]["summary"]) == list(COUNTED)


def test_a_held_step_has_the_action_it_would_have_had_and_counts_as_held() -> None:
    held = done("a.md", Action.UPDATE, Outcome.HELD, code="conflict", reason="both changed", moved_from="old.md")
    told = valid("run", runs_document([run_of(passed(held, result=Result.HELD))], 3))
    (mirror,) = told["mirrors"]
    assert (mirror["summary"]["held"], mirror["summary"]["update"]) == (1, 0)
    assert mirror["steps"][0]["action"] == "update"
    assert mirror["steps"][0]["moved_from"] == "old.md"
    assert mirror["steps"][0]["code"] == "conflict"


STEPS = st.lists(
    st.builds(
        lambda number, action, outcome: done(f"{number}.md", action, outcome),
        st.integers(0, 99),
        st.sampled_from(Action),
        st.sampled_from(Outcome),
    ),
    unique_by=lambda made: made.step.path,
)


@given(STEPS, st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
@settings(max_examples=30)
def test_the_summary_counts_each_page_once_and_unsettled_besides(
    steps: list[Any], unchanged: int, diverged: int, unsettled: int
) -> None:
    report = passed(*steps, unchanged=unchanged, diverged=diverged, unsettled=unsettled)
    counts = summary(report)
    assert sum(counts.values()) - counts["unsettled"] == len(steps) + unchanged + diverged
    assert counts["unsettled"] == unsettled
    valid("run", runs_document([run_of(report)], 0))


def test_a_plan_has_the_same_shape_and_sends_nothing() -> None:
    told = valid("run", runs_document([run_of(planned(step("a.md"), step("b.md", outcome=Outcome.HELD)))], 3))
    (mirror,) = told["mirrors"]
    assert [made["outcome"] for made in mirror["steps"]] == ["planned", "held"]
    assert [made["requests"] for made in mirror["steps"]] == [0, 0]
    assert mirror["result"] == "held"
    assert mirror["summary"]["create"] == 1


def test_diffs_are_there_only_when_asked_for() -> None:
    report = planned(step("a.md"), step("b.md"), diffs=(PageDiff(path="a.md", diff="+new"),))
    with_diffs = valid("run", runs_document([run_of(report, with_diffs=True)], 0))
    assert [made["diff"] for made in with_diffs["mirrors"][0]["steps"]] == ["+new", ""]
    without = valid("run", runs_document([run_of(report)], 0))
    assert all("diff" not in made for made in without["mirrors"][0]["steps"])


def test_the_tree_is_there_only_when_asked_for() -> None:
    page = TreeRow(path="a.md", title="A", depth=0, parent=None, why="at the top", change=TreeChange.NEW)
    gone = replace(page, path="b.md", title=None, change=TreeChange.GONE, page_id=PageId("p"), page_title="B")
    report = replace(planned(step("a.md")), tree=(page, gone))
    (mirror,) = valid("run", runs_document([run_of(report, with_tree=True)], 0))["mirrors"]
    assert [(row["path"], row["title"], row["change"]) for row in mirror["tree"]] == [
        ("a.md", "A", "new"),
        ("b.md", None, "gone"),
    ]
    assert [row["page"] for row in mirror["tree"]] == [None, {"id": "p", "title": "B", "depth": 0, "parent": None}]
    assert "tree" not in valid("run", runs_document([run_of(report)], 0))["mirrors"][0]


def test_the_working_tree_has_no_commit() -> None:
    told = valid("run", runs_document([run_of(passed(commit=None))], 0))
    assert told["mirrors"][0]["commit"] is None


def test_status_conflicts_and_history_are_of_their_schemas() -> None:
    never = stood(last_pass=None, commit=None, result="never", lock="pid 5 on host", configured=False)
    free = BudgetReport(minute_limit=None, minute_left=None, day_limit=None, day_left=None, paused_until=1.0)
    told = valid("status", status_document([stood(), never, stood(budget=free)]))
    assert told["mirrors"][0]["last_pass"] == "2027-01-15T07:55:00Z"
    assert told["mirrors"][1]["last_pass"] is None
    conflict = valid("conflicts", conflicts_document([hold(), hold(base=None, git=None, remote=None, page_id=None)]))
    assert conflict["conflicts"][0]["remote"] == "one by hand\ntwo\n"
    texts = valid("history", history_document([kept()]))
    assert texts["texts"][0]["id"] == 7


EMPTY: dict[str, Callable[..., dict[str, Any]]] = {
    "run": lambda **more: document(5, mirrors=[], **more),
    "status": lambda **more: document(8, mirrors=[], **more),
    "conflicts": lambda **more: document(70, conflicts=[], **more),
    "history": lambda **more: document(2, texts=[], **more),
    "check": lambda **more: document(2, mirrors=[], **more),
    "doctor": lambda **more: document(2, checks=[], **more),
    "adopt": lambda **more: document(2, ties=[], **more),
    "pull": lambda **more: document(2, mirrors=[], **more),
    "state": lambda **more: document(8, mirrors=[], **more),
    "verify": lambda **more: document(5, mirrors=[], **more),
}


@pytest.mark.parametrize("name", NAMES)
def test_an_error_fits_each_schema(name: str) -> None:
    failure = Failure(code="config", message="bad", hint="mend it")
    told = valid(name, EMPTY[name](failure=failure))
    assert told["error"] == {"code": "config", "message": "bad", "hint": "mend it"}
    with pytest.raises(jsonschema.ValidationError):
        valid(name, {**told, "error": "bad"})
