"""Navigation files: what MkDocs, its awesome-pages plug-in, Docusaurus and mdBook say of the order of pages. Pure.

Knows how these files are written and which paths they mean; what a page is, and where it stands, is the tree's to say.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pagemirror.content.paths import Outside, locate
from pagemirror.content.yamlnodes import BadYaml, Node, compose
from pagemirror.model.documents import MKDOCS
from pagemirror.model.ids import RepoPath

__all__ = ["Navigation", "may_navigate", "read_navigation"]

_PAGES: Final = ".pages"
_CATEGORY: Final = ("_category_.json", "_category_.yml", "_category_.yaml")
_SUMMARY: Final = "SUMMARY.md"
_DOCS_DIR: Final = "docs"
_REST: Final = "..."
_FAR: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Navigation:
    """What the navigation files say, by path; a folder's path is without a slash at its end.

    `positions` order siblings, `rest` is the position of a folder's files that its own file leaves open. `orders` are
    positions that count like a front matter's `order`. `labels` are titles of folders. `problems` are files that can't
    be read, each with the reason.
    """

    positions: Mapping[RepoPath, int] = field(default_factory=dict)
    rest: Mapping[RepoPath, int] = field(default_factory=dict)
    orders: Mapping[RepoPath, int] = field(default_factory=dict)
    labels: Mapping[RepoPath, str] = field(default_factory=dict)
    problems: tuple[tuple[RepoPath, str], ...] = ()


def may_navigate(paths: Iterable[RepoPath], *, root: RepoPath) -> tuple[RepoPath, ...]:
    """The paths that navigation files in a source folder with these pages could have, sorted."""
    folders = {RepoPath(path.rpartition("/")[0]) for path in paths}
    for folder in tuple(folders):
        step = folder
        while step and step != root:
            step = RepoPath(step.rpartition("/")[0])
            folders.add(step)
    names = {RepoPath(f"{folder}/{name}" if folder else name) for folder in folders for name in (_PAGES, *_CATEGORY)}
    top = f"{root}/" if root else ""
    return tuple(sorted({*names, RepoPath(f"{top}{_SUMMARY}"), *(RepoPath(f"{top}{name}") for name in MKDOCS)}))


def read_navigation(files: Mapping[RepoPath, bytes], *, root: RepoPath) -> Navigation:
    """Read navigation files, by path; a folder's `.pages` comes before `mkdocs.yml`, and that before `SUMMARY.md`."""
    reader = _Reader(root)
    for path in sorted(files, key=_precedence):
        reader.read(path, files[path])
    return Navigation(
        positions=reader.positions,
        rest=reader.rest,
        orders=reader.orders,
        labels=reader.labels,
        problems=tuple(sorted(reader.problems)),
    )


def _precedence(path: RepoPath) -> tuple[int, RepoPath]:
    name = path.rpartition("/")[2]
    rank = 0 if name == _SUMMARY else 1 if name in MKDOCS else 2
    return rank, path


class _Wrong(Exception):
    """A file does not say what such a file says."""


