"""The Raven Docs page API, as its documentation describes it."""

from pagemirror.sandbox.ravendocs.api import RavendocsApi

__all__ = ["RavendocsApi"]
