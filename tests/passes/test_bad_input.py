"""Files that can't become pages: each fails with its code, its page stays as it was, and the others go on."""

from collections import Counter
from collections.abc import Callable

import pytest

from support.mirrors import Mirror, ended, many

pytestmark = pytest.mark.parametrize("mirror", ["pharen"], indirect=True)  # nothing here depends on the API

BAD: dict[str, tuple[bytes, str]] = {
    "broken front matter": (b"---\ntitle: [open\n---\n# X\n\nText.\n", "front_matter"),
    "front matter that is no mapping": (b"---\n- a\n- b\n---\n# X\n", "front_matter"),
    "an alias bomb": (
        b"---\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n + 1, n + 1, b",".join([b"*%c" % n] * 9)) for n in range(97, 105))
        + b"---\n# X\n",
        "front_matter",
    ),
    "not UTF-8": ("# X\n\nGrüße\n".encode("latin-1"), "encoding"),
    "a NUL byte": (b"# X\n\na\x00b\n", "encoding"),
    "six megabytes": (b"# X\n\n" + b"word " * 1_200_000, "too_large"),
    "an empty title": (b"---\ntitle: '  '\n---\n\n", "title"),
}


@pytest.fixture(params=[name for name in BAD if name != "an empty title"])
def bad(request: pytest.FixtureRequest) -> tuple[bytes, str]:
    return BAD[str(request.param)]


def test_a_bad_file_fails_alone_and_costs_nothing_while_it_stays(mirror: Mirror, bad: tuple[bytes, str]) -> None:
    content, code = bad
    mirror.commit({**many(3), "bad.md": content})
    report = mirror.sync()
    assert report.result == "failed"
    assert ended(report) == Counter({"create done": 3, f"create failed {code}": 1})
    assert mirror.titles() == ["Page 0", "Page 1", "Page 2"]
    before = mirror.requests()
    again = mirror.sync(sealed=True)
    assert (again.result, ended(again)) == ("failed", Counter({f"create failed {code}": 1}))
    assert mirror.requests() == before


def test_a_bad_file_that_is_mended_becomes_a_page(mirror: Mirror, bad: tuple[bytes, str]) -> None:
    mirror.commit({**many(3), "bad.md": bad[0]})
    mirror.sync()
    mirror.commit({"bad.md": "# Good\n\nText.\n"})
    mirror.done()
    assert "Good" in mirror.titles()
    mirror.quiet()


def test_a_page_whose_file_went_bad_stays_and_follows_again_later(mirror: Mirror, bad: tuple[bytes, str]) -> None:
    content, code = bad
    mirror.commit({**many(8), "x.md": "# X\n\nGood.\n"})
    mirror.done()
    page = mirror.ids()["X"]
    mirror.commit({"x.md": content, "p000.md": "# Page 0\n\nEdited.\n"})
    report = mirror.sync()
    assert ended(report) == Counter({"update done": 1, f"update failed {code}": 1})
    assert mirror.bodies()["X"] == "Good.\n"
    mirror.commit({"x.md": "# X\n\nGood again.\n"})
    mirror.done()
    assert mirror.ids()["X"] == page
    assert mirror.bodies()["X"] == "Good again.\n"
    mirror.quiet()


def test_a_bad_file_that_is_removed_takes_its_page_along(mirror: Mirror) -> None:
    mirror.commit({**many(8), "x.md": "# X\n\nGood.\n"})
    mirror.done()
    mirror.commit({"x.md": b"# X\n\x00"})
    mirror.sync()
    mirror.remove("x.md")
    mirror.commit()
    mirror.done()
    assert "X" not in mirror.titles()
    mirror.quiet()


def test_a_bad_file_that_never_was_a_page_and_goes_is_forgotten(mirror: Mirror) -> None:
    mirror.commit({**many(8), "x.md": b"# X\n\x00"})
    mirror.sync()
    mirror.remove("x.md")
    mirror.commit()
    mirror.done()
    mirror.quiet()


def test_a_symbolic_link_to_a_secret_is_never_published(mirror: Mirror) -> None:
    mirror.repo.write(".env", "PASSWORD=hunter2\n")
    mirror.commit(many(2))
    mirror.repo.symlink("docs/leak.md", "../.env")
    mirror.repo.symlink("docs/far.md", "/etc/passwd")
    mirror.commit()
    mirror.sync()
    assert mirror.titles() == ["Page 0", "Page 1"]
    assert not any("hunter2" in page["content"] for page in mirror.box.pages(mirror.api))


def test_a_file_that_becomes_a_symbolic_link_does_not_send_what_it_points_to(mirror: Mirror) -> None:
    mirror.repo.write("secret.txt", "hunter2\n")
    mirror.commit({**many(8), "x.md": "# X\n\nGood.\n"})
    mirror.done()
    mirror.remove("x.md")
    mirror.repo.symlink("docs/x.md", "../secret.txt")
    mirror.commit()
    mirror.sync()
    assert not any("hunter2" in page["content"] for page in mirror.box.pages(mirror.api))


def test_a_title_over_the_limit_fails_its_page_and_is_not_cut(mirror: Mirror) -> None:
    mirror.commit({**many(2), "long.md": f"# {'x' * 256}\n\nText.\n", "fits.md": f"# {'y' * 255}\n\nText.\n"})
    report = mirror.sync()
    assert ended(report) == Counter({"create done": 3, "create failed title": 1})
    assert "y" * 255 in mirror.titles()


@pytest.mark.parametrize(
    "change",
    [
        lambda mirror: mirror.configure(source={"ref": "nowhere"}),
        lambda mirror: mirror.configure(source={"repo": "not-there"}),
    ],
    ids=["unknown ref", "no repository"],
)
def test_a_source_that_can_not_be_used_changes_nothing(mirror: Mirror, change: Callable[[Mirror], None]) -> None:
    mirror.commit(many(3))
    mirror.done()
    before = mirror.requests()
    change(mirror)
    report = mirror.sync()
    assert report.result == "unusable"
    assert report.error is not None
    assert report.error["exit"] == "8"
    assert mirror.requests() == before


def test_a_shallow_clone_mirrors_like_a_whole_one(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    mirror.commit({"p000.md": "# Page 0\n\nEdited.\n"})
    mirror.repo.git("clone", "-q", "--depth", "1", f"file://{mirror.repo.path}", str(mirror.folder / "shallow"))
    mirror.configure(source={"repo": "shallow"})
    report = mirror.sync()
    assert report.result in {"ok", "held"}
    assert len(mirror.titles()) == 3


def test_a_crashed_gits_lock_file_does_not_wedge_the_mirror(mirror: Mirror) -> None:
    mirror.commit(many(3))
    (mirror.repo.path / ".git" / "index.lock").write_bytes(b"")
    mirror.done()
    assert len(mirror.titles()) == 3


def test_no_pass_changes_a_file_or_the_repository(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.write("dirty.md", "# Dirty\n\nNot committed.\n")
    before = (mirror.repo.git("status", "--porcelain"), mirror.repo.git("for-each-ref"), mirror.read("p000.md"))
    mirror.done()
    mirror.person_edits("Page 0", content="By hand.\n")
    mirror.sync(drift=True)
    assert (mirror.repo.git("status", "--porcelain"), mirror.repo.git("for-each-ref"), mirror.read("p000.md")) == before
    assert "Dirty" not in mirror.titles()
