"""Things to work with, made in one line: what a test does not care about is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import numpy as np

from flexmeasures.domain.accounts import Account, User
from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.beliefs import BeliefBlock, Source, SourceType
from flexmeasures.domain.timing import instant
from flexmeasures.usecases.ports.platform import Store

QUARTER = timedelta(minutes=15)
_UNITS = {Quantity.POWER: "MW", Quantity.PRICE: "EUR/MWh", Quantity.STATE_OF_CHARGE: "MWh"}

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Factory:
    """Makes things in a store; names are different each time unless they are given."""

    store: Store

    def account(self, *roles: str, name: str = "") -> Account:
        """Make an account that holds these roles."""
        return self.store.accounts.add_account(name or f"Account {next(_NUMBERS)}", roles)

    def user(self, *roles: str, account: Account | None = None, name: str = "") -> User:
        """Make a user that holds these roles, in an account or one of its own."""
        name = name or f"user{next(_NUMBERS)}"
        home = account or self.account()
        user = User(0, f"{name}@example.com", name, home, frozenset(roles))
        return self.store.accounts.add_user(user, "no hash of a password")

    def type(self, name: str = "battery") -> AssetType:
        """Make an asset type, or return the one of this name. It can consume and produce."""
        return self.store.assets.add_type(AssetType(0, name, name, is_consumer=True, is_producer=True))

    def asset(
        self,
        kind: str = "battery",
        *,
        owner: User | None = None,
        name: str = "",
        place: tuple[float, float] | None = None,
        attributes: Mapping[str, object] | None = None,
    ) -> Asset:
        """Make an asset: in the account of its owner, or a public one."""
        name = name or f"{kind} {next(_NUMBERS)}"
        latitude, longitude = place or (None, None)
        return self.store.assets.add_asset(
            Asset(
                id=0,
                name=name,
                display_name=name,
                type=self.type(kind),
                account_id=owner.account.id if owner else None,
                owner_id=owner.id if owner else None,
                latitude=latitude,
                longitude=longitude,
                attributes=attributes or {},
            )
        )

    def sensor(
        self,
        asset: Asset | None = None,
        quantity: Quantity = Quantity.POWER,
        *,
        step: timedelta = QUARTER,
        name: str = "",
        attributes: Mapping[str, object] | None = None,
    ) -> Sensor:
        """Make a sensor, on an asset or a public one of its own."""
        name = name or f"{quantity or 'sensor'} {next(_NUMBERS)}"
        home = asset or self.asset()
        unit = _UNITS.get(quantity, "")
        sensor = Sensor(0, name, home.id, unit, "UTC", step, quantity, attributes=attributes or {})
        return self.store.assets.add_sensor(sensor)

    def market(self, name: str = "day_ahead", *, step: timedelta = timedelta(hours=1)) -> Sensor:
        """Make a market."""
        attributes = {"market_name": name, "market_type": "day_ahead", "display_name": name}
        return self.sensor(self.asset("market"), Quantity.PRICE, step=step, name=name, attributes=attributes)

    def source(self, source_type: str = SourceType.FORECASTER, name: str = "") -> Source:
        """Make a source of this type."""
        return self.store.sources.of_model(name or f"source {next(_NUMBERS)}", source_type)


def block(
    sensor: Sensor,
    source: Source,
    start: datetime,
    values: list[float],
    *,
    recorded: datetime | None = None,
) -> BeliefBlock:
    """Return values of successive events, recorded at one time or each at the end of its event."""
    step = np.timedelta64(sensor.step)
    starts = instant(start) + np.arange(len(values)) * step
    times = starts + step if recorded is None else np.full(len(values), instant(recorded))
    return BeliefBlock(sensor.id, source.id, starts, times, np.array(values, float))
