"""Raven Docs. Importing it loads neither the HTTP library nor the network half."""

from pagemirror.backends.ravendocs.backend import BACKEND

__all__ = ["BACKEND"]
