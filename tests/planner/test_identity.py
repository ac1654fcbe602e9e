"""Which record a file belongs to: the six rules in their order, and the cases that lose pages elsewhere."""

from collections.abc import Mapping
from dataclasses import replace

from pagemirror.model.ids import BlobId, RepoPath
from pagemirror.model.records import Record, Standing
from pagemirror.planner.identity import Candidate, Matches, match
from planner.sides import record, wanted


def file(path: str, blob: str = "1", *, front_id: str | None = None, title: str | None = None) -> Candidate:
    return Candidate(path=RepoPath(path), blob=BlobId(blob), front_id=front_id, title=title)


def row(
    path: str,
    blob: str = "1",
    *,
    front_id: str | None = None,
    title: str = "A",
    standing: Standing = Standing.LIVE,
    uid: str = "",
) -> Record:
    base = wanted(path, title=title, uid=uid or f"was {path}", blob=BlobId(blob), front_id=front_id)
    return record(base, standing=standing)


def matched(
    files: list[Candidate],
    records: list[Record],
    renames: Mapping[str, str] | None = None,
    broken: tuple[str, ...] = (),
) -> Matches:
    moves = {RepoPath(new): RepoPath(old) for new, old in (renames or {}).items()}
    there = match(files, records, renames=moves, broken=[RepoPath(path) for path in broken])
    back = match(files[::-1], records[::-1], renames=dict(reversed(moves.items())), broken=broken)  # type: ignore[arg-type]  # plain strings do
    assert there == back, "the order of the input counts"
    return there


def pairs(found: Matches) -> dict[str, str]:
    return {path: was.path for path, was in sorted(found.found.items())}


# --------------------------------------------------------------------- the six rules


def test_rule_1_a_front_matter_id_beats_path_and_blob() -> None:
    found = matched(
        [file("a.md", "1", front_id="x"), file("b.md", "2", front_id="y")],
        [row("a.md", "1", front_id="y"), row("b.md", "2", front_id="x")],
    )
    assert pairs(found) == {"a.md": "b.md", "b.md": "a.md"}


def test_rule_2_the_same_path_and_blob_beats_a_rename() -> None:
    found = matched([file("a.md"), file("b.md")], [row("a.md"), row("b.md")], {"b.md": "a.md"})
    assert pairs(found) == {"a.md": "a.md", "b.md": "b.md"}


def test_rule_3_the_same_blob_beats_the_same_path() -> None:
    found = matched([file("a.md", "2"), file("b.md", "1")], [row("a.md", "1"), row("b.md", "2")])
    assert pairs(found) == {"a.md": "b.md", "b.md": "a.md"}


def test_rule_4_the_same_path_with_another_text_is_the_same_document() -> None:
    assert pairs(matched([file("a.md", "2")], [row("a.md", "1")])) == {"a.md": "a.md"}


def test_rule_4_gives_way_where_git_breaks_the_pair() -> None:
    found = matched(
        [file("a.md", "3"), file("b.md", "4")],
        [row("a.md", "1"), row("b.md", "2")],
        {"a.md": "b.md", "b.md": "a.md"},
        ("a.md", "b.md"),
    )
    assert pairs(found) == {"a.md": "b.md", "b.md": "a.md"}


def test_rule_4_beats_title_and_place() -> None:
    found = matched([file("a.md", "3", title="B")], [row("a.md", "1", title="A"), row("b.md", "2", title="B")])
    assert pairs(found) == {"a.md": "a.md"}


def test_a_broken_pair_that_nothing_else_claims_stays_together() -> None:
    assert pairs(matched([file("a.md", "2")], [row("a.md", "1")], broken=("a.md",))) == {"a.md": "a.md"}


def test_rule_5_follows_gits_rename() -> None:
    assert pairs(matched([file("b.md", "2")], [row("a.md", "1")], {"b.md": "a.md"})) == {"b.md": "a.md"}


def test_of_two_files_that_git_says_were_one_only_one_has_its_page() -> None:
    found = matched([file("b.md", "2"), file("c.md", "3")], [row("a.md", "1")], {"b.md": "a.md", "c.md": "a.md"})
    assert pairs(found) == {"b.md": "a.md"}


def test_rule_5_beats_title_and_place() -> None:
    found = matched([file("d/b.md", "2", title="C")], [row("d/a.md"), row("d/c.md", title="C")], {"d/b.md": "d/a.md"})
    assert pairs(found) == {"d/b.md": "d/a.md"}


def test_rule_6_takes_title_and_place_where_they_are_unique() -> None:
    assert pairs(matched([file("d/b.md", "2", title="A")], [row("d/a.md", title="A")])) == {"d/b.md": "d/a.md"}


