"""Images of pages, over whole passes: what is uploaded, when, how often, and what a lost answer leaves."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from pagemirror.model.plans import PassReport
from pagemirror.sandbox.process import SandboxProcess
from support.mirrors import Mirror, ended

API = "ravendocs_rpc"
PNG = b"\x89PNG\r\n\x1a\n" + b"one"
OTHER = b"\x89PNG\r\n\x1a\n" + b"two"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>\n'
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"
PAGE = "# One\n\nText.\n\n![A picture](img/a.png)\n"
UPLOAD = "files/upload"


@pytest.fixture
def mirror(tmp_path: Path, box: SandboxProcess) -> Mirror:
    box.faults()
    mirror = Mirror(tmp_path, box, API)
    mirror.configure(source={"raw_url": ""})
    return mirror


def calls(mirror: Mirror, since: int = 0) -> list[str]:
    """The calls after so many requests, but for those that only look."""
    paths = [row["path"].removeprefix("/api/") for row in mirror.box.log(API)][since:]
    return [path for path in paths if path not in {"pages/info", "pages/recent", "pages/trash"}]


def shown(mirror: Mirror, title: str = "One") -> list[str]:
    """The addresses of a page's images."""
    return [node["attrs"]["src"] for node in json.loads(mirror.bodies()[title])["content"] if node["type"] == "image"]


def files(mirror: Mirror) -> list[dict[str, Any]]:
    """The files that the server keeps."""
    access = mirror.box.api(API)
    asked = _get(mirror, f"{access.base_url}/attachments?spaceId={access.settings['space_id']}&limit=100")
    return list(asked.json()["data"]["items"])


def fetched(mirror: Mirror, address: str) -> tuple[str, bytes]:
    """Media type and bytes that a reader gets, whose browser opens an image on the page's own host."""
    answer = _get(mirror, address)
    return answer.headers["content-type"], answer.content


def warned(report: PassReport) -> str:
    return "\n".join(map(str, report.warnings))


def _get(mirror: Mirror, address: str) -> httpx.Response:
    answer = httpx.get(
        urljoin(mirror.box.api(API).base_url, address), headers={"Authorization": f"Bearer {mirror.token}"}
    )
    return answer.raise_for_status()


def test_a_new_page_is_made_its_image_uploaded_and_its_text_settled_once(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE, "img/a.png": PNG})
    report = mirror.done()
    assert ended(report) == {"create done": 1}
    assert [call for call in calls(mirror) if call != "pages/sidebar-pages"] == ["pages/create", UPLOAD, "pages/update"]
    (address,) = shown(mirror)
    assert fetched(mirror, address) == ("image/png", PNG)
    assert report.warnings == ()
    assert mirror.box.violations(API) == []
    mirror.quiet()


def test_an_image_that_changes_alone_is_one_upload_under_the_same_address(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE, "img/a.png": PNG})
    mirror.done()
    addresses, before = shown(mirror), mirror.requests()
    mirror.commit({"img/a.png": OTHER})
    report = mirror.done()
    assert ended(report) == {"update done": 1}
    assert calls(mirror, before) == [UPLOAD]
    assert shown(mirror) == addresses
    assert fetched(mirror, addresses[0])[1] == OTHER
    assert len(files(mirror)) == 1
    mirror.quiet()


def test_an_image_on_two_pages_is_kept_with_each_as_it_goes_with_its_page(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE, "two.md": PAGE.replace("One", "Two"), "img/a.png": PNG})
    mirror.done()
    assert calls(mirror).count(UPLOAD) == 2
    assert shown(mirror, "One") != shown(mirror, "Two")
    mirror.quiet()
    before = mirror.requests()
    mirror.commit({"img/a.png": OTHER})
    mirror.done(max_rerender="100%")
    assert calls(mirror, before) == [UPLOAD, UPLOAD]
    assert {fetched(mirror, shown(mirror, title)[0])[1] for title in ("One", "Two")} == {OTHER}


def test_the_same_bytes_under_two_names_are_one_file_of_a_page_until_one_of_them_changes(mirror: Mirror) -> None:
    mirror.commit({"one.md": f"{PAGE}\n![Again](img/b.png)\n", "img/a.png": PNG, "img/b.png": PNG})
    mirror.done()
    assert calls(mirror).count(UPLOAD) == 1
    assert len(set(shown(mirror))) == 1
    mirror.quiet()
    mirror.commit({"img/b.png": OTHER})
    mirror.done()
    assert [fetched(mirror, address)[1] for address in shown(mirror)] == [PNG, OTHER]
    mirror.quiet()


