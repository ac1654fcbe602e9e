"""The pages to look at."""

from pagemirror.sandbox.web.views import WebView

__all__ = ["WebView"]