def test_rule_6_needs_the_same_place() -> None:
    found = matched([file("e/b.md", "2", title="A")], [row("d/a.md", title="A")])
    assert pairs(found) == {}
    assert [was.path for was in found.unmatched] == ["d/a.md"]


def test_more_than_one_by_title_is_ambiguous() -> None:
    found = matched([file("d/c.md", "3", title="A")], [row("d/a.md", "1"), row("d/b.md", "2")])
    assert found.ambiguous == {"d/c.md": ("d/a.md", "d/b.md")}
    assert pairs(found) == {}


def test_two_new_files_with_one_title_are_ambiguous_for_one_page() -> None:
    found = matched([file("d/b.md", "2", title="A"), file("d/c.md", "3", title="A")], [row("d/a.md", "1")])
    assert found.ambiguous == {"d/b.md": ("d/a.md",), "d/c.md": ("d/a.md",)}


def test_a_file_with_nothing_alike_is_new() -> None:
    found = matched([file("z.md", "9", title="Z")], [row("a.md", "1")])
    assert (pairs(found), found.ambiguous) == ({}, {})


# --------------------------------------------------------------------- what loses pages elsewhere


def test_renaming_editing_retitling_and_moving_in_one_commit_keeps_the_page() -> None:
    found = matched([file("new/b.md", "2", title="B")], [row("old/a.md", "1")], {"new/b.md": "old/a.md"})
    assert pairs(found) == {"new/b.md": "old/a.md"}


def test_the_same_with_a_front_matter_id_needs_no_help_from_git() -> None:
    found = matched([file("new/b.md", "2", title="B", front_id="x")], [row("old/a.md", "1", front_id="x")])
    assert pairs(found) == {"new/b.md": "old/a.md"}


def test_c_a_file_that_was_renamed_with_the_same_title_is_not_trashed() -> None:
    assert pairs(matched([file("b.md", "1")], [row("a.md", "1")])) == {"b.md": "a.md"}


def test_d_a_new_title_in_the_same_file_makes_no_second_page() -> None:
    assert pairs(matched([file("a.md", "2", title="B")], [row("a.md", "1", title="A")])) == {"a.md": "a.md"}


def test_a_change_of_prefix_recreates_nothing() -> None:
    found = matched([file(f"docs/{i}.md", str(i)) for i in range(9)], [row(f"docs/{i}.md", str(i)) for i in range(9)])
    assert len(found.found) == 9
    assert found.unmatched == ()


def test_two_files_that_swap_names_keep_their_pages() -> None:
    found = matched([file("a.md", "2"), file("b.md", "1")], [row("a.md", "1"), row("b.md", "2")])
    assert pairs(found) == {"a.md": "b.md", "b.md": "a.md"}


def test_three_files_in_a_ring_keep_their_pages() -> None:
    found = matched(
        [file("a.md", "3"), file("b.md", "1"), file("c.md", "2")],
        [row("a.md", "1"), row("b.md", "2"), row("c.md", "3")],
    )
    assert pairs(found) == {"a.md": "c.md", "b.md": "a.md", "c.md": "b.md"}


def test_a_path_freed_by_one_page_and_taken_by_another_goes_with_the_text() -> None:
    found = matched([file("a.md", "3")], [row("a.md", "1"), row("b.md", "2")], {"a.md": "b.md"}, ("a.md",))
    assert pairs(found) == {"a.md": "b.md"}
    assert [was.path for was in found.unmatched] == ["a.md"]


def test_a_move_of_a_small_file_is_a_move_although_git_sees_none() -> None:
    assert pairs(matched([file("far/away.md", "1")], [row("a.md", "1")])) == {"far/away.md": "a.md"}


def test_a_copy_is_new_and_the_original_keeps_its_page() -> None:
    found = matched([file("a.md"), file("copy.md")], [row("a.md")], {"copy.md": "a.md"})
    assert pairs(found) == {"a.md": "a.md"}
    assert found.ambiguous == {}


def test_a_file_that_was_moved_and_copied_keeps_one_page_and_makes_one() -> None:
    found = matched([file("b.md"), file("c.md")], [row("a.md")], {"b.md": "a.md"})
    assert pairs(found) == {"b.md": "a.md"}
    assert found.ambiguous == {}


def test_templates_of_one_text_keep_their_pages_when_one_is_renamed() -> None:
    found = matched([file("a.md"), file("b.md"), file("z.md")], [row("a.md"), row("b.md"), row("c.md")])
    assert pairs(found) == {"a.md": "a.md", "b.md": "b.md", "z.md": "c.md"}


