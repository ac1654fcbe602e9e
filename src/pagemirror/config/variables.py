"""How pydantic-settings reads our variables. Imported only where there is a variable to read."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, get_origin

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from pagemirror.config.models import Settings

__all__ = ["explode"]


class _Variables(Settings, BaseSettings):
    """The settings as variables; strictness is the merged config's business."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="PAGEMIRROR_",
        env_nested_delimiter="__",
        strict=False,
    )


class _Given(EnvSettingsSource):
    """Reads from the mapping it is given, not from the process; lists may be JSON or stand between commas."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._given = {name.lower(): value for name, value in variables.items()}
        super().__init__(_Variables)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._given

    def decode_complex_value(self, field_name: str, field: FieldInfo | None, value: Any) -> Any:
        """Read JSON; what is none is a list between commas, or left for the check of the merged config to refuse.

        Without a field it is a whole mirror, or a key that only a backend knows: that one's type isn't known here, so
        anything but a table stays text.
        """
        try:
            decoded = super().decode_complex_value(field_name, field, value)  # type: ignore[arg-type] # None comes too
        except json.JSONDecodeError:
            if field is not None and get_origin(field.annotation) in {list, tuple}:
                return [part.strip() for part in str(value).split(",") if part.strip()]
            return value
        return decoded if field is not None or isinstance(decoded, dict) else value


def explode(variables: Mapping[str, str]) -> dict[str, Any]:
    """Give the tree of tables that the variables set."""
    return _Given(variables)()
