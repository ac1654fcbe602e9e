import fcntl
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pagemirror.model.errors import SourceError, UsageError
from pagemirror.model.ids import CommitId, RepoPath
from pagemirror.source import Remote, Snapshot, SourceSettings, diff, is_strict_ancestor, open_snapshot
from pagemirror.source.command import TIMED_OUT, Git
from support.githttp import GitHttp, git_http
from support.gitrepo import GitRepo

TEXT = "".join(f"line {number}\n" for number in range(60))
TOKEN = "s3cret/tok+en"


@pytest.fixture
def origin(tmp_path: Path) -> GitRepo:
    """A repository that a server holds, with two commits."""
    repo = GitRepo.init(tmp_path / "served" / "handbook")
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.commit_files({"docs/a.md": "A", "docs/b.md": TEXT, "code.bin": "x" * 100_000})
    repo.commit_files({"docs/a.md": "A2"})
    return repo


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "clones"


@pytest.fixture
def server(origin: GitRepo) -> Iterator[GitHttp]:
    with git_http(origin.path.parent) as running:
        yield running


def opened(url: str, state: Path, *, ref: str = "HEAD", token: str = "", timeout: float = 60.0) -> Snapshot:
    remote = Remote(url=url, folder=state, token=token, timeout=timeout)
    return open_snapshot(SourceSettings(remote=remote, ref=ref))


def local(origin: GitRepo) -> str:
    return f"file://{origin.path}"


def texts(snapshot: Snapshot) -> dict[str, bytes]:
    entries = snapshot.entries().entries
    read = dict(snapshot.read([entry.blob for entry in entries]))
    return {entry.path: read[entry.blob] for entry in entries}


def clone_in(state: Path) -> Path:
    (clone,) = [path for path in state.iterdir() if path.is_dir()]
    return clone


def test_a_url_is_cloned_once_and_fetched_then(origin: GitRepo, state: Path) -> None:
    first = opened(local(origin), state)
    assert texts(first) == {"docs/a.md": b"A2", "docs/b.md": TEXT.encode()}
    assert (first.ref_name, first.detached, first.commit) == ("main", False, origin.git("rev-parse", "HEAD"))
    inode = clone_in(state).stat().st_ino
    commit = origin.commit_files({"docs/c.md": "C"})
    second = opened(local(origin), state)
    assert second.commit == commit
    assert texts(second)["docs/c.md"] == b"C"
    assert clone_in(state).stat().st_ino == inode
    assert (first.notes, second.notes) == ((), ())


def test_only_the_files_that_are_read_are_fetched_where_the_server_can(origin: GitRepo, state: Path) -> None:
    texts(opened(local(origin), state))
    clone = GitRepo(clone_in(state))
    held = clone.git("rev-list", "--objects", "--all", "--missing=print").splitlines()
    missing = {line[1:] for line in held if line.startswith("?")}
    assert origin.git("rev-parse", "HEAD:code.bin") in missing
    assert origin.git("rev-parse", "HEAD:docs/b.md") not in missing


def test_a_server_without_filters_gives_all(origin: GitRepo, state: Path) -> None:
    origin.git("config", "uploadpack.allowFilter", "false")
    assert texts(opened(local(origin), state))["docs/a.md"] == b"A2"


def test_a_clone_is_bare_private_and_brings_neither_tags_nor_other_branches(origin: GitRepo, state: Path) -> None:
    origin.git("tag", "v1")
    origin.git("branch", "side")
    opened(local(origin), state)
    clone = GitRepo(clone_in(state))
    assert clone.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert clone.git("rev-parse", "--is-bare-repository") == "true"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert (state / ".gitignore").read_text() == "*\n"


def test_a_branch_a_tag_and_a_commit_can_be_named(origin: GitRepo, state: Path) -> None:
    old = origin.git("rev-parse", "HEAD~1")
    origin.git("tag", "-a", "v1", "-m", "First", "HEAD~1")
    origin.git("branch", "side/track", "HEAD~1")
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    for ref, name in (("v1", "v1"), ("side/track", "side/track"), (old, old), (old[:10], old)):
        snapshot = opened(local(origin), state, ref=ref)
        assert (snapshot.commit, snapshot.ref_name) == (old, name)
        assert texts(snapshot)["docs/a.md"] == b"A"


