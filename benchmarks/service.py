"""The service: from a saved file, a webhook or a poll to the request; thousands of files at once; another branch."""

import json
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.rows import Figure, at_most
from benchmarks.running import Mirror
from benchmarks.serving import Relay, Serving
from benchmarks.worlds import Worlds
from pagemirror.sandbox.process import SandboxProcess

__all__ = ["FEW", "SECRET", "commit", "measure", "service"]

_API: Final = "exec"
SAVES: Final = 50
PUSHES: Final = 20
POLLS: Final = 6
POLL: Final = 5.0
SAVED, HOOKED = 0.6, 1.0
PASSES: Final = 2
FEW: Final = 20
"""Pages of the folder in which single files are saved."""

ANY: Final = ("GET", "POST", "PATCH", "DELETE")
SECRET: Final = "a-secret-of-the-benchmark"  # noqa: S105 - no real one


def measure(worlds: Worlds) -> Iterator[Figure]:
    """One file, pushes, a burst, and a checkout."""
    full = worlds.sizes.times >= 5  # noqa: PLR2004 - as `FULL` has
    many = 2000 if full else 200
    yield from _saves(worlds.folder / "saves", SAVES if full else 10)
    yield from _pushes(worlds.folder / "pushes", PUSHES if full else 5, POLLS if full else 2)
    yield from _bursts(worlds.folder / "burst", many)


def _seconds(value: float) -> str:
    return f"{value:.2f} s"


def _spread(what: str, times: Sequence[float], goal: float) -> Iterator[Figure]:
    told = [round(one, 3) for one in sorted(times)]
    yield at_most(f"{what}, {len(times)} times: median", statistics.median(times), goal, _seconds, times=told)
    yield at_most(f"{what}, {len(times)} times: worst", max(times), goal, _seconds)


def _saves(folder: Path, times: int) -> Iterator[Figure]:
    """From the save of a file to the request that looks at its page, and to the one that writes it."""
    looked, written = [], []
    with service(folder, FEW, ref="worktree") as (box, relay, serving, repository):
        for turn in range(times):
            file = repository / "docs" / f"page-{turn % FEW:04}.md"
            text = f"# Page {turn % FEW}\n\nSaved as number {turn}.\n"
            mark, requests, began = serving.mark(), relay.mark(), time.perf_counter()
            file.write_text(text, "utf-8")
            looked.append(relay.wait(requests, ANY) - began)
            written.append(relay.wait(requests, ("PATCH",)) - began)
            serving.wait("pass.ended", after=mark, fits=lambda event: event["requests"] > 0)
        _check(box, repository)
    yield from _spread("saved file → first request", looked, SAVED)
    yield from _spread("saved file → its page is written", written, SAVED)


def _pushes(folder: Path, hooked: int, polled: int) -> Iterator[Figure]:
    """From a push to a bare repository to the first request: over a webhook, and found by the poll."""
    with service(folder, FEW, ref="main", bare=True) as (box, relay, serving, repository):
        told: list[float] = []
        found: list[float] = []
        for turn in range(hooked + polled):
            commit(repository, f"Push {turn}")
            mark, requests = serving.mark(), relay.mark()
            _git(repository, "push", "--quiet", "origin", "main")
            began = time.perf_counter()
            if turn < hooked:
                _call(serving.address)
            (told if turn < hooked else found).append(relay.wait(requests, ANY) - began)
            serving.wait("pass.ended", after=mark, fits=lambda event: event["requests"] > 0)
        _check(box, repository)
    yield from _spread("push → first request, over a webhook", told, HOOKED)
    yield from _spread(f"push → first request, polled each {POLL:.0f} s", found, POLL + HOOKED)


def _bursts(folder: Path, files: int) -> Iterator[Figure]:
    """All files changed at once, then a branch that shares few texts with this one, then back."""
    with service(folder, files, ref="worktree", first="burst") as (box, _, serving, repository):
        yield _passes(serving, f"{files:,} files changed at once", lambda: _write(repository, files, "burst again"))
        _check(box, repository)
        _git(repository, "commit", "--quiet", "--all", "--message", "All")
        # The far branch is made in another worktree, so that the service sees nothing of it before.
        beside = folder / "beside"
        _git(repository, "worktree", "add", "--quiet", "-b", "far", str(beside))
        _write(beside, files, "far away")
        for number in range(0, files, 10):
            (beside / "docs" / f"page-{number:04}.md").rename(beside / "docs" / f"moved-{number:04}.md")
        _git(beside, "add", "--all")
        _git(beside, "commit", "--quiet", "--message", "Far")
        _git(repository, "worktree", "remove", str(beside))
        for branch in ("far", "main"):
            what = f"git checkout of {branch}, {files:,} files"
            yield _passes(serving, what, lambda branch=branch: _git(repository, "checkout", "--quiet", branch))  # type: ignore[misc]  # mypy can't infer a default
            _check(box, repository)


