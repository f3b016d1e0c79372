from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexmeasures.domain.addresses import (
    ConnectionAddress,
    MarketAddress,
    SensorAddress,
    UdiAddress,
    WeatherAddress,
    authority,
    parse_connection,
    parse_market,
    parse_short_connection,
    parse_udi,
    parse_weather,
    write_connection,
)
from flexmeasures.domain.errors import InvalidAddress

HOST = "ea1.2021-02.io.flexmeasures.company"
IDS = st.integers(0, 10**18 - 1)


@pytest.mark.parametrize(
    ("text", "asset_id"),
    [
        (f"{HOST}:30:73", 73),
        (f"{HOST}:73", 73),
        ("ea1.2018-06.localhost:5000:40:30", 30),
        (f"{HOST}:fm0.30:73", 73),
        ("ea1.2018-13.localhost:5", 5),
    ],
)
def test_connections_are_read(text: str, asset_id: int) -> None:
    assert parse_connection(text) == ConnectionAddress(asset_id)


@given(IDS, IDS)
def test_what_is_written_is_read(owner_id: int, asset_id: int) -> None:
    naming_authority = authority("localhost", {}, date(2026, 1, 1))

    assert parse_connection(write_connection(naming_authority, owner_id, asset_id)) == ConnectionAddress(
        asset_id
    )
    assert parse_connection(write_connection(naming_authority, None, asset_id)) == ConnectionAddress(asset_id)


@pytest.mark.parametrize(("text", "asset_id"), [("30:73", 73), ("73", 73), (f"{HOST}:30:73", 73)])
def test_short_connections_are_read(text: str, asset_id: int) -> None:
    assert parse_short_connection(text) == ConnectionAddress(asset_id)


def test_other_things_are_read() -> None:
    assert parse_connection(f"{HOST}:fm1.42") == SensorAddress(42)
    assert parse_market(f"{HOST}:fm1.42") == SensorAddress(42)
    assert parse_market(f"{HOST}:dummy-tou") == MarketAddress("dummy-tou")
    assert parse_weather(f"{HOST}:fm1.42") == SensorAddress(42)
    assert parse_weather(f"{HOST}:wind speed:-33.5:126") == WeatherAddress("wind speed", -33.5, 126)
    assert parse_udi(f"{HOST}:7:10:203:soc") == UdiAddress(10, 203, "soc")
    assert parse_udi(f"{HOST}:10:203:soc-with-targets") == UdiAddress(10, 203, "soc-with-targets")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CS 1", "A valid type 1 USEF entity address starts with 'ea1', please review CS 1"),
        ("ea1.21-2.localhost:1", "After 'ea1.', a date spec of the format [0-9]{4}-[0-9]{2} is expected."),
        (f"{HOST}:", f"Could not parse {HOST}:."),
        (f"{HOST}:name", f"Could not parse {HOST}:name."),
        (f"{HOST}:٣", f"Could not parse {HOST}:٣."),
        (f"{HOST}:{'1:' * 1000}1", "Could not parse"),
    ],
)
def test_what_is_no_connection_is_told(text: str, reason: str) -> None:
    with pytest.raises(InvalidAddress) as caught:
        parse_connection(text)

    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize("local", ["temperature:91:0", "temperature:0:-181", "temperature:0", ":1:2"])
def test_what_is_no_place_is_refused(local: str) -> None:
    with pytest.raises(InvalidAddress):
        parse_weather(f"{HOST}:{local}")


@given(st.text(max_size=60))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    for parse in (parse_connection, parse_market, parse_weather, parse_udi):
        with pytest.raises(InvalidAddress):
            parse(f"ea{text}")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:5000", "2026-01.localhost"),
        ("127.0.0.1:5000", "2026-01.localhost"),
        ("www.flexmeasures.io", "2021-01.io.flexmeasures"),
        ("staging.company.flexmeasures.io", "2021-01.io.flexmeasures.company.staging"),
        ("user:secret@test.flexmeasures.co.uk:80", "2026-01.uk.co.flexmeasures.test"),
        ("10.1.2.3", "2026-01.10.1.2.3"),
    ],
)
def test_hosts_are_named_from_the_top(host: str, name: str) -> None:
    assert authority(host, {"flexmeasures.io": "2021-01"}, date(2025, 12, 24)) == name
