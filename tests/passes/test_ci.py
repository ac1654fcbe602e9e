"""Runners that keep nothing: the state in a ref of the origin, real jobs in fresh clones, two at once, killed ones."""

import pytest

from support.cijobs import REF, Jobs
from support.gitrepo import GitRepo
from support.mirrors import Mirror

COUNT = 24


@pytest.fixture
def jobs(request: pytest.FixtureRequest, exec_mirror: Mirror) -> Jobs:
    return Jobs(exec_mirror, texts=getattr(request, "param", True))


both = pytest.mark.parametrize("jobs", [True, False], indirect=True, ids=["texts", "no texts"])


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
    two_at_once(jobs, COUNT, [0, 7])


def test_with_a_lock_wait_the_slower_of_two_jobs_goes_on_from_what_the_faster_one_did(jobs: Jobs) -> None:
    two_at_once(jobs, COUNT, [0, 0], "sync", "--lock-wait", "60s")


@pytest.mark.parametrize(("jobs", "requests"), [(True, 25), (False, 4)], indirect=["jobs"])
def test_a_job_that_is_killed_is_recovered_from_a_fresh_clone(jobs: Jobs, requests: int) -> None:
    killed(jobs, COUNT, requests)


@pytest.mark.slow
@both
def test_two_jobs_at_once_send_each_step_once_twenty_times(jobs: Jobs) -> None:
    for number in range(20):
        wait = ("sync", "--lock-wait", "60s") if number % 2 else ("sync",)
        two_at_once(jobs, COUNT, [0, 0] if number % 2 else [0, 7], *wait)
        afresh(jobs)


@pytest.mark.slow
@both
def test_a_job_that_is_killed_anywhere_is_recovered_twenty_times(jobs: Jobs) -> None:
    for requests in range(3, 63, 3):  # the first page is made by then
        killed(jobs, COUNT, requests)
        afresh(jobs)


def test_updates_moves_and_removals_that_are_killed_end_where_git_says(jobs: Jobs) -> None:
    jobs.mirror.configure({"max_removals": "50%"})
    jobs.mirror.commit(linked(COUNT))
    jobs.push()
    assert jobs.run().code == 0
    ids = jobs.mirror.ids()
    for n in range(10):
        jobs.mirror.write(f"p{n:03}.md", f"# Page {n}\n\nEdited, [new](new.md).\n")
    jobs.mirror.write("new.md", "# New\n\n[0](p000.md)\n")
    jobs.mirror.rename("p012.md", "sub/q012.md")
    jobs.mirror.remove(*(f"p{n:03}.md" for n in range(20, 24)))
    jobs.push()
    start_and_kill(jobs, 9)
    assert jobs.run().code == 0
    bodies = jobs.mirror.bodies()
    assert all(bodies[f"Page {n}"] == f"Edited, [new]({jobs.mirror.url('New')}).\n" for n in range(10))
    kept = {title: page for title, page in ids.items() if title not in {f"Page {n}" for n in range(20, 24)}}
    assert {title: page for title, page in jobs.mirror.ids().items() if title != "New"} == kept
    after = jobs.run()
    assert (after.code, after.mirror["requests"]) == (0, 0), after


def test_without_the_right_to_push_only_a_plan_works_and_nothing_is_sent(jobs: Jobs) -> None:
    jobs.mirror.commit(linked(3))
    jobs.push()
    hook = jobs.origin.path / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'this token may only read' >&2\nexit 1\n")
    hook.chmod(0o755)
    planned = jobs.run("plan")
    assert (planned.code, planned.mirror["summary"]["create"]) == (0, 3), planned
    refused = jobs.run()
    assert refused.code == 8
    for words in ("may not push", "contents: write", "pagemirror plan"):
        assert words in refused.error
    assert jobs.mirror.writes() == {}
    assert jobs.version() == ""


def test_without_an_origin_it_is_said_before_anything_is_sent(jobs: Jobs) -> None:
    jobs.mirror.commit(linked(3))
    jobs.push()
    folder = jobs.clone()
    GitRepo(folder).git("remote", "remove", "origin")
    refused = jobs.start(folder=folder).result()
    assert refused.code == 8
    assert "has no remote origin" in refused.error
    assert jobs.mirror.requests() == 0


