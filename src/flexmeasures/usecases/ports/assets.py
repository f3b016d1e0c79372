"""What the use cases need to keep and find assets and sensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from flexmeasures.domain.assets import (
    Asset,
    AssetType,
    Connection,
    Documents,
    Market,
    Quantity,
    Sensor,
    WeatherSensor,
)


class AssetStore(Protocol):
    """Where assets, their types and their sensors are kept."""

    def types(self) -> list[AssetType]:
        """Return all asset types, in order of their ids."""

    def add_type(self, asset_type: AssetType) -> AssetType:
        """Keep an asset type unless there is one of this name; return what is kept, with its own id."""

    def delete_unused_types(self) -> int:
        """Remove the asset types that no asset has; return how many."""

    def asset(self, asset_id: int) -> Asset:
        """Return an asset.

        Raises:
            UnknownEntity: there is none.
        """

    def assets(self, *, account_id: int | None = None, public: bool = True) -> list[Asset]:
        """Return all assets, or those of one account (and the public ones), newest id first."""

    def add_asset(self, asset: Asset) -> Asset:
        """Keep a new asset and return it with its id. The given id is ignored.

        Raises:
            DuplicateEntity: the account has an asset of this name.
        """

    def update_asset(self, asset: Asset) -> Asset:
        """Keep changes of an asset.

        Raises:
            DuplicateEntity: the account has another asset of this name.
            UnknownEntity: there is none.
        """

    def set_attributes(self, asset_id: int, attributes: Mapping[str, object]) -> None:
        """Set some attributes of an asset and leave its others as they are; None removes one."""

    def set_sensor_attributes(self, sensor_id: int, attributes: Mapping[str, object]) -> None:
        """Set some attributes of a sensor and leave its others as they are; None removes one.

        Raises:
            UnknownEntity: there is no such sensor.
        """

    def documents(self, asset_ids: Sequence[int]) -> dict[int, Documents]:
        """Return what is kept of these assets beside their fields, by their ids."""

    def set_documents(self, asset_id: int, documents: Documents) -> None:
        """Keep what is to be kept of an asset beside its fields.

        Raises:
            DuplicateEntity: another asset of the account has this external id.
            UnknownEntity: there is no such asset.
        """

    def branch(self, asset_id: int) -> list[Asset]:
        """Return an asset with all its parts, and their parts, in order of their ids."""

    def hold(self, asset_id: int) -> None:
        """Wait until no other transaction holds this asset, and hold it until this one ends."""

    def delete_asset(self, asset_id: int) -> None:
        """Remove an asset with its parts, sensors and all their data."""

    def sensor(self, sensor_id: int) -> Sensor:
        """Return a sensor.

        Raises:
            UnknownEntity: there is none.
        """

    def sensors(self, asset_ids: Sequence[int]) -> list[Sensor]:
        """Return the sensors of these assets, in order of their ids."""

    def owners(self, sensor_ids: Sequence[int]) -> dict[int, tuple[Sensor, Asset]]:
        """Return those of these sensors that there are, each with its asset, by their ids."""

    def add_sensor(self, sensor: Sensor) -> Sensor:
        """Keep a new sensor and return it with its id. The given id is ignored.

        Raises:
            DuplicateEntity: the asset has a sensor of this name.
        """

    def update_sensor(self, sensor: Sensor) -> Sensor:
        """Keep changes of a sensor.

        Raises:
            DuplicateEntity: the asset has another sensor of this name.
            UnknownEntity: there is none.
        """

    def delete_sensor(self, sensor_id: int) -> None:
        """Remove a sensor with all its data."""

    def connections(self, asset_ids: Sequence[int] | None = None) -> list[Connection]:
        """Return assets that have a power sensor, all or some of them, newest id first."""

    def markets(self) -> list[Market]:
        """Return all markets."""

    def weather_sensors(self, quantity: Quantity | None = None) -> list[WeatherSensor]:
        """Return the weather sensors that have a place, all or those of one quantity."""