def test_a_renamed_image_is_not_sent_again(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE, "img/a.png": PNG})
    mirror.done()
    addresses, before = shown(mirror), mirror.requests()
    mirror.rename("img/a.png", "img/b.png")
    mirror.commit({"one.md": PAGE.replace("a.png", "b.png")})
    mirror.done()
    assert calls(mirror, before) == []
    assert shown(mirror) == addresses
    mirror.quiet()


def test_an_image_that_is_removed_is_told_at_its_line_and_one_that_comes_back_is_shown_again(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE, "img/a.png": PNG})
    mirror.done()
    addresses = shown(mirror)
    mirror.remove("img/a.png")
    mirror.commit()
    report = mirror.done()
    assert "line 5: img/a.png leads nowhere" in warned(report)
    assert shown(mirror) == ["img/a.png"]
    before = mirror.requests()
    mirror.commit({"img/a.png": PNG})
    mirror.done()
    assert calls(mirror, before) == ["pages/update"]
    assert shown(mirror) == addresses
    assert fetched(mirror, addresses[0])[1] == PNG


@pytest.mark.parametrize("fault", ["lost_answer", "error_after", "cut"])
def test_a_lost_answer_to_an_upload_makes_no_second_file(mirror: Mirror, fault: str) -> None:
    mirror.box.faults({"fault": fault, "path": "/api/files/upload", "limit": 1})
    mirror.commit({"one.md": PAGE, "img/a.png": PNG})
    mirror.sync()
    mirror.box.faults()
    mirror.done()
    assert [file["fileName"] for file in files(mirror)] == [shown(mirror)[0].rpartition("/")[2]]
    assert fetched(mirror, shown(mirror)[0])[1] == PNG
    assert len(mirror.titles()) == 1
    mirror.quiet()


def test_an_image_that_is_new_to_a_page_is_uploaded_before_its_text_names_it(mirror: Mirror) -> None:
    mirror.commit({"one.md": "# One\n\nText.\n", "img/a.png": PNG})
    mirror.done()
    before = mirror.requests()
    mirror.commit({"one.md": PAGE})
    mirror.done()
    assert calls(mirror, before) == [UPLOAD, "pages/update"]
    mirror.quiet()


def test_svg_is_sent_with_its_type(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE.replace("a.png", "a%20b.svg"), "img/a b.svg": SVG})
    mirror.done()
    assert fetched(mirror, shown(mirror)[0])[0].startswith("image/svg+xml")
    mirror.quiet()


def test_six_megabytes_are_uploaded(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE, "img/a.png": PNG + bytes(6_000_000)})
    mirror.done()
    assert len(fetched(mirror, shown(mirror)[0])[1]) == len(PNG) + 6_000_000
    mirror.quiet()


@pytest.mark.parametrize(
    ("content", "told"),
    [(LFS, "is a Git LFS pointer"), (b"no image at all", "holds no image of the kind that its name says")],
)
def test_what_is_no_image_is_told_at_its_line_and_left_as_written(mirror: Mirror, content: bytes, told: str) -> None:
    mirror.commit({"one.md": PAGE, "img/a.png": content})
    report = mirror.done()
    assert "line 5: img/a.png " + told in warned(report)
    assert shown(mirror) == ["img/a.png"]
    assert UPLOAD not in calls(mirror)


def test_a_git_lfs_pointer_is_linked_by_raw_url_where_there_is_one(mirror: Mirror) -> None:
    mirror.configure(source={"raw_url": "https://git.example.com/raw/{ref}/{path}"})
    mirror.commit({"one.md": PAGE, "img/a.png": LFS})
    report = mirror.done()
    assert report.warnings == ()
    assert shown(mirror)[0].startswith("https://git.example.com/raw/")


def test_a_missing_image_is_told_and_left_as_written(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE})
    assert "line 5: img/a.png leads nowhere" in warned(mirror.done())
    assert shown(mirror) == ["img/a.png"]


def test_a_symbolic_link_and_a_path_out_of_the_repository_are_never_read(mirror: Mirror) -> None:
    secret = mirror.folder / "secret.png"
    secret.write_bytes(PNG)
    mirror.write("one.md", PAGE + "\n![Far](../../secret.png)\n")
    mirror.write("img/b.png", PNG)
    (mirror.repo.path / mirror.root / "img" / "a.png").symlink_to(secret)
    mirror.commit()
    report = mirror.done()
    assert UPLOAD not in calls(mirror)
    assert "img/a.png is no image file" in warned(report)


def test_images_of_the_files_on_disk_are_uploaded_as_they_are_there(mirror: Mirror) -> None:
    mirror.configure(source={"ref": "worktree"})
    mirror.commit({"one.md": PAGE})
    mirror.write("img/a.png", PNG)
    mirror.done()
    assert fetched(mirror, shown(mirror)[0])[1] == PNG
    mirror.write("img/a.png", OTHER)
    mirror.done()
    assert fetched(mirror, shown(mirror)[0])[1] == OTHER
    mirror.quiet()


