"""An unchanged folder costs nothing: no request, no write, and no call of the target at all."""

from collections import Counter

from support.mirrors import Mirror, ended, many

LINKED: dict[str, str | bytes] = {
    "a.md": "# A\n\n[b](b.md)\n",
    "b.md": "# B\n\n[a](a.md)\n",
    "index.md": "---\ntitle: Home\norder: 1\n---\n# Home\n\n[all](a.md)\n",
}


def test_after_a_sync_nothing_is_called_when_every_call_would_raise(mirror: Mirror) -> None:
    mirror.commit({**many(5), **LINKED})
    mirror.done()
    report = mirror.sync(sealed=True)
    assert report.result == "ok", report.error
    assert (report.unchanged, report.requests, ended(report)) == (8, 0, Counter())


def test_files_outside_the_source_folder_cost_nothing(mirror: Mirror) -> None:
    mirror.commit(LINKED)
    mirror.done()
    mirror.repo.write("src/main.py", "print()\n")
    mirror.commit()
    report = mirror.sync(sealed=True)
    assert (report.result, report.requests, ended(report)) == ("ok", 0, Counter())


def test_an_empty_commit_costs_nothing(mirror: Mirror) -> None:
    mirror.commit(LINKED)
    mirror.done()
    commit = mirror.commit()
    report = mirror.sync(sealed=True)
    assert (report.result, report.commit, report.requests) == ("ok", commit, 0)


def test_a_rotated_token_is_no_change(exec_mirror: Mirror) -> None:
    exec_mirror.commit(LINKED)
    exec_mirror.done()
    exec_mirror.token = exec_mirror.token[:-1] + ("a" if exec_mirror.token[-1] != "a" else "b")
    assert exec_mirror.sync(sealed=True).result == "ok"


def test_a_rename_without_links_is_a_move_that_sends_nothing(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    ids = mirror.ids()
    mirror.rename("p001.md", "deep/er/other.md")
    mirror.commit()
    report = mirror.sync(sealed=True)
    assert report.result == "ok", report.error
    assert ended(report) == Counter({"move done": 1})
    (step,) = report.steps
    assert (step.step.path, step.step.moved_from, step.requests) == ("deep/er/other.md", "p001.md", 0)
    assert mirror.ids() == ids
    mirror.quiet()


def test_front_matter_that_pages_do_not_show_sends_nothing(mirror: Mirror) -> None:
    mirror.commit({"a.md": "---\nauthor: x\n---\n# A\n\nText.\n"})
    mirror.done()
    mirror.commit({"a.md": "---\nauthor: y\nreviewed: 2024-01-01\n---\n# A\n\nText.\n"})
    assert mirror.sync(sealed=True).result == "ok"
    mirror.quiet()


def test_a_changed_line_end_at_the_end_is_no_change_for_the_page(mirror: Mirror) -> None:
    """A pushed extra blank line at the end must not make a conflict with a person's edit that isn't there."""
    mirror.commit({"a.md": "# A\n\nText.\n"})
    mirror.done()
    mirror.commit({"a.md": "# A\n\nText.\n\n"})
    mirror.done()
    assert mirror.bodies()["A"].strip() == "Text."
    mirror.quiet()


def test_a_drift_check_of_an_untouched_target_costs_a_listing_and_writes_nothing(mirror: Mirror) -> None:
    mirror.commit(many(30))
    mirror.done()
    mirror.box.advance(10)
    report = mirror.done(drift=True)
    assert report.requests <= 2
    assert ended(report) == Counter()
    mirror.quiet()


def test_a_commit_in_links_and_banner_does_not_rewrite_the_folder(mirror: Mirror) -> None:
    mirror.repo.write("src/main.py", "print()\n")
    mirror.configure(
        {"banner": "> From {path} at {commit}"},
        source={"web_url": "https://git.example.com/acme/blob/{commit}/{path}"},
    )
    mirror.commit({**many(3), "a.md": "# A\n\n[code](../src/main.py)\n"})
    first = mirror.repo.git("rev-parse", "HEAD")
    mirror.done()
    assert f"blob/{first}/src/main.py" in mirror.bodies()["A"]
    second = mirror.commit({"p000.md": "# Page 0\n\nOther.\n"})
    report = mirror.done()
    assert ended(report) == Counter({"update done": 1})
    assert mirror.bodies()["Page 0"] == f"> From p000.md at {second}\n\nOther.\n"
    assert f"at {first}" in mirror.bodies()["A"]
    mirror.quiet()
