"""JSON schemas of what is answered, by services and about resources."""

from __future__ import annotations

from flexmeasures.api.openapi.schemas import RESOURCES, TEXT, TIME, Schema
from flexmeasures.web.errors import ANSWERS

_WORDS = sorted({answer.word for answer in ANSWERS.values()} | {"INVALID_METHOD"})
_DURATION: Schema = {**TEXT, "examples": ["PT1H30M"]}
_VALUES: Schema = {"type": "array", "items": {"type": ["number", "null"]}}
_NAMES: Schema = {"type": "array", "items": TEXT}
_PERIOD: Schema = {"start": TIME, "duration": _DURATION}
_WHOLE: Schema = {"type": "integer"}
_MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_MAYBE_WHOLE: Schema = {"type": ["integer", "null"]}

_ASSET: Schema = {
    "id": _WHOLE,
    "event_resolution": _WHOLE,
    **dict.fromkeys(("name", "display_name", "unit", "timezone", "asset_type", "asset_type_name"), TEXT),
    **dict.fromkeys(("capacity_in_mw", "min_soc_in_mwh", "max_soc_in_mwh", "soc_in_mwh"), _MAYBE_NUMBER),
    **dict.fromkeys(("latitude", "longitude"), _MAYBE_NUMBER),
    **dict.fromkeys(("owner", "owner_id", "market", "market_id", "soc_udi_event_id"), _MAYBE_WHOLE),
    "soc_datetime": _MAYBE_TEXT,
}
_USER: Schema = {
    "id": _WHOLE,
    "account_id": _WHOLE,
    **dict.fromkeys(("email", "username", "timezone"), TEXT),
    "active": {"type": "boolean"},
    "flexmeasures_roles": {"type": "array", "items": _WHOLE},
    "last_login_at": _MAYBE_TEXT,
}
_STATUS: Schema = {"status": _WHOLE}


def service_answer(service: str) -> Schema:
    """Return the schema of what a service answers when nothing is wrong."""
    known: Schema = {"type": {"const": f"{service[0].upper()}{service[1:]}Response"}, "message": TEXT}
    if service == "getService":
        row = _closed({"name": TEXT, "access": _NAMES, "description": TEXT})
        listed: Schema = {"version": TEXT, "services": {"type": "array", "items": row}}
        return _closed({**known, **listed, "status": {"const": "PROCESSED"}})
    if service == "getConnection":
        return _closed({"type": known["type"], **_STATUS, "connections": _NAMES, "names": _NAMES})
    if service.startswith("post"):
        words: Schema = {"enum": ["PROCESSED", "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED"]}
        return _closed({**known, "status": words}, results={"const": "PROCESSED"})
    return _series(known, RESOURCES[service])


def refusal() -> Schema:
    """Return the schema of what is answered when something is wrong: a refusal in one of the known words."""
    rejected: Schema = {"const": "Rejected"}
    known: Schema = {
        "status": {"anyOf": [{"enum": _WORDS}, _WHOLE]},
        "message": {"type": ["string", "object"]},
    }
    return _closed(known, type=TEXT, result=rejected, results=rejected, detail=TEXT)


def resource_answer(resource: str) -> Schema:
    """Return the schema of what is answered about a resource.

    Args:
        resource: Its method and path, such as ``GET /assets``.
    """
    path = resource.split(" ")[1]
    if path == "/charts/power":
        drawing: Schema = {"doc": {"type": "object"}, "root_id": TEXT, "target_id": _MAYBE_TEXT}
        return {"type": "object", "properties": {**drawing, **_STATUS}, "required": [*drawing, "status"]}
    if path.endswith("password-reset"):
        return _closed(_STATUS)
    contents = _USER if path.startswith("/user") else _ASSET
    if resource in {"GET /assets", "GET /users"}:
        return {"type": "array", "items": _closed(contents)}
    return _closed({**contents, **_STATUS})


def _series(known: Schema, key: str) -> Schema:
    """Return the schema of an answer with values: of one thing, or in groups of things that differ."""
    named: Schema = {key: TEXT, f"{key}s": _NAMES, "values": _VALUES}
    group: Schema = {
        "type": "object",
        "properties": {**named, **_PERIOD},
        "required": ["values"],
        "additionalProperties": False,
    }
    groups: Schema = {"type": "array", "items": group, "minItems": 2}
    whole = {**known, "status": {"const": "PROCESSED"}, "unit": {"const": "MW"}}
    return {
        "type": "object",
        "properties": {**whole, **_PERIOD, **named, "groups": groups},
        "required": list(whole),
        "anyOf": [
            {"required": [key, "values", "start", "duration"]},
            {"required": [f"{key}s", "values", "start", "duration"]},
            {"required": ["groups"]},
        ],
        "additionalProperties": False,
    }


def _closed(needed: Schema, **optional: object) -> Schema:
    """Return the schema of an object that has these fields and no others."""
    return {
        "type": "object",
        "properties": {**needed, **optional},
        "required": list(needed),
        "additionalProperties": False,
    }
