"""The OpenAPI document of version 3.0, made of its routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from flexmeasures.api.openapi.schemas import Schema, refusal_schema
from flexmeasures.api.v3_0.route import Access, Route

_REF = "#/components/schemas/{model}"
_REFUSALS = {
    "400": "Something is wrong with the request, or its result is not there yet; the message says what.",
    "401": "No valid token came with the request.",
    "403": "The caller may not do this.",
    "404": "There is no such thing.",
    "422": "A field has a value that it cannot have; the message says which, and what was expected.",
}


def describe(routes: Iterable[Route], version: str, header: str) -> Schema:
    """Return the OpenAPI document of routes.

    Args:
        routes: All of them.
        version: Of the platform.
        header: Which carries the token.
    """
    schemas: dict[str, object] = {"Refusal": refusal_schema()}
    paths: dict[str, dict[str, Schema]] = {}
    for route in routes:
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "FlexMeasures API 3.0", "version": version},
        "servers": [{"url": "/api/v3_0"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": header}},
            "schemas": schemas,
        },
    }


def _operation(route: Route, schemas: dict[str, object]) -> Schema:
    told: Schema = {
        "operationId": route.name,
        "summary": route.summary,
        "description": f"For: {route.access}",
        "parameters": [*_places(route), *_parameters(route.query)],
        "responses": {
            str(route.success): {"description": "Done.", "content": {"application/json": {}}},
            **{code: _refusal(text) for code, text in _REFUSALS.items()},
        },
    }
    if route.is_replaced:
        told["deprecated"] = True
    if route.access is Access.ANYBODY:
        told["security"] = []
    if route.body is not None:
        told["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(route.body, schemas)}},
        }
    return told


def _places(route: Route) -> list[Schema]:
    """Return the parts of a path."""
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1} if kind == "int:" else {"type": "string"},
        }
        for kind, name in re.findall(r"<(int:)?(?:\w+:)?(\w+)>", route.path)
    ]


def _parameters(query: type[BaseModel] | None) -> list[Schema]:
    if query is None:
        return []
    schema = query.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]


def _reference(body: type[BaseModel], schemas: dict[str, object]) -> Schema:
    """Note the schema of a body, and return a reference to it."""
    schema = body.model_json_schema(ref_template=_REF)
    schemas.update(schema.pop("$defs", {}))
    schemas[body.__name__] = schema
    return {"$ref": _REF.format(model=body.__name__)}


def _refusal(text: str) -> Mapping[str, object]:
    schema = {"$ref": _REF.format(model="Refusal")}
    return {"description": text, "content": {"application/json": {"schema": schema}}}
