"""A document of the editor as Markdown: canonical, and read back before it is given. Pure.

Knows the editor's schema and the way in; knows no target, no links between pages and no front matter.
"""

from pagemirror.content.prosemirror.writing.document import Written, to_markdown

__all__ = ["Written", "to_markdown"]
