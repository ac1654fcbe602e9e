"""Pharen's Hub. Importing it loads neither the HTTP library nor the network half."""

from pagemirror.backends.pharen.backend import BACKEND

__all__ = ["BACKEND"]
