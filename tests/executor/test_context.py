"""What every step is handed, and what is read from it."""

import pytest

from pagemirror.executor.context import known
from pagemirror.model.errors import NotApplied
from pagemirror.model.ids import Uid
from pagemirror.planner.views import View
from support.steps import a_record


def test_a_step_that_lacks_the_record_it_needs_is_not_applied_and_is_our_own_fault() -> None:
    with pytest.raises(NotApplied) as caught:
        known(View(uid=Uid("a")))
    assert caught.value.code == "internal"
    assert known(View(uid=Uid("a"), record=a_record("a"))) == a_record("a")
