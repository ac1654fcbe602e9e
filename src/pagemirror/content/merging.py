"""Three texts to one: what Git and a person changed in different places, put together by lines.

A merge is whole or it is none; no text with markers in it ever exists.
"""

from dataclasses import dataclass

from pagemirror.content.normal import normal_markdown

__all__ = ["Hunk", "Merged", "Overlap", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Both sides' changes in one text, in normal form."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Lines that both sides changed, to different things; `line` counts from 1 in the base's normal form."""

    line: int
    base: str
    git: str
    remote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Both sides changed the same lines, or lines that touch: a person decides."""

    hunks: tuple[Hunk, ...]


def merge(base: str, git: str, remote: str) -> Merged | Overlap:
    """Merge by lines, in normal form, so that a blank line more at the end is no change. The same change on both
    sides is one change.
    """
    from merge3 import Merge3  # noqa: PLC0415 - few passes merge anything

    old, ours, theirs = (normal_markdown(text).split("\n") for text in (base, git, remote))
    lines: list[str] = []
    hunks: list[Hunk] = []
    for region in Merge3(old, ours, theirs).merge_regions():
        match region:
            case ("unchanged", int(start), int(end)):
                lines += old[start:end]
            case ("a" | "same", int(start), int(end)):
                lines += ours[start:end]
            case ("b", int(start), int(end)):
                lines += theirs[start:end]
            case (_, int(start), int(end), int(from_a), int(to_a), int(from_b), int(to_b)):
                sides = ("\n".join(side) for side in (old[start:end], ours[from_a:to_a], theirs[from_b:to_b]))
                hunks.append(Hunk(line=start + 1, base=next(sides), git=next(sides), remote=next(sides)))
            case _:
                raise AssertionError(region)
    return Overlap(hunks=tuple(hunks)) if hunks else Merged(text="\n".join(lines))
