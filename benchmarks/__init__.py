"""What Pagemirror's speed and size are, measured: `make bench`. One module a row of the table; no part of the package."""
