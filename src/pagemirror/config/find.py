"""Finding and reading the config file."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pagemirror.config.errors import ConfigError
from pagemirror.config.layers import Layer
from pagemirror.config.lines import Key, find_lines

__all__ = ["FILE_NAME", "SYSTEM_FILE", "find_file", "read_file"]

FILE_NAME = "pagemirror.toml"
SYSTEM_FILE = Path("/etc/pagemirror/pagemirror.toml")
_POSITION = re.compile(r"^(?P<what>.*?)\s*\((?:at line (?P<line>\d+), column (?P<column>\d+)|at end of document)\)$")


def find_file(explicit: Path | None, *, env: Mapping[str, str], cwd: Path) -> Path | None:
    """Give the config file: the named one, $PAGEMIRROR_CONFIG, the one here or above, the system's; None without one.

    A file that was named and is not there is an error, never a reason to take the next.
    """
    if explicit is not None:
        return _named(cwd / explicit.expanduser(), "--config")
    variable = env.get("PAGEMIRROR_CONFIG", "")
    if variable:
        return _named(cwd / Path(variable).expanduser(), "$PAGEMIRROR_CONFIG")
    places = [folder / FILE_NAME for folder in (cwd, *cwd.parents)]
    return next((place for place in [*places, SYSTEM_FILE] if _is_file(place)), None)


def _is_file(path: Path) -> bool:
    """Whether a file is there, as far as this user may look."""
    try:
        return path.is_file()
    except OSError:
        return False


def _named(path: Path, by: str) -> Path:
    try:
        folder, there = path.is_dir(), path.exists()
    except OSError as error:
        raise _unreadable(path, error) from error
    if folder:
        raise ConfigError(f"{by} names a folder: {path}", hint=f"Name the file in it: {path / FILE_NAME}")
    if not there:
        raise ConfigError(f"{by} names a file that is not there: {path}", hint="Mend the path; nothing was started.")
    return path


def _unreadable(path: Path, error: OSError) -> ConfigError:
    reason = error.strerror or type(error).__name__
    return ConfigError(
        f"The config file {path} can't be read: {reason}.", hint="Let the user that runs pagemirror read it."
    )


def read_file(path: Path) -> Layer:
    """Read a config file into a layer whose places are "file:line"."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8 text.", hint="Save the file as UTF-8.") from error
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from error
    lines = find_lines(text)

    def place(key: Key) -> str:
        known = next((lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in lines), None)
        return str(path) if known is None else f"{path}:{known}"

    return Layer(tree=tree, place=place)


def _syntax_error(path: Path, text: str, message: str) -> ConfigError:
    found = _POSITION.match(message)
    if found is None:
        return ConfigError(f"{path}: not TOML: {message}.", hint="Mend the file; nothing was started.")
    if found["line"]:
        line, column = int(found["line"]), int(found["column"])
    else:
        lines = text.rstrip("\n").split("\n")
        line, column = len(lines), len(lines[-1]) + 1
    return ConfigError(
        f"{path}:{line}:{column}: not TOML: {found['what']} (line {line}, column {column}).",
        hint="Mend the line; texts stand in quotes, and each key once.",
    )
