"""How results look: as text for people, as JSON, as Markdown. Pure but for `printing` and `progress`."""
