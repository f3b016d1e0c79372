"""``flexmeasures delete beliefs``, ``unchanged-beliefs`` and ``nan-beliefs``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.timing import instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import QUARTER, Factory, block


@pytest.fixture
def meter(flexmeasures: CommandLine) -> Sensor:
    """Return a sensor of which a source told three values, and one of them twice."""
    make = Factory(flexmeasures.platform.store)
    sensor, source = make.sensor(), make.source()
    beliefs = flexmeasures.platform.store.beliefs
    beliefs.add([block(sensor, source, NOON, [1.0, 2.0, 3.0])])
    beliefs.add([block(sensor, source, NOON, [1.0], recorded=NOON + timedelta(hours=1))])
    return sensor


def count(line: CommandLine, sensor: Sensor) -> int:
    return line.platform.store.beliefs.count([sensor.id])


def test_beliefs_of_a_span_are_deleted(flexmeasures: CommandLine, meter: Sensor) -> None:
    span = ("--start", (NOON + QUARTER).isoformat(), "--end", (NOON + 2 * QUARTER).isoformat())
    said = flexmeasures.says("delete", "beliefs", "--sensor", str(meter.id), *span, "--force")
    assert said == "Deleted 1 belief(s). Done! 3 beliefs left\n"


def test_beliefs_of_a_source_are_deleted_when_somebody_agrees(
    flexmeasures: CommandLine, meter: Sensor
) -> None:
    words = ("delete", "beliefs", "--asset", str(meter.asset_id), "--source", "99")
    assert "Aborted!" in flexmeasures.refusal(*words, say="n\n")
    assert "Deleted 0 belief(s)." in flexmeasures.says(*words, say="y\n")
    assert count(flexmeasures, meter) == 4


def test_beliefs_of_the_parts_of_an_asset_are_deleted(flexmeasures: CommandLine, meter: Sensor) -> None:
    store = flexmeasures.platform.store.assets
    site = Factory(flexmeasures.platform.store).asset("site")
    store.update_asset(replace(store.asset(meter.asset_id), parent_id=site.id))
    words = ("delete", "beliefs", "--asset", str(site.id), "--force")
    assert "Deleted 0 belief(s)." in flexmeasures.says(*words)
    assert "Deleted 4 belief(s)." in flexmeasures.says(*words, "--offspring")


def test_beliefs_of_nothing_are_not_deleted(flexmeasures: CommandLine) -> None:
    assert "at least one --asset or --sensor" in flexmeasures.refusal("delete", "beliefs", "--force")
    assert "There is no sensor 99." in flexmeasures.refusal("delete", "beliefs", "--sensor", "99", "--force")


def test_what_was_said_twice_is_deleted_once(flexmeasures: CommandLine, meter: Sensor) -> None:
    words = ("delete", "unchanged-beliefs", "--force")
    assert "Deleted 0 unchanged" in flexmeasures.says(*words, "--keep-measurements")
    said = flexmeasures.says(*words, "--sensor", str(meter.id))
    assert said == "Deleted 1 unchanged belief(s). Done! 3 beliefs left\n"


def test_what_is_no_number_is_deleted(flexmeasures: CommandLine, meter: Sensor) -> None:
    source = Factory(flexmeasures.platform.store).source()
    start = np.array([instant(NOON)])
    flexmeasures.platform.store.beliefs.add(
        [BeliefBlock(meter.id, source.id, start, start, np.array([np.nan]))]
    )
    assert (
        flexmeasures.says("delete", "nan-beliefs", "--force")
        == "Deleted 1 NaN belief(s). Done! 4 beliefs left\n"
    )
