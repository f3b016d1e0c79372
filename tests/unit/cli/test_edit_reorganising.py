"""``flexmeasures edit transfer-ownership``, ``transfer-parenthood`` and ``resample-data``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Asset, Sensor
from flexmeasures.domain.beliefs import BeliefBlock, most_recent
from flexmeasures.domain.timing import from_instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import QUARTER, Factory, block

HOUR = timedelta(hours=1)


@pytest.fixture
def make(flexmeasures: CommandLine) -> Factory:
    """Return what makes things."""
    return Factory(flexmeasures.platform.store)


def part_of(line: CommandLine, parent: Asset, asset: Asset) -> Asset:
    return line.platform.store.assets.update_asset(replace(asset, parent_id=parent.id))


def test_an_asset_goes_to_another_account_with_its_parts(flexmeasures: CommandLine, make: Factory) -> None:
    owner, other = make.user("Prosumer"), make.account()
    site = make.asset("site", owner=owner)
    part = part_of(flexmeasures, site, make.asset(owner=owner))
    words = ("edit", "transfer-ownership", "--asset", str(site.id), "--new-owner", str(other.id))
    assert flexmeasures.says(*words).count(f"belongs to account {other.id} now.") == 2
    moved = flexmeasures.platform.store.assets.asset(part.id)
    assert (moved.account_id, moved.owner_id, moved.parent_id) == (other.id, None, site.id)
    assert "No account with ID 99 found!" in flexmeasures.refusal(*words[:-1], "99")


def test_parts_get_another_parent(flexmeasures: CommandLine, make: Factory) -> None:
    old, new = make.asset("site"), make.asset("site")
    parts = [part_of(flexmeasures, old, make.asset()) for _ in range(2)]
    asset = flexmeasures.platform.store.assets.asset
    flexmeasures.says("edit", "transfer-parenthood", "--old-parent", str(old.id), "--new-parent", str(new.id))
    assert {asset(part.id).parent_id for part in parts} == {new.id}
    flexmeasures.says("edit", "transfer-parenthood", "--asset", str(parts[0].id))
    assert asset(parts[0].id).parent_id is None
    words = ("edit", "transfer-parenthood", "--asset", str(new.id), "--new-parent", str(parts[1].id))
    assert "or a part of it" in flexmeasures.refusal(*words)
    assert "Pass either --asset or --old-parent." in flexmeasures.refusal("edit", "transfer-parenthood")


@pytest.fixture
def meter(flexmeasures: CommandLine, make: Factory) -> Sensor:
    """Return a meter of quarters of which six are known, each recorded at its end."""
    sensor = make.sensor()
    told = block(sensor, make.source(), NOON, [1.0, 2.0, 3.0, 6.0, 5.0, 7.0])
    flexmeasures.platform.store.beliefs.add([told])
    return sensor


def resample(sensor: Sensor, minutes: int) -> tuple[str, ...]:
    return (
        "edit",
        "resample-data",
        "--sensor",
        str(sensor.id),
        "--event-resolution",
        str(minutes),
        "--force",
    )


def test_finer_values_become_means_that_were_known_when_all_were(
    flexmeasures: CommandLine, meter: Sensor
) -> None:
    said = flexmeasures.says(*resample(meter, 60))
    assert f"({meter.id}): 6 beliefs became 2." in said
    assert said.endswith("Successfully resampled sensor data.\n")
    store = flexmeasures.platform.store
    assert store.assets.sensor(meter.id).step == HOUR
    known = most_recent(store.beliefs.latest([meter.id], NOON, NOON + 2 * HOUR)[meter.id])
    assert known.value.tolist() == [3.0, 6.0]
    assert [from_instant(time) for time in known.belief_time] == [NOON + HOUR, NOON + 6 * QUARTER]


def test_coarser_values_are_repeated(flexmeasures: CommandLine, meter: Sensor) -> None:
    assert "6 beliefs became 18." in flexmeasures.says(*resample(meter, 5))
    known = most_recent(
        flexmeasures.platform.store.beliefs.latest([meter.id], NOON, NOON + QUARTER)[meter.id]
    )
    assert known.value.tolist() == [1.0, 1.0, 1.0]


def test_what_is_corrected_later_is_known_later(flexmeasures: CommandLine, meter: Sensor) -> None:
    store = flexmeasures.platform.store
    (source,) = store.sources.all()
    store.beliefs.add([block(meter, source, NOON, [9.0], recorded=NOON + 3 * HOUR)])
    flexmeasures.says(*resample(meter, 60))
    (whole,) = store.beliefs.history([meter.id], NOON, NOON + HOUR, 10)
    assert whole.value.tolist() == [3.0, 5.0]
    assert from_instant(whole.belief_time[1]) == NOON + 3 * HOUR


def test_steps_that_do_not_fit_and_quantiles_are_refused(flexmeasures: CommandLine, meter: Sensor) -> None:
    assert "cannot become steps of" in flexmeasures.refusal(*resample(meter, 10))
    assert "already has the desired event resolution." in flexmeasures.says(*resample(meter, 15))
    store = flexmeasures.platform.store
    median = block(meter, store.sources.all()[0], NOON, [1.0])
    low = BeliefBlock(
        meter.id, median.source_id, median.event_start, median.belief_time, np.array([0.5]), np.array([0.1])
    )
    store.beliefs.add([low])
    assert "has quantiles" in flexmeasures.refusal(*resample(meter, 60))
    assert store.beliefs.count([meter.id]) == 7


def test_a_sensor_without_data_gets_its_step(flexmeasures: CommandLine, make: Factory) -> None:
    sensor = make.sensor()
    assert "0 beliefs became 0." in flexmeasures.says(*resample(sensor, 60))
    assert flexmeasures.platform.store.assets.sensor(sensor.id).step == HOUR