@pytest.mark.parametrize("jobs", [False], indirect=True)
@pytest.mark.parametrize(("rule", "code"), [("git", "text_unkept"), ("merge", "conflict")])
def test_without_texts_nothing_is_overwritten_that_only_a_text_could_bring_back(
    jobs: Jobs, rule: str, code: str
) -> None:
    jobs.mirror.configure({"on_conflict": rule})
    jobs.mirror.commit({"a.md": "# A\n\nOne.\n\nTwo.\n"})
    jobs.push()
    assert jobs.run().code == 0
    jobs.mirror.person_edits("A", content="One.\n\nTwo, by a person.\n")
    jobs.mirror.commit({"a.md": "# A\n\nOne, by Git.\n\nTwo.\n"})
    jobs.push()
    held = jobs.run()
    assert (held.code, [step["code"] for step in held.mirror["steps"]]) == (3, [code])
    assert jobs.mirror.bodies()["A"] == "One.\n\nTwo, by a person.\n"


def test_a_decision_made_in_one_clone_is_carried_out_from_another(jobs: Jobs) -> None:
    jobs.mirror.commit({"a.md": "# A\n\nOne.\n"})
    jobs.push()
    assert jobs.run().code == 0
    jobs.mirror.person_edits("A", content="A person's.\n")
    jobs.mirror.commit({"a.md": "# A\n\nGit's.\n"})
    jobs.push()
    assert jobs.run().code == 3
    resolved = jobs.start("resolve", "a.md", "--take", "git")
    resolved.process.communicate(timeout=60)
    assert resolved.process.returncode == 0
    assert jobs.run().code == 0
    assert jobs.mirror.bodies()["A"] == "Git's.\n"


def two_at_once(jobs: Jobs, count: int, codes: list[int], *words: str) -> None:
    """Two jobs that start together, and one after them that has nothing to do."""
    jobs.mirror.commit(linked(count))
    jobs.push()
    jobs.mirror.box.faults(latency=0.01)
    clones = [jobs.clone(), jobs.clone()]
    before = jobs.mirror.requests()
    results = [job.result() for job in [jobs.start(*words, folder=folder) for folder in clones]]
    jobs.mirror.box.faults()
    assert sorted(result.code for result in results) in (codes, [0, 0]), results
    assert jobs.mirror.writes(since=before)["POST"] == count
    settles_as_git_says(jobs, count)


def killed(jobs: Jobs, count: int, requests: int) -> None:
    """A job that ends after so many requests, the next one, and the one after it."""
    jobs.mirror.commit(linked(count))
    jobs.push()
    start_and_kill(jobs, requests)
    assert jobs.mirror.titles()
    next_one = jobs.run()
    assert next_one.code == 0, [step for step in next_one.mirror["steps"] if step["outcome"] != "done"]
    settles_as_git_says(jobs, count)


def start_and_kill(jobs: Jobs, requests: int) -> None:
    jobs.mirror.box.faults(latency=0.02)
    until = jobs.mirror.requests() + requests
    job = jobs.start()
    while job.process.runs_on() and jobs.mirror.requests() < until:
        pass  # the next look
    assert job.process.poll() is None, job.result()
    job.kill()
    jobs.mirror.box.faults()


def settles_as_git_says(jobs: Jobs, count: int) -> None:
    """Each page once and whole, a record for each, and nothing left to do for one more job."""
    mirror = jobs.mirror
    assert mirror.titles() == sorted(f"Page {n}" for n in range(count))
    assert sorted(jobs.records().values()) == sorted(mirror.ids().values())
    urls = {n: mirror.url(f"Page {n}") for n in (0, 1, count - 1)}
    bodies = mirror.bodies()
    assert bodies["Page 0"] == f"Text 0, [on]({urls[1]}).\n"
    assert bodies[f"Page {count - 1}"] == f"Text {count - 1}, [on]({urls[0]}).\n"
    after = jobs.run()
    assert (after.code, after.mirror["requests"]) == (0, 0), after


def afresh(jobs: Jobs) -> None:
    """No page and no record."""
    jobs.mirror.box.reset()
    jobs.origin.git("update-ref", "-d", REF)
