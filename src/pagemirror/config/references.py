"""Secrets as the config names them: where one is to be found, never the secret itself.

A reference is read when it is needed and not before, so a setting can be shown, logged and compared freely.
"""

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never, cast

from pagemirror.config.errors import ConfigError

__all__ = ["SecretRef"]

_WAYS = "env:NAME, file:PATH or credential:NAME"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CREDENTIAL = re.compile(r"[A-Za-z0-9_.@-]+", re.ASCII)
_LONGEST = 64 * 1024

Kind = Literal["env", "file", "credential"]


def _ignore(_caution: str) -> None:
    """Take a caution that nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRef:
    """Where a secret is: a variable, a file, or a systemd credential."""

    kind: Kind
    name: str

    @classmethod
    def parse(cls, text: str) -> "SecretRef":
        """Read `env:NAME`, `file:PATH` or `credential:NAME`.

        A literal secret raises a ValueError that does not repeat it.
        """
        kind, colon, name = text.strip().partition(":")
        if not colon or kind not in {"env", "file", "credential"} or not name:
            raise ValueError(f"a secret is never written into the config; name where it is: {_WAYS}")
        if kind == "env" and not _VARIABLE.fullmatch(name):
            raise ValueError("after env: stands the name of an environment variable: letters, digits and _")
        if kind == "credential" and (not _CREDENTIAL.fullmatch(name) or name in {".", ".."}):
            raise ValueError("after credential: stands the name of a systemd credential, without a folder")
        return cls(kind=cast("Kind", kind), name=name)

    def __str__(self) -> str:
        """Give the reference as the config has it."""
        return f"{self.kind}:{self.name}"

    def resolve(self, env: Mapping[str, str], base_dir: Path, *, warn: Callable[[str], None] = _ignore) -> str:
        """Read the secret; one line end at its end is cut off.

        `base_dir` is the folder that relative paths start from; `warn` hears of a file that others can read.
        Raises ConfigError, which says what to set, and holds nothing of what was read.
        """
        match self.kind:
            case "env":
                secret = self._from_variable(env)
            case "file":
                secret = self._from_file(base_dir / Path(self.name).expanduser(), warn)
            case "credential":
                secret = self._from_file(self._credential_path(env), _ignore)
            case _:
                assert_never(self.kind)
        secret = secret.removesuffix("\n").removesuffix("\r")
        if not secret.strip():
            raise ConfigError(f"The secret {self} is empty.", hint="Put the secret there and run it again.")
        return secret

    def _from_variable(self, env: Mapping[str, str]) -> str:
        secret = env.get(self.name)
        if secret is None:
            raise ConfigError(
                f"The environment variable {self.name} is not set; the config refers to it as {self}.",
                hint=f"Set {self.name}, or name another place for the secret: {_WAYS}.",
            )
        return secret

    def _credential_path(self, env: Mapping[str, str]) -> Path:
        folder = env.get("CREDENTIALS_DIRECTORY", "")
        if not folder:
            raise ConfigError(
                f"There is no credentials directory for {self}: $CREDENTIALS_DIRECTORY is not set.",
                hint=f"systemd sets it for a unit with LoadCredential={self.name}:/path; elsewhere use env: or file:.",
            )
        return Path(folder) / self.name

    def _from_file(self, path: Path, warn: Callable[[str], None]) -> str:
        try:
            with path.open("rb") as file:
                data, mode = file.read(_LONGEST + 1), os.fstat(file.fileno()).st_mode
            secret = data.decode("utf-8")
        except FileNotFoundError as error:
            hint = f"Write the secret to {path}, readable by you alone."
            if self.kind == "credential":
                hint = f"Add LoadCredential={self.name}:/path to the unit."
            raise ConfigError(f"The file {path} of the secret {self} is not there.", hint=hint) from error
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise ConfigError(
                f"The file {path} of the secret {self} can't be read: {reason}.",
                hint="Let the user that runs pagemirror read it.",
            ) from error
        if len(data) > _LONGEST:
            raise ConfigError(
                f"The file {path} of the secret {self} is longer than a secret can be.",
                hint="Name the file that holds the secret and nothing else.",
            )
        if mode & (stat.S_IRGRP | stat.S_IROTH):
            warn(f"The secret in {path} can be read by other users. Close it: chmod 600 {path}")
        return secret
