"""The command line: one file a command family. Only this package and the service print."""

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    raise SystemExit(70)