def _passes(serving: Serving, what: str, change: Callable[[], None]) -> Figure:
    """How many passes a change takes until all is level; passes that had nothing to do don't count."""
    mark, began = serving.mark(), time.perf_counter()
    change()
    serving.wait("pass.ended", after=mark, fits=lambda event: event["requests"] > 0)
    _level(serving)
    took = time.perf_counter() - began
    ended = [event for event in serving.since(mark, "pass.ended") if event["requests"]]
    return at_most(
        f"passes, {what} (level after {took:.1f} s)",
        len(ended),
        PASSES,
        lambda value: f"{value:.0f}",
        requests=[event["requests"] for event in ended],
        postponed=len(serving.since(mark, "pass.postponed")),
    )


def _level(serving: Serving) -> None:
    """Ask for one more pass: when it has found nothing to do, the ones before are done."""
    while True:
        mark = serving.mark()
        request = urllib.request.Request(f"http://{serving.address}/api/sync", data=b"{}", method="POST")
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).close()  # noqa: S310 - our own service
        if serving.wait("pass.ended", after=mark)["requests"] == 0:
            return


def _check(box: SandboxProcess, repository: Path) -> None:
    """Raise where a live page is not as its file says, or one is missing or there twice."""
    wanted = {}
    for file in (repository / "docs").glob("*.md"):
        title, _, body = file.read_text("utf-8").removeprefix("# ").partition("\n\n")
        wanted[title] = body.strip()
    live = [page for page in box.pages(_API) if not page["archived"]]
    found = {page["title"]: page["content"].strip() for page in live}
    if len(found) != len(live) or found != wanted:
        wrong = {title for title in found.keys() | wanted.keys() if found.get(title) != wanted.get(title)}
        raise RuntimeError(f"{len(live)} pages for {len(wanted)} files; not as Git says: {sorted(wrong)[:5]}")


@contextmanager
def service(
    folder: Path, files: int, *, ref: str, bare: bool = False, first: str = "first"
) -> Iterator[tuple[SandboxProcess, Relay, Serving, Path]]:
    """A service that has mirrored so many files. With `bare` it fetches from a bare repository to which is pushed."""
    folder.mkdir()
    repository = folder / "repo"
    _git(folder, "init", "--quiet", "--initial-branch=main", str(repository))
    _write(repository, files, first)
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "--message", "First")
    source = "repo"
    if bare:
        source = (folder / "repo.git").as_uri()
        _git(folder, "clone", "--quiet", "--bare", "repo", "repo.git")
        _git(repository, "remote", "add", "origin", source)
    with SandboxProcess() as box, Relay(box.api(_API).base_url) as relay:
        there = box.api(_API)
        mirror = Mirror.at(folder, relay.base_url, token=there.token, page_url=there.page_url)
        config = folder / "pagemirror.toml"
        rows = config.read_text("utf-8").replace('repo = "repo"', f'repo = "{source}"\nref = "{ref}"')
        service = {"listen": "127.0.0.1:0", "poll": f"{POLL:.0f}s" if bare else "1h", "drift_check": "1h"}
        table = "".join(f"{key} = {json.dumps(value)}\n" for key, value in service.items())
        guards = '[mirrors.bench.sync]\nmax_removals = "100%"\nremoval_delay = "60s"\n'
        config.write_text(f'{rows}settle = "1s"\n{guards}[service]\n{table}', "utf-8")
        mirror.env["PAGEMIRROR_WEBHOOK_SECRET"] = SECRET
        with Serving(mirror) as serving:
            yield box, relay, serving, repository


def commit(repository: Path, message: str) -> None:
    """Change one page."""
    (repository / "docs" / "page-0000.md").write_text(f"# Page 0\n\n{message}.\n", "utf-8")
    _git(repository, "commit", "--quiet", "--all", "--message", message)


def _write(repository: Path, files: int, word: str) -> None:
    (repository / "docs").mkdir(exist_ok=True)
    for number in range(files):
        path = repository / "docs" / f"page-{number:04}.md"
        path.write_text(f"# Page {number}\n\nText {number}, {word}.\n", "utf-8")


def _call(address: str) -> None:
    request = urllib.request.Request(f"http://{address}/webhooks/generic", data=b"{}", method="POST")
    request.add_header("Authorization", f"Bearer {SECRET}")
    urllib.request.urlopen(request).close()  # noqa: S310 - our own service


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Docs Team", "-c", "user.email=docs-team@example.com")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True)
