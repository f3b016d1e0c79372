"""Assets, their types and their sensors in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flexmeasures.domain.assets import (
    WEATHER,
    Asset,
    AssetType,
    Connection,
    Documents,
    Market,
    Quantity,
    Sensor,
    WeatherSensor,
)
from flexmeasures.domain.attributes import MARKET_TYPE, connection, market
from flexmeasures.domain.errors import DuplicateEntity, UnknownEntity
from flexmeasures.testing.memory.removing import remove_asset, remove_sensor
from flexmeasures.testing.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemoryAssets:
    """A fake of the store of assets."""

    tables: Tables

    def types(self) -> list[AssetType]:
        """Return all asset types, in order of their ids."""
        return [asset_type for _, asset_type in sorted(self.tables.types.items())]

    def add_type(self, asset_type: AssetType) -> AssetType:
        """Keep an asset type unless there is one of this name."""
        for known in self.types():
            if known.name == asset_type.name:
                return known
        kept = replace(asset_type, id=self.tables.next_id())
        self.tables.types[kept.id] = kept
        return kept

    def delete_unused_types(self) -> int:
        """Remove the asset types that no asset has; return how many."""
        unused = self.tables.types.keys() - {asset.type.id for asset in self.tables.assets.values()}
        for type_id in unused:
            del self.tables.types[type_id]
        return len(unused)

    def asset(self, asset_id: int) -> Asset:
        """Return an asset."""
        if asset_id not in self.tables.assets:
            raise UnknownEntity(f"There is no asset {asset_id}.")
        return self.tables.assets[asset_id]

    def assets(self, *, account_id: int | None = None, public: bool = True) -> list[Asset]:
        """Return all assets, or those of one account (and the public ones), newest id first."""
        return [
            asset
            for _, asset in sorted(self.tables.assets.items(), reverse=True)
            if (public if asset.account_id is None else account_id in {None, asset.account_id})
        ]

    def add_asset(self, asset: Asset) -> Asset:
        """Keep a new asset and return it with its id."""
        self._check(asset)
        kept = replace(asset, id=self.tables.next_id(), type=self.tables.types[asset.type.id])
        self.tables.assets[kept.id] = kept
        return kept

    def update_asset(self, asset: Asset) -> Asset:
        """Keep changes of an asset."""
        self.asset(asset.id)
        self._check(asset)
        self.tables.assets[asset.id] = asset
        return asset

    def set_attributes(self, asset_id: int, attributes: Mapping[str, object]) -> None:
        """Set some attributes of an asset and leave its others as they are; None removes one."""
        asset = self.asset(asset_id)
        merged = {**asset.attributes, **attributes}
        kept = {name: value for name, value in merged.items() if value is not None}
        self.tables.assets[asset_id] = replace(asset, attributes=kept)

    def set_sensor_attributes(self, sensor_id: int, attributes: Mapping[str, object]) -> None:
        """Set some attributes of a sensor and leave its others as they are; None removes one."""
        sensor = self.sensor(sensor_id)
        merged = {**sensor.attributes, **attributes}
        kept = {name: value for name, value in merged.items() if value is not None}
        self.tables.sensors[sensor_id] = replace(sensor, attributes=kept)

    def documents(self, asset_ids: Sequence[int]) -> dict[int, Documents]:
        """Return what is kept of these assets beside their fields, by their ids."""
        known = [asset_id for asset_id in asset_ids if asset_id in self.tables.assets]
        return {asset_id: self.tables.documents.get(asset_id, Documents()) for asset_id in known}

    def set_documents(self, asset_id: int, documents: Documents) -> None:
        """Keep what is to be kept of an asset beside its fields."""
        asset = self.asset(asset_id)
        for other_id, other in self.tables.documents.items():
            same = documents.external_id is not None and other.external_id == documents.external_id
            if same and other_id != asset_id and self.asset(other_id).account_id == asset.account_id:
                raise DuplicateEntity(f"Another asset has the external id {documents.external_id}.")
        self.tables.documents[asset_id] = documents

    def branch(self, asset_id: int) -> list[Asset]:
        """Return an asset with all its parts, and their parts, in order of their ids."""
        found = {asset_id} & self.tables.assets.keys()
        while True:
            parts = {asset.id for asset in self.tables.assets.values() if asset.parent_id in found}
            if parts <= found:
                return [self.tables.assets[one] for one in sorted(found)]
            found |= parts

    def hold(self, asset_id: int) -> None:
        """Go on at once: nothing else happens meanwhile."""

    def delete_asset(self, asset_id: int) -> None:
        """Remove an asset with its parts, sensors and all their data."""
        remove_asset(self.tables, asset_id)

    def sensor(self, sensor_id: int) -> Sensor:
        """Return a sensor."""
        if sensor_id not in self.tables.sensors:
            raise UnknownEntity(f"There is no sensor {sensor_id}.")
        return self.tables.sensors[sensor_id]

    def sensors(self, asset_ids: Sequence[int]) -> list[Sensor]:
        """Return the sensors of these assets, in order of their ids."""
        return [one for _, one in sorted(self.tables.sensors.items()) if one.asset_id in asset_ids]

    def owners(self, sensor_ids: Sequence[int]) -> dict[int, tuple[Sensor, Asset]]:
        """Return those of these sensors that there are, each with its asset, by their ids."""
        found = [self.tables.sensors[one] for one in sensor_ids if one in self.tables.sensors]
        return {sensor.id: (sensor, self.tables.assets[sensor.asset_id]) for sensor in found}

    def add_sensor(self, sensor: Sensor) -> Sensor:
        """Keep a new sensor and return it with its id."""
        if sensor.asset_id not in self.tables.assets:
            raise UnknownEntity(f"There is no asset {sensor.asset_id}.")
        if any(known.name == sensor.name for known in self.sensors([sensor.asset_id])):
            raise DuplicateEntity(f"Asset {sensor.asset_id} has a sensor {sensor.name} already.")
        kept = replace(sensor, id=self.tables.next_id())
        self.tables.sensors[kept.id] = kept
        return kept

    def update_sensor(self, sensor: Sensor) -> Sensor:
        """Keep changes of a sensor."""
        self.sensor(sensor.id)
        if any(one.name == sensor.name and one.id != sensor.id for one in self.sensors([sensor.asset_id])):
            raise DuplicateEntity(f"Asset {sensor.asset_id} has a sensor {sensor.name} already.")
        self.tables.sensors[sensor.id] = sensor
        return sensor

    def delete_sensor(self, sensor_id: int) -> None:
        """Remove a sensor with all its data."""
        remove_sensor(self.tables, sensor_id)

    def connections(self, asset_ids: Sequence[int] | None = None) -> list[Connection]:
        """Return assets that have a power sensor, all or some of them, newest id first."""
        found = []
        for asset in self.assets():
            power = [one for one in self.sensors([asset.id]) if one.quantity == Quantity.POWER]
            if power and (asset_ids is None or asset.id in asset_ids):
                found.append(connection(asset, power[0]))
        return found

    def markets(self) -> list[Market]:
        """Return all markets."""
        return [
            market(sensor)
            for sensor, asset in self._public_sensors()
            if sensor.quantity == Quantity.PRICE and asset.type.name == MARKET_TYPE
        ]

    def weather_sensors(self, quantity: Quantity | None = None) -> list[WeatherSensor]:
        """Return the weather sensors that have a place, all or those of one quantity."""
        wanted = WEATHER if quantity is None else {quantity}
        return [
            WeatherSensor(sensor, asset.latitude, asset.longitude)
            for sensor, asset in self._public_sensors()
            if sensor.quantity in wanted and asset.latitude is not None and asset.longitude is not None
        ]

    def _public_sensors(self) -> list[tuple[Sensor, Asset]]:
        pairs = [
            (sensor, self.tables.assets[sensor.asset_id]) for _, sensor in sorted(self.tables.sensors.items())
        ]
        return [(sensor, asset) for sensor, asset in pairs if asset.account_id is None]

    def _check(self, asset: Asset) -> None:
        """Refuse an asset that refers to what is missing, or whose name is taken."""
        if asset.type.id not in self.tables.types:
            raise UnknownEntity(f"There is no asset type {asset.type.id}.")
        for other in self.tables.assets.values():
            taken = (other.account_id, other.name) == (asset.account_id, asset.name)
            if taken and other.id != asset.id:
                raise DuplicateEntity(f"There is an asset {asset.name} already.")
