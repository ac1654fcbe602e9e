"""What the demo tells, chapter by chapter. Each step says what must come out of it."""

from collections.abc import Callable

from pagemirror.cli.demo.stage import APIS, Stage
from pagemirror.cli.output.lines import Style, piece

__all__ = ["tell_story"]

_REMOVED = "docs/decisions/0004-merge3.md"
_OLD = "docs/decisions/0007-a-room-for-passes.md"
_NEW = "docs/decisions/0007-passes.md"
_RENAMED, _LIST = "A room for passes", "Decisions"
_FILED, _FOLDER = "Exec", "Backends"
_WITH_TREE = "ravendocs"
_GIT_FIRST = "This sentence was written in Git."
_GIT_TOP = "This paragraph was added in Git."
_BY_HAND = "This sentence was written by hand."
_BY_HAND_END = "This paragraph was added by hand."
_NOTHING = dict.fromkeys(APIS, 0)
_A_CHANGE = 2
"""A look and a write."""


def tell_story(stage: Stage, pages: int) -> None:
    """Play all of it; raises `Amiss` at the first thing that is not as told."""
    _look(stage, pages)
    _first_sync(stage, pages)
    _again(stage)
    _one_commit(stage, pages)
    _both_sides(stage)
    _decided(stage)
    _end(stage)


def _look(stage: Stage, pages: int) -> None:
    stage.chapter(
        "A look at the files",
        f"{pages} Markdown files, three mirrors of them: into Exec, Pharen and Raven Docs. What is wrong in the\n"
        "files, or has no form there, is told before anything is sent.",
    )
    stage.pagemirror("check", most=_NOTHING)


def _first_sync(stage: Stage, pages: int) -> None:
    stage.chapter(
        "First sync",
        "Each page is one request; pages that link to pages which were not there yet get those links by an update\n"
        "at the end.",
    )
    sections = [folder.name for folder in stage.folders() if not (folder / "index.md").is_file()]
    there = {api: pages + (len(sections) if api == _WITH_TREE else 0) for api in APIS}
    stage.pagemirror("sync", most={api: 1 + count + _A_CHANGE * count for api, count in there.items()})
    for api, count in there.items():
        found = sum(1 for page in stage.box.pages(api) if not page["archived"])
        more = f", and one for {', '.join(f'{name}/' for name in sections)}" if count > pages else ""
        stage.expect(f"{api} holds {found} pages, one a file{more}", holds=found == count)
    parents = {title: stage.page(_WITH_TREE, title)["parent"] for title in (_FILED, _RENAMED)}
    ids = {title: stage.page(_WITH_TREE, title)["id"] for title in (_FOLDER, _LIST)}
    stage.expect(
        "Raven Docs, where pages lie below pages, has the tree of the folders",
        holds=parents == {_FILED: ids[_FOLDER], _RENAMED: ids[_LIST]},
    )


def _again(stage: Stage) -> None:
    stage.chapter("The same again", "Nothing moved, so nothing is asked.")
    stage.pagemirror("sync", most=_NOTHING)


def _one_commit(stage: Stage, pages: int) -> None:
    stage.chapter(
        "An edit, a rename and a removal", "In one commit. A page is tied to its file, not to the file's name."
    )
    renamed = {api: stage.page(api, _RENAMED)["id"] for api in APIS}
    stage.git("mv", _OLD, _NEW)
    stage.git("rm", "--quiet", _REMOVED)
    stage.remark(piece("docs/decisions/index.md is edited: its list names both files", Style.FAINT))
    stage.repository.edit("docs/decisions/index.md", _mended)
    stage.git("commit", "--all", "--message", "Tidy up the decisions")
    stage.pagemirror("plan", "--diff", "exec", most=_NOTHING)
    stage.pagemirror("sync", most=dict.fromkeys(APIS, 2 * _A_CHANGE + _A_CHANGE))
    kept = all(stage.page(api, _RENAMED)["id"] == renamed[api] for api in APIS)
    stage.expect("the renamed file kept its pages", holds=kept)
    archived = [page for page in stage.box.pages("exec") if page["archived"]]
    stage.expect("Exec archived the removed file's page", holds=len(archived) == 1)
    for api, name in (("pharen", "Pharen"), (_WITH_TREE, "Raven Docs")):
        left = [page for page in stage.box.pages(api) if page["title"].startswith("[Archived] ")]
        stage.expect(f"{name}, which has no archive, keeps it as a tombstone", holds=len(left) == 1)
    live = sum(1 for page in stage.box.pages("exec") if not page["archived"])
    stage.expect(f"{pages - 1} pages are left in Exec", holds=live == pages - 1)


