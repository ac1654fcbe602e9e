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


def test_250_requests_at_100_a_day_take_three_days_in_order_with_nothing_repeated(mirror: Mirror) -> None:
    """20 updates of two requests, 170 creates, 10 settlements of two, 9 removals of two: with a listing some 250."""
    mirror.configure({"concurrency": 1, "max_removals": "100%", "max_rerender": "100%"})
    ring = {f"z{n}.md": f"# Ring {n}\n\n[next](z{(n + 1) % 10}.md)\n" for n in range(10)}
    mirror.commit(many(20) | many(9, folder="old", word="Old"))
    mirror.done()
    seen = mirror.requests()
    mirror.clock.ahead += DAY + 60
    mirror.configure(target={"requests_per_day": 100})
    mirror.remove(*(f"old/p{n:03}.md" for n in range(9)))
    edits = {f"p{n:03}.md": f"# Page {n}\n\nEdited {n}.\n" for n in range(20)}
    mirror.commit(edits | many(160, folder="new", word="New") | ring)

    foretold = mirror.plan().done_by
    assert foretold is not None
    assert 2 * DAY - 120 < foretold - mirror.clock.now() < 2 * DAY + 120
    spent = []
    for day in range(3):
        before = mirror.requests()
        report = mirror.sync()
        spent.append(mirror.requests() - before)
        assert report.result == ("ok" if day == 2 else "deferred")
        assert (report.done_by is None) == (day == 2)
        if report.done_by is not None:
            assert report.done_by - mirror.clock.now() < (2 - day) * DAY + 120
        again = mirror.sync()
        assert again.requests == 0
        mirror.clock.ahead += DAY + 60

    assert spent[:2] == [95, 95]
    log = [(row["method"], row["path"]) for row in mirror.box.log("exec", since=seen) if row["method"] != "GET"]
    methods = [method for method, _ in log]
    settled = [path for method, path in log[20:] if method == "PATCH"]
    assert methods[:20] == ["PATCH"] * 20
    assert methods[-9:] == ["DELETE"] * 9
    assert methods.count("POST") == 170
    assert len(set(settled)) == len(settled) <= 10
    assert methods.index("DELETE") > max(at for at, method in enumerate(methods) if method in {"POST", "PATCH"})
    assert len(set(mirror.titles())) == len(mirror.titles()) == 190
    for n in range(10):
        assert mirror.bodies()[f"Ring {n}"] == f"[next]({mirror.url(f'Ring {(n + 1) % 10}')})\n"
    mirror.quiet()


def test_links_of_most_of_a_folder_that_are_put_off_twice_are_no_rerendering_to_ask_about(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1}, target={"requests_per_day": 28})
    names = [f"Page {n:02}" for n in range(20)]
    all_of_them = "".join(f"[{n}](p{n:02}.md)\n" for n in range(20))
    mirror.commit({f"p{n:02}.md": f"# {name}\n\n{all_of_them}" for n, name in enumerate(names)})
    results = [mirror.sync().result]
    while results[-1] == "deferred" and len(results) < 10:
        mirror.clock.ahead += DAY + 60
        results.append(mirror.sync().result)
    assert len(results) >= 3
    assert results == ["deferred"] * (len(results) - 1) + ["ok"]
    told = "".join(f"[{n}]({mirror.url(name)})\n" for n, name in enumerate(names))
    for name in names:
        assert mirror.bodies()[name] == told.replace(f"({mirror.url(name)})", "(#)")
    mirror.quiet()
