"""A page's Markdown as HTML that is safe to show."""

import pyromark
from markupsafe import Markup

from pagemirror.sandbox.web.sanitise import sanitise

__all__ = ["render_markdown"]

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
)


def render_markdown(text: str) -> Markup:
    """Render a body; whatever it holds, nothing of it runs."""
    return Markup(sanitise(pyromark.html(text, options=_OPTIONS)))  # noqa: S704 - sanitised right here
