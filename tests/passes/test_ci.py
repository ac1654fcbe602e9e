"""Runners that keep nothing: the state in a ref of the origin, real jobs in fresh clones, two at once, killed ones."""

import pytest

from support.cijobs import Jobs
from support.mirrors import Mirror

COUNT = 30


@pytest.fixture(params=[True, False], ids=["texts", "no-texts"])
def jobs(request: pytest.FixtureRequest, exec_mirror: Mirror) -> Jobs:
    return Jobs(exec_mirror, texts=request.param)


def linked(count: int) -> dict[str, str | bytes]:
    """Files that link to each other in a ring, so that none can be sent whole at once."""
    return {f"p{n:03}.md": f"# Page {n}\n\nText {n}, [on](p{(n + 1) % count:03}.md).\n" for n in range(count)}


def test_a_job_that_keeps_nothing_goes_on_from_the_ref(jobs: Jobs) -> None:
    jobs.mirror.commit(linked(COUNT))
    jobs.push()
    first = jobs.run()
    assert (first.code, first.mirror["result"]) == (0, "ok"), first
    version, ids = jobs.version(), jobs.mirror.ids()
    assert sorted(jobs.records().values()) == sorted(ids.values())
    again = jobs.run()
    assert (again.code, again.mirror["requests"]) == (0, 0)
    assert jobs.version() == version
    jobs.mirror.write("p003.md", "# Page 3\n\nEdited.\n")
    jobs.push()
    third = jobs.run()
    assert (third.code, third.mirror["requests"]) == (0, 2), third
    assert jobs.mirror.bodies()["Page 3"] == "Edited.\n"
    assert jobs.mirror.ids() == ids


def test_two_jobs_at_once_send_each_step_once(jobs: Jobs) -> None:
    two_at_once(jobs, COUNT)


def test_a_job_that_is_killed_is_recovered_from_a_fresh_clone(jobs: Jobs) -> None:
    for requests in (4, 25):
        killed(jobs, COUNT, requests)
        jobs.mirror.box.reset()
        jobs.origin.git("update-ref", "-d", "refs/pagemirror/state")


def two_at_once(jobs: Jobs, count: int) -> None:
    jobs.mirror.commit(linked(count))
    jobs.push()
    jobs.mirror.box.faults(latency=0.01)
    clones = [jobs.clone(), jobs.clone()]
    before = jobs.mirror.requests()
    started = [jobs.start(folder=folder) for folder in clones]
    results = [job.result() for job in started]
    jobs.mirror.box.faults()
    assert sorted(result.code for result in results) in ([0, 0], [0, 7]), results
    writes = jobs.mirror.writes(since=before)
    assert writes["POST"] == count, (writes, results)
    assert jobs.mirror.titles() == sorted(f"Page {n}" for n in range(count))
    assert sorted(jobs.records().values()) == sorted(jobs.mirror.ids().values())
    after = jobs.run()
    assert (after.code, after.mirror["requests"]) == (0, 0)


def killed(jobs: Jobs, count: int, requests: int) -> None:
    """A job that ends after so many requests, the next one, and the one after it."""
    jobs.mirror.commit(linked(count))
    jobs.push()
    jobs.mirror.box.faults(latency=0.02)
    until = jobs.mirror.requests() + requests
    job = jobs.start()
    while job.process.poll() is None and jobs.mirror.requests() < until:
        pass  # asking is the wait: each turn is a request to the sandbox's control side
    assert job.process.poll() is None, job.result()
    job.kill()
    jobs.mirror.box.faults()
    made = len(jobs.mirror.titles())
    assert 0 < made < count
    next_one = jobs.run()
    assert next_one.code == 0, [
        (step["path"], step["code"], step["reason"]) for step in next_one.mirror["steps"] if step["outcome"] != "done"
    ]
    assert jobs.mirror.titles() == sorted(f"Page {n}" for n in range(count))
    assert sorted(jobs.records().values()) == sorted(jobs.mirror.ids().values())
    ids = jobs.mirror.ids()
    assert jobs.mirror.bodies()["Page 0"] == f"Text 0, [on]({jobs.mirror.url('Page 1')}).\n", ids
    after = jobs.run()
    assert (after.code, after.mirror["requests"]) == (0, 0), after
