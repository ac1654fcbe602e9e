"""Mirrors a Git folder of Markdown into page APIs."""

__all__ = ["__version__"]

__version__ = "0.1.0"