def test_two_templates_that_were_both_renamed_are_ambiguous_without_git() -> None:
    found = matched([file("x.md"), file("y.md")], [row("a.md"), row("b.md")])
    assert found.ambiguous == {"x.md": ("a.md", "b.md"), "y.md": ("a.md", "b.md")}


def test_two_templates_that_were_both_renamed_follow_git() -> None:
    found = matched([file("x.md"), file("y.md")], [row("a.md"), row("b.md")], {"x.md": "a.md", "y.md": "b.md"})
    assert pairs(found) == {"x.md": "a.md", "y.md": "b.md"}
    assert found.ambiguous == {}


# --------------------------------------------------------------------- front matter ids


def test_an_id_gained_keeps_the_page() -> None:
    assert pairs(matched([file("a.md", "2", front_id="x")], [row("a.md", "1")])) == {"a.md": "a.md"}


def test_an_id_lost_keeps_the_page() -> None:
    assert pairs(matched([file("a.md", "2")], [row("a.md", "1", front_id="x")])) == {"a.md": "a.md"}


def test_an_id_changed_is_another_document() -> None:
    found = matched([file("a.md", "2", front_id="y")], [row("a.md", "1", front_id="x")], {"a.md": "a.md"})
    assert pairs(found) == {}
    assert len(found.unmatched) == 1


def test_a_uid_written_into_the_front_matter_is_known() -> None:
    assert pairs(matched([file("b.md", "2", front_id="minted")], [row("a.md", "1", uid="minted")])) == {"b.md": "a.md"}


def test_an_id_in_two_files_is_reported_for_both() -> None:
    found = matched(
        [file("a.md", "1", front_id="x"), file("b.md", "2", front_id="x")], [row("a.md", "1", front_id="x")]
    )
    assert found.duplicates == {"a.md": ("b.md",), "b.md": ("a.md",)}
    assert pairs(found) == {"a.md": "a.md"}


def test_an_id_in_two_new_files_does_not_give_the_page_up_for_removal() -> None:
    found = matched(
        [file("b.md", "1", front_id="x"), file("c.md", "1", front_id="x")], [row("a.md", "1", front_id="x")]
    )
    assert set(found.duplicates) == {"b.md", "c.md"}
    assert found.unmatched == ()


def test_an_incompatible_record_makes_nothing_ambiguous() -> None:
    found = matched([file("c.md", "1", front_id="x")], [row("a.md", "1", front_id="y"), row("b.md", "1")])
    assert pairs(found) == {"c.md": "b.md"}


# --------------------------------------------------------------------- archived records


def test_a_file_with_another_id_does_not_keep_one_of_the_same_text_from_its_page() -> None:
    found = matched([file("b.md"), file("c.md", front_id="y")], [row("a.md", front_id="x")])
    assert (pairs(found), found.ambiguous) == ({"b.md": "a.md"}, {})


def test_an_archived_record_comes_back_with_its_file() -> None:
    found = matched([file("a.md", "1")], [row("a.md", "1", standing=Standing.REMOVED)])
    assert pairs(found) == {"a.md": "a.md"}


def test_an_archived_record_comes_back_with_another_text_at_its_path() -> None:
    assert pairs(matched([file("a.md", "2")], [row("a.md", "1", standing=Standing.REMOVED)])) == {"a.md": "a.md"}


def test_an_archived_record_comes_back_under_another_path() -> None:
    assert pairs(matched([file("b.md", "1")], [row("a.md", "1", standing=Standing.REMOVED)])) == {"b.md": "a.md"}


def test_a_live_page_moving_onto_an_archived_path_keeps_its_own_page() -> None:
    archived = row("a.md", "1", standing=Standing.REMOVED)
    found = matched([file("a.md", "3")], [archived, row("b.md", "2")], {"a.md": "b.md"})
    assert pairs(found) == {"a.md": "b.md"}


def test_archived_records_make_nothing_ambiguous() -> None:
    old = [row(f"{name}.md", "1", standing=Standing.REMOVED) for name in "ab"]
    found = matched([file("c.md", "1")], old)
    assert (pairs(found), found.ambiguous) == ({}, {})


def test_a_live_record_is_preferred_to_an_archived_one_of_the_same_text() -> None:
    found = matched([file("c.md", "1")], [row("a.md", "1", standing=Standing.REMOVED), row("b.md", "1")])
    assert pairs(found) == {"c.md": "b.md"}


# --------------------------------------------------------------------- section pages


def test_where_git_breaks_a_pair_the_live_record_comes_before_an_archived_one_of_the_title() -> None:
    gone = row("old.md", "2", title="B", standing=Standing.REMOVED)
    found = matched([file("a.md", "3", title="B")], [row("a.md", "1", title="A"), gone], broken=("a.md",))
    assert pairs(found) == {"a.md": "a.md"}


