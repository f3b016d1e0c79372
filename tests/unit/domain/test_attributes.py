from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor, Storage
from flexmeasures.domain.attributes import connection, market

METER = Sensor(7, "power", 3, "MW", "UTC", timedelta(minutes=15), Quantity.POWER)


def asset(**attributes: object) -> Asset:
    return Asset(3, "battery", "Battery", AssetType(5, "battery", "battery"), attributes=attributes)


def test_a_connection_is_read_from_the_attributes_of_its_asset() -> None:
    found = connection(
        asset(
            capacity_in_mw=2,
            market_id=11,
            min_soc_in_mwh=0.1,
            max_soc_in_mwh=4.5,
            roundtrip_efficiency=0.9,
            soc_in_mwh=1.5,
            soc_datetime="2026-01-01T00:00:00+01:00",
            soc_udi_event_id=203,
        ),
        METER,
    )
    assert (found.id, found.sensor, found.capacity, found.market_id) == (3, METER, 2.0, 11)
    known = datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert found.storage == Storage(0.1, 4.5, 0.9, 1.5, known, 203)


def test_what_attributes_lack_is_not_known() -> None:
    found = connection(asset(), METER)
    assert (found.capacity, found.market_id, found.storage) == (None, None, Storage())


@pytest.mark.parametrize("value", [None, "much", True, [1], {"a": 1}, float("nan"), "inf", 10**400])
def test_what_is_no_number_counts_as_not_known(value: object) -> None:
    assert connection(asset(capacity_in_mw=value, market_id=value), METER).capacity is None


def test_numbers_may_be_written_as_text() -> None:
    assert connection(asset(capacity_in_mw="0.5"), METER).capacity == 0.5


@pytest.mark.parametrize("value", ["soon", 12, "2026-01-01T00:00:00", None])
def test_what_is_no_time_counts_as_not_known(value: object) -> None:
    assert connection(asset(soc_datetime=value), METER).storage.soc_time is None


def test_a_market_goes_by_its_attributes_or_else_by_the_name_of_its_sensor() -> None:
    sensor = Sensor(8, "prices", 4, "EUR/MWh", "UTC", timedelta(hours=1), Quantity.PRICE)
    assert (market(sensor).name, market(sensor).display_name, market(sensor).type) == ("prices", "prices", "")
    named = Sensor(
        8,
        "prices",
        4,
        "EUR/MWh",
        "UTC",
        timedelta(hours=1),
        Quantity.PRICE,
        attributes={"market_name": "kr_spot", "display_name": "Korea", "market_type": "day_ahead"},
    )
    assert (market(named).name, market(named).display_name, market(named).type) == (
        "kr_spot",
        "Korea",
        "day_ahead",
    )
