"""Speed and size, measured: `make bench`. One module a row of the table; no part of the package."""
