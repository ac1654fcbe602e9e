"""Files that stand under another name with the very same bytes, though a file stood there before.

Git takes a name that is there on both sides for one and the same file, unless the texts are large and unlike; so two
small files that swap names are two edited ones to it. Equal bytes need no likeness.
"""

from collections import Counter
from collections.abc import Mapping

from pagemirror.model.ids import RepoPath
from pagemirror.source.interface import Rename

__all__ = ["exact_moves"]


def exact_moves(before: Mapping[RepoPath, str], now: Mapping[RepoPath, str]) -> tuple[Rename, ...]:
    """The files of `before` that are in `now` under another name, sorted by it.

    Both map a path to a name of its bytes, and hold what moved alone. Only bytes that stand once on either side tell.
    """
    there = _by_bytes(before)
    found = ((path, there.get(content)) for content, path in _by_bytes(now).items())
    return tuple(Rename(old=old, new=new, score=100) for new, old in sorted(found) if old is not None and old != new)


def _by_bytes(files: Mapping[RepoPath, str]) -> dict[str, RepoPath]:
    often = Counter(files.values())
    return {content: path for path, content in files.items() if often[content] == 1}