def _both_sides(stage: Stage) -> None:
    stage.chapter(
        "A person and Git change the same page",
        "Nobody's text is overwritten: such a page waits for a person, and the others go on.",
    )
    index, concepts = stage.page("exec", "Pagemirror")["content"], stage.page("pharen", "Concepts")["content"]
    stage.by_hand("exec", "Pagemirror", _longer_first(_BY_HAND)(index))
    stage.by_hand("pharen", "Concepts", f"{concepts.rstrip()}\n\n{_BY_HAND_END}\n")
    stage.remark(piece("docs/index.md and docs/concepts.md are edited too", Style.FAINT))
    stage.repository.edit("docs/index.md", lambda text: _below_title(text, _longer_first(_GIT_FIRST)))
    stage.repository.edit("docs/concepts.md", lambda text: _below_title(text, lambda body: f"{_GIT_TOP}\n\n{body}"))
    stage.git("commit", "--all", "--message", "Say more")
    stage.pagemirror("sync", code=3, most=dict.fromkeys(APIS, 2 * _A_CHANGE))
    stage.expect(
        "both texts that were written by hand are still there",
        holds=_BY_HAND in stage.page("exec", "Pagemirror")["content"]
        and _BY_HAND_END in stage.page("pharen", "Concepts")["content"],
    )
    stage.pagemirror("conflicts", most=_NOTHING)


def _decided(stage: Stage) -> None:
    stage.chapter(
        "A person decides",
        "One page gets the file's text; the text that was there is kept. The other gets both, as nothing overlaps.",
    )
    stage.pagemirror("resolve", "index.md", "--mirror", "exec", "--take", "git", most=_NOTHING)
    stage.pagemirror("resolve", "concepts.md", "--mirror", "pharen", "--take", "merge", most=_NOTHING)
    stage.pagemirror("sync", most=dict.fromkeys(APIS, _A_CHANGE))
    index, concepts = stage.page("exec", "Pagemirror")["content"], stage.page("pharen", "Concepts")["content"]
    stage.expect("Exec has the sentence of Git alone", holds=_GIT_FIRST in index and _BY_HAND not in index)
    stage.expect("Pharen has both paragraphs", holds=_GIT_TOP in concepts and _BY_HAND_END in concepts)
    stage.pagemirror("history", "index.md", "--mirror", "exec", most=_NOTHING)


def _end(stage: Stage) -> None:
    stage.chapter("The end", "All is as Git says, but for what a person wanted otherwise.")
    stage.pagemirror("sync", most=_NOTHING)
    stage.pagemirror("status", most=_NOTHING)
    summary = stage.box.summary()
    twice = [title for api in APIS for title in summary["apis"][api]["duplicates"]]
    stage.expect("no page is there twice", holds=not twice)
    stage.expect("nothing was sent that the APIs' documentation forbids", holds=not summary["violations"])


def _mended(text: str) -> str:
    """The list of decisions without the removed file, and with the new name of the renamed one."""
    removed, old, new = (path.rpartition("/")[2] for path in (_REMOVED, _OLD, _NEW))
    return "".join(row for row in text.replace(old, new).splitlines(keepends=True) if removed not in row)


def _below_title(text: str, change: Callable[[str], str]) -> str:
    """Change what stands below a file's first line."""
    title, _, body = text.partition("\n\n")
    return f"{title}\n\n{change(body)}"


def _longer_first(sentence: str) -> Callable[[str], str]:
    """Add a sentence to a text's first line."""

    def change(text: str) -> str:
        first, _, rest = text.partition("\n")
        return f"{first} {sentence}\n{rest}"

    return change
