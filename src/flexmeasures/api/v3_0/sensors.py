"""Sensors: find, make, change and remove them."""

from __future__ import annotations

import json

from pydantic import Field, field_validator

from flexmeasures.api.messages.blueprint import naming_authority
from flexmeasures.api.v3_0.answer import NOTHING, Answer
from flexmeasures.api.v3_0.call import Call
from flexmeasures.api.v3_0.fields import Identity, Length, Snake, Text
from flexmeasures.api.v3_0.listing import PageQuery, listed
from flexmeasures.api.v3_0.refusals import Refused
from flexmeasures.api.v3_0.route import Access, Route
from flexmeasures.api.v3_0.subjects import sensor_to_delete, sensor_to_fill, sensor_to_read
from flexmeasures.domain.access import may_read, may_update
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.errors import NotAuthorized, UnknownEntity
from flexmeasures.domain.timing import write_duration
from flexmeasures.usecases.inventory import assets, sensors
from flexmeasures.usecases.inventory.sensors import SensorChange
from flexmeasures.usecases.noting import acting, note_sensor, note_sensor_change
from flexmeasures.usecases.removing import remove_sensor
from flexmeasures.web.errors import FORBIDDEN


class SensorFields(Snake):
    """What is told of a sensor."""

    name: Text | None = Field(None, min_length=1, max_length=120)
    unit: Text | None = Field(None, max_length=80)
    event_resolution: Length | None = None
    timezone: Text | None = None
    attributes: dict[str, object] | None = None

    @field_validator("attributes", mode="before")
    @classmethod
    def read_text(cls, value: object) -> object:
        """Return an object that may be written as text."""
        return read_object(value)

    def change(self) -> SensorChange:
        """Return what is to be true of the sensor."""
        return SensorChange(self.name, self.unit, self.event_resolution, self.timezone, self.attributes)


class NewSensorFields(SensorFields):
    """What is told of a new sensor."""

    name: Text = Field(min_length=1, max_length=120)
    unit: Text = Field(max_length=80)
    event_resolution: Length
    generic_asset_id: Identity


class SensorsQuery(PageQuery):
    """Which sensors are asked for."""

    account: Identity | None = Field(None)
    account_id: Identity | None = Field(None, alias="account_id")
    asset: Identity | None = None
    asset_id: Identity | None = Field(None, alias="asset_id")
    include_consultancy_clients: bool = Field(False, alias="include_consultancy_clients")
    include_public_assets: bool = Field(False, alias="include_public_assets")
    unit: Text | None = None


def read_object(value: object) -> object:
    """Return an object that may be written as text.

    Raises:
        ValueError: the text is no JSON.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise ValueError("Not a valid JSON object.") from error


def list_sensors(call: Call) -> Answer:
    """List sensors: those of one's account by default."""
    query = call.query(SensorsQuery)
    among = _assets(call, query)
    found = sensors.visible(call.caller, among, call.platform)
    names, host = {asset.id: asset.name for asset in among}, naming_authority(call.platform)
    rows = [
        {**write_sensor(sensor, host), "asset": names.get(sensor.asset_id, "")}
        for sensor in found
        if query.unit in {None, sensor.unit}
    ]
    return listed(rows, query, ("name", "asset", "id"))


def _assets(call: Call, query: SensorsQuery) -> list[Asset]:
    asset_id, account_id = query.asset or query.asset_id, query.account or query.account_id
    if asset_id is not None:
        found = call.platform.store.assets.branch(asset_id)
        if not found:
            raise Refused.fields("query", {"asset": [f"No asset found with ID {asset_id}."]})
        if not may_read(call.caller, found[0]):
            raise NotAuthorized(FORBIDDEN)
        if account_id is not None and found[0].account_id != account_id:
            raise Refused.fields("query", {"_schema": ["The asset does not belong to the account."]})
        return found
    account_id = account_id or call.caller.account.id
    return assets.visible(call.caller, account_id, call.platform, public=query.include_public_assets)


def create(call: Call) -> Answer:
    """Make a sensor."""
    fields = call.json(NewSensorFields)
    try:
        asset = call.platform.store.assets.asset(fields.generic_asset_id)
    except UnknownEntity as error:
        text = f"No asset found with ID {fields.generic_asset_id}."
        raise Refused.fields("json", {"generic_asset_id": [text]}) from error
    if not may_update(call.caller, asset):
        raise NotAuthorized(FORBIDDEN)
    made = sensors.create(asset, fields.change(), call.platform)
    note_sensor(acting(call.caller), made, f"Created sensor {made.name}.", call.platform)
    return Answer(_written(made, call), 201)


def show(call: Call) -> Answer:
    """Tell a sensor."""
    return Answer.with_status(_written(sensor_to_read(call), call))


def change(call: Call) -> Answer:
    """Change a sensor."""
    sensor = sensor_to_fill(call)
    fields = call.json(SensorFields)
    changed = sensors.edit(sensor, fields.change(), call.platform)
    note_sensor_change(acting(call.caller), sensor, changed, call.platform)
    return Answer.with_status(_written(changed, call))


def remove(call: Call) -> Answer:
    """Remove a sensor with its data."""
    remove_sensor(acting(call.caller), sensor_to_delete(call), call.platform)
    return NOTHING


def write_sensor(sensor: Sensor, host: str) -> dict[str, object]:
    """Write a sensor as JSON, with its address on a host; its attributes are JSON within."""
    return {
        "id": sensor.id,
        "name": sensor.name,
        "unit": sensor.unit,
        "timezone": sensor.timezone,
        "event_resolution": write_duration(sensor.step),
        "entity_address": f"ea1.{host}:fm1.{sensor.id}",
        "attributes": json.dumps(dict(sensor.attributes)),
        "generic_asset_id": sensor.asset_id,
    }


def _written(sensor: Sensor, call: Call) -> dict[str, object]:
    return write_sensor(sensor, naming_authority(call.platform))


_ONE = "/sensors/<int:sensor_id>"
ROUTES = (
    Route("GET", "/sensors", list_sensors, "List sensors.", Access.READ, query=SensorsQuery),
    Route("POST", "/sensors", create, "Make a sensor.", Access.CREATE, NewSensorFields, success=201),
    Route("GET", _ONE, show, "Get a sensor.", Access.READ),
    Route("PATCH", _ONE, change, "Change a sensor.", Access.UPDATE, SensorFields),
    Route("DELETE", _ONE, remove, "Remove a sensor with its data.", Access.DELETE, success=204),
)
