from flexmeasures.domain.assets import Quantity
from flexmeasures.usecases.accounts import NewUser, add_user
from flexmeasures.usecases.demo.devices import DEVICES
from flexmeasures.usecases.demo.founding import Portfolio, found, is_foreign
from flexmeasures.usecases.demo.portfolio import MARKET_NAME, PLANNED
from flexmeasures.usecases.ports.platform import Platform


def test_two_prosumers_own_the_assets(portfolio: Portfolio) -> None:
    owners = {asset.owner_id for asset in portfolio.assets.values() if asset.owner_id is not None}
    assert owners == {portfolio.users[name].id for name in ("estate", "cooperative")}
    assert all(portfolio.users[name].has_role("Prosumer") for name in ("estate", "cooperative"))


def test_an_aggregator_sees_all_and_an_admin_may_do_all(portfolio: Portfolio) -> None:
    assert portfolio.users["aggregator"].has_role("admin-reader", "Aggregator")
    assert portfolio.users["admin"].is_admin


def test_founding_twice_changes_nothing(memory_platform: Platform, portfolio: Portfolio) -> None:
    again = found("another", lambda password: password, memory_platform)
    assert {name: asset.id for name, asset in again.assets.items()} == {
        name: asset.id for name, asset in portfolio.assets.items()
    }
    assert len(memory_platform.store.accounts.users()) == len(portfolio.users)


def test_all_power_trades_on_the_market(memory_platform: Platform, portfolio: Portfolio) -> None:
    market = portfolio.sensors[MARKET_NAME]
    connections = memory_platform.store.assets.connections()
    assert len(connections) == len([plan for plan in PLANNED if plan.sensor.quantity is Quantity.POWER])
    assert {connection.market_id for connection in connections} == {market.id}


def test_the_platform_knows_the_limits_of_simulated_devices(
    memory_platform: Platform, portfolio: Portfolio
) -> None:
    for device in DEVICES:
        (connection,) = memory_platform.store.assets.connections([portfolio.assets[device.asset_name].id])
        assert connection.storage.soc_max == device.storage.soc_max
        assert connection.storage.efficiency == device.storage.efficiency


def test_prices_and_weather_are_forecast_before_power(portfolio: Portfolio) -> None:
    quantities = [sensor.quantity is Quantity.POWER for sensor in portfolio.forecast_sensors()]
    assert quantities == sorted(quantities)


def test_a_platform_with_other_users_is_foreign(memory_platform: Platform) -> None:
    assert not is_foreign(memory_platform)
    add_user(NewUser("somebody", "somebody@example.com"), "secret", str, memory_platform)
    assert is_foreign(memory_platform)


def test_a_demonstration_with_more_users_is_not_foreign(
    memory_platform: Platform, portfolio: Portfolio
) -> None:
    assert portfolio.users
    add_user(NewUser("somebody", "somebody@example.com"), "secret", str, memory_platform)
    assert not is_foreign(memory_platform)
