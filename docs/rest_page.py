"""Writes the page of version 3.0 of the API, from the description that it gives of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version as version_of

from flexmeasures.api.v3_0.document import describe
from flexmeasures.api.v3_0.routes import ROUTES


def rest_page() -> str:
    """Return the page of all routes of version 3.0."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    document = describe(ROUTES, version_of("flexmeasures"), "Authorization")
    yield "# REST API 3.0\n"
    yield (
        "Assets, sensors, values, schedules, forecasts and people as resources. {doc}`/reference/messages` "
        "tells how to get a token, and `/api/v3_0/openapi.json` describes it for programmes.\n"
    )
    for path, methods in _objects(document.get("paths")).items():
        for method, operation in _objects(methods).items():
            yield from _route(method.upper(), path, _objects(operation), _schemas(document))


def _route(
    method: str, path: str, operation: Mapping[str, object], schemas: Mapping[str, object]
) -> Iterator[str]:
    yield f"## {method} {path}\n\n{operation.get('summary')} {operation.get('description')}\n"
    parameters = operation.get("parameters")
    query = [
        _field(parameter["name"], _objects(parameter.get("schema")), needed=bool(parameter["required"]))
        for parameter in (parameters if isinstance(parameters, list) else [])
        if parameter["in"] == "query"
    ]
    content = _found(_objects(operation.get("requestBody")), "content", "application/json", "schema")
    schema = _resolved(content, schemas)
    needed = schema.get("required")
    body = [
        _field(name, _objects(field), needed=isinstance(needed, list) and name in needed)
        for name, field in _objects(schema.get("properties")).items()
    ]
    for title, fields in (("Query", query), ("Body", body)):
        if fields:
            yield f"{title}: {', '.join(fields)}.\n"


def _field(name: str, schema: Mapping[str, object], *, needed: bool) -> str:
    default = schema.get("default")
    usual = f", by default `{default}`" if isinstance(default, (str, int, float)) and default != "" else ""
    return f"`{name}` ({_kind(schema)}{', required' if needed else ''}{usual})"


def _kind(schema: Mapping[str, object]) -> str:
    """Return what kind of value a field takes."""
    kinds = schema.get("anyOf")
    if isinstance(kinds, list):
        names = [_kind(_objects(kind)) for kind in kinds if _objects(kind).get("type") != "null"]
        return " or ".join(dict.fromkeys(names))
    if "$ref" in schema:
        return "object"
    return str(schema.get("type") or "any value")


def _resolved(schema: Mapping[str, object], schemas: Mapping[str, object]) -> Mapping[str, object]:
    """Return a schema, or the one that it refers to."""
    place = str(schema.get("$ref") or "").rsplit("/", 1)[-1]
    return _objects(schemas.get(place)) if place else schema


def _schemas(document: Mapping[str, object]) -> Mapping[str, object]:
    return _found(document, "components", "schemas")


def _found(within: Mapping[str, object], *names: str) -> Mapping[str, object]:
    for name in names:
        within = _objects(within.get(name))
    return within


def _objects(found: object) -> Mapping[str, object]:
    return found if isinstance(found, Mapping) else {}