def test_where_git_breaks_a_pair_an_archived_record_of_the_title_comes_before_that_of_the_path() -> None:
    here = row("a.md", "1", title="A", standing=Standing.REMOVED)
    titled = row("old.md", "2", title="B", standing=Standing.REMOVED)
    assert pairs(matched([file("a.md", "3", title="B")], [here, titled], broken=("a.md",))) == {"a.md": "old.md"}


def test_a_section_page_takes_over_from_an_index_alone() -> None:
    assert pairs(matched([file("docs/", "2")], [row("docs/a.md", "1")])) == {}


def test_an_index_takes_its_section_page_over() -> None:
    assert pairs(matched([file("guide/index.md", "2", title="G")], [row("guide/", "s")])) == {
        "guide/index.md": "guide/"
    }


def test_a_section_page_takes_over_when_the_index_goes() -> None:
    assert pairs(matched([file("guide/", "s")], [row("guide/README.md", "1")])) == {"guide/": "guide/README.md"}


def test_an_index_with_another_id_is_another_document_than_its_section_page() -> None:
    assert pairs(matched([file("guide/index.md", "2", front_id="y")], [row("guide/", "s", front_id="x")])) == {}


def test_an_index_that_was_a_page_elsewhere_brings_its_own_page() -> None:
    found = matched([file("guide/index.md", "1")], [row("guide/", "s"), row("intro.md", "1")])
    assert pairs(found) == {"guide/index.md": "intro.md"}
    assert [was.path for was in found.unmatched] == ["guide/"]


# ------------------------------------------------------------------ who comes first


def uids(found: Matches) -> dict[str, str]:
    return {path: was.uid for path, was in sorted(found.found.items())}


def test_of_two_records_of_a_path_the_live_one_comes_first_and_one_that_is_not_leaving_before_one_that_is() -> None:
    there, leaving, removed = (
        row("a.md", uid="c"),
        replace(row("a.md", uid="b"), leaving_since=1.0),
        row("a.md", uid="a", standing=Standing.REMOVED),
    )
    assert uids(matched([file("a.md")], [there, leaving, removed])) == {"a.md": "c"}
    assert uids(matched([file("a.md")], [leaving, removed])) == {"a.md": "b"}
    assert uids(matched([file("a.md")], [removed])) == {"a.md": "a"}


def test_of_two_records_that_nothing_tells_apart_it_is_always_the_same_one() -> None:
    assert uids(matched([file("a.md")], [row("a.md", uid="b"), row("a.md", uid="a")])) == {"a.md": "a"}


def test_a_live_record_of_a_later_rule_comes_before_a_removed_one_of_a_rename_or_a_folder() -> None:
    removed = row("old.md", "1", standing=Standing.REMOVED)
    found = matched([file("new.md", "2", title="A")], [removed, row("other.md", "3")], {"new.md": "old.md"})
    assert pairs(found) == {"new.md": "other.md"}
    section = row("guide/", "1", title="Guide", standing=Standing.REMOVED)
    found = matched([file("guide/index.md", "2", title="A")], [section, row("guide/old.md", "3")])
    assert pairs(found) == {"guide/index.md": "guide/old.md"}


def test_a_file_that_a_better_rule_settled_is_not_ambiguous_though_the_other_record_is_still_there() -> None:
    found = matched([file("c.md")], [row("a.md"), row("b.md")], {"c.md": "a.md"})
    assert (pairs(found), dict(found.ambiguous)) == ({"c.md": "a.md"}, {})


# ---------------------------------------------------------------------- front matter


def test_a_record_that_two_ids_name_is_one_files_alone() -> None:
    found = matched(
        [file("a.md", "2", front_id="u"), file("b.md", "3", front_id="x")], [row("c.md", "1", front_id="x", uid="u")]
    )
    assert pairs(found) == {"a.md": "c.md"}


def test_new_files_that_share_an_id_are_duplicates_though_no_record_has_it() -> None:
    found = matched([file("a.md", "2", front_id="x"), file("b.md", "3", front_id="x")], [row("c.md", "1")])
    assert (pairs(found), set(found.duplicates)) == ({}, {"a.md", "b.md"})
    assert [record.path for record in found.unmatched] == ["c.md"]


def test_a_duplicate_keeps_the_record_of_its_own_path_and_takes_no_others() -> None:
    found = matched(
        [file("b.md", "2", front_id="x"), file("c.md", "3", front_id="x")], [row("a.md", "1"), row("c.md", "1")]
    )
    assert pairs(found) == {"c.md": "c.md"}
    assert [record.path for record in found.unmatched] == ["a.md"]
