"""Raven's editor as both of its APIs have it: the schema of its documents, and how it rewrites them. Knows no API."""
