"""A budget that runs out puts the rest off, says until when, and repeats nothing when it goes on."""

from collections import Counter

import pytest

from support.mirrors import Mirror, ended, many

pytestmark = pytest.mark.parametrize("mirror", ["exec"], indirect=True)  # nothing here depends on the API

DAY = 24 * 3600


def test_a_day_without_requests_left_defers_the_rest_and_the_next_day_goes_on(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1}, target={"requests_per_day": 16})
    mirror.commit(many(20))
    report = mirror.sync()
    assert report.result == "deferred"
    assert report.until is not None
    assert report.until > mirror.clock.now() + DAY - 120
    made = len(mirror.titles())
    assert made == 16 - 5 - 1
    assert ended(report) == Counter({"create done": made, "create deferred budget": 20 - made})
    assert mirror.sync().requests == 0
    assert len(mirror.titles()) == made
    mirror.clock.ahead += DAY + 60
    mirror.sync()
    mirror.clock.ahead += DAY + 60
    mirror.done()
    assert mirror.titles() == sorted(f"Page {n}" for n in range(20))
    assert mirror.writes() == Counter({"POST": 20})
    mirror.quiet()


def test_updates_come_before_creates_and_removals_last(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1})
    mirror.commit(many(10))
    mirror.done()
    mirror.configure(target={"requests_per_day": 22})
    mirror.remove("p009.md")
    mirror.commit(
        {
            **{f"p00{n}.md": f"# Page {n}\n\nEdited {n}.\n" for n in range(3)},
            **many(20, folder="new", word="New"),
        }
    )
    report = mirror.sync()
    assert report.result == "deferred"
    count = ended(report)
    assert count["update done"] == 3
    assert 0 < count["create done"] < 20
    assert count["archive deferred budget"] == 1
    mirror.configure(target={"requests_per_day": 0})
    mirror.done()
    mirror.quiet()


def test_links_that_were_left_open_by_a_budget_are_settled_later(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1}, target={"requests_per_day": 9})
    mirror.commit(
        {
            "a.md": "# A\n\n[b](b.md) [z](z.md)\n",
            "b.md": "# B\n\n[a](a.md) [z](z.md)\n",
            **many(4),
            "z.md": "# Z\n\n[a](a.md)\n",
        }
    )
    for _ in range(8):
        if mirror.sync().result == "ok":
            break
        mirror.clock.ahead += DAY + 60
    mirror.done()
    assert mirror.bodies()["A"] == f"[b]({mirror.url('B')}) [z]({mirror.url('Z')})\n"
    assert mirror.bodies()["B"] == f"[a]({mirror.url('A')}) [z]({mirror.url('Z')})\n"
    assert mirror.bodies()["Z"] == f"[a]({mirror.url('A')})\n"
    assert len(mirror.titles()) == 7
    mirror.quiet()


def test_recovery_may_use_the_requests_that_are_kept_for_it(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1}, target={"requests_per_day": 12})
    mirror.commit(many(9))
    mirror.box.faults({"fault": "lost_answer", "method": "POST", "nth": 6})
    report = mirror.sync()
    assert report.result == "deferred"
    mirror.box.faults()
    mirror.sync()
    assert len(mirror.titles()) == 6
    mirror.clock.ahead += DAY + 60
    mirror.done()
    assert mirror.titles() == [f"Page {n}" for n in range(9)]
    mirror.quiet()


def test_the_budget_is_shared_by_runs_and_survives_them(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1}, target={"requests_per_day": 12})
    mirror.commit(many(3))
    mirror.done()
    mirror.commit(many(10))
    mirror.sync()
    assert mirror.requests() <= 12 - 5


def test_a_drift_check_that_the_budget_can_not_pay_changes_nothing(mirror: Mirror) -> None:
    mirror.configure(target={"requests_per_day": 12})
    mirror.commit(many(6))
    mirror.done()
    report = mirror.sync(drift=True)
    assert report.result == "deferred"
    assert mirror.conflicts() == {}
    assert len(mirror.titles()) == 6
