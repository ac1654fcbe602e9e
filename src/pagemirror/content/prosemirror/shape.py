"""What goes in and comes out: the document as JSON, what it lost, what is wrong in it, and the choices left open."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Converted", "Json", "Loss", "Lowering", "Violation"]

Json: TypeAlias = dict[str, Any]
"""A node or a mark as JSON. Parts may be shared within a document: make a new one rather than change it in place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something that the target can't hold, and what became of it.

    `kind` is a stable word, `line` the line of the Markdown text (from 1).
    """

    kind: str
    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A document that is valid in the editor's schema, and what it does not hold, in the text's order."""

    doc: Json
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One breach of the schema; `path` is a JSON pointer (RFC 6901) to the node or mark, "" for the whole document."""

    path: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowering:
    """How what the schema has no place for is lowered.

    - `html_blocks`: raw HTML that has no node becomes a code block of language `html`, or a paragraph of its source.
    - `ordered_tasks`: `1. [x] a` keeps its number and shows `[x]` as text, or becomes a task without number.
    - `linked_code`: a link whose text is code loses its destination, or gets it written behind, as a link.
    - `linked_images`: a linked image loses the link, or becomes a link with the image's text.
    - `linkify`: bare `www.`, `http(s)://` and mail addresses become links, as GitHub has it.
    - `subscript`, `superscript`: `~x~` and `^x^` are taken for them.
    - `directives`: admonitions, directives and tabs of MkDocs, Docusaurus and their kin are taken for what they are.
    - `folded`: `??? note` folds and loses its kind, or keeps the kind as a callout that doesn't fold.
    - `tabs`: each tab stands below a heading, or folds.
    - `definitions`: a definition list becomes a list of bold terms, or stays as text.
    - `max_depth`: how many containers may stand in each other; what is deeper is set flat.
    """

    html_blocks: Literal["code", "text"] = "code"
    ordered_tasks: Literal["text", "tasks"] = "text"
    linked_code: Literal["drop", "after"] = "drop"
    linked_images: Literal["image", "link"] = "image"
    linkify: bool = True
    subscript: bool = False
    superscript: bool = False
    directives: bool = True
    folded: Literal["details", "callout"] = "details"
    tabs: Literal["headings", "details"] = "headings"
    definitions: Literal["list", "text"] = "list"
    max_depth: int = 100
