"""``flexmeasures add beliefs`` and ``add source``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.timing import from_instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.command_line import CommandLine
from flexmeasures.testing.factories import Factory

HOUR = timedelta(hours=1)
TEXT = """start,power
2026-03-01T00:00:00+00:00,1.5
2026-03-01T00:15:00+00:00,
2026-03-01T00:30:00+00:00,-2
"""


@pytest.fixture
def meter(flexmeasures: CommandLine) -> Sensor:
    """Return a sensor of power, in MW and quarters of an hour."""
    return Factory(flexmeasures.platform.store).sensor()


def known(line: CommandLine, sensor: Sensor) -> BeliefBlock:
    (block,) = line.platform.store.beliefs.history([sensor.id], NOON - 30 * 24 * HOUR, NOON, 1000)
    return block


def add(sensor: Sensor, file: Path, *words: str) -> tuple[str, ...]:
    return ("add", "beliefs", str(file), "--sensor", str(sensor.id), "--source", "Meter", *words)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a table of two values and a gap."""
    path = tmp_path / "power.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_values_are_recorded_now_by_a_new_source(
    flexmeasures: CommandLine, meter: Sensor, file: Path
) -> None:
    said = flexmeasures.says(*add(meter, file))
    assert said == "Successfully created beliefs: 2 new, 0 known already.\n"
    block = known(flexmeasures, meter)
    assert block.value.tolist() == [1.5, -2]
    assert [from_instant(time) for time in block.event_start] == [
        datetime(2026, 3, 1, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 1, 0, 30, tzinfo=UTC),
    ]
    assert {from_instant(time) for time in block.belief_time} == {NOON}
    source = flexmeasures.platform.store.sources.named([block.source_id])[block.source_id]
    assert (source.name, source.type) == ("Meter", "CLI script")
    assert "0 new, 2 known" in flexmeasures.says(*add(meter, file)[:-1], str(source.id))


@pytest.mark.parametrize(
    ("unit", "factor"), [("kW", 1e-3), ("-MW", -1), ("- kW", -1e-3), ("kWh", 4e-3), ("MWh", 4)]
)
def test_values_are_converted_into_the_unit_of_the_sensor(
    unit: str, factor: float, flexmeasures: CommandLine, meter: Sensor, tmp_path: Path
) -> None:
    file = tmp_path / "power.csv"
    file.write_text(TEXT.replace(",\n", ",0\n"), encoding="utf-8")
    flexmeasures.says(*add(meter, file, "--unit", unit))
    assert known(flexmeasures, meter).value.tolist() == pytest.approx([1.5 * factor, 0, -2 * factor])


def test_a_horizon_tells_when_each_value_was_recorded(
    flexmeasures: CommandLine, meter: Sensor, file: Path
) -> None:
    flexmeasures.says(*add(meter, file, "--horizon", "60"))
    times = [from_instant(time) for time in known(flexmeasures, meter).belief_time]
    assert times == [datetime(2026, 2, 28, 23, 15, tzinfo=UTC), datetime(2026, 2, 28, 23, 45, tzinfo=UTC)]


def test_the_table_may_tell_when_each_value_was_recorded_and_where_what_stands(
    flexmeasures: CommandLine, meter: Sensor, tmp_path: Path
) -> None:
    file = tmp_path / "other.csv"
    lines = (
        "A report;of two meters;;",
        "meter;recorded;value;start",
        "a;2026-03-01 08:00;1.234,5;2026-03-01 00:00",
        "b;2026-03-01 08:00;7;2026-03-01 00:00",
        "a;2026-03-01 09:00;-;2026-03-01 00:15",
        "a;2026-03-01 09:00;2;2026-03-01 00:30",
    )
    file.write_text("\n".join(lines), encoding="utf-8")
    where = ("--skiprows", "2", "--datecol", "3", "--valuecol", "2", "--beliefcol", "1")
    how = ("--delimiter", ";", "--decimal", ",", "--thousands", ".", "--na-values", "-")
    which = ("--filter-column", "0", "--filter-value", "a", "--nrows", "2")
    flexmeasures.says(*add(meter, file, *where, *how, *which, "--timezone", "Europe/Amsterdam"))
    block = known(flexmeasures, meter)
    assert block.value.tolist() == [1234.5]
    assert from_instant(block.event_start[0]) == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert from_instant(block.belief_time[0]) == datetime(2026, 3, 1, 7, tzinfo=UTC)


