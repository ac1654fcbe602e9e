"""What moves in Git moves on the target, on the same pages: edits, renames, retitles, removals and returns."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from support.mirrors import Mirror, ended, many

PARAGRAPHS = "\n\n".join(f"Paragraph {n} of a longer text, so that Git knows the file again." for n in range(12))


def test_one_changed_file_costs_at_most_two_requests(mirror: Mirror) -> None:
    mirror.commit(many(30))
    mirror.done()
    mirror.commit({"p007.md": "# Page 7\n\nOther text.\n"})
    before = mirror.requests()
    report = mirror.done()
    assert ended(report) == Counter({"update done": 1})
    assert mirror.requests() - before <= 2
    assert mirror.bodies()["Page 7"] == "Other text.\n"
    assert report.unchanged == 29
    mirror.quiet()


def test_a_new_title_stays_on_the_old_page(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    page = mirror.ids()["Page 1"]
    mirror.commit({"p001.md": "# Another name\n\nText 1.\n"})
    report = mirror.done()
    assert ended(report) == Counter({"update done": 1})
    assert mirror.ids()["Another name"] == page
    assert len(mirror.box.pages(mirror.api)) == 3
    mirror.quiet()


def test_renamed_edited_and_retitled_in_one_commit_is_the_same_page(mirror: Mirror) -> None:
    mirror.commit({**many(3), "old.md": f"# Old\n\n{PARAGRAPHS}\n"})
    mirror.done()
    page = mirror.ids()["Old"]
    mirror.rename("old.md", "sub/new.md")
    mirror.commit({"sub/new.md": f"# New\n\n{PARAGRAPHS}\n\nMore.\n"})
    report = mirror.done()
    assert ended(report) == Counter({"update done": 1})
    assert mirror.last_step(report, "sub/new.md").step.moved_from == "old.md"
    assert mirror.ids()["New"] == page
    assert mirror.bodies()["New"].endswith("More.\n")
    assert len(mirror.box.pages(mirror.api)) == 4
    mirror.quiet()


def test_a_renamed_folder_keeps_all_pages(mirror: Mirror) -> None:
    mirror.commit({**many(12, folder="old"), "top.md": "# Top\n\n[one](old/p001.md)\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.rename("old", "new")
    mirror.commit({"top.md": "# Top\n\n[one](new/p001.md)\n"})
    report = mirror.done()
    assert ended(report) == Counter({"move done": 12})
    assert mirror.ids() == ids
    assert len(mirror.box.pages(mirror.api)) == 13
    mirror.quiet()


def test_two_files_that_swap_names_keep_their_pages_also_when_both_are_edited(mirror: Mirror) -> None:
    mirror.commit({**many(3), "a.md": f"# A\n\n{PARAGRAPHS}\n", "b.md": f"# B\n\n{PARAGRAPHS[::-1]}\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.rename("a.md", "x.md")
    mirror.rename("b.md", "a.md")
    mirror.rename("x.md", "b.md")
    mirror.commit({"b.md": f"# A\n\n{PARAGRAPHS}\n\nOf A.\n", "a.md": f"# B\n\n{PARAGRAPHS[::-1]}\n\nOf B.\n"})
    mirror.done()
    assert mirror.ids() == ids
    assert mirror.bodies()["A"].endswith("Of A.\n")
    assert mirror.bodies()["B"].endswith("Of B.\n")
    mirror.quiet()


def test_a_small_file_that_is_held_keeps_its_page_when_it_swaps_names_with_another(mirror: Mirror) -> None:
    mirror.commit({**many(3), "a.md": "# A\n\nOne.\n", "sub/b.md": "# B\n\nTwo.\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.person_edits("A", content="One, says a person.")
    mirror.commit({"a.md": "# A\n\nOne, says Git.\n"})
    assert ended(mirror.sync()) == Counter({"update held conflict": 1})
    mirror.commit({"a.md": "# B\n\nTwo.\n", "sub/b.md": "# A\n\nOne, says Git.\n"})
    assert ended(mirror.sync()) == Counter({"move done": 1, "update held conflict": 1})
    assert mirror.ids() == ids
    assert mirror.conflicts().keys() == {"sub/b.md"}


def test_a_path_that_one_page_leaves_and_another_takes_loses_neither(mirror: Mirror) -> None:
    mirror.commit({"a.md": f"# A\n\n{PARAGRAPHS}\n", "b.md": f"# B\n\n{PARAGRAPHS[::-1]}\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.rename("a.md", "c.md")
    mirror.rename("b.md", "a.md")
    mirror.commit()
    mirror.done()
    assert mirror.ids() == ids
    mirror.quiet()


def test_a_small_file_that_moved_and_was_edited_is_known_by_its_title(mirror: Mirror) -> None:
    """Git's similarity misses a move of a small file; its page must not be archived for that."""
    mirror.commit({**many(6), "small.md": "# Small thing\n\nOne.\n"})
    mirror.done()
    page = mirror.ids()["Small thing"]
    mirror.rename("small.md", "tiny.md")
    mirror.commit({"tiny.md": "# Small thing\n\nCompletely different now.\n"})
    mirror.sync()
    assert mirror.ids()["Small thing"] == page
    assert len(mirror.box.pages(mirror.api)) == 7


