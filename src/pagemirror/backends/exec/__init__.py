"""Exec's Knowledge Hub. Importing it loads neither the HTTP library nor the network half."""

from pagemirror.backends.exec.backend import BACKEND

__all__ = ["BACKEND"]
