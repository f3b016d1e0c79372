"""Make, change and find sensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from flexmeasures.domain.access import may_read
from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.errors import InvalidField, InvalidFields, InvalidUnit
from flexmeasures.domain.quantities import unit_of
from flexmeasures.usecases.accounts import check_timezone
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.registering.assets import quantity_in

CONSUMPTION_IS_POSITIVE = "consumption_is_positive"


@dataclass(frozen=True, slots=True)
class SensorChange:
    """What is to be true of a sensor; None leaves a field as it is.

    Attributes:
        name: Unique within its asset.
        unit: Of its values.
        step: Length of its events; zero for instantaneous ones.
        timezone: IANA name.
        attributes: Anything else.
    """

    name: str | None = None
    unit: str | None = None
    step: timedelta | None = None
    timezone: str | None = None
    attributes: Mapping[str, object] | None = None


def create(asset: Asset, change: SensorChange, platform: Platform) -> Sensor:
    """Make a sensor on an asset. Unless its attributes say otherwise, its users see production as positive.

    Raises:
        InvalidFields: a field has a value that it cannot have.
        DuplicateEntity: the asset has a sensor of this name.
    """
    empty = Sensor(0, "", asset.id, "", platform.rules.timezone, timedelta(0), consumption_is_positive=False)
    return platform.store.assets.add_sensor(_changed(empty, change))


def edit(sensor: Sensor, change: SensorChange, platform: Platform) -> Sensor:
    """Change a sensor.

    Raises:
        InvalidFields: a field has a value that it cannot have.
        DuplicateEntity: the asset has another sensor of this name.
    """
    changed = _changed(sensor, change)
    quantity = sensor.quantity if change.unit in {None, sensor.unit} else changed.quantity
    return platform.store.assets.update_sensor(replace(changed, quantity=quantity))


def visible(caller: User, assets: list[Asset], platform: Platform) -> list[Sensor]:
    """Return the sensors of those assets that a user may see."""
    return platform.store.assets.sensors([asset.id for asset in assets if may_read(caller, asset)])


def _changed(sensor: Sensor, change: SensorChange) -> Sensor:
    """Return a sensor after a change.

    Raises:
        InvalidFields: a field has a value that it cannot have.
    """
    attributes = dict(sensor.attributes if change.attributes is None else change.attributes)
    unit = sensor.unit if change.unit is None else change.unit
    timezone = change.timezone or sensor.timezone
    try:
        check_timezone(timezone)
    except InvalidField as error:
        raise InvalidFields({"timezone": [str(error)]}) from error
    try:
        unit_of(unit)
    except InvalidUnit as error:
        raise InvalidFields({"unit": [str(error)]}) from error
    return replace(
        sensor,
        name=change.name or sensor.name,
        unit=unit,
        step=sensor.step if change.step is None else change.step,
        timezone=timezone,
        quantity=quantity_in(unit),
        consumption_is_positive=bool(attributes.get(CONSUMPTION_IS_POSITIVE, sensor.consumption_is_positive)),
        attributes=attributes,
    )