def test_a_person_s_edit_beside_an_image_merges_and_the_image_stays(mirror: Mirror) -> None:
    mirror.configure({"on_conflict": "merge"})
    mirror.commit({"one.md": PAGE + "\nLast.\n", "img/a.png": PNG})
    mirror.done()
    addresses = shown(mirror)
    mirror.person_edits("One", append="By hand.")
    mirror.commit({"one.md": PAGE.replace("Text.", "Other text.") + "\nLast.\n"})
    mirror.done()
    assert shown(mirror) == addresses
    assert "By hand." in mirror.bodies()["One"]
    assert "Other text." in mirror.bodies()["One"]


def test_a_page_that_is_trashed_and_comes_back_shows_its_image(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE, "two.md": "# Two\n\nText.\n", "img/a.png": PNG})
    mirror.done()
    mirror.remove("one.md")
    mirror.commit()
    mirror.done(max_removals="100%")
    before = mirror.requests()
    mirror.commit({"one.md": PAGE, "img/a.png": OTHER})
    mirror.done()
    assert calls(mirror, before).count(UPLOAD) == 1
    assert fetched(mirror, shown(mirror)[0])[1] == OTHER
    mirror.quiet()


def test_the_documented_dialect_links_images_by_raw_url(mirror: Mirror) -> None:
    rest = Mirror(mirror.folder / "rest", mirror.box, "ravendocs")
    rest.commit({"one.md": PAGE, "img/a.png": PNG})
    rest.done()
    assert "https://git.example.com/acme/raw/" in rest.bodies()["One"]


def test_killed_between_an_upload_and_its_record_the_next_pass_makes_no_second_file(mirror: Mirror) -> None:
    mirror.box.faults({"fault": "slow", "seconds": 20, "path": "/api/files/upload", "when": "after"})
    mirror.commit({"one.md": PAGE, "img/a.png": PNG})
    child = mirror.start("sync")
    while child.runs_on() and not files(mirror):
        pass  # the next look
    child.kill()
    child.communicate()
    mirror.box.faults()
    mirror.done()
    assert len(files(mirror)) == 1
    assert fetched(mirror, shown(mirror)[0])[1] == PNG
    mirror.quiet()


def test_check_tells_what_will_not_be_uploaded(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE + "\n![](img/b.png)\n![](img/c.png)\n", "img/a.png": PNG, "img/b.png": LFS})
    app = mirror.open()
    try:
        (report,) = app.check([])
    finally:
        app.close()
    assert [(found.code, found.line) for found in report.findings] == [("image_unfit", 7), ("image_missing", 8)]


def test_an_image_over_the_limit_is_told_and_its_page_goes_without_it(mirror: Mirror) -> None:
    mirror.commit({"one.md": PAGE, "img/a.png": PNG + bytes(52_428_800)})
    report = mirror.done()
    assert ended(report) == {"create done": 1}
    assert "line 5: img/a.png has 52,428,811 bytes, and the target takes 52,428,800" in warned(report)
    assert UPLOAD not in calls(mirror)
    mirror.quiet()


def test_an_image_that_the_server_finds_too_large_fails_its_page_alone_until_it_changes(mirror: Mirror) -> None:
    mirror.box.switches(API, file_limit=1000)
    mirror.commit({"one.md": PAGE, "img/a.png": PNG + bytes(2000), "two.md": "# Two\n\nText.\n"})
    report = mirror.sync()
    assert ended(report)["create done"] >= 1
    assert report.result == "failed"
    (failed,) = [step for step in report.steps if step.outcome == "failed"]
    assert failed.step.path == "one.md"
    assert mirror.titles() == ["One", "Two"]
    before = mirror.requests()
    assert mirror.sync().result == "failed"
    assert UPLOAD not in calls(mirror, before)
    mirror.commit({"img/a.png": PNG})
    mirror.done()
    assert fetched(mirror, shown(mirror)[0]) == ("image/png", PNG)
    assert len(files(mirror)) == 1
    mirror.quiet()


def test_with_lost_records_the_page_is_asked_about_and_its_image_sent_once_more(mirror: Mirror) -> None:
    """A file of that name may be a person's by now, so none is replaced on a guess."""
    mirror.commit({"one.md": PAGE, "img/a.png": PNG})
    mirror.done()
    page = mirror.ids()["One"]
    mirror.lose_state()
    assert ended(mirror.sync()) == {"adopt held foreign": 1}
    assert len(files(mirror)) == 1
    mirror.resolve("one.md", page=page)
    mirror.done()
    assert mirror.ids()["One"] == page
    assert len(files(mirror)) == 2
    assert fetched(mirror, shown(mirror)[0]) == ("image/png", PNG)
    mirror.quiet()
