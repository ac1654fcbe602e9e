"""Bytes in, values out: front matter, titles, tree, links. Pure.

Knows no target, no state and no disk: the same bytes give the same values.
"""

from pagemirror.content.bodies import Gist, body_start, gist, with_body
from pagemirror.content.branches import Branch, branches
from pagemirror.content.filling import blind, fill, fill_each, written
from pagemirror.content.links import (
    Ambiguous,
    LinkIndex,
    PathIndex,
    Resolved,
    ToFile,
    ToMissing,
    ToPage,
    ToSelf,
    candidates,
    file_keys,
    fragment,
    link_key,
    link_keys,
    name_keys,
    resolve,
)
from pagemirror.content.merging import Hunk, Merged, Overlap, merge
from pagemirror.content.navigation import Navigation, may_navigate, read_navigation
from pagemirror.content.normal import normal_markdown
from pagemirror.content.parsing import LeftOut, parse
from pagemirror.content.sections import sections
from pagemirror.content.slugs import anchors, slugs
from pagemirror.content.tree import Nav, ancestors, parents, place
from pagemirror.content.weburls import banner, web_url

__all__ = [
    "Ambiguous",
    "Branch",
    "Gist",
    "Hunk",
    "LeftOut",
    "LinkIndex",
    "Merged",
    "Nav",
    "Navigation",
    "Overlap",
    "PathIndex",
    "Resolved",
    "ToFile",
    "ToMissing",
    "ToPage",
    "ToSelf",
    "ancestors",
    "anchors",
    "banner",
    "blind",
    "body_start",
    "branches",
    "candidates",
    "file_keys",
    "fill",
    "fill_each",
    "fragment",
    "gist",
    "link_key",
    "link_keys",
    "may_navigate",
    "merge",
    "name_keys",
    "normal_markdown",
    "parents",
    "parse",
    "place",
    "read_navigation",
    "resolve",
    "sections",
    "slugs",
    "web_url",
    "with_body",
    "written",
]
