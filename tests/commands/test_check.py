"""`check` as a process: without a network, a token or a state, and before anything is there."""

from support.site import Site

FILES = {
    "a.md": "# A\n\n[b](b.md#part) and [gone](gone.md)\n",
    "b.md": "# B\n\n## Part\n\n[a](a.md) ![x](x.png)\n",
}


def test_it_needs_no_token_no_target_and_no_state(site: Site) -> None:
    site.configure(target__base_url="http://127.0.0.1:9", target__token="env:NOBODY_SET_THIS")
    site.docs(FILES)
    ran = site("check", "--output", "json")
    assert ran.code == 1
    (mirror,) = ran.json["mirrors"]
    assert mirror["counts"] == {"image_missing": 1, "link_missing": 1}
    assert [(row["file"], row["line"], row["column"]) for row in mirror["findings"]] == [
        ("a.md", 3, 27),
        ("b.md", 5, 16),
    ]
    assert not site.state.parent.exists()


def test_warnings_alone_end_with_0_unless_strict(site: Site) -> None:
    site.docs({"a.md": "# A\n", "b.md": "# A\n"})
    assert "duplicate_title" in site.done("check").out
    assert site("check", "--strict").code == 1


def test_what_a_sync_sends_after_a_clean_check_is_taken(site: Site) -> None:
    site.docs({"a.md": "# A\n\n[b](b.md#part)\n", "b.md": "# B\n\n## Part\n\n[a](a.md)\n"})
    assert site.done("check", "--strict", "--output", "json").json["mirrors"][0]["findings"] == []
    site.done("sync")
    assert len(site.live()) == 2


def test_a_config_that_is_wrong_ends_with_2(site: Site) -> None:
    site.configure(sync__on_drift="never")
    ran = site("check", "--output", "json")
    assert ran.code == 2
    assert ran.error["code"]


def test_a_source_that_cant_be_read_ends_with_8(site: Site) -> None:
    site.configure(source__ref="nosuch")
    site.docs(FILES)
    ran = site("check", "--output", "json")
    assert (ran.code, ran.error["code"]) == (8, "unknown_ref")


def test_annotations_are_at_the_repositorys_paths_for_check_plan_and_sync(site: Site) -> None:
    site.docs(FILES)
    site.env["GITHUB_STEP_SUMMARY"] = str(site.home / "summary.md")
    told = site("check", "--output", "github").out.splitlines()
    assert told[0].startswith("::error file=docs/a.md,line=3,col=27,title=pagemirror%3A link_missing::")
    site.docs({"bad.md": "---\ntitle: [\n---\nText.\n"})
    for command in ("plan", "sync", "sync"):
        told = site(command, "--output", "github").out.splitlines()
        assert told[0].startswith("::error file=docs/bad.md,line=3,title=pagemirror%3A front_matter::"), told
    assert (site.home / "summary.md").read_text("utf-8").count("### Pagemirror: ") == 4
