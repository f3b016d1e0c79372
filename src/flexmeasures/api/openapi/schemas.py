"""JSON schemas of what is sent: messages, and fields of resources."""

from __future__ import annotations

from collections.abc import Mapping

from flexmeasures.api.messages.dialects import Dialect
from flexmeasures.api.resources.fields import NEEDED, SYNONYMS, AssetFields, UserFields

Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "string", "format": "date-time", "examples": ["2015-01-01T00:00:00Z"]}
_NUMBER: Schema = {"type": ["number", "string"]}
_VALUES: Schema = {"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER}]}
_NAMES: Schema = {
    "anyOf": [TEXT, {"type": "array", "items": TEXT}],
    "examples": ["ea1.2021-02.io.flexmeasures.company:30:73"],
}


def _duration(example: str, text: str) -> Schema:
    return {"type": "string", "examples": [example], "description": text}


_PERIOD: Schema = {"start": TIME, "duration": _duration("PT1H30M", "ISO 8601 duration of all values.")}
_HORIZON = _duration("-PT5M", "From recording until the end of an event; negative after it.")
_TIMESERIES: Schema = {
    "type": "array",
    "items": {"type": "object", "properties": {"value": _NUMBER, **_PERIOD}},
}
_READ: Schema = {
    **_PERIOD,
    "unit": {"const": "MW"},
    "horizon": _HORIZON,
    "prior": TIME,
    "resolution": _duration("PT1H", "A multiple of the step of the sensor, or whole months."),
    "source": {"anyOf": [TEXT, {"type": "array", "items": {"type": ["string", "integer"]}}]},
}
RESOURCES = {
    "getMeterData": "connection",
    "postMeterData": "connection",
    "getPrognosis": "connection",
    "postPrognosis": "connection",
    "postPriceData": "market",
    "postWeatherData": "sensor",
    "getDeviceMessage": "event",
    "postUdiEvent": "event",
}
_UNITS: Mapping[str, Schema] = {
    "postMeterData": {"const": "MW"},
    "postPrognosis": {"const": "MW"},
    "postPriceData": {"type": "string", "examples": ["EUR/MWh", "KRW/kWh"]},
    "postWeatherData": {"type": "string", "examples": ["°C", "kW/m²", "m/s"]},
}


_QUERIES: Mapping[str, Schema] = {
    "GET /assets": {"owner_id": {"type": "integer"}},
    "GET /users": {"include_inactive": {"type": "boolean"}},
    "GET /charts/power": {
        "resource": TEXT,
        "start_time": TIME,
        "end_time": TIME,
        "resolution": _duration("PT15M", "Of the chart."),
        "consumption_as_positive": {"type": "boolean"},
        "show_individual_traces_for": {"enum": ["none", "schedules", "power"]},
        "forecast_horizon": _duration("PT6H", "Forecasts recorded at least so long before."),
    },
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "getMeterData": ("type", "unit", "start", "duration"),
    "getPrognosis": ("type", "unit", "start", "duration"),
    "postMeterData": ("type",),
    "postPrognosis": ("type",),
    "postPriceData": ("type",),
    "postWeatherData": ("type",),
    "getDeviceMessage": ("type",),
    "postUdiEvent": ("type", "event", "value", "unit", "datetime"),
}
"""Fields that a message cannot do without; what groups can have is not among them."""


def request_schema(service: str, dialect: Dialect) -> Schema:
    """Return the schema of the message that a service takes in a version."""
    name = f"{service[0].upper()}{service[1:]}Request"
    key = RESOURCES.get(service)
    named: Schema = {key: _NAMES, f"{key}s": _NAMES} if key else {}
    contents = _contents(service, dialect)
    properties: Schema = {"type": {"const": name}, **named, **contents}
    if service != "postUdiEvent" and key:
        values = {field: contents[field] for field in ("value", "values", "timeseries") if field in contents}
        group: Schema = {"type": "object", "properties": named | values}
        properties["groups"] = {"type": "array", "items": group}
    return {"type": "object", "properties": properties, "required": list(_NEEDED.get(service, ()))}


def parameters(resource: str) -> Schema:
    """Return the schemas of what the query of a resource can tell, by name.

    Args:
        resource: Its method and path, such as ``GET /assets``.
    """
    return _QUERIES.get(resource, {})


def refusal_schema() -> Schema:
    """Return the schema of what is answered when something is wrong."""
    return {
        "type": "object",
        "properties": {
            "status": {"type": ["string", "integer"]},
            "message": {"type": ["string", "object"]},
            "result": {"const": "Rejected"},
        },
        "required": ["status", "message"],
    }


def asset_schema(*, new: bool) -> Schema:
    """Return the schema of what can be told of an asset, under the documents' names."""
    schema = AssetFields.model_json_schema()
    documented = {original: name for name, original in SYNONYMS.items()}
    schema["properties"] |= {name: schema["properties"][original] for name, original in SYNONYMS.items()}
    return schema | ({"required": [documented.get(name, name) for name in NEEDED]} if new else {})


def user_schema() -> Schema:
    """Return the schema of what can be told of a user."""
    return UserFields.model_json_schema()


def _contents(service: str, dialect: Dialect) -> Schema:
    """Return the fields of a message beside its type and resources."""
    if service in {"getMeterData", "getPrognosis"}:
        return _READ
    if service == "getDeviceMessage":
        return {"duration": _duration("PT6H", "How much of the schedule, at most.")}
    if service == "postUdiEvent":
        return _event(dialect)
    if service not in _UNITS:
        return {}
    recorded: Schema = {"horizon": _HORIZON, "prior": TIME} if dialect.has_prior else {"horizon": _HORIZON}
    values: Schema = {"value": _NUMBER, "values": _VALUES, "timeseries": _TIMESERIES}
    return {**_PERIOD, "unit": _UNITS[service], **values, **recorded}


def _event(dialect: Dialect) -> Schema:
    contents: Schema = {
        "value": _NUMBER,
        "unit": {"enum": ["kWh", "MWh"]},
        "datetime": TIME,
    }
    if "soc-with-targets" in dialect.devices.event_types:
        target: Schema = {"type": "object", "properties": {"value": _NUMBER, "datetime": TIME}}
        contents["targets"] = {"type": "array", "items": target}
    if dialect.device_limits:
        contents |= dict.fromkeys(("roundtrip_efficiency", "soc_min", "soc_max"), _NUMBER)
    return contents
