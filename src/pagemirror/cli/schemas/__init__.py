"""JSON Schemas of what commands print with `--output json`: `run.json` is that of `sync` and `plan`."""

import json
from importlib import resources
from typing import Any

__all__ = ["NAMES", "schema"]

NAMES = ("run", "status", "conflicts", "history", "check", "doctor", "adopt", "pull", "state", "verify")


def schema(name: str) -> dict[str, Any]:
    """One of them."""
    text = resources.files(__name__).joinpath(f"{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
