"""`python -m pagemirror`: the same as the `pagemirror` command."""

from pagemirror.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
