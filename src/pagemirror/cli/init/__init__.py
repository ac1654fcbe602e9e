"""`init`: a first config, from a few questions or from flags."""

from pagemirror.cli.init.command import register

__all__ = ["register"]
