"""Markdown to ProseMirror's JSON, for targets whose pages are documents of an editor. Pure.

Knows one schema, the editor's; knows no target, no links between pages and no front matter.
"""

from pagemirror.content.prosemirror.converting import to_prosemirror
from pagemirror.content.prosemirror.normalform import canonical_json, normal_form
from pagemirror.content.prosemirror.plaintext import plain_text
from pagemirror.content.prosemirror.shape import Converted, Json, Loss, Lowering, Violation
from pagemirror.content.prosemirror.validating import foreign_names, validate

__all__ = [
    "Converted",
    "Json",
    "Loss",
    "Lowering",
    "Violation",
    "canonical_json",
    "foreign_names",
    "normal_form",
    "plain_text",
    "to_prosemirror",
    "validate",
]
