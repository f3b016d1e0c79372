"""The OpenAPI document of a version, made of the rows that serve it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flexmeasures.api.messages.dialects import Dialect
from flexmeasures.api.messages.listing import RESOURCES, Resource
from flexmeasures.api.messages.services import Service, services_of
from flexmeasures.api.openapi.answers import refusal, resource_answer, service_answer
from flexmeasures.api.openapi.schemas import (
    Schema,
    asset_schema,
    parameters,
    request_schema,
    user_schema,
)

_REFUSALS = {
    "400": "Something is wrong with the message; the status word says what.",
    "401": "No valid token came with the request.",
    "403": "The caller may not do this.",
}
_BODIES = {"POST /assets": asset_schema(new=True), "PATCH /asset/<id>": asset_schema(new=False)} | {
    "PATCH /user/<id>": user_schema()
}
_CREATED, _GONE = {"POST /assets"}, {"DELETE /asset/<id>"}
_CHARTED = {"resource", "start_time", "end_time", "resolution"}
"""What a chart cannot do without."""


def openapi(dialect: Dialect, version: str, header: str) -> Schema:
    """Return the OpenAPI document of a version.

    Args:
        dialect: The version of the API.
        version: Of the platform.
        header: Which carries the token.
    """
    paths: dict[str, dict[str, Schema]] = {"/getService": {"get": _listing()}}
    for service in services_of(dialect):
        methods = [service.method, *(["POST"] if service.name in dialect.reads_by_post else [])]
        paths[f"/{service.name}"] = {method.lower(): _service(service, dialect, method) for method in methods}
    for resource in RESOURCES:
        if resource.since <= dialect.number:
            method, path = resource.name.split(" ")
            place = paths.setdefault(re.sub(r"<(\w+)>", r"{\1}", path), {})
            place[method.lower()] = _resource(resource, path)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"FlexMeasures message API {dialect.number}", "version": version},
        "servers": [{"url": f"/api/{dialect.version}"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": header}},
            "schemas": {"Refusal": refusal()},
        },
    }


def _service(service: Service, dialect: Dialect, method: str) -> Schema:
    schema = request_schema(service.name, dialect)
    return {
        "operationId": service.name if method == service.method else f"{service.name}By{method.title()}",
        "summary": service.description,
        "description": f"For {', '.join(service.access)}.",
        **(_query(schema) if method == "GET" else {"requestBody": _json(schema, required=True)}),
        "responses": {
            "200": _answer("PROCESSED", service_answer(service.name)),
            **_refusals(),
            **({"413": _refusal("The message is too large.")} if method == "POST" else {}),
            **({"422": _refusal("A field cannot be read.")} if service.by_body else {}),
        },
    }


def _listing() -> Schema:
    parameter = {"name": "access", "in": "query", "schema": {"type": "string"}, "description": "A role."}
    return {
        "operationId": "getService",
        "summary": "List the services of this version.",
        "security": [],
        "parameters": [parameter],
        "responses": {
            "200": _answer("PROCESSED", service_answer("getService")),
            "400": _refusals()["400"],
        },
    }


def _resource(resource: Resource, path: str) -> Schema:
    success = "201" if resource.name in _CREATED else "204" if resource.name in _GONE else "200"
    body = _BODIES.get(resource.name)
    told: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
        for name in re.findall(r"<(\w+)>", path)
    ]
    told += [
        {"name": name, "in": "query", "required": name in _CHARTED, "schema": schema}
        for name, schema in parameters(resource.name).items()
    ]
    refusals = _refusals() | {
        "404": _refusal("There is no such thing."),
        "422": _refusal("A field has a value that it cannot have."),
    }
    return {
        "operationId": re.sub(r"\W+", "_", resource.name).strip("_").lower(),
        "summary": resource.description,
        "parameters": told,
        **({"requestBody": _json(body, required=True)} if body else {}),
        "responses": {
            success: {"description": "Done."}
            if success == "204"
            else _answer("Done.", resource_answer(resource.name)),
            **refusals,
        },
    }


def _query(schema: Schema) -> Schema:
    """Return the fields of a message as parameters of a query."""
    properties = schema["properties"]
    required = schema["required"]
    if not isinstance(properties, Mapping) or not isinstance(required, list):
        raise TypeError("A message is an object.")
    return {
        "parameters": [
            {"name": name, "in": "query", "required": name in required, "schema": field}
            for name, field in properties.items()
            if name != "groups"
        ]
    }


def _json(schema: Schema, *, required: bool) -> Schema:
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def _answer(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _refusals() -> dict[str, Schema]:
    return {code: _refusal(text) for code, text in _REFUSALS.items()}


def _refusal(text: str) -> Schema:
    return _answer(text, {"$ref": "#/components/schemas/Refusal"})
