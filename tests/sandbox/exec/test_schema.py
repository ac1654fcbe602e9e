"""Exec's answers fit the schemas of the published OpenAPI file."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml

from pagemirror.sandbox.process import SandboxProcess

PAGES = "/knowledge-hub/pages"
LISTED = {"id", "title", "status", "visibility", "owner", "folders", "skills", "source_count", "version", "cover"}
LISTED |= {"published_at", "created_at", "updated_at"}
EVERY_FIELD = LISTED | {"content", "sources", "draft"}


def _sheets() -> Path:
    named = os.environ.get("PAGEMIRROR_SHEETS")
    return Path(named) if named else Path(__file__).resolve().parents[4] / "shared" / "api"


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    path = _sheets() / "exec-openapi.yaml"
    if not path.exists():
        pytest.skip(f"no exec-openapi.yaml in {path.parent}; set PAGEMIRROR_SHEETS")
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    value: dict[str, Any] = _with_null(loaded)
    return value


def _with_null(node: Any) -> Any:
    """Write OpenAPI's `nullable` the way that JSON Schema knows, and let no property pass that is not declared."""
    if isinstance(node, list):
        return [_with_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    rest = {key: _with_null(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is not True:
        return rest
    return {"anyOf": [rest, {"type": "null"}]}


Check = Callable[[httpx.Response, str, str], Any]


@pytest.fixture
def check(openapi: dict[str, Any]) -> Check:
    def run(answer: httpx.Response, method: str, path: str) -> Any:
        operation = openapi["paths"][path][method]
        response = operation["responses"][str(answer.status_code)]
        if "$ref" in response:
            response = openapi["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        schema = response["content"]["application/json"]["schema"]
        whole = {**schema, "components": openapi["components"]}
        checker = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
        errors = [f"{error.json_path}: {error.message}" for error in checker.iter_errors(answer.json())]
        assert not errors, errors
        _only_declared(answer.json(), schema, openapi, "$")
        return answer.json()

    return run


def _only_declared(value: Any, schema: dict[str, Any], openapi: dict[str, Any], place: str) -> None:
    """No answer has a property that the schema does not name, and none lacks one that is not optional by its text."""
    if isinstance(value, list):
        for item in value:
            _only_declared(item, _resolved(schema, openapi).get("items", {}), openapi, f"{place}[]")
    if isinstance(value, dict):
        properties = _properties(schema, openapi)
        assert set(value) <= set(properties), f"{place}: {set(value) - set(properties)}"
        for name, item in value.items():
            _only_declared(item, properties[name], openapi, f"{place}.{name}")


def _resolved(schema: dict[str, Any], openapi: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        return _resolved(schema["anyOf"][0], openapi)
    if "$ref" in schema:
        return _resolved(openapi["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], openapi)
    return schema


def _properties(schema: dict[str, Any], openapi: dict[str, Any]) -> dict[str, Any]:
    schema = _resolved(schema, openapi)
    found: dict[str, Any] = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        found |= _properties(part, openapi)
    return found


def test_pages_in_every_state_fit_the_schema(exec_api: httpx.Client, check: Check) -> None:
    folder = exec_api.get("/knowledge-hub/folders").json()["data"][0]["id"]
    skill = exec_api.get("/skills").json()["data"][0]["id"]
    body: dict[str, object] = {"title": "A", "content": "x", "folder_ids": [folder], "skill_ids": [skill]}
    draft = check(exec_api.post(PAGES, json=body), "post", PAGES)
    live = check(exec_api.post(PAGES, json={**body, "status": "published"}), "post", PAGES)
    one = f"{PAGES}/{{page_id}}"
    for page in (draft, live):
        check(exec_api.patch(f"{PAGES}/{page['id']}", json={"content": "y"}), "patch", one)
        check(exec_api.put(f"{PAGES}/{page['id']}", json={"content": "z", "status": "published"}), "put", one)
        read = check(exec_api.get(f"{PAGES}/{page['id']}?include=draft"), "get", one)
        assert set(read) == EVERY_FIELD
        check(exec_api.get(f"{PAGES}/{page['id']}/versions"), "get", f"{one}/versions")
    listed = check(exec_api.get(PAGES), "get", PAGES)
    assert len(listed["data"]) == 2
    assert set(listed["data"][0]) == LISTED
    check(exec_api.delete(f"{PAGES}/{live['id']}"), "delete", one)
    check(exec_api.get(f"{PAGES}/{live['id']}"), "get", one)


def test_everything_else_fits_the_schema(exec_api: httpx.Client, sandbox: SandboxProcess, check: Check) -> None:
    for path in ("/workspace", "/workspace/members", "/skills", "/knowledge-hub/folders", "/knowledge-hub/sources"):
        check(exec_api.get(path), "get", path)
    check(exec_api.get("/skills?include=proficiency"), "get", "/skills")
    folder = exec_api.get("/knowledge-hub/folders").json()["data"][0]["id"]
    check(exec_api.get(f"/knowledge-hub/folders/{folder}"), "get", "/knowledge-hub/folders/{folder_id}")
    sources = "/knowledge-hub/sources"
    body = {"type": "url", "title": "S", "url": "https://example.com", "folder_ids": [folder]}
    made = check(exec_api.post(sources, json=body), "post", sources)
    check(exec_api.post(sources, json=body), "post", sources)
    sandbox.advance(10)
    one = f"{sources}/{{source_id}}"
    check(exec_api.get(f"{sources}/{made['id']}?include=content"), "get", one)
    assert len(check(exec_api.get(sources), "get", sources)["data"]) == 1
    page = exec_api.post(PAGES, json={"title": "A", "source_ids": [made["id"]]}).json()
    check(exec_api.get(f"{PAGES}/{page['id']}"), "get", f"{PAGES}/{{page_id}}")
    check(exec_api.delete(f"{sources}/{made['id']}"), "delete", one)


def test_refusals_fit_the_schema(exec_api: httpx.Client, sandbox: SandboxProcess, check: Check) -> None:
    check(exec_api.get(f"{PAGES}?page=0"), "get", PAGES)
    check(exec_api.post(PAGES, json={}), "post", PAGES)
    check(exec_api.get(f"{PAGES}/nope"), "get", f"{PAGES}/{{page_id}}")
    check(exec_api.get(PAGES, headers={"Authorization": "Bearer x"}), "get", PAGES)
    sandbox.switches("exec", workspace="inactive")
    check(exec_api.get("/workspace"), "get", "/workspace")


def test_every_documented_operation_of_the_knowledge_hub_is_there(
    exec_api: httpx.Client, sandbox: SandboxProcess, openapi: dict[str, Any]
) -> None:
    wanted = ("/knowledge-hub/", "/skills", "/workspace")
    left_out = ("/workspace/groups", "/skills/{skill_id}/proficiency")
    for path, operations in openapi["paths"].items():
        if not path.startswith(wanted) or path in left_out:
            continue
        for method in operations:
            concrete = path.replace("{page_id}", "x").replace("{folder_id}", "x").replace("{source_id}", "x")
            exec_api.request(method.upper(), concrete, json={} if method in ("post", "patch", "put") else None)
    assert not [row for row in sandbox.violations() if row["rule"] in ("unknown_route", "unknown_method")]
