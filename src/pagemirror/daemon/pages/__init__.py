"""The status pages: what a person sees of the service in a browser, and where a person decides.

Built from below: `words`, `weblinks`, `sides`, `views`, `texts` are pure and make values; `sessions` knows who has
logged in; `drawing` turns values into HTML by templates; `guarding` lets in who may; `looking` and `deciding` are the
routes. No script runs in a page: links and forms do everything.
"""

from pagemirror.daemon.pages.routes import routes

__all__ = ["routes"]
