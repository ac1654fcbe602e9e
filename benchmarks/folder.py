"""A folder of Markdown made from a seed: the same bytes each time, in nested folders, with links and images.

Written into Git as one stream, so that a hundred thousand files cost seconds and nothing lies on disk beside them.
"""

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

__all__ = ["PAGE_BYTES", "change_one", "make_folder", "page"]

PAGE_BYTES: Final = 4500
"""About how long a page is; 100,000 of them are 450 MB."""

SEED: Final = 20260
_A_FOLDER: Final = 25
_A_PART: Final = 20
_VOCABULARY: Final = (
    "access account answer backup branch build change check client cluster commit config copy customer data deploy "
    "design disk editor error export field file folder group handbook header hub import index input invoice key label "
    "layer limit link list log mail manual mirror module network note office order output page path plan pool port "
    "process project queue quota record region release report request restore review role route rule schema script "
    "search server service session setting space stage state step store stream sync table target team text ticket "
    "token tool update user value version view volume web window work"
)
_WORDS: Final = tuple(_VOCABULARY.split())
_WHEN: Final = 1_700_000_000


def path_of(number: int) -> str:
    """Where a page stands below the repository's top: two levels of folders."""
    folder = number // _A_FOLDER
    return f"docs/part-{folder // _A_PART:04d}/topic-{folder % _A_PART:02d}/page-{number:06d}.md"


def page(number: int, pages: int) -> str:
    """The text of one page: prose with emphasis, a list, a table, code, links to other pages and an image."""
    chance = random.Random(SEED * 1_000_003 + number)  # noqa: S311 - a seeded text, no secret
    folder = number - number % _A_FOLDER
    near = folder + chance.randrange(min(_A_FOLDER, pages - folder))
    far = path_of(chance.randrange(pages)).removeprefix("docs/")
    away = "[project's page](https://example.com/project)"
    links = f"See [the next page](page-{near:06d}.md) and [another part](../../{far}#details), or the {away}.\n"
    image = f"![The diagram of {number}](../../images/diagram-{number % 50}.png)\n"
    rows = "".join(
        f"| {_phrase(chance, 2)} | `{chance.choice(_WORDS)}` | {chance.randrange(100)} |\n" for _ in range(6)
    )
    items = "".join(f"- {_phrase(chance, 9)}\n" for _ in range(6))
    code = "".join(f"{chance.choice(_WORDS)} = {chance.choice(_WORDS)}({chance.randrange(99)})\n" for _ in range(6))
    parts = [f"# {_phrase(chance, 3).title()} {number}\n", _paragraph(chance), links, image, "## Details\n", items]
    parts += [f"| What | Where | Count |\n|---|---|---|\n{rows}", f"```python\n{code}```\n", "### Background\n"]
    size = sum(map(len, parts))
    while size < PAGE_BYTES:
        parts.append(_paragraph(chance))
        size += len(parts[-1])
    return "\n".join(parts)


def make_folder(repository: Path, pages: int) -> None:
    """Make a repository whose HEAD holds so many pages, and the images that they show."""
    repository.mkdir(parents=True)
    _git(repository, "init", "--quiet", "--initial-branch=main")
    _stream(repository, _first_commit(pages))


def change_one(repository: Path, number: int, pages: int, *, turn: int) -> None:
    """Commit one page with one more paragraph; `turn` makes each of several changes another one."""
    text = f"{page(number, pages)}\nChanged for the {turn}. time.\n"
    _stream(repository, iter((_commit(f"Change {turn}", turn, parent=True), _file(path_of(number), text.encode()))))


def _first_commit(pages: int) -> Iterator[bytes]:
    yield _commit("All pages", 0, parent=False)
    for number in range(min(50, pages)):
        yield _file(f"docs/images/diagram-{number}.png", b"\x89PNG\r\n\x1a\n" + bytes(64))
    for number in range(pages):
        yield _file(path_of(number), page(number, pages).encode())


def _commit(message: str, turn: int, *, parent: bool) -> bytes:
    head = f"commit refs/heads/main\ncommitter Docs Team <docs-team@example.com> {_WHEN + 60 * turn} +0000\n"
    base = "from refs/heads/main^0\n" if parent else ""
    return f"{head}data {len(message)}\n{message}\n{base}".encode()


def _file(path: str, data: bytes) -> bytes:
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def _stream(repository: Path, parts: Iterator[bytes]) -> None:
    command = ["git", "-C", str(repository), "fast-import", "--quiet", "--depth=0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=_environment()) as child:
        stdin: IO[bytes] | None = child.stdin
        if stdin is not None:
            for part in parts:
                stdin.write(part)
            stdin.close()
    if child.returncode:
        raise RuntimeError(f"git fast-import ended with {child.returncode}")


def _git(repository: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(repository), *words], check=True, env=_environment())


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def _phrase(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))


def _paragraph(chance: random.Random) -> str:
    words = chance.choices(_WORDS, k=70)
    words[10] = f"**{words[10]}**"
    words[25] = f"`{words[25]}`"
    words[40] = f"*{words[40]} {words[41]}*,"
    return f"{' '.join(words).capitalize()}.\n"
