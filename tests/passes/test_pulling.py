"""`pull`: a person's edit comes back as a commit on a branch, and after its merge nothing is left to send."""

import json
from collections import Counter
from pathlib import Path

import httpx
import pytest

from pagemirror.content.prosemirror import to_prosemirror
from pagemirror.content.prosemirror.writing import to_markdown
from pagemirror.model.errors import LockedError, SourceError
from pagemirror.model.reports.edits import Pull, PullReport
from pagemirror.sandbox.process import SandboxProcess
from pagemirror.sandbox.ravendocs_rpc import owner_token
from pagemirror.state import open_store
from pagemirror.state.interface import Owner
from support.gitrepo import GitRepo
from support.mirrors import Mirror, ended, many

EDITS = "pagemirror/edits"
TEXT = "# A\n\nThe first.\n\n* one\n* two\n\nThe  middle.\n\nThe last.\n"
APIS = ("exec", "pharen", "ravendocs", "ravendocs_rpc")


@pytest.fixture(params=APIS)
def each(request: pytest.FixtureRequest, tmp_path: Path, box: SandboxProcess) -> Mirror:
    return begun(Mirror(tmp_path, box, str(request.param)))


def begun(mirror: Mirror, **files: str) -> Mirror:
    mirror.commit({"a.md": TEXT, "b.md": "# B\n\nText of B.\n", **files})
    mirror.done()
    return mirror


def shown(mirror: Mirror, title: str = "A") -> str:
    body = mirror.bodies()[title]
    return to_markdown(json.loads(body)).markdown if mirror.api.startswith("ravendocs") else body


def by_hand(mirror: Mirror, old: str, new: str, *, page: str = "A", **values: str) -> None:
    """Replace words on a page, as a person does in its editor."""
    text = shown(mirror, page)
    assert old in text
    text = text.replace(old, new)
    content = json.dumps(to_prosemirror(text).doc) if mirror.api.startswith("ravendocs") else text
    mirror.person_edits(page, content=content, **values)


def outcomes(report: PullReport) -> dict[str, str]:
    return {row.path: row.code or row.outcome.value for row in report.rows}


def on_branch(mirror: Mirror, path: str, branch: str = EDITS) -> bytes:
    return (mirror.repo.git("show", f"{branch}:docs/{path}") + "\n").encode()


def commits(mirror: Mirror) -> list[str]:
    return mirror.repo.git("log", "--format=%s", f"main..{EDITS}").splitlines()


def merge(mirror: Mirror) -> None:
    mirror.repo.git("merge", "-q", "--no-edit", EDITS)


def test_an_edit_comes_back_and_after_the_merge_there_is_nothing_to_write(each: Mirror) -> None:
    by_hand(each, "The last", "The last, by hand")
    report = each.pull()
    assert outcomes(report) == {"a.md": "pulled"}
    assert on_branch(each, "a.md").decode() == TEXT.replace("The last", "The last, by hand")
    merge(each)
    before = each.requests()
    assert ended(each.done()) == Counter({"record done": 1})
    assert sum(each.writes(before).values()) == 0
    each.quiet()
    assert outcomes(each.pull()) == {}


def test_with_another_paragraph_from_git_both_end_on_the_page(each: Mirror) -> None:
    by_hand(each, "The last", "The last, by hand")
    each.commit({"a.md": TEXT.replace("The first", "The first, in Git")})
    each.pull()
    both = TEXT.replace("The first", "The first, in Git").replace("The last", "The last, by hand")
    assert on_branch(each, "a.md").decode() == both
    merge(each)
    assert ended(each.done()) == Counter({"update done": 1})
    assert "first, in Git" in shown(each)
    assert "last, by hand" in shown(each)
    each.quiet()
    assert each.done(drift=True).steps == ()


def test_a_page_that_a_sync_merged_is_pulled_too(each: Mirror) -> None:
    each.configure({"on_conflict": "merge"})
    by_hand(each, "The last", "The last, by hand")
    each.commit({"a.md": TEXT.replace("The first", "The first, in Git")})
    assert ended(each.done()) == Counter({"update done": 1})
    assert outcomes(each.pull()) == {"a.md": "pulled"}
    merge(each)
    before = each.requests()
    assert ended(each.done()) == Counter({"record done": 1})
    assert sum(each.writes(before).values()) == 0
    each.quiet()


def test_a_held_edit_is_pulled_and_the_hold_goes_with_the_merge(each: Mirror) -> None:
    by_hand(each, "The last", "The last, by hand")
    assert each.sync(drift=True).result == "held"
    assert outcomes(each.pull()) == {"a.md": "pulled"}
    merge(each)
    each.done()
    assert each.conflicts() == {}


