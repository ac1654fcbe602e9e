"""The JSON Schema of the config file, for editors: all tables, and for each backend its own keys."""

from collections.abc import Mapping
from typing import Any

from pagemirror.config.models import BackendSettings, Settings

__all__ = ["json_schema"]


def json_schema(backends: Mapping[str, BackendSettings]) -> dict[str, Any]:
    """Describe the file: a target's keys are those all share and those of the backend that it names."""
    schema = Settings.model_json_schema(mode="validation")
    definitions: dict[str, Any] = schema["$defs"]
    target = definitions.pop("Target")
    shared = {name: value for name, value in target["properties"].items() if name not in {"own", "backend"}}
    for name, backend in sorted(backends.items()):
        own = backend.own_model.model_json_schema(ref_template="#/$defs/{model}", mode="validation")
        definitions |= own.pop("$defs", {})
        definitions[f"Target_{name}"] = {
            "type": "object",
            "description": target.get("description", ""),
            "additionalProperties": False,
            "required": ["backend", *(() if backend.base_url else ("base_url",)), *own.get("required", ())],
            "properties": {"backend": {"const": name}, **shared, **own.get("properties", {})},
        }
    definitions["Target"] = {"oneOf": [{"$ref": f"#/$defs/Target_{name}"} for name in sorted(backends)]}
    mirrors = schema["properties"]["mirrors"]
    mirrors["propertyNames"] = {"pattern": "^[a-z0-9_]+$"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "pagemirror.toml"}
