"""Section pages: a page for each folder without one of its own, where a target's tree is parents. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from pagemirror.content.titles import clean, readable
from pagemirror.content.tree import Nav, place
from pagemirror.model.documents import Document, FrontMatter, LinkKind, LinkSlot, Template
from pagemirror.model.fields import digest_of
from pagemirror.model.ids import BlobId, RepoPath

__all__ = ["sections"]

NO_NAV: Final = Nav.none()
_MARKUP: Final = re.compile(r"([\\\[\]*_`<>&~|!#])")


def sections(documents: Mapping[RepoPath, Document], *, root: RepoPath, nav: Nav = NO_NAV) -> dict[RepoPath, Document]:
    """The missing pages of folders, by their paths, which end in `/`; each lists its children in their order.

    `root`, the source folder, has none: what stands in it stands at the top.
    """
    owned = {_folder(path) for path, document in documents.items() if document.place.index}
    missing = {folder for path in documents for folder in _above(_folder(path), root)} - owned
    titles = {path: document.title for path, document in documents.items()}
    places = {path: document.place for path, document in documents.items()}
    for folder in missing:
        path = RepoPath(f"{folder}/")
        named = clean(nav.files.labels.get(folder, ""))
        titles[path] = named or readable(RepoPath(f"{path}index.md"), index=True, root=root)
        places[path] = place(path, root=root, nav=nav)
    children: defaultdict[RepoPath, list[RepoPath]] = defaultdict(list)
    for path, where in places.items():
        children[where.folder].append(path)
    made: dict[RepoPath, Document] = {}
    for folder in sorted(missing):
        path = RepoPath(f"{folder}/")
        listed = sorted(children[folder], key=lambda child: (places[child].key, child))
        body = _listing(folder, [(child, titles[child]) for child in listed])
        made[path] = Document(
            path=path,
            blob=BlobId(digest_of(titles[path], *(f"{child} {titles[child]}" for child in listed))),
            front=FrontMatter(),
            title=titles[path],
            body=body,
            place=places[path],
        )
    return made


def _folder(path: RepoPath) -> RepoPath:
    return RepoPath(path.rpartition("/")[0])


def _above(folder: RepoPath, root: RepoPath) -> list[RepoPath]:
    """A folder and those above it, below the source folder."""
    found: list[RepoPath] = []
    while folder not in {root, ""}:
        found.append(folder)
        folder = _folder(folder)
    return found


def _listing(folder: RepoPath, children: list[tuple[RepoPath, str]]) -> Template:
    parts: list[str | LinkSlot] = []
    text = ""
    for path, title in children:
        said = _MARKUP.sub(r"\\\1", title)
        parts.append(f"{text}- [{said}](")
        raw = path[len(folder) + 1 :].replace(" ", "%20")
        parts.append(LinkSlot(raw=raw, kind=LinkKind.LINK, path=path))
        text = ")\n"
    return (*parts, text)
