"""Which exit code wins."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.cli import exit_code
from pagemirror.cli.output.runs import run_of
from pagemirror.model.plans import Guard, Outcome, Result
from support.clireports import done, passed, planned, step

CODES = st.sampled_from([0, *exit_code.ORDER])


@given(st.lists(CODES))
def test_the_worst_of_any_codes_is_the_first_of_the_order_that_is_there(codes: list[int]) -> None:
    worst = exit_code.worst(codes)
    there = [code for code in codes if code]
    assert (worst == 0) == (not there)
    if there:
        assert worst in there
        assert all(exit_code.ORDER.index(worst) <= exit_code.ORDER.index(code) for code in there)


@given(st.lists(CODES), st.randoms(use_true_random=False))
def test_neither_the_order_of_codes_nor_how_often_one_is_there_matters(codes: list[int], random: object) -> None:
    shuffled = codes * 2
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    assert exit_code.worst(shuffled) == exit_code.worst(codes)
    assert exit_code.worst([exit_code.worst(codes), *codes]) == exit_code.worst(codes)


@given(st.lists(CODES, min_size=1), st.lists(CODES, min_size=1))
def test_mirrors_can_be_weighed_one_by_one_or_together(one: list[int], other: list[int]) -> None:
    assert exit_code.worst([exit_code.worst(one), exit_code.worst(other)]) == exit_code.worst(one + other)


def test_the_order_is_the_documented_one() -> None:
    assert exit_code.ORDER == (70, 2, 8, 5, 7, 1, 3, 6, 4)


def test_a_code_that_nobody_knows_counts_as_an_internal_error() -> None:
    assert exit_code.worst([3, 99]) == 70


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (Result.OK, 0),
        (Result.FAILED, 1),
        (Result.HELD, 3),
        (Result.UNUSABLE, 5),
        (Result.DEFERRED, 6),
        (Result.LOCKED, 7),
    ],
)
def test_each_result_has_its_code(result: Result, code: int) -> None:
    assert exit_code.of_runs([run_of(passed(result=result))]) == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"code": "source", "message": "no repository", "hint": "", "exit": "8"}, 8),
        ({"code": "config", "message": "bad", "hint": "", "exit": "2"}, 2),
        ({"code": "odd", "message": "no exit"}, 70),
    ],
)
def test_a_mirrors_error_brings_its_own_code(error: Mapping[str, str], code: int) -> None:
    assert exit_code.of_runs([run_of(passed(result=Result.UNUSABLE, error=error)), run_of(passed())]) == code


def test_a_failed_page_outweighs_a_held_one() -> None:
    report = passed(done("a.md", outcome=Outcome.HELD), done("b.md", outcome=Outcome.FAILED), result=Result.FAILED)
    assert exit_code.of_runs([run_of(report)]) == 1


@pytest.mark.parametrize(
    ("outcome", "code"), [(Outcome.HELD, 3), (Outcome.FAILED, 1), (Outcome.DEFERRED, 6), (Outcome.SKIPPED, 0)]
)
def test_a_plan_ends_as_its_sync_would(outcome: Outcome, code: int) -> None:
    assert exit_code.of_runs([run_of(planned(step("a.md", outcome=outcome)))]) == code


def test_a_plan_with_a_guard_waits_for_a_person() -> None:
    guard = Guard(code="rewind", message="older", hint="--allow-rewind")
    assert exit_code.of_runs([run_of(planned(guards=(guard,)))]) == 3


def test_work_counts_only_where_asked_and_when_nothing_is_worse() -> None:
    work = run_of(planned(step("a.md")))
    assert exit_code.of_runs([work]) == 0
    assert exit_code.of_runs([work], count_work=True) == 4
    assert exit_code.of_runs([run_of(planned())], count_work=True) == 0
    held = run_of(planned(step("a.md"), step("b.md", outcome=Outcome.HELD)))
    assert exit_code.of_runs([held, work], count_work=True) == 3
