"""Turns values into HTML by the templates. Whatever comes in is text: it is escaped, and never taken for markup."""

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import RedirectResponse, Response

from pagemirror.daemon.pages import texts, words

__all__ = ["Drawing", "address", "icon", "see", "stylesheet"]

_HERE: Final = Path(__file__).parent
_PAGE: Final = {"Referrer-Policy": "same-origin"}
"""Without an origin in their requests, forms could not be told from another site's."""


def address(to: str, /, **query: str | int | None) -> str:
    """A place on this server with a query; what is None or empty is left out."""
    given = {name: str(value) for name, value in query.items() if value not in {None, ""}}
    return f"{to}?{urlencode(given, errors='replace')}" if given else to


def prose(said: str) -> Markup:
    """A message as a sentence, with what stands between backticks as code."""
    parts = words.sentence(said).split("`")
    if len(parts) % 2 == 0:  # one that has no partner
        return escape(words.sentence(said))
    return Markup().join(
        Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )


def see(path: str) -> Response:
    """Send the browser on to a page of this server."""
    return RedirectResponse(path, status_code=303)


@lru_cache(maxsize=1)
def stylesheet() -> tuple[bytes, str]:
    """The style, and a word that changes with it."""
    style = (_HERE / "static" / "pages.css").read_bytes()
    return style, hashlib.sha256(style).hexdigest()[:12]


@lru_cache(maxsize=1)
def icon() -> bytes:
    """What a browser shows beside the title."""
    return (_HERE / "static" / "icon.svg").read_bytes()


class Drawing:
    """The templates, on a clock for `3 minutes ago`."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            address=address,
            style=stylesheet()[1],
            exact=words.exact,
            machine=words.machine,
            span=words.span,
            count=words.count,
            plural=words.plural,
            prose=prose,
            actions=texts.ACTIONS,
            code_word=texts.code_word,
            kinds=texts.KINDS,
        )

    def page(
        self,
        template: str,
        values: Mapping[str, object],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """A page. What is no Unicode, as some files' names, is shown with question marks for what is wrong in it."""
        now = self._now()
        text = self._templates.get_template(template).render(now=now, ago=lambda then: words.ago(then, now), **values)
        return Response(
            text.encode("utf-8", "replace"),
            status,
            {**_PAGE, **(headers or {})},
            media_type="text/html; charset=utf-8",
        )
