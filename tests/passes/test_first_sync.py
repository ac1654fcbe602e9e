"""The first pass of a mirror: every file becomes one page, links lead to pages, and nothing else is touched."""

from collections import Counter

import pytest

from support.mirrors import Mirror, ended, many


def test_each_file_becomes_one_page_with_its_own_text_at_one_request_a_page(mirror: Mirror) -> None:
    mirror.commit(many(30))
    report = mirror.done()
    assert ended(report) == Counter({"create done": 30})
    assert mirror.bodies() == {f"Page {n}": f"Text {n}.\n" for n in range(30)}
    assert report.requests == mirror.requests() == 31
    assert mirror.box.violations(mirror.api) == []
    mirror.quiet()


def test_a_folder_of_no_pages_at_all_is_mirrored_once_the_first_file_comes(mirror: Mirror) -> None:
    mirror.commit({"picture.txt": "no page"})
    assert mirror.titles() == []
    mirror.sync()
    mirror.commit({"a.md": "# A\n\nText.\n"})
    mirror.done()
    assert mirror.titles() == ["A"]


def test_links_between_new_pages_lead_to_pages_after_the_first_pass_also_in_a_circle(mirror: Mirror) -> None:
    mirror.commit(
        {
            "a.md": "# A\n\nTo [b](b.md#there) and [c](sub/c.md).\n",
            "b.md": "# B\n\nTo [a](a.md).\n\n## There\n",
            "sub/c.md": "# C\n\nTo [a](../a.md) and [b](../b.md), [self](#c).\n",
        }
    )
    report = mirror.done()
    bodies = mirror.bodies()
    assert bodies["A"] == f"To [b]({mirror.url('B')}#there) and [c]({mirror.url('C')}).\n"
    assert bodies["B"] == f"To [a]({mirror.url('A')}).\n\n## There\n"
    assert bodies["C"] == f"To [a]({mirror.url('A')}) and [b]({mirror.url('B')}), [self](#c).\n"
    assert report.unsettled == 0
    assert report.requests <= 1 + 3 + 2 * 3
    mirror.quiet()


def test_pages_that_link_in_one_direction_need_no_second_write(mirror: Mirror) -> None:
    files: dict[str, str | bytes] = {
        f"p{n:02}.md": f"# P{n:02}\n\n[next](p{n + 1:02}.md)\n" if n < 11 else "# P11\n\nEnd.\n" for n in range(12)
    }
    mirror.configure({"concurrency": 1})
    mirror.commit(files)
    mirror.done()
    assert mirror.writes() == Counter({"POST": 12})
    assert mirror.bodies()["P10"] == f"[next]({mirror.url('P11')})\n"


def test_links_to_other_files_lead_to_the_repository_and_unknown_ones_stay(mirror: Mirror) -> None:
    mirror.repo.write("src/main.py", "print()\n")
    mirror.commit({"a.md": "# A\n\n[code](../src/main.py) [none](nowhere.md) ![i](i.png)\n", "i.png": b"\x89PNG"})
    mirror.done()
    base = "https://git.example.com/acme"
    assert mirror.bodies()["A"] == (
        f"[code]({base}/blob/main/src/main.py) [none](nowhere.md) ![i]({base}/raw/main/docs/i.png)\n"
    )


def test_without_page_url_links_lead_to_the_repository_and_nothing_is_settled(mirror: Mirror) -> None:
    mirror.configure(target={"page_url": ""})
    mirror.commit({"a.md": "# A\n\n[b](b.md)\n", "b.md": "# B\n\n[a](a.md)\n"})
    mirror.done()
    assert mirror.writes() == Counter({"POST": 2})
    assert mirror.bodies()["A"] == "[b](https://git.example.com/acme/blob/main/docs/b.md)\n"
    mirror.quiet()


def test_pages_that_other_people_made_are_never_touched(mirror: Mirror) -> None:
    made = mirror.box.create(mirror.api, "Somebody's", "Hands off.\n")
    mirror.commit(many(3))
    mirror.done()
    mirror.commit({"p000.md": "# Page 0\n\nOther.\n"})
    mirror.done()
    mirror.remove("p001.md")
    mirror.commit()
    mirror.done()
    assert mirror.box.page(mirror.api, made["id"]) == made


def test_two_files_of_one_title_become_two_pages(mirror: Mirror) -> None:
    mirror.commit(
        {"a/intro.md": "# Intro\n\nOf a.\n", "b/intro.md": "# Intro\n\nOf b.\n", "c/i.md": "# Intro\n\nOf b.\n"}
    )
    mirror.done()
    assert mirror.titles() == ["Intro"] * 3
    mirror.quiet()


def test_the_plan_says_what_the_sync_does_and_writes_nothing(mirror: Mirror) -> None:
    mirror.commit(many(4))
    planned = mirror.plan()
    assert [(step.action, step.path) for step in planned.plan.steps] == [("create", f"p00{n}.md") for n in range(4)]
    assert mirror.writes() == Counter()
    report = mirror.done()
    assert report.digest == planned.plan.digest


def test_a_plan_says_no_more_of_a_page_than_its_title_tells(mirror: Mirror) -> None:
    mirror.box.create(mirror.api, "Page 0", "A stranger's.\n")
    mirror.commit(many(1))
    (step,) = mirror.plan().plan.steps
    assert (step.action, step.reason) == ("adopt", "a page with the same title is there")
    assert ended(mirror.sync()) == Counter({"adopt held foreign": 1})


def test_an_approved_plan_is_carried_out_and_another_one_is_refused(mirror: Mirror) -> None:
    mirror.commit(many(4))
    approved = mirror.plan().plan.digest
    mirror.commit({"p004.md": "# Page 4\n\nText.\n"})
    report = mirror.sync(plan_digest=approved)
    assert report.result == "held"
    assert [guard.code for guard in report.guards] == ["plan_digest"]
    assert mirror.titles() == []
    mirror.done(plan_digest=mirror.plan().plan.digest)
    assert len(mirror.titles()) == 5


def test_only_the_named_files_are_synced_and_the_rest_follows_later(mirror: Mirror) -> None:
    mirror.commit(many(4))
    mirror.done(only=("p002.md",))
    assert mirror.titles() == ["Page 2"]
    mirror.done()
    assert len(mirror.titles()) == 4
    assert sorted(mirror.titles()) == sorted({f"Page {n}" for n in range(4)})
    mirror.quiet()


@pytest.mark.parametrize("body", ["", "Text without a line's end", "\r\nWindows\r\nlines\r\n", "Ü 😀 \u2028 \u00a0x\n"])
def test_a_body_arrives_as_it_stands_in_the_file(mirror: Mirror, body: str) -> None:
    mirror.commit({"a.md": f"---\ntitle: A\n---\n{body}".encode()})
    mirror.done()
    assert mirror.bodies()["A"].strip() == body.strip()
    mirror.quiet()
