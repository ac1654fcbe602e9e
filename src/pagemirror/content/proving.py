"""Whether a file that was rewritten says what the person left. Knows no target but by the form that it gives texts."""

import re
from typing import Final

from pagemirror.content.patching import Form

__all__ = ["Proof"]

_NOTE: Final = re.compile(r"^ {0,3}\[\^[^\]\n]+\]:", re.MULTILINE)
_RULE: Final = "\n\n---\n\n1. "
"""What stands above a page's footnotes, and begins them."""


class Proof:
    """A judge of rewritten files: `body` is the file as it was, shown as `sent`; it shall be shown as `now`.

    What the file shows before `sent`, its title, has to stay, and its footnotes are shown at the end, whatever a person
    put below them. Where more than that differs (links of another kind), no
    file can be judged, and each holds.
    """

    def __init__(self, body: str, sent: str, now: str, form: Form) -> None:
        self._form = form
        was, shown = _shown(body, form), _shown(sent, form)
        self._known = was.endswith(shown)
        self._above = was.removesuffix(shown).strip()
        self._now = _notes_last(_shown(now, form), shown) if _NOTE.search(body) else _shown(now, form)

    def holds(self, made: str) -> bool:
        """Whether the target shows of this file what it shall."""
        if not self._known:
            return True
        said = _shown(made, self._form)
        return said.startswith(self._above) and said.removeprefix(self._above).strip() == self._now


def _notes_last(now: str, shown: str) -> str:
    """A text whose footnotes are at its end, where a person left them as they were."""
    notes = shown[shown.rfind(_RULE) :] if _RULE in shown else ""
    if not notes or now.count(f"{notes}\n") != 1:
        return now
    return now.replace(f"{notes}\n", "\n", 1).strip() + notes


def _shown(text: str, form: Form) -> str:
    return form(text.replace("\r\n", "\n")).strip()