def test_a_branch_goes_before_a_tag_of_its_name(origin: GitRepo, state: Path) -> None:
    origin.git("tag", "main", "HEAD~1")
    assert opened(local(origin), state, ref="main").commit == origin.git("rev-parse", "refs/heads/main")


def test_a_remote_whose_head_is_on_no_branch_is_mirrored_by_its_commit(origin: GitRepo, state: Path) -> None:
    origin.git("checkout", "-q", "--detach", "HEAD~1")
    snapshot = opened(local(origin), state)
    assert (snapshot.commit, snapshot.detached) == (origin.git("rev-parse", "HEAD"), True)


def test_a_rewritten_branch_is_followed_and_told(origin: GitRepo, state: Path) -> None:
    before = opened(local(origin), state)
    origin.git("reset", "-q", "--hard", "HEAD~1")
    origin.commit_files({"docs/a.md": "rewritten"})
    snapshot = opened(local(origin), state)
    assert texts(snapshot)["docs/a.md"] == b"rewritten"
    (note,) = snapshot.notes
    assert "main" in note
    assert f"was rewritten: {before.head[:10]} is no longer part of it" in note
    assert opened(local(origin), state).notes == ()


def test_a_branch_that_was_set_back_is_followed_and_is_no_old_job(origin: GitRepo, state: Path) -> None:
    last = opened(local(origin), state)
    origin.git("reset", "-q", "--hard", "HEAD~1")
    snapshot = opened(local(origin), state)
    assert snapshot.commit == origin.git("rev-parse", "HEAD")
    assert not is_strict_ancestor(snapshot, CommitId(last.head))


def test_a_branch_that_vanished_is_an_error_that_names_others(origin: GitRepo, state: Path) -> None:
    origin.git("branch", "release-1")
    opened(local(origin), state, ref="release-1")
    origin.git("branch", "-m", "release-1", "release-2")
    with pytest.raises(SourceError, match=r"no branch, tag or commit 'release-1' at .* any more") as caught:
        opened(local(origin), state, ref="release-1")
    assert caught.value.code == "unknown_ref"
    assert "release-2" in caught.value.hint


def test_a_remote_without_commits_is_an_error(tmp_path: Path, state: Path) -> None:
    empty = GitRepo.init(tmp_path / "empty", bare=True)
    with pytest.raises(SourceError) as caught:
        opened(local(empty), state)
    assert caught.value.code == "no_commits"
    assert not any(path.is_dir() for path in state.iterdir())


def test_a_remote_that_is_away_is_a_failed_fetch(origin: GitRepo, state: Path, tmp_path: Path) -> None:
    opened(local(origin), state)
    origin.path.rename(tmp_path / "away")
    with pytest.raises(SourceError, match="Git can't reach file://") as caught:
        opened(local(origin), state)
    assert (caught.value.code, caught.value.exit_code) == ("fetch_failed", 8)


def test_what_was_left_of_an_interrupted_clone_is_swept_away(origin: GitRepo, state: Path) -> None:
    opened(local(origin), state)
    name = clone_in(state).name
    (state / f"{name}.new-abc").mkdir()
    opened(local(origin), state)
    assert clone_in(state).name == name


def test_a_clone_that_fails_leaves_nothing(origin: GitRepo, state: Path) -> None:
    for pack in (origin.path / ".git/objects").rglob("*"):
        if pack.is_file():
            pack.chmod(0o600)
            pack.write_bytes(b"broken")
    with pytest.raises(SourceError) as caught:
        opened(local(origin), state)
    assert caught.value.code == "fetch_failed"
    assert not any(path.is_dir() for path in state.iterdir())


@pytest.mark.parametrize("lost", ["HEAD", "config", "objects"])
def test_a_damaged_clone_is_made_again(origin: GitRepo, state: Path, lost: str) -> None:
    opened(local(origin), state)
    GitRepo(clone_in(state)).remove(lost)
    origin.commit_files({"docs/a.md": "A3"})
    snapshot = opened(local(origin), state)
    assert texts(snapshot)["docs/a.md"] == b"A3"
    assert "damaged; it was made again" in snapshot.notes[0]