def test_a_sheet_of_a_workbook_is_read(flexmeasures: CommandLine, meter: Sensor, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("second")
    sheet.append(["start", "power"])
    sheet.append([datetime(2026, 3, 1), 0.25])  # noqa: DTZ001 - workbooks know no offsets
    book.save(tmp_path / "power.xlsx")
    words = add(meter, tmp_path / "power.xlsx")
    flexmeasures.says(*words, "--sheet_number", "1")
    assert known(flexmeasures, meter).value.tolist() == [0.25]
    assert "has 2 sheet(s); there is no sheet 2." in flexmeasures.refusal(*words, "--sheet_number", "2")


@pytest.mark.parametrize(("unit", "expected"), [("MW", [1.5, 3.5]), ("MWh", [3, 7])])
def test_finer_values_become_means_or_sums(
    unit: str, expected: list[float], flexmeasures: CommandLine, tmp_path: Path
) -> None:
    asset = Factory(flexmeasures.platform.store).asset()
    words = ("add", "sensor", "--name", "meter", "--unit", unit, "--event-resolution", "120")
    said = flexmeasures.says(*words, "--timezone", "UTC", "--asset", str(asset.id))
    sensor = flexmeasures.platform.store.assets.sensor(int(said.split("ID:")[1]))
    file = tmp_path / "power.csv"
    rows = "".join(f"2026-03-01T{hour:02}:00Z,{hour + 1}\n" for hour in range(4))
    file.write_text(f"start,value\n{rows}", encoding="utf-8")
    flexmeasures.says(*add(sensor, file, "--horizon", "0"))
    assert known(flexmeasures, sensor).value.tolist() == expected
    ends = [from_instant(time) for time in known(flexmeasures, sensor).belief_time]
    assert ends == [datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (2, 4)]
    assert "do not fit the steps" in flexmeasures.refusal(*add(sensor, file, "--do-not-resample"))


def test_longer_values_are_repeated(flexmeasures: CommandLine, meter: Sensor, tmp_path: Path) -> None:
    file = tmp_path / "power.csv"
    file.write_text("start,value\n2026-03-01T00:00Z,1\n2026-03-01T00:30Z,2\n", encoding="utf-8")
    flexmeasures.says(*add(meter, file, "--horizon", "0"))
    block = known(flexmeasures, meter)
    assert block.value.tolist() == [1, 1, 2, 2]
    assert [from_instant(time).minute for time in block.belief_time] == [15, 30, 45, 0]


def test_another_value_needs_a_word(flexmeasures: CommandLine, meter: Sensor, file: Path) -> None:
    flexmeasures.says(*add(meter, file))
    file.write_text(TEXT.replace("1.5", "9"), encoding="utf-8")
    refused = flexmeasures.refusal(*add(meter, file))
    assert "Failed to create beliefs due to the following error:" in refused
    assert "As a possible workaround, use the --allow-overwrite flag." in refused
    flexmeasures.says(*add(meter, file, "--allow-overwrite"))
    assert known(flexmeasures, meter).value.tolist() == [9, -2]


@pytest.mark.parametrize(
    ("text", "words", "reason"),
    [
        ("a,b\nyesterday,1\n", (), "Row 2: 'yesterday' is no date and time"),
        ("a,b\n2026-03-01T00:00Z,x\n", (), "Row 2: 'x' is no number."),
        ("a,b\n2026-03-01T00:00Z\n", (), "Row 2 has no column 1."),
        ("a,b\n", (), "There are no values in the table."),
        (TEXT, ("--unit", "EUR"), "Values in EUR cannot be values of sensor"),
        (TEXT, ("--unit", "foo"), "foo"),
        (TEXT, ("--filter-column", "1"), "Each --filter-column needs a --filter-value."),
        (TEXT, ("--timezone", "Mars"), "Timezone Mars is unknown!"),
        (TEXT + TEXT.splitlines()[1], (), "several values of one event"),
    ],
)
def test_what_cannot_be_read_is_told(
    text: str, words: tuple[str, ...], reason: str, flexmeasures: CommandLine, meter: Sensor, tmp_path: Path
) -> None:
    file = tmp_path / "power.csv"
    file.write_text(text, encoding="utf-8")
    assert reason in flexmeasures.refusal(*add(meter, file, *words))


def test_sensor_source_and_workbook_have_to_be_there(
    flexmeasures: CommandLine, meter: Sensor, file: Path, tmp_path: Path
) -> None:
    words = ("add", "beliefs", str(file), "--source")
    assert "There is no sensor 99." in flexmeasures.refusal(*words, "Meter", "--sensor", "99")
    assert "Failed to find source 99." in flexmeasures.refusal(*words, "99", "--sensor", str(meter.id))
    (tmp_path / "no.xlsx").write_text("no workbook", encoding="utf-8")
    assert "cannot be read as a workbook" in flexmeasures.refusal(*add(meter, tmp_path / "no.xlsx"))
    (tmp_path / "no.csv").write_bytes(b"\xff\xfe")
    assert "cannot be read as CSV" in flexmeasures.refusal(*add(meter, tmp_path / "no.csv"))


def test_signs_are_those_of_the_sensor(flexmeasures: CommandLine, file: Path) -> None:
    asset = Factory(flexmeasures.platform.store).asset()
    words = (
        "add",
        "sensor",
        "--name",
        "sun",
        "--unit",
        "MW",
        "--event-resolution",
        "15",
        "--timezone",
        "UTC",
    )
    said = flexmeasures.says(
        *words, "--asset", str(asset.id), "--attributes", '{"consumption_is_positive": false}'
    )
    sensor = flexmeasures.platform.store.assets.sensor(int(said.split("ID:")[1]))
    flexmeasures.says(*add(sensor, file))
    assert known(flexmeasures, sensor).value.tolist() == [-1.5, 2]


def test_a_source_is_made_once(flexmeasures: CommandLine) -> None:
    words = ("add", "source", "--name", "Oracle", "--type", "forecaster", "--model", "dice", "--version", "6")
    assert flexmeasures.says(*words) == flexmeasures.says(*words)
    (made,) = flexmeasures.platform.store.sources.all()
    assert (made.name, made.type, made.model, made.version) == ("Oracle", "forecaster", "dice", "6")
