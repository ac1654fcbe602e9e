"""What servers do to a body on its way in: the harmless-looking rewrites that a mirror must survive.

Pure: text in, text out. Each form is stable, so applying it twice changes nothing more.
"""

import re
from typing import Literal, get_args

__all__ = ["BODY_FORMS", "BodyForm", "shorten", "take_form"]

BodyForm = Literal["none", "add_newline", "strip_newline", "drop_comments", "rich_text"]
BODY_FORMS: tuple[str, ...] = get_args(BodyForm)

_COMMENT = re.compile(r"<!--.*?-->[ \t]*\n?", re.DOTALL)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_BULLET = re.compile(r"^(\s*)[-+](\s+)(?=\S)")
_EMPHASIS = re.compile(r"(?<![\w\\_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\w_])")
_MARKUP = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def take_form(text: str, form: BodyForm) -> str:
    """Rewrite a body as a server with this habit would store it."""
    match form:
        case "none":
            return text
        case "add_newline":
            return text if text.endswith("\n") or not text else text + "\n"
        case "strip_newline":
            return text.rstrip("\n")
        case "drop_comments":
            return _COMMENT.sub("", text)
        case "rich_text":
            return _through_an_editor(text)


def shorten(text: str, limit: int = 160) -> str:
    """Return the plain beginning of a Markdown body, as list rows show it."""
    plain = _LINK.sub(r"\1", _MARKUP.sub("", _COMMENT.sub("", text)))
    plain = " ".join(re.sub(r"[`*_~|]", "", plain).split())
    return plain if len(plain) <= limit else plain[: limit - 1].rstrip() + "…"


def _through_an_editor(text: str) -> str:
    """Write Markdown the way a rich text editor gives it back: other bullets, other emphasis, fewer blank lines."""
    lines: list[str] = []
    fence: str | None = None
    for line in _COMMENT.sub("", text).split("\n"):
        mark = _FENCE.match(line)
        if fence is None and mark:
            fence = mark.group(1)
        elif fence is not None:
            if mark and mark.group(1).startswith(fence) and line.strip() == mark.group(1):
                fence = None
        else:
            line = _EMPHASIS.sub(r"*\1*", _BULLET.sub(r"\1*\2", line.rstrip()))  # noqa: PLW2901 - the line as kept
            if not line and lines and not lines[-1]:
                continue
        lines.append(line)
    return "\n".join(lines).strip("\n") + "\n" if text.strip() else ""