def test_lines_that_git_changed_too_are_told_and_not_written(each: Mirror) -> None:
    by_hand(each, "The last", "The last, by hand")
    each.commit({"a.md": TEXT.replace("The last", "The last, in Git")})
    report = each.pull()
    assert [(row.outcome, row.code) for row in report.rows] == [(Pull.HELD, "conflict")]
    assert (report.tip, each.repo.git("branch", "--list", EDITS)) == ("", "")


def test_only_told_nothing_is_written(each: Mirror) -> None:
    by_hand(each, "The last", "The last, by hand")
    (row,) = each.pull(dry=True).rows
    assert row.diff.splitlines()[-2:] == ["-The last.", "+The last, by hand."]
    assert each.repo.git("branch", "--list", EDITS) == ""


def test_files_and_index_stay_and_each_page_is_a_commit(each: Mirror) -> None:
    by_hand(each, "The last", "The last, by hand")
    by_hand(each, "Text of B", "Edited text of B", page="B")
    each.write("b.md", "unfinished\n")
    each.write("new.md", "new\n")
    each.repo.git("add", "docs/new.md")
    before = each.repo.git("status", "--porcelain"), each.repo.git("diff", "HEAD"), each.repo.git("rev-parse", "HEAD")
    report = each.pull()
    after = each.repo.git("status", "--porcelain"), each.repo.git("diff", "HEAD"), each.repo.git("rev-parse", "HEAD")
    assert (before, report.tip) == (after, each.repo.git("rev-parse", EDITS))
    assert commits(each) == ["Take in the edit of b.md", "Take in the edit of a.md"]
    message = each.repo.git("log", "-1", "--format=%B", EDITS)
    assert each.url("B") in message or each.ids()["B"] in message


def test_pulled_again_the_branch_is_made_anew(each: Mirror) -> None:
    by_hand(each, "The last", "The last, by hand")
    each.pull()
    by_hand(each, "by hand", "by another hand")
    each.pull()
    assert commits(each) == ["Take in the edit of a.md"]
    assert b"another hand" in on_branch(each, "a.md")


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("# A\n\nText.\n", "# Another title\n\nText.\n"),
        ("A\n=\n\nText.\n", "Another title\n=\n\nText.\n"),
        ("---\ntitle: A\nlabels: [x]\n---\nText.\n", "---\ntitle: Another title\nlabels: [x]\n---\nText.\n"),
        ("---\ntitle: 'A'\n---\n# A\n\nText.\n", "---\ntitle: 'Another title'\n---\n# Another title\n\nText.\n"),
    ],
)
def test_a_title_is_written_where_it_came_from(exec_mirror: Mirror, text: str, new: str) -> None:
    begun(exec_mirror, **{"a.md": text})
    by_hand(exec_mirror, "Text", "Text", title="Another title")
    exec_mirror.pull()
    assert on_branch(exec_mirror, "a.md").decode() == new
    merge(exec_mirror)
    assert ended(exec_mirror.done()) == Counter({"record done": 1})
    exec_mirror.quiet()


def test_a_title_of_a_files_name_becomes_a_heading(each: Mirror) -> None:
    each.commit({"plain.md": "Text.\n"})
    each.done()
    by_hand(each, "Text", "Text", page="Plain", title="Fancy *new* one")
    each.pull()
    assert on_branch(each, "plain.md").decode() == "# Fancy \\*new\\* one\n\nText.\n"


LINKED = """---
title: A
---
See [B](./b.md#part "x"), ![pic](img/p.png), [code](../src/x.py) and <https://example.com>.

Plain.
"""


@pytest.mark.parametrize(
    ("banner", "ends"),
    [
        ("Made from [{path}]({web_url}).", "record done"),
        ("Made at {commit} by {author} from {path}.", "update done"),  # the banner names another commit now
    ],
)
def test_banner_mark_links_and_images_are_turned_back(each: Mirror, banner: str, ends: str) -> None:
    each.configure({"banner": banner}, target={"mark": "comment"})
    each.repo.write("src/x.py", "x\n")
    each.repo.write("docs/img/p.png", b"png")
    each.commit({"a.md": LINKED})
    each.done()
    text = shown(each)
    assert "Made " in text
    here = next(word for word in text.split("(") if "b.md" in word or each.ids()["B"] in word).partition("#")[0]
    by_hand(each, "Plain.", f"Plain, and [again]({here}#part).")
    each.pull()
    new = LINKED.replace("Plain.", "Plain, and [again](./b.md#part).")
    assert on_branch(each, "a.md").decode() == new
    merge(each)
    assert ended(each.done()) == Counter({ends: 1})
    each.quiet()


