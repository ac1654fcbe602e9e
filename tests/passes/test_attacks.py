"""What an adversary found: each test is a mirror that once ended elsewhere than Git said, or lost something."""

from support.mirrors import Mirror


def test_a_file_whose_named_page_is_not_there_fails_until_it_names_another(mirror: Mirror) -> None:
    mirror.commit({"a.md": "# A\n\nText.\n", "b.md": "---\npage_id: nothere\n---\n# B\n\nText.\n"})
    first = mirror.sync()
    assert mirror.last_step(first, "b.md").code == "remote_removed"
    before = mirror.requests()
    again = mirror.sync()
    assert (again.result, mirror.requests() - before) == ("failed", 0)
    assert mirror.last_step(again, "b.md").code == "remote_removed"
    assert mirror.last_step(mirror.sync(drift=True), "b.md").code == "remote_removed"
    made = mirror.box.create(mirror.api, "A page by hand", "By hand.\n")
    mirror.commit({"b.md": f"---\npage_id: {made['id']}\n---\n# B\n\nText.\n"})
    mirror.done()
    assert mirror.ids()["B"] == made["id"]
    mirror.quiet()


def test_a_file_that_no_longer_names_a_page_that_is_not_there_gets_one(mirror: Mirror) -> None:
    mirror.commit({"b.md": "---\npage_id: nothere\n---\n# B\n\nText.\n"})
    assert mirror.sync().result == "failed"
    mirror.commit({"b.md": "# B\n\nText.\n"})
    mirror.done()
    assert mirror.titles() == ["B"]
    mirror.quiet()
