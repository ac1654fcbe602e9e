"""The settings: where they come from, what they are, and what is wrong with them.

Knows no backend, source or store: the composition root says which backends there are. Secrets are references here
and are read by whoever needs one.
"""

from pagemirror.config.errors import ConfigError, Problem
from pagemirror.config.loading import Loaded, load
from pagemirror.config.models import (
    BackendSettings,
    LogSettings,
    Mirror,
    ServiceSettings,
    Settings,
    Source,
    StateSettings,
    SyncSettings,
    Target,
)
from pagemirror.config.references import SecretRef
from pagemirror.config.schema import json_schema
from pagemirror.config.showing import Row, show
from pagemirror.config.urls import git_state
from pagemirror.config.values import Count, Limit, Share

__all__ = [
    "BackendSettings",
    "ConfigError",
    "Count",
    "Limit",
    "Loaded",
    "LogSettings",
    "Mirror",
    "Problem",
    "Row",
    "SecretRef",
    "ServiceSettings",
    "Settings",
    "Share",
    "Source",
    "StateSettings",
    "SyncSettings",
    "Target",
    "git_state",
    "json_schema",
    "load",
    "show",
]
