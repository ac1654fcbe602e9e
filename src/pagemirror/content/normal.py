"""The normal form in which Markdown texts are compared and merged."""

__all__ = ["normal_markdown"]

_BLANK = " \t\n"


def normal_markdown(text: str) -> str:
    """Line ends as LF, no blank lines at the start and the end, no final line end; idempotent.

    These are what editors, Git settings and APIs change on their own and what no reader can see. Everything else may
    mean something: blanks at a line's end are a line break, runs of blank lines stand in code, indentation makes
    blocks. So nothing else is touched, and a person's edit is never taken for noise.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    inner = text.strip(_BLANK)
    if len(inner) == len(text):
        return text
    if not inner:
        return ""
    first = len(text) - len(text.lstrip(_BLANK))
    start = text.rfind("\n", 0, first) + 1
    end = text.find("\n", len(text.rstrip(_BLANK)))
    return text[start:] if end < 0 else text[start:end]
