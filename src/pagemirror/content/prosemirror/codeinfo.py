"""What stands behind a fence of code: the language, and the rest, which the editor has no place for."""

import re
from typing import Final

__all__ = ["language_and_rest"]

_BRACES: Final = re.compile(r"\{[ ]*\.?([A-Za-z][\w+#.-]*)[ ]*(?=[ ,}])")
_WORD: Final = re.compile(r"[^ ,{]+(?:,(?=[ ]|\Z))?|")


def language_and_rest(info: str) -> tuple[str, str]:
    """Split `rust,ignore`, `js{1,3} title="x"` or `{.python linenums="1"}` into the language's name and the rest."""
    info = info.replace("\t", " ").strip(" ")
    if info.startswith("{"):
        found = _BRACES.match(info)
        return (found[1], info[found.end() :].strip(" ,").removesuffix("}").strip(" ")) if found else ("", info)
    if "," not in info and "{" not in info and " " not in info:
        return info, ""
    word = _WORD.match(info)
    end = word.end() if word else 0
    return info[:end].rstrip(","), info[end:].strip(" ,")
