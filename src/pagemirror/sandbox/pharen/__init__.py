"""The Pharen Hub pages API, as its documentation described it."""

from pagemirror.sandbox.pharen.api import PharenApi

__all__ = ["PharenApi"]
