"""``flexmeasures show`` and ``edit``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.timing import instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory


class Estate:
    """An account with a user and a battery whose power of an hour is known."""

    def __init__(self, line: CommandLine) -> None:
        store = line.platform.store
        make = Factory(store)
        self.user = make.user("admin", account=make.account("Prosumer", name="Estate"), name="eve")
        self.battery: Asset = make.asset(
            owner=self.user, name="Cellar", place=(52.5, 5), attributes={"capacity_in_mw": 2}
        )
        self.power: Sensor = make.sensor(self.battery, name="power")
        source = store.sources.of_user(self.user)
        starts = instant(NOON) + np.arange(4) * np.timedelta64(15, "m")
        values = np.array([1.0, -1.0, 0.5, 0.0])
        store.beliefs.add([BeliefBlock(self.power.id, source.id, starts, starts, values)])


@pytest.fixture
def estate(flexmeasures: CommandLine) -> Estate:
    """Return what can be shown."""
    return Estate(flexmeasures)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("accounts",), "No accounts created yet.\n"),
        (("asset-types",), "No asset types created yet.\n"),
        (("assets",), "No assets created yet.\n"),
        (("data-sources",), "No data sources created yet.\n"),
        (
            ("roles",),
            "Account roles:\nNo account roles created yet.\n\n"
            "User roles:\nNo user roles created yet, not even admin.\n\n",
        ),
    ],
)
def test_nothing_is_said_to_be_there_where_there_is_nothing(
    words: tuple[str, ...], text: str, flexmeasures: CommandLine
) -> None:
    assert flexmeasures.says("show", *words) == text


def test_accounts_are_listed_with_the_number_of_their_assets(
    flexmeasures: CommandLine, estate: Estate
) -> None:
    titles, _, row = flexmeasures.says("show", "accounts").splitlines()
    assert titles.split() == ["Id", "Name", "Roles", "Assets"]
    assert row.split() == [str(estate.user.account.id), "Estate", "Prosumer", "1"]


def test_an_account_is_shown_with_its_users_and_assets(flexmeasures: CommandLine, estate: Estate) -> None:
    said = flexmeasures.says("show", "account", "--id", str(estate.user.account.id))
    assert "Account Estate" in said
    assert "eve@example.com" in said
    assert "(52.5, 5)" in said


def test_an_empty_account_says_so(flexmeasures: CommandLine) -> None:
    account = Factory(flexmeasures.platform.store).account()
    said = flexmeasures.says("show", "account", "--id", str(account.id))
    assert "No users in account ..." in said
    assert "No assets in account ..." in said


def test_an_asset_is_shown_with_its_attributes_and_sensors(flexmeasures: CommandLine, estate: Estate) -> None:
    said = flexmeasures.says("show", "asset", "--id", str(estate.battery.id))
    assert '{"capacity_in_mw": 2}' in said
    assert said.splitlines()[-1].split() == [str(estate.power.id), "power", "MW", "PT15M", "UTC"]


def test_an_asset_without_sensors_says_so(flexmeasures: CommandLine) -> None:
    asset = Factory(flexmeasures.platform.store).asset()
    assert "No sensors in asset ..." in flexmeasures.says("show", "asset", "--id", str(asset.id))


def test_types_assets_roles_and_sources_are_listed(flexmeasures: CommandLine, estate: Estate) -> None:
    assert "battery" in flexmeasures.says("show", "asset-types")
    assert "Cellar" in flexmeasures.says("show", "assets", "--account", str(estate.user.account.id))
    assert "Prosumer" in flexmeasures.says("show", "roles")
    assert flexmeasures.says("show", "data-sources").splitlines()[-1].split()[1:3] == ["eve", "user"]


def test_beliefs_are_shown_with_bars_on_both_sides_of_zero(flexmeasures: CommandLine, estate: Estate) -> None:
    words = ("show", "beliefs", "--sensor", str(estate.power.id), "--start", NOON.isoformat())
    said = flexmeasures.says(*words, "--duration", "PT1H")
    assert f"Beliefs for sensor 'power' (Id: {estate.power.id})." in said
    assert "4 event(s) of PT15M in MW" in said
    up, down, half, none = said.splitlines()[-5:-1]
    assert up == "2026-03-02T12:00+00:00               1  " + " " * 20 + "█" * 20
    assert down == "2026-03-02T12:15+00:00              -1  " + "█" * 20
    assert half.count("█") == 10
    assert none == "2026-03-02T12:45+00:00               0"


def test_sensors_without_beliefs_are_named(flexmeasures: CommandLine, estate: Estate) -> None:
    other = Factory(flexmeasures.platform.store).sensor(name="idle")
    start = ("--start", NOON.isoformat(), "--duration", "60")
    ids = ("--sensor", str(estate.power.id), "--sensor", str(other.id))
    said = flexmeasures.says("show", "beliefs", *ids, *start)
    assert f"No data found for sensor 'idle' (Id: {other.id})" in said
    assert "No data found!" in flexmeasures.refusal("show", "beliefs", *ids[2:], *start)


def test_only_what_was_recorded_by_a_time_is_shown(flexmeasures: CommandLine, estate: Estate) -> None:
    words = ("show", "beliefs", "--sensor", str(estate.power.id), "--start", NOON.isoformat())
    prior = (NOON + timedelta(minutes=20)).isoformat()
    assert "2 event(s)" in flexmeasures.says(*words, "--duration", "60", "--belief-time-before", prior)
    assert "should state its offset" in flexmeasures.refusal(*words[:-1], "2026-03-02T12:00")


@pytest.mark.parametrize(
    ("flag", "value", "kept"),
    [
        ("--float", "0.5", 0.5),
        ("--int", "3", 3),
        ("--bool", "false", False),
        ("--str", "blue", "blue"),
        ("--list", "[1, 2]", [1, 2]),
        ("--dict", '{"a": 1}', {"a": 1}),
    ],
)
def test_an_attribute_keeps_its_kind(
    flag: str, value: str, kept: object, flexmeasures: CommandLine, estate: Estate
) -> None:
    words = ("edit", "attribute", "--attribute", "new", flag, value)
    both = ("--asset-id", str(estate.battery.id), "--sensor-id", str(estate.power.id))
    assert flexmeasures.says(*words, *both) == "Successfully edited/added attribute.\n"
    assets = flexmeasures.platform.store.assets
    assert assets.asset(estate.battery.id).attributes == {"capacity_in_mw": 2, "new": kept}
    assert assets.sensor(estate.power.id).attributes["new"] == kept


def test_an_attribute_can_be_removed(flexmeasures: CommandLine, estate: Estate) -> None:
    words = ("edit", "attribute", "--asset", str(estate.battery.id), "--attribute", "capacity_in_mw")
    flexmeasures.says(*words, "--null")
    assert flexmeasures.platform.store.assets.asset(estate.battery.id).attributes == {}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--str", "a"), "Missing flag: pass at least one --asset-id or --sensor-id."),
        (("--asset-id", "1"), "Missing flag: pass one of --float"),
        (("--asset-id", "1", "--str", "a", "--null"), "Cannot set multiple values simultaneously."),
        (("--asset-id", "99", "--str", "a"), "There is no asset 99."),
        (("--sensor-id", "99", "--str", "a"), "There is no sensor 99."),
        (("--asset-id", "1", "--list", "{}"), "is no JSON list"),
    ],
)
def test_what_cannot_be_edited_is_refused_with_a_reason(
    words: tuple[str, ...], reason: str, flexmeasures: CommandLine
) -> None:
    assert reason in flexmeasures.refusal("edit", "attribute", "--attribute", "colour", *words)


def hour(estate: Estate) -> tuple[str, ...]:
    start = ("--start", NOON.isoformat(), "--duration", "PT1H")
    return ("show", "beliefs", "--sensor", str(estate.power.id), *start)


def test_beliefs_are_shown_in_other_steps_and_zones(flexmeasures: CommandLine, estate: Estate) -> None:
    said = flexmeasures.says(
        *hour(estate), "--resolution", "30", "--timezone", "Europe/Amsterdam", "--exclude-ids"
    )
    assert "Beliefs for sensor 'power'.\nData spans 2 event(s) of PT30M in MW." in said
    first, second = said.splitlines()[-3:-1]
    assert first.split() == ["2026-03-02T13:00+01:00", "0"]
    assert second.split()[:2] == ["2026-03-02T13:30+01:00", "0.25"]
    assert "Timezone Mars is unknown!" in flexmeasures.refusal(*hour(estate), "--timezone", "Mars")


def test_beliefs_of_some_sources_are_shown(flexmeasures: CommandLine, estate: Estate) -> None:
    assert "4 event(s)" in flexmeasures.says(*hour(estate), "--source-type", "user")
    assert "No data found!" in flexmeasures.refusal(*hour(estate), "--source-type", "forecaster")


def test_beliefs_are_written_into_a_file(flexmeasures: CommandLine, estate: Estate, tmp_path: Path) -> None:
    file = tmp_path / "power.csv"
    assert flexmeasures.says(*hour(estate), "--to-file", str(file)) == f"Wrote 4 value(s) into {file}\n"
    head, first, *_ = file.read_text(encoding="utf-8").splitlines()
    assert head == "event_start,sensor,unit,event_value"
    assert first == f"2026-03-02T12:00+00:00,'power' (Id: {estate.power.id}),MW,1.0"


def test_one_source_can_be_shown(flexmeasures: CommandLine, estate: Estate) -> None:
    (source,) = flexmeasures.platform.store.sources.all()
    assert "eve" in flexmeasures.says("show", "data-sources", "--id", str(source.id))
    assert "No data sources" in flexmeasures.says("show", "data-sources", "--id", "99")