def test_a_clone_in_which_a_file_could_not_be_read_is_made_again(origin: GitRepo, state: Path) -> None:
    snapshot = opened(local(origin), state)
    texts(snapshot)
    clone = clone_in(state)
    for pack in (clone / "objects").rglob("*.pack"):
        pack.chmod(0o600)
        data = bytearray(pack.read_bytes())
        data[len(data) // 2 - 8 : len(data) // 2 + 8] = bytes(16)
        pack.write_bytes(data)
    for loose in (clone / "objects").glob("??/*"):
        loose.chmod(0o600)
        loose.write_bytes(b"broken")
    with pytest.raises(SourceError):
        texts(opened(local(origin), state))
    again = opened(local(origin), state)
    assert "damaged; it was made again" in again.notes[0]
    assert texts(again)["docs/a.md"] == b"A2"


def test_a_clone_of_another_url_is_another_clone(origin: GitRepo, state: Path, tmp_path: Path) -> None:
    other = GitRepo.init(tmp_path / "other")
    other.commit_files({"docs/o.md": "O"})
    assert set(texts(opened(local(origin), state))) != set(texts(opened(local(other), state)))
    assert len([path for path in state.iterdir() if path.is_dir()]) == 2


def test_two_processes_do_not_clone_at_once(origin: GitRepo, state: Path) -> None:
    opened(local(origin), state)
    lock = state / f"{clone_in(state).name}.lock"
    done: list[str] = []
    with lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        other = threading.Thread(target=lambda: done.append(opened(local(origin), state).head))
        other.start()
        other.join(0.3)
        assert done == []
        fcntl.flock(held, fcntl.LOCK_UN)
    other.join(60)
    assert done == [origin.git("rev-parse", "HEAD")]


def test_what_a_commit_renamed_and_edited_is_seen_in_a_clone_too(origin: GitRepo, state: Path) -> None:
    before = opened(local(origin), state)
    texts(before)
    origin.rename("docs/b.md", "docs/c.md")
    origin.commit_files({"docs/c.md": TEXT + "one more\n"})
    answer = diff(opened(local(origin), state), CommitId(before.head))
    assert answer is not None
    assert [(rename.old, rename.new) for rename in answer.renames] == [("docs/b.md", "docs/c.md")]


def test_a_shallow_remote_a_bare_one_and_a_linked_work_tree_are_cloned(
    origin: GitRepo, state: Path, tmp_path: Path
) -> None:
    origin.git("clone", "-q", "--bare", "--depth=1", local(origin), str(tmp_path / "shallow"))
    origin.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    for folder in ("shallow", "linked"):
        assert texts(opened(f"file://{tmp_path / folder}", state))["docs/a.md"] == b"A2"


def test_a_sha_256_remote_is_cloned(state: Path, tmp_path: Path) -> None:
    long = GitRepo.init(tmp_path / "long", object_format="sha256")
    long.commit_files({"docs/a.md": "A"})
    snapshot = opened(local(long), state)
    assert (len(snapshot.head), texts(snapshot)) == (64, {"docs/a.md": b"A"})


def test_a_state_inside_of_another_repository_does_not_obey_its_settings(origin: GitRepo, tmp_path: Path) -> None:
    outer = GitRepo.init(tmp_path / "outer")
    outer.git("config", f"url.file://{tmp_path}/nowhere.insteadOf", local(origin))
    snapshot = opened(local(origin), outer.path / ".pagemirror" / "clones")
    assert texts(snapshot)["docs/a.md"] == b"A2"


def test_a_clone_says_who_wrote_a_file_and_what_is_there(origin: GitRepo, state: Path) -> None:
    snapshot = opened(local(origin), state)
    assert snapshot.author(RepoPath("docs/a.md")) == origin.author
    assert snapshot.exists([RepoPath("code.bin"), RepoPath("docs")]) == {"code.bin": "file", "docs": "folder"}
    assert snapshot.root_commit() == origin.git("rev-list", "--max-parents=0", "HEAD")


def test_files_on_disk_are_not_mirrored_from_a_url(origin: GitRepo, state: Path) -> None:
    with pytest.raises(UsageError, match="mirrors the files on disk"):
        opened(local(origin), state, ref="worktree")


# ------------------------------------------------------------------ over HTTP


def test_a_token_lets_git_in(server: GitHttp, state: Path) -> None:
    server.user, server.password = "oauth2", TOKEN
    snapshot = opened(f"{server.url}/handbook/.git", state, token=TOKEN)
    assert texts(snapshot) == {"docs/a.md": b"A2", "docs/b.md": TEXT.encode()}
    assert server.refused > 0


def test_a_user_may_stand_before_the_token(server: GitHttp, state: Path) -> None:
    server.user, server.password = "deploy-7", TOKEN
    assert texts(opened(f"{server.url}/handbook/.git", state, token=f"deploy-7:{TOKEN}"))["docs/a.md"] == b"A2"


def test_without_a_token_nobody_is_asked_and_the_hint_names_it(server: GitHttp, state: Path) -> None:
    server.user, server.password = "oauth2", TOKEN
    with pytest.raises(SourceError) as caught:
        opened(f"{server.url}/handbook/.git", state)
    assert caught.value.code == "fetch_failed"
    assert "source.token" in caught.value.hint


def test_a_wrong_token_is_told_and_not_repeated(server: GitHttp, state: Path) -> None:
    server.user, server.password = "oauth2", "another"
    with pytest.raises(SourceError) as caught:
        opened(f"{server.url}/handbook/.git", state, token=TOKEN)
    assert caught.value.code == "fetch_failed"
    assert "Authentication failed" in caught.value.message
    assert TOKEN not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


def test_the_token_is_in_no_file_and_the_script_is_gone(
    server: GitHttp, state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[credential]\n\thelper = store --file={tmp_path / 'stored'}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    server.user, server.password = "oauth2", TOKEN
    texts(opened(f"{server.url}/handbook/.git", state, token=TOKEN))
    assert not (tmp_path / "stored").exists()
    assert not list(state.glob("askpass-*"))
    for file in state.rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes()


def test_files_of_a_new_commit_come_in_one_request(server: GitHttp, origin: GitRepo, state: Path) -> None:
    url = f"{server.url}/handbook/.git"
    texts(opened(url, state))
    origin.commit_files({f"docs/{number}.md": f"text {number}" for number in range(20)})
    snapshot = opened(url, state)
    server.asked.clear()
    assert len(texts(snapshot)) == 22
    assert len([path for path in server.asked if path.endswith(".git/git-upload-pack")]) == 1


def test_an_unchanged_remote_is_only_asked_for_its_refs(server: GitHttp, state: Path) -> None:
    url = f"{server.url}/handbook/.git"
    opened(url, state)
    server.asked.clear()
    opened(url, state)
    assert len(server.asked) == 2


def test_a_fetch_that_takes_too_long_is_given_up_and_leaves_nothing(server: GitHttp, state: Path) -> None:
    server.stuck = True
    with pytest.raises(SourceError, match=r"took longer than 1\.2 s") as caught:
        opened(f"{server.url}/handbook/.git", state, timeout=0.2)
    assert caught.value.code == "fetch_failed"
    assert not any(path.is_dir() for path in state.iterdir())


def test_a_process_that_is_killed_while_it_clones_does_no_harm(server: GitHttp, state: Path) -> None:
    url = f"{server.url}/handbook/.git"
    words = (
        "import sys; from pathlib import Path; from pagemirror.source import *; "
        "open_snapshot(SourceSettings(remote=Remote(url=sys.argv[1], folder=Path(sys.argv[2]))))"
    )
    server.stuck = True
    with subprocess.Popen([sys.executable, "-c", words, url, str(state)], stderr=subprocess.DEVNULL) as cloning:
        assert server.fetching.wait(30)
        cloning.kill()
    (left,) = [path.name for path in state.iterdir() if path.is_dir()]
    assert ".new-" in left
    server.stuck = False
    server.freed.set()
    assert texts(opened(url, state))["docs/a.md"] == b"A2"
    assert ".new-" not in clone_in(state).name


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        output = Git(tmp_path, protocols="http").ask("ls-remote", url, timeout=0.3)
    assert "took longer than 0.3 s" in output.err
    assert output.code == TIMED_OUT
