"""The adapters: one package an API, all alike, found by entry points."""