def test_a_removed_file_archives_its_page_and_keeps_the_text(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.done()
    page = mirror.ids()["Page 3"]
    mirror.remove("p003.md")
    mirror.commit()
    report = mirror.done()
    assert ended(report) == Counter({"archive done": 1})
    assert "Page 3" not in mirror.titles()
    there = mirror.box.page(mirror.api, page)
    assert "Text 3." in there["content"]
    assert [row.text.strip() for row in mirror.history("p003.md")] == ["Text 3."]
    mirror.quiet()


def test_a_file_that_comes_back_has_its_page_again(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.done()
    page = mirror.ids()["Page 3"]
    mirror.remove("p003.md")
    mirror.commit()
    mirror.done()
    mirror.commit({"p003.md": "# Page 3\n\nBack again.\n"})
    mirror.done()
    assert mirror.titles() == sorted(f"Page {n}" for n in range(6))
    assert mirror.bodies()["Page 3"] == "Back again.\n"
    if mirror.api == "pharen":
        assert mirror.ids()["Page 3"] == page
    mirror.quiet()


def test_removed_pages_stay_where_removal_is_keep_and_follow_again_when_the_file_is_back(mirror: Mirror) -> None:
    mirror.configure({"on_removal": "keep"})
    mirror.commit(many(6))
    mirror.done()
    page = mirror.ids()["Page 3"]
    mirror.remove("p003.md")
    mirror.commit()
    report = mirror.done()
    assert ended(report) == Counter({"keep done": 1})
    mirror.quiet()
    mirror.commit({"p003.md": "# Page 3\n\nBack again.\n"})
    mirror.done()
    assert mirror.ids()["Page 3"] == page
    assert mirror.bodies()["Page 3"] == "Back again.\n"
    mirror.quiet()


def test_delete_removes_for_good_where_the_api_can(pharen_mirror: Mirror) -> None:
    mirror = pharen_mirror
    mirror.configure({"on_removal": "delete"})
    mirror.commit(many(6))
    mirror.done()
    mirror.remove("p003.md")
    mirror.commit()
    assert ended(mirror.done()) == Counter({"delete done": 1})
    assert len(mirror.box.pages("pharen")) == 5
    assert [row.text for row in mirror.history("p003.md")] == ["Text 3.\n"]
    mirror.commit({"p003.md": "# Page 3\n\nText 3.\n"})
    mirror.done()
    assert len(mirror.titles()) == 6
    mirror.quiet()


def test_upsert_never_removes(mirror: Mirror) -> None:
    mirror.configure({"mode": "upsert"})
    mirror.commit(many(6))
    mirror.done()
    mirror.remove("p003.md")
    mirror.commit()
    mirror.done()
    assert len(mirror.titles()) == 6
    mirror.quiet()


def test_a_protected_page_is_never_removed(mirror: Mirror) -> None:
    mirror.configure({"protect": ["p004.md"]})
    mirror.commit({**many(12), "mine.md": "---\nprotect: true\n---\n# Mine\n\nText.\n"})
    mirror.done()
    mirror.remove("p003.md", "p004.md", "mine.md")
    mirror.commit()
    report = mirror.done()
    assert ended(report) == Counter({"archive done": 1, "keep done": 2})
    assert {"Page 4", "Mine"} <= set(mirror.titles())


def test_a_removal_waits_for_its_delay_and_is_called_off_when_the_file_is_back(mirror: Mirror) -> None:
    mirror.configure({"removal_delay": "1h"})
    mirror.commit(many(6))
    mirror.done()
    mirror.remove("p003.md")
    mirror.commit()
    assert ended(mirror.sync()) == Counter({"archive skipped removal_delay": 1})
    mirror.commit({"p003.md": "# Page 3\n\nText 3.\n"})
    mirror.done()
    mirror.quiet()
    mirror.remove("p003.md")
    mirror.commit()
    mirror.sync()
    mirror.clock.ahead += 1800
    assert ended(mirror.sync()) == Counter({"archive skipped removal_delay": 1})
    mirror.clock.ahead += 1801
    assert ended(mirror.done()) == Counter({"archive done": 1})
    mirror.quiet()


def test_a_new_title_moves_no_url_and_a_new_page_url_renders_links_again(mirror: Mirror) -> None:
    mirror.configure({"max_rerender": "100%"})
    mirror.commit({**many(6), "a.md": "# A\n\n[zero](p000.md)\n"})
    mirror.done()
    mirror.rename("p000.md", "zero.md")
    mirror.commit({"a.md": "# A\n\n[zero](zero.md)\n"})
    assert ended(mirror.done()) == Counter({"move done": 1})
    mirror.configure(target={"page_url": "https://hub.example.com/x/{id}"})
    assert ended(mirror.done()) == Counter({"update done": 1})
    assert mirror.bodies()["A"] == f"[zero](https://hub.example.com/x/{mirror.ids()['Page 0']})\n"
    mirror.quiet()


def test_linkers_are_rendered_again_when_their_target_is_renamed_without_page_url(mirror: Mirror) -> None:
    mirror.configure({"max_rerender": "100%"}, target={"page_url": ""})
    mirror.commit({**many(6), "a.md": "# A\n\n![i](img/one.png) [zero](p000.md)\n", "img/one.png": b"1"})
    mirror.done()
    mirror.rename("p000.md", "zero.md")
    mirror.commit({"a.md": "# A\n\n![i](img/one.png) [zero](zero.md)\n"})
    mirror.done()
    assert "/docs/zero.md" in mirror.bodies()["A"]
    mirror.quiet()


def test_a_removed_link_target_renders_its_linkers_again(mirror: Mirror) -> None:
    mirror.commit({**many(12), "a.md": "# A\n\n[zero](p000.md)\n"})
    mirror.done()
    assert mirror.bodies()["A"] == f"[zero]({mirror.url('Page 0')})\n"
    mirror.remove("p000.md")
    mirror.commit()
    mirror.done()
    assert mirror.bodies()["A"] == "[zero](p000.md)\n"
    mirror.quiet()


def test_a_file_added_later_settles_the_pages_that_link_to_it(mirror: Mirror) -> None:
    mirror.commit({**many(12), "a.md": "# A\n\n[new](new.md)\n", "sub/b.md": "# B\n\n[new](../new.md#x)\n"})
    mirror.done()
    assert mirror.bodies()["A"] == "[new](new.md)\n"
    mirror.commit({"new.md": "# New\n\nText.\n"})
    mirror.done()
    assert mirror.bodies()["A"] == f"[new]({mirror.url('New')})\n"
    assert mirror.bodies()["B"] == f"[new]({mirror.url('New')}#x)\n"
    mirror.quiet()


def test_wiki_links_follow_a_page_that_gets_the_name(mirror: Mirror) -> None:
    mirror.commit({**many(12), "a.md": "# A\n\n[[Later]]\n"})
    mirror.done()
    mirror.commit({"later.md": "# Later\n\nText.\n"})
    mirror.done()
    assert mirror.bodies()["A"] == f"[Later]({mirror.url('Later')})\n"
    mirror.quiet()


def test_an_index_added_later_takes_over_links_to_its_folder(mirror: Mirror) -> None:
    mirror.commit({**many(12), "sub/x.md": "# X\n\nText.\n", "a.md": "# A\n\n[sub](sub/)\n"})
    mirror.done()
    assert mirror.bodies()["A"] == "[sub](https://git.example.com/acme/blob/main/docs/sub)\n"
    mirror.commit({"sub/index.md": "# Sub\n\nText.\n"})
    mirror.done()
    assert mirror.bodies()["A"] == f"[sub]({mirror.url('Sub')})\n"
    mirror.quiet()


def test_a_new_banner_is_a_change_around_all_files_and_is_guarded(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.done()
    mirror.configure({"banner": "> From {path}"})
    report = mirror.sync()
    assert report.result == "held"
    assert ended(report) == Counter({"update held max_rerender": 6})
    assert ended(mirror.done(max_rerender="100%")) == Counter({"update done": 6})
    assert mirror.bodies()["Page 0"] == "> From p000.md\n\nText 0.\n"
    mirror.quiet()


def test_a_link_target_in_the_middle_of_many_changes_ends_where_git_says(mirror: Mirror) -> None:
    """Edits, a rename, a removal and a new file in one commit."""
    mirror.commit({**many(20), "hub.md": "# Hub\n\n" + "\n".join(f"- [{n}](p{n:03}.md)" for n in range(20)) + "\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.rename("p001.md", "one.md")
    mirror.remove("p002.md")
    mirror.commit(
        {
            "p003.md": "# Page 3\n\nEdited, to [new](new.md).\n",
            "new.md": "# New\n\nTo [one](one.md).\n",
            "hub.md": "# Hub\n\n- [one](one.md)\n- [new](new.md)\n- [gone](p002.md)\n",
        }
    )
    mirror.done()
    bodies = mirror.bodies()
    assert bodies["Hub"] == f"- [one]({mirror.url('Page 1')})\n- [new]({mirror.url('New')})\n- [gone](p002.md)\n"
    assert bodies["Page 3"] == f"Edited, to [new]({mirror.url('New')}).\n"
    assert {title: page for title, page in mirror.ids().items() if title in ids} == {
        title: page for title, page in ids.items() if title != "Page 2"
    }
    mirror.quiet()


def test_commits_skipped_by_a_mirror_that_was_away_are_caught_up_in_one_pass(mirror: Mirror) -> None:
    mirror.commit({**many(10), "a.md": f"# A\n\n{PARAGRAPHS}\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.rename("a.md", "b.md")
    mirror.commit()
    mirror.commit({"b.md": f"# A\n\n{PARAGRAPHS}\n\nMore.\n"})
    mirror.rename("b.md", "deep/c.md")
    mirror.commit()
    mirror.done()
    assert mirror.ids() == ids
    mirror.quiet()


def test_an_id_in_the_front_matter_finds_the_page_whatever_else_moved(mirror: Mirror) -> None:
    mirror.commit({**many(6), "a.md": "---\nid: guide-1\n---\n# A\n\nText.\n"})
    mirror.done()
    page = mirror.ids()["A"]
    mirror.remove("a.md")
    mirror.commit({"z/quite.md": "---\nid: guide-1\n---\n# Different\n\nNothing in common.\n"})
    mirror.done()
    assert mirror.ids()["Different"] == page
    mirror.quiet()


def test_page_id_ties_a_file_to_a_page_that_is_there(mirror: Mirror) -> None:
    made = mirror.box.create(mirror.api, "By hand", "Somebody's text.\n")
    mirror.box.advance(5)
    mirror.commit({"a.md": f"---\npage_id: {made['id']}\n---\n# A\n\nFrom Git.\n"})
    mirror.done()
    assert mirror.ids() == {"A": made["id"]}
    assert mirror.bodies() == {"A": "From Git.\n"}
    assert [row.text for row in mirror.history("a.md")] == ["Somebody's text.\n"]
    mirror.quiet()


def test_a_file_that_says_mirror_false_leaves_like_one_that_is_gone(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.done()
    mirror.commit({"p000.md": "---\nmirror: false\n---\n# Page 0\n\nText 0.\n"})
    mirror.done()
    assert len(mirror.titles()) == 5
    mirror.quiet()


@pytest.mark.parametrize("fault", [{"fault": "status", "status": 422}, {"fault": "lost_answer"}], ids=str)
def test_a_rename_whose_write_fails_keeps_its_page_for_the_next_edit(mirror: Mirror, fault: Mapping[str, Any]) -> None:
    mirror.commit({**many(8), "a.md": f"# A\n\n{PARAGRAPHS}\n"})
    mirror.done()
    page = mirror.ids()["A"]
    mirror.box.faults({**fault, "method": "PATCH"}, {**fault, "method": "PUT"})
    mirror.rename("a.md", "sub/b.md")
    mirror.commit({"sub/b.md": f"# A\n\n{PARAGRAPHS}\n\nMore.\n"})
    assert mirror.sync().result != "ok" or fault["fault"] == "lost_answer"
    mirror.box.faults()
    mirror.commit({"sub/b.md": "# A\n\nNothing in common with what was there.\n"})
    mirror.done()
    assert mirror.ids()["A"] == page
    assert mirror.bodies()["A"] == "Nothing in common with what was there.\n"
    assert len(mirror.box.pages(mirror.api)) == 9
    mirror.quiet()


def test_a_path_taken_over_while_its_old_page_waits_to_be_removed_mixes_no_texts(mirror: Mirror) -> None:
    mirror.configure({"removal_delay": "1h"})
    mirror.commit({**many(8), "a.md": f"# A\n\n{PARAGRAPHS}\n", "b.md": "# B\n\nShort.\n"})
    mirror.done()
    ids = mirror.ids()
    mirror.remove("b.md")
    mirror.rename("a.md", "b.md")
    mirror.commit()
    mirror.sync()
    mirror.commit({"p000.md": "# Page 0\n\nEdited.\n"})
    mirror.sync()
    assert mirror.ids() == ids
    assert (mirror.bodies()["A"], mirror.bodies()["B"]) == (f"{PARAGRAPHS}\n", "Short.\n")
    mirror.commit({"b.md": f"# A\n\n{PARAGRAPHS}\n\nMore.\n"})
    mirror.sync()
    assert mirror.bodies()["A"].endswith("More.\n")
    assert mirror.bodies()["B"] == "Short.\n"
    mirror.clock.ahead += 3700
    mirror.done()
    assert "B" not in mirror.titles()
    assert mirror.ids()["A"] == ids["A"]
    mirror.quiet()


def test_a_page_whose_path_another_document_took_is_removed_and_not_held_as_left_out(mirror: Mirror) -> None:
    mirror.commit({**many(8), "a.md": "# A\n\nOne.\n", "b.md": "# B\n\nTwo.\n"})
    mirror.done()
    page = mirror.ids()["A"]
    mirror.remove("b.md")
    mirror.rename("a.md", "b.md")
    mirror.commit({"a.md": "# Quite new\n\nThree.\n"})
    mirror.done()
    assert mirror.ids()["A"] == page
    assert mirror.titles() == sorted([*(f"Page {n}" for n in range(8)), "A", "Quite new"])
    mirror.quiet()


def test_a_file_that_moved_on_after_an_unfinished_pass_keeps_its_page(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1})
    mirror.commit({**many(8), "a.md": f"# A\n\n{PARAGRAPHS}\n", "z.md": "# Z\n\nText.\n"})
    mirror.done()
    page = mirror.ids()["A"]
    mirror.box.faults({"fault": "status", "status": 401})
    mirror.rename("a.md", "one/b.md")
    mirror.commit({"z.md": "# Z\n\nEdited.\n"})
    assert mirror.sync().result == "unusable"
    mirror.box.faults()
    mirror.rename("one/b.md", "two/c.md")
    mirror.commit()
    mirror.done()
    assert mirror.ids()["A"] == page
    assert len(mirror.box.pages(mirror.api)) == 10
    mirror.quiet()


def test_a_file_removed_after_an_unfinished_pass_that_moved_it_leaves_no_orphan(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 1})
    mirror.commit({**many(8), "a.md": f"# A\n\n{PARAGRAPHS}\n", "z.md": "# Z\n\nText.\n"})
    mirror.done()
    mirror.box.faults(
        {"fault": "status", "status": 503, "method": "PATCH"}, {"fault": "status", "status": 503, "method": "PUT"}
    )
    mirror.rename("a.md", "one/b.md")
    mirror.commit({"z.md": "# Z\n\nEdited.\n"})
    assert mirror.sync().result != "ok"
    mirror.box.faults()
    mirror.remove("one/b.md")
    mirror.commit()
    mirror.done()
    assert "A" not in mirror.titles()
    mirror.quiet()
