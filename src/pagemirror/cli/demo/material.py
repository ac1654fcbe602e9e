"""The Markdown that the demo mirrors: this project's docs, from the checkout or from the installed package."""

import shutil
from importlib import resources
from pathlib import Path

import pagemirror
from pagemirror.model.errors import SourceError

__all__ = ["copy_docs"]

_SHIPPED = "_docs"


def copy_docs(to: Path) -> int:
    """Copy the docs into a folder that isn't there yet; return how many Markdown files it has then."""
    checkout = Path(pagemirror.__file__).parents[2]
    if (checkout / "pyproject.toml").is_file() and (checkout / "docs" / "index.md").is_file():
        shutil.copytree(checkout / "docs", to)
    else:
        with resources.as_file(resources.files(pagemirror) / _SHIPPED) as shipped:
            if not (shipped / "index.md").is_file():
                raise SourceError(
                    f"The docs that the demo mirrors are not in this installation: {shipped}. Nothing was started.",
                    hint="Install pagemirror from its wheel, or run the demo in a checkout.",
                )
            shutil.copytree(shipped, to)
    return sum(1 for _ in to.rglob("*.md"))