def test_another_address_of_a_page_is_a_link_to_its_file_and_no_conflict(each: Mirror) -> None:
    web = "https://git.example.com/acme/blob/main/docs/b.md"
    by_hand(each, "The last.", f"The last, see [B]({web}).")
    each.pull()
    assert on_branch(each, "a.md").decode() == TEXT.replace("The last.", "The last, see [B](b.md).")
    merge(each)
    each.done()
    each.quiet()


@pytest.mark.parametrize("api", APIS)
def test_a_banner_that_a_person_changed_or_took_away_stays_out_of_the_file(
    tmp_path: Path, box: SandboxProcess, api: str
) -> None:
    each = Mirror(tmp_path, box, api)
    each.configure({"banner": "Made from {path}, so edit it there."})
    begun(each)
    by_hand(each, "so edit it there", "so don't edit it here")
    by_hand(each, "The last", "The last, by hand")
    each.pull()
    assert on_branch(each, "a.md").decode() == TEXT.replace("The last", "The last, by hand")
    text = shown(each)
    by_hand(each, text.partition("\n\n")[0] + "\n\n", "")
    each.pull()
    assert on_branch(each, "a.md").decode() == TEXT.replace("The last", "The last, by hand")


def test_what_the_editor_alone_has_outlives_pull_and_merge(tmp_path: Path, box: SandboxProcess) -> None:
    mirror = begun(Mirror(tmp_path, box, "ravendocs"))
    doc = json.loads(mirror.bodies()["A"])
    drawing = {"type": "drawio", "attrs": {"src": "/files/1.svg", "title": "A drawing", "attachmentId": "1"}}
    doc["content"].append(drawing)
    mirror.person_edits("A", content=json.dumps(doc))
    mirror.pull()
    assert on_branch(mirror, "a.md").decode().startswith(TEXT)
    merge(mirror)
    assert ended(mirror.done()) == Counter({"record done": 1})
    assert json.loads(mirror.bodies()["A"])["content"][-1] == drawing
    mirror.quiet()
    mirror.commit({"a.md": mirror.read("a.md").replace("The first", "The first, in Git")})
    mirror.done()
    assert "A drawing" in mirror.bodies()["A"]
    assert '"drawio"' in mirror.bodies()["A"]


def test_line_ends_and_a_missing_last_one_stay(each: Mirror) -> None:
    each.commit({"a.md": TEXT.replace("\n", "\r\n").removesuffix("\r\n").encode(), "ö ü.md": "# Ö\n\nOdd."})
    each.done()
    by_hand(each, "The  middle" if "The  middle" in shown(each) else "The middle", "The middle, by hand")
    by_hand(each, "Odd", "Odder", page="Ö")
    each.pull()
    data = each.repo.git("cat-file", "-p", f"{EDITS}:docs/a.md")
    assert data.count("\r\n") == data.count("\n") == TEXT.count("\n") - 1
    assert data.endswith("The last.")
    assert "The middle, by hand." in data
    assert each.repo.git("show", f"{EDITS}:docs/ö ü.md") == "# Ö\n\nOdder."
    merge(each)
    each.done()
    each.quiet()


def test_a_folder_renamed_since_keeps_its_edits(each: Mirror) -> None:
    rest = "".join(f"Paragraph {n} of a longer text.\n\n" for n in range(9))
    each.commit({"old/c.md": f"# C\n\nText with [B](../b.md).\n\n{rest}Last.\n"})
    each.done()
    by_hand(each, "Last", "Last, by hand", page="C")
    each.rename("old", "new/deep")
    each.commit({"new/deep/c.md": f"# C\n\nText with [B](../../b.md).\n\n{rest}Last.\n"})
    assert outcomes(each.pull()) == {"new/deep/c.md": "pulled"}
    told = f"# C\n\nText with [B](../../b.md).\n\n{rest}Last, by hand.\n"
    assert on_branch(each, "new/deep/c.md").decode() == told


def test_a_bare_repository_gets_the_branch(each: Mirror) -> None:
    each.repo.git("clone", "-q", "--bare", ".", str(each.folder / "bare"))
    each.configure(source={"repo": "bare"})
    by_hand(each, "The last", "The last, by hand")
    each.pull()
    assert "by hand" in GitRepo(each.folder / "bare").git("show", f"{EDITS}:docs/a.md")


