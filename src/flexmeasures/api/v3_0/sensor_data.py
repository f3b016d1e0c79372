"""Values of sensors: record them and read them."""

from __future__ import annotations

import math
import re
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from flexmeasures.api.v3_0.answer import PROCESSED, Answer
from flexmeasures.api.v3_0.call import Call
from flexmeasures.api.v3_0.fields import Identity, Kebab, Length, Text, Time
from flexmeasures.api.v3_0.refusals import Refused
from flexmeasures.api.v3_0.route import Access, Route
from flexmeasures.api.v3_0.subjects import sensor_to_fill, sensor_to_read
from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefFilter, BeliefTiming
from flexmeasures.domain.errors import InvalidFields, InvalidHorizon
from flexmeasures.domain.timing import write_duration
from flexmeasures.usecases.inventory.values import Asked, Posted, read_values, record_values

LOCATION = "combined_sensor_data_description"
MOST_VALUES = 1_000_000
DECIMALS = 12
_KNOWN = {
    "results": "PROCESSED",
    "status": "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED",
    "message": "Some of the data has already been received and successfully processed.",
}
_ADDRESS = re.compile(r"ea1\.[0-9]{4}-[0-9]{2}\.[^:]+:fm1\.([0-9]{1,10})")
_MESSAGES = Literal[
    "PostSensorDataRequest",
    "PostMeterDataRequest",
    "PostPrognosisRequest",
    "PostPriceDataRequest",
    "PostWeatherDataRequest",
]


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e15:
        raise ValueError("Not a valid number.")
    if not math.isfinite(value):
        raise ValueError("Not a valid number.")
    return float(value)


Value = Annotated[float | None, BeforeValidator(_number)]


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


class PostFields(Kebab):
    """Values of a sensor."""

    start: Time
    duration: Length
    values: Annotated[list[Value], BeforeValidator(_listed), Field(min_length=1, max_length=MOST_VALUES)]
    unit: Text
    prior: Time | None = None
    horizon: Length | None = None
    type: _MESSAGES | None = None


class AddressedPostFields(PostFields):
    """Values of a sensor that is named by its address."""

    sensor: Text


class DataQuery(Kebab):
    """Which values of a sensor are asked for."""

    start: Time
    duration: Length
    unit: Text
    resolution: Length | None = None
    horizon: Length | None = None
    prior: Time | None = None
    source: Identity | None = None
    source_account: Identity | None = None
    source_type: Text | None = None
    type: Text | None = None


class AddressedDataQuery(DataQuery):
    """Which values of a sensor are asked for, named by its address."""

    sensor: Text


def post(call: Call) -> Answer:
    """Record values."""
    sensor = sensor_to_fill(call)
    return _post(call, sensor, call.json(PostFields, LOCATION))


def post_by_address(call: Call) -> Answer:
    """Record values of a sensor that is named by its address."""
    fields = call.json(AddressedPostFields)
    return _post(call, sensor_to_fill(_named(call, fields.sensor)), fields)


def get(call: Call) -> Answer:
    """Read values."""
    sensor = sensor_to_read(call)
    return _get(call, sensor, call.query(DataQuery, LOCATION))


def get_by_address(call: Call) -> Answer:
    """Read values of a sensor that is named by its address."""
    query = call.query(AddressedDataQuery)
    return _get(call, sensor_to_read(_named(call, query.sensor)), query)


def _named(call: Call, address: str) -> Call:
    """Return a call of the sensor with an address.

    Raises:
        Refused: this is no address of a sensor.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        text = f"Not an entity address of a sensor: {address[:100]}."
        raise Refused.fields("json", {"sensor": [text]})
    return Call(call.caller, call.platform, call.logins, {"sensor_id": int(found[1])})


def _post(call: Call, sensor: Sensor, fields: PostFields) -> Answer:
    values = np.array([np.nan if value is None else value for value in fields.values])
    timing = BeliefTiming(fields.horizon, prior=fields.prior)
    posted = Posted(fields.start, fields.duration, values, fields.unit, timing)
    try:
        written = record_values(call.caller, sensor, posted, call.platform)
    except InvalidFields as error:
        raise Refused.fields(LOCATION, error.texts) from error
    except InvalidHorizon as error:
        raise Refused.fields(LOCATION, {"horizon": [str(error)]}) from error
    return Answer(dict(_KNOWN) if written.known and not written.new else dict(PROCESSED))


def _get(call: Call, sensor: Sensor, query: DataQuery) -> Answer:
    only = BeliefFilter(
        source_ids=_sources(call, query),
        source_types=frozenset({query.source_type}) if query.source_type else None,
        prior=query.prior,
        horizon_min=query.horizon,
    )
    try:
        series = read_values(
            sensor, Asked(query.start, query.duration, query.unit, query.resolution, only), call.platform
        )
    except InvalidFields as error:
        raise Refused.fields(LOCATION, error.texts) from error
    values = [None if np.isnan(value) else value for value in np.round(series.values, DECIMALS).tolist()]
    told = {
        "values": values,
        "start": query.start.isoformat(),
        "duration": write_duration(query.duration),
        "unit": query.unit,
        "resolution": write_duration(series.grid.step),
    }
    return Answer({**told, **PROCESSED})


def _sources(call: Call, query: DataQuery) -> tuple[int, ...] | None:
    """Return the ids of the sources that count; None for all."""
    if query.source is not None:
        return (query.source,)
    if query.source_account is None:
        return None
    every = call.platform.store.sources.all()
    return tuple(source.id for source in every if source.account_id == query.source_account) or (0,)


_OLD, _ONE = "/sensors/data", "/sensors/<int:sensor_id>/data"
ROUTES = (
    Route("POST", _ONE, post, "Record values of a sensor.", Access.CREATE, PostFields),
    Route("GET", _ONE, get, "Read values of a sensor.", Access.READ, query=DataQuery),
    Route("POST", _OLD, post_by_address, "Record values, by address.", Access.CREATE, AddressedPostFields),
    Route("GET", _OLD, get_by_address, "Read values, by address.", Access.READ, query=AddressedDataQuery),
)