class _Reader:
    """Takes one file after the other in; what comes later counts more."""

    def __init__(self, root: RepoPath) -> None:
        self._root = root
        self.positions: dict[RepoPath, int] = {}
        self.rest: dict[RepoPath, int] = {}
        self.orders: dict[RepoPath, int] = {}
        self.labels: dict[RepoPath, str] = {}
        self.problems: list[tuple[RepoPath, str]] = []

    def read(self, path: RepoPath, data: bytes) -> None:
        """Take one file in."""
        folder, _, name = path.rpartition("/")
        try:
            text = data.decode("utf-8-sig")
            if name == _SUMMARY:
                self._put(_summary(text, path, self._root))
            elif name in MKDOCS:
                self._put(_mkdocs(_node(text), path, self._root))
            elif name == _PAGES:
                self._pages(_node(text), RepoPath(folder))
            else:
                self._category(_category(text, name), RepoPath(folder))
        except UnicodeDecodeError:
            self.problems.append((path, "it is not UTF-8 text"))
        except _Wrong as error:
            self.problems.append((path, str(error)))

    def _put(self, paths: Iterable[RepoPath]) -> None:
        """Positions in the order of a whole book; a folder stands where the first of its pages does."""
        found: dict[RepoPath, int] = {}
        for position, path in enumerate(paths):
            step = path
            while step and step != self._root:
                found.setdefault(step, position)
                step = RepoPath(step.rpartition("/")[0])
        self.positions |= found

    def _pages(self, node: Node | None, folder: RepoPath) -> None:
        table = dict(_pairs(node))
        title = table.get("title")
        if title is not None:
            self.labels[folder] = _word(title)
        nav = table.get("nav", table.get("arrange"))
        if nav is None:
            return
        for path in [path for path in self.positions if path.rpartition("/")[0] == folder]:
            del self.positions[path]
        for position, entry in enumerate(_entries(nav)):
            if entry.split("|")[0].strip() == _REST:
                self.rest[folder] = position
                continue
            where = locate(entry, page=RepoPath(f"{folder}/{_PAGES}" if folder else _PAGES), root=self._root)
            if not isinstance(where, Outside):
                self.positions.setdefault(RepoPath(where.path.rstrip("/")), position)

    def _category(self, values: Mapping[str, object], folder: RepoPath) -> None:
        label, position = values.get("label"), values.get("position")
        if isinstance(label, str) and label.strip():
            self.labels[folder] = label.strip()
        if isinstance(position, int | float) and not isinstance(position, bool):
            if not abs(position) < _FAR:  # not a number is not less either
                raise _Wrong("its `position` is no number of at most nine digits")
            self.orders[folder] = int(position)


def _node(text: str) -> Node | None:
    node = compose(text)
    if isinstance(node, BadYaml):
        raise _Wrong(f"it {node.reason}{f' (line {node.line})' if node.line else ''}")
    return node


def _pairs(node: Node | None) -> list[tuple[str, Node]]:
    if node is None:
        return []
    if node.id != "mapping":
        raise _Wrong("it is no table of `key: value` lines")
    return [(key.value, value) for key, value in node.value if key.id == "scalar"]


def _word(node: Node) -> str:
    return str(node.value).strip() if node.id == "scalar" else ""


def _entries(nav: Node) -> Iterator[str]:
    """The files and folders that a `nav` names, in their order, however they are nested; addresses are left out."""
    if nav.id == "scalar":
        word = _word(nav)
        if word and "://" not in word:
            yield word
    elif nav.id == "sequence":
        for entry in nav.value:
            yield from _entries(entry)
    else:
        for _, value in nav.value:
            yield from _entries(value)


def _mkdocs(node: Node | None, path: RepoPath, root: RepoPath) -> Iterator[RepoPath]:
    table = dict(_pairs(node))
    nav = table.get("nav")
    if nav is None:
        return
    docs = _word(table["docs_dir"]) if "docs_dir" in table else _DOCS_DIR
    page = locate(f"{docs.strip('/')}/{MKDOCS[0]}", page=path, root=root)
    if isinstance(page, Outside):
        return
    for entry in _entries(nav):
        where = locate(entry, page=page.path, root=root)
        if not isinstance(where, Outside):
            yield RepoPath(where.path.rstrip("/"))


def _summary(text: str, path: RepoPath, root: RepoPath) -> Iterator[RepoPath]:
    """The links of an mdBook summary."""
    import pyromark  # noqa: PLC0415 - only books have one

    for event in pyromark.events(text):
        match event:
            case {"Start": {"Link": {"dest_url": str(destination)}}} if destination and "://" not in destination:
                where = locate(destination, page=path, root=root)
                if not isinstance(where, Outside):
                    yield RepoPath(where.path.rstrip("/"))


def _category(text: str, name: str) -> Mapping[str, object]:
    if name.endswith(".json"):
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _Wrong("it is not valid JSON") from error
        if not isinstance(values, dict):
            raise _Wrong("it is no JSON object")
        return values
    return {key: _scalar(value) for key, value in _pairs(_node(text))}


def _scalar(node: Node) -> object:
    word = _word(node)
    try:
        return float(word) if not getattr(node, "style", None) else word
    except ValueError:
        return word
