"""What a chart of one asset shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flexmeasures.domain.accounts import User
from flexmeasures.domain.assets import Asset, AssetType, Quantity, Sensor
from flexmeasures.domain.beliefs import SourceType
from flexmeasures.domain.errors import InvalidPeriod, NotAuthorized, UnknownEntity
from flexmeasures.domain.timing import instant
from flexmeasures.testing.factories import QUARTER, Factory, block
from flexmeasures.usecases.charting import Chart, ChartQuery, Panel, chart, subjects
from flexmeasures.usecases.earlier import Comparison, Period
from flexmeasures.usecases.lines import Line, Role
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.replay import replay

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUERY = ChartQuery(START, START + 4 * HOUR)


@pytest.fixture
def make(memory_platform: Platform) -> Factory:
    return Factory(memory_platform.store)


@pytest.fixture
def owner(make: Factory) -> User:
    return make.user()


@pytest.fixture
def battery(make: Factory, owner: User) -> Asset:
    return make.asset("battery", owner=owner)


@pytest.fixture
def power(make: Factory, battery: Asset) -> Sensor:
    return make.sensor(battery)


def line(shown: Chart, key: str, role: Role) -> Line:
    panel = panel_of(shown, key)
    return next(each for each in panel.lines if each.role is role)


def panel_of(shown: Chart, key: str) -> Panel:
    return next(each for each in shown.panels if each.subject.key == key)


def test_measured_forecast_and_scheduled_values_are_three_lines(
    memory_platform: Platform, make: Factory, owner: User, battery: Asset, power: Sensor
) -> None:
    store = memory_platform.store
    meter = store.sources.of_user(owner)
    forecaster, scheduler = make.source(SourceType.FORECASTER), make.source(SourceType.SCHEDULER)
    store.beliefs.add(
        [
            block(power, meter, START, [1.0, 2.0]),
            block(power, forecaster, START, [1.5, 2.5, 3.5], recorded=START - HOUR),
            block(power, scheduler, START + 2 * QUARTER, [4.0], recorded=START),
        ]
    )
    shown = chart(owner, battery.id, QUERY, memory_platform)
    nan = np.nan
    assert_allclose(line(shown, "power", Role.MEASURED).values[:4], [1.0, 2.0, nan, nan])
    assert_allclose(line(shown, "power", Role.FORECAST).values[:4], [1.5, 2.5, 3.5, nan])
    assert_allclose(line(shown, "power", Role.SCHEDULE).values[:4], [nan, nan, 4.0, nan])
    assert line(shown, "power", Role.FORECAST).name == "Forecast"


def test_a_prognosis_stays_when_the_same_user_measures(
    memory_platform: Platform, owner: User, battery: Asset, power: Sensor
) -> None:
    meter = memory_platform.store.sources.of_user(owner)
    memory_platform.store.beliefs.add(
        [block(power, meter, START, [5.0], recorded=START - HOUR), block(power, meter, START, [6.0])]
    )
    shown = chart(owner, battery.id, QUERY, memory_platform)
    assert line(shown, "power", Role.MEASURED).values[0] == 6.0
    assert line(shown, "power", Role.FORECAST).values[0] == 5.0


def test_forecasts_of_several_models_are_never_summed(
    memory_platform: Platform, make: Factory, owner: User, battery: Asset, power: Sensor
) -> None:
    one, other = make.source(name="Naive"), make.source(name="Seasonal")
    memory_platform.store.beliefs.add(
        [
            block(power, source, START, [value], recorded=START - HOUR)
            for source, value in ((one, 1.0), (other, 2.0))
        ]
    )
    lines = panel_of(chart(owner, battery.id, QUERY, memory_platform), "power").lines
    assert {each.name: each.values[0] for each in lines} == {
        "Forecast by Naive": 1.0,
        "Forecast by Seasonal": 2.0,
    }


def test_of_several_models_of_an_author_the_most_recent_forecast_counts(
    memory_platform: Platform, owner: User, battery: Asset, power: Sensor
) -> None:
    sources = memory_platform.store.sources
    models = [sources.of_model("Oracle", SourceType.FORECASTER, model) for model in ("naive", "blend")]
    told = [
        block(power, source, START, [float(number)], recorded=START - (number + 1) * HOUR)
        for number, source in enumerate(models)
    ]
    memory_platform.store.beliefs.add(told)
    (forecast,) = panel_of(chart(owner, battery.id, QUERY, memory_platform), "power").lines
    assert (forecast.name, forecast.values[0]) == ("Forecast", 0.0)


def test_a_producer_is_shown_with_production_positive(
    memory_platform: Platform, make: Factory, owner: User
) -> None:
    store = memory_platform.store
    kind = store.assets.add_type(AssetType(0, "solar", "solar panel", is_producer=True))
    asset = store.assets.add_asset(Asset(0, "roof", "Roof", kind, owner.account.id, owner.id))
    sensor = make.sensor(asset)
    store.beliefs.add([block(sensor, store.sources.of_user(owner), START, [-0.4])])
    shown = chart(owner, asset.id, QUERY, memory_platform)
    assert line(shown, "power", Role.MEASURED).values[0] == 0.4


def test_the_price_that_an_asset_pays_has_its_own_steps(
    memory_platform: Platform, make: Factory, owner: User
) -> None:
    market = make.market()
    asset = make.asset("battery", owner=owner, attributes={"market_id": market.id})
    make.sensor(asset)
    source = make.source(SourceType.MARKET)
    memory_platform.store.beliefs.add(
        [block(market, source, START, [30.0, 40.0], recorded=START - 12 * HOUR)]
    )
    panel = panel_of(chart(owner, asset.id, QUERY, memory_platform), "price")
    assert panel.grid.step == HOUR
    assert_allclose(panel.lines[0].values, [30.0, 40.0, np.nan, np.nan])


def test_a_chart_shows_what_was_known(
    memory_platform: Platform, make: Factory, owner: User, battery: Asset, power: Sensor
) -> None:
    source = make.source()
    event = START + 2 * HOUR
    memory_platform.store.beliefs.add(
        [
            block(power, source, event, [1.0], recorded=START - HOUR),
            block(power, source, event, [2.0], recorded=START + HOUR),
        ]
    )
    then = ChartQuery(START, START + 4 * HOUR, known=START)
    ahead = ChartQuery(START, START + 4 * HOUR, horizon=2 * HOUR)
    for query, value in ((QUERY, 2.0), (then, 1.0), (ahead, 1.0)):
        shown = chart(owner, battery.id, query, memory_platform)
        assert line(shown, "power", Role.FORECAST).values[8] == value


def test_many_values_are_put_together_with_their_range(
    memory_platform: Platform, owner: User, battery: Asset, power: Sensor
) -> None:
    meter = memory_platform.store.sources.of_user(owner)
    memory_platform.store.beliefs.add([block(power, meter, START, [float(i % 4) for i in range(400)])])
    query = ChartQuery(START, START + 400 * QUARTER, pixels=50)
    panel = panel_of(chart(owner, battery.id, query, memory_platform), "power")
    assert panel.steps == 4
    assert panel.grid.step == HOUR
    measured = panel.lines[0]
    assert_allclose(measured.values, 1.5)
    assert_allclose(measured.low, 0.0)
    assert_allclose(measured.high, 3.0)


def test_instantaneous_values_keep_their_moments(
    memory_platform: Platform, make: Factory, owner: User, battery: Asset
) -> None:
    sensor = make.sensor(battery, Quantity.STATE_OF_CHARGE, step=timedelta(0))
    store = memory_platform.store
    meter = store.sources.of_user(owner)
    for minute, soc in ((1, 0.5), (13, 0.6), (16, 0.7)):
        time = START + timedelta(minutes=minute)
        store.beliefs.add([block(sensor, meter, time, [soc], recorded=time)])
    found = chart(owner, battery.id, QUERY, memory_platform)
    measured = line(found, str(sensor.id), Role.MEASURED)
    told = np.flatnonzero(~np.isnan(measured.values))
    assert_allclose(measured.values[told], [0.5, 0.6, 0.7])
    assert (measured.moments[told] - instant(START)).tolist() == [timedelta(minutes=n) for n in (1, 13, 16)]
    (panel,) = replay(owner, battery.id, QUERY, memory_platform).panels
    (track,) = panel.tracks
    assert (track.event * np.timedelta64(panel.grid.step) + track.behind).tolist() == [
        timedelta(minutes=n) for n in (1, 13, 16)
    ]


@pytest.mark.parametrize(("apart", "step"), [(30, 15), (7, 5), (2, 1), (0.25, 1)])
def test_steps_part_instantaneous_values(
    memory_platform: Platform, make: Factory, owner: User, battery: Asset, apart: float, step: int
) -> None:
    sensor = make.sensor(battery, Quantity.STATE_OF_CHARGE, step=timedelta(0))
    meter = memory_platform.store.sources.of_user(owner)
    for number in range(3):
        time = START + number * timedelta(minutes=apart)
        memory_platform.store.beliefs.add([block(sensor, meter, time, [0.5], recorded=time)])
    (panel,) = chart(owner, battery.id, QUERY, memory_platform).panels
    assert panel.grid.step == timedelta(minutes=step)


def test_nothing_measured_earlier_is_no_line(
    memory_platform: Platform, make: Factory, owner: User, battery: Asset, power: Sensor
) -> None:
    told = block(power, make.source(), START, [5.0], recorded=START - HOUR)
    memory_platform.store.beliefs.add([told])
    query = replace(QUERY, compare=Comparison(Period.DAY, "UTC"))
    lines = panel_of(chart(owner, battery.id, query, memory_platform), "power").lines
    assert [each.role for each in lines] == [Role.FORECAST]


def test_an_empty_window_tells_when_the_last_event_was(
    memory_platform: Platform, owner: User, battery: Asset, power: Sensor
) -> None:
    assert chart(owner, battery.id, QUERY, memory_platform).last is None
    meter = memory_platform.store.sources.of_user(owner)
    memory_platform.store.beliefs.add([block(power, meter, START - 24 * HOUR, [1.0, 1.0])])
    assert chart(owner, battery.id, QUERY, memory_platform).last == START - 24 * HOUR + QUARTER


def test_only_those_who_may_read_an_asset_see_its_chart(
    memory_platform: Platform, make: Factory, owner: User, battery: Asset
) -> None:
    with pytest.raises(NotAuthorized):
        chart(make.user(), battery.id, QUERY, memory_platform)
    with pytest.raises(UnknownEntity):
        chart(owner, 999, QUERY, memory_platform)
    assert chart(make.user("admin"), battery.id, QUERY, memory_platform).panels == ()


@pytest.mark.parametrize("length", [timedelta(0), -HOUR, timedelta(days=4000)])
def test_impossible_windows_are_refused(
    memory_platform: Platform, owner: User, battery: Asset, length: timedelta
) -> None:
    with pytest.raises(InvalidPeriod):
        chart(owner, battery.id, ChartQuery(START, START + length), memory_platform)


def test_prices_of_a_market_that_one_may_not_see_are_left_out(
    memory_platform: Platform, make: Factory, owner: User
) -> None:
    market = make.sensor(make.asset("market", owner=make.user()), Quantity.PRICE)
    asset = make.asset(owner=owner, attributes={"market_id": market.id})
    make.sensor(asset)
    assert [subject.key for subject in subjects(owner, asset, memory_platform)] == ["power"]
    admin = make.user("admin")
    assert [subject.key for subject in subjects(admin, asset, memory_platform)] == ["power", "price"]
