"""The Exec Knowledge Hub API, as its documentation describes it."""

from pagemirror.sandbox.exec.api import ExecApi

__all__ = ["ExecApi"]
