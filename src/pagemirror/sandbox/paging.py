"""How listing faults bend one page of rows: rows go missing, or the total is wrong."""

from pagemirror.sandbox.exchange import Bend
from pagemirror.sandbox.table import P, Rows

__all__ = ["bend_rows"]


def bend_rows(found: Rows[P], bend: Bend, offset: int) -> Rows[P]:
    """Return the rows as the faults leave them; a wrong total ends a long listing here and stretches a short one."""
    if bend.lost_rows:
        found = Rows(rows=(), total=found.total)
    if bend.wrong_total:
        shown = offset + len(found.rows)
        found = Rows(rows=found.rows, total=shown if shown < found.total else found.total + 1)
    return found