def test_a_url_gets_the_branch_pushed(each: Mirror) -> None:
    each.configure(source={"repo": f"file://{each.repo.path}"})
    each.done()
    by_hand(each, "The last", "The last, by hand")
    report = each.pull()
    assert report.pushed
    assert b"by hand" in on_branch(each, "a.md")


def test_files_on_disk_with_changes_of_their_own_are_left(each: Mirror) -> None:
    each.configure(source={"ref": "worktree"})
    each.done()
    by_hand(each, "The last", "The last, by hand")
    by_hand(each, "Text of B", "Edited text of B", page="B")
    each.write("b.md", "# B\n\nText of B.\n\nUnfinished.\n")
    assert outcomes(each.pull()) == {"a.md": "pulled", "b.md": "uncommitted"}
    assert commits(each) == ["Take in the edit of a.md"]


def test_a_draft_and_a_removed_page_are_told(exec_mirror: Mirror) -> None:
    begun(exec_mirror)
    exec_mirror.person_edits("A", content="A draft.\n", publish=False)
    exec_mirror.person_removes("B")
    assert outcomes(exec_mirror.pull()) == {"a.md": "draft", "b.md": "remote_removed"}


def test_the_editor_is_the_author_where_the_api_tells(exec_mirror: Mirror) -> None:
    begun(exec_mirror)
    by_hand(exec_mirror, "The last", "The last, by hand")
    (row,) = exec_mirror.pull().rows
    assert row.author
    assert exec_mirror.repo.git("log", "-1", "--format=%an|%cn", EDITS) == f"{row.author}|Pagemirror"


def test_somebody_elses_branch_is_left_alone(each: Mirror) -> None:
    each.repo.git("branch", "mine")
    each.repo.git("switch", "-q", "mine")
    each.commit({"c.md": "mine\n"})
    each.repo.git("switch", "-q", "main")
    by_hand(each, "The last", "The last, by hand")
    with pytest.raises(SourceError, match="mine"):
        each.pull("mine")


def test_while_a_pass_is_at_work_nothing_is_pulled(each: Mirror) -> None:
    store = open_store(f"sqlite:///{each.state}")
    owner = Owner(pid=1, host="elsewhere", command="pagemirror sync")
    lease = store.acquire(store.mirrors()[0].name, owner, now=each.clock.now(), lease=3_600.0)
    with pytest.raises(LockedError):
        each.pull()
    store.release(lease)
    store.close()


def test_before_the_first_sync_there_is_nothing(exec_mirror: Mirror) -> None:
    exec_mirror.commit(many(2))
    before = exec_mirror.requests()
    assert (exec_mirror.pull().rows, exec_mirror.requests()) == ((), before)


def test_an_uploaded_image_is_the_file_again(tmp_path: Path, box: SandboxProcess) -> None:
    mirror = Mirror(tmp_path, box, "ravendocs_rpc")
    mirror.repo.write("docs/img/p.png", b"\x89PNG\r\n\x1a\n picture")
    text = "# A\n\n![A picture](img/p.png)\n\nThe last.\n"
    begun(mirror, **{"a.md": text})
    assert "img/p.png" not in shown(mirror)
    by_hand(mirror, "A picture", "Another word")
    assert outcomes(mirror.pull()) == {"a.md": "pulled"}
    assert on_branch(mirror, "a.md").decode() == text.replace("A picture", "Another word")
    merge(mirror)
    mirror.done()
    mirror.quiet()


@pytest.mark.parametrize(
    "odd",
    [
        5,
        "words",
        {"type": "paragraph"},
        {"type": "doc", "content": "words"},
        {
            "type": "doc",
            "content": [{"type": "paragraph", "content": [{"type": "text", "text": "y", "marks": "bold"}]}],
        },
    ],
)
def test_a_page_that_is_no_document_is_told_and_empties_no_file(
    tmp_path: Path, box: SandboxProcess, odd: object
) -> None:
    mirror = begun(Mirror(tmp_path, box, "ravendocs_rpc"))
    box.advance(5)
    headers = {"Authorization": f"Bearer {owner_token('sandbox')}"}
    body = {"pageId": mirror.ids()["A"], "content": json.dumps(odd)}
    url = f"{box.url}/ravendocs-rpc/api/pages/update"
    httpx.post(url, json=body, headers=headers, trust_env=False).raise_for_status()
    assert outcomes(mirror.pull()) == {"a.md": "unsupported"}
    assert mirror.repo.git("branch", "--list", EDITS) == ""
