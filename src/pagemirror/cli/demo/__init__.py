"""`demo`: a guided run of the real commands against the sandbox, on this project's own docs; it checks itself.

Works in a temporary folder that is removed at the end, with the sandbox as a child process.
"""

from pagemirror.cli.demo.running import run

__all__ = ["run"]
