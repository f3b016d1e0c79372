"""What was backed up comes back: each row of each table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select, text

from flexmeasures.adapters.postgres.address import address
from flexmeasures.adapters.postgres.backups import tables
from flexmeasures.adapters.postgres.backups.backups import DatabaseBackups
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.postgres.tables.all import METADATA
from flexmeasures.domain.accounts import User
from flexmeasures.domain.beliefs import BeliefBlock
from flexmeasures.domain.errors import BackupFailure, UnknownBackup
from flexmeasures.domain.flexibility import SocTarget, UdiEvent
from flexmeasures.domain.jobs import SCHEDULING, Job, JobState
from flexmeasures.domain.timing import instant
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.emptying import empty
from flexmeasures.testing.factories import Factory
from flexmeasures.usecases.ports.backups import Part
from flexmeasures.usecases.ports.learned import Learned

pytestmark = pytest.mark.services

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def backups(database: Database) -> DatabaseBackups:
    """Return what makes backups of a database with something in every table."""
    fill(database)
    url = database.engine.url.render_as_string(hide_password=False)
    return DatabaseBackups(address(url), database.joined, lambda: NOON)


def fill(database: Database) -> None:
    """Put something into every table."""
    make, store = Factory(database.store), database.store
    user = make.user("admin", account=make.account("Prosumer"))
    station = make.asset("one-way_evse", owner=user, name='Quoted "EVSE", with comma\nand line')
    sensor = make.sensor(station)
    source = store.sources.of_user(user)
    starts = instant(NOON) + np.arange(3) * np.timedelta64(15, "m")
    values = np.array([1 / 3, -1e-300, 5e300])
    store.beliefs.add([BeliefBlock(sensor.id, source.id, starts, starts, values)])
    store.events.add(UdiEvent(station.id, 7, "soc", NOON, 0.1, (SocTarget(NOON + timedelta(hours=1), 0.2),)))
    store.jobs.add(Job("a", SCHEDULING, "schedule", {"asset_id": 1}, JobState.QUEUED, NOON, "the key"))
    store.tasks.report("nightly", NOON, succeeded=True)
    store.learned.keep("trees", Learned(sensor.id, NOON, bytes(range(256))))
    with database.joined() as session:
        for table in METADATA.sorted_tables:
            if session.execute(select(table).limit(1)).first() is None:
                session.execute(insert(table).values(**ROWS[table.name](user, station.id, sensor.id)))


ROWS: dict[str, Callable[[User, int, int], dict[str, object]]] = {
    "plan": lambda *_: {"name": "free"},
    "annotation": lambda *_: {
        "id": 1,
        "content": "It's a holiday",
        "start": NOON,
        "end": NOON,
        "type": "holiday",
    },
    "annotations_accounts": lambda user, *_: {"account_id": user.account.id, "annotation_id": 1},
    "annotations_assets": lambda _, asset, __: {"asset_id": asset, "annotation_id": 1},
    "annotations_sensors": lambda _, __, sensor: {"sensor_id": sensor, "annotation_id": 1},
    "audit_log": lambda user, *_: {"event_datetime": NOON, "event": "Ran", "active_user_id": user.id},
}


def contents(database: Database) -> Rows:
    """Return all rows of all tables."""
    with database.joined() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def next_asset_id(database: Database) -> int:
    return Factory(database.store).asset().id


def test_a_dump_brings_back_every_row_of_every_table(
    backups: DatabaseBackups, database: Database, tmp_path: Path
) -> None:
    before = contents(database)
    assert all(before.values())
    file = backups.dump(tmp_path)
    assert file.name.startswith("pgbackup_tests_")
    assert file.name.endswith("_2026-03-02-1200.dump")
    assert list(tmp_path.iterdir()) == [file]
    empty(database)
    backups.restore(file)
    assert contents(database) == before
    assert next_asset_id(database) > max(int(str(row[0])) for row in before["asset"])


def test_a_dump_is_not_read_into_tables_that_hold_something(
    backups: DatabaseBackups, database: Database, tmp_path: Path
) -> None:
    file = backups.dump(tmp_path)
    before = contents(database)
    with pytest.raises(BackupFailure, match="duplicate key"):
        backups.restore(file)
    assert contents(database) == before


def test_half_a_dump_changes_nothing(backups: DatabaseBackups, database: Database, tmp_path: Path) -> None:
    file = backups.dump(tmp_path)
    file.write_bytes(file.read_bytes()[:-200])
    empty(database)
    with pytest.raises(BackupFailure):
        backups.restore(file)
    assert not any(contents(database).values())


def test_no_dump_is_told_from_a_dump(backups: DatabaseBackups, tmp_path: Path) -> None:
    file = tmp_path / "photo.dump"
    file.write_bytes(b"no dump at all")
    with pytest.raises(BackupFailure, match="input file does not appear to be a valid archive"):
        backups.restore(file)


def test_no_file_is_left_of_a_dump_that_failed(tmp_path: Path) -> None:
    uri = f"postgresql://me:secret@/none?host={tmp_path}"
    nowhere = DatabaseBackups(address(uri), Database(uri).joined, lambda: NOON)
    with pytest.raises(BackupFailure) as failure:
        nowhere.dump(tmp_path)
    assert "secret" not in str(failure.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_brings_back_every_row_but_those_of_jobs_and_what_was_learned(
    backups: DatabaseBackups, database: Database, tmp_path: Path
) -> None:
    before = contents(database)
    saved = list(backups.save(tmp_path / "all", list(Part)))
    assert sorted(saved) == sorted(before.keys() - {"job", "learned"})
    empty(database)
    assert list(backups.load(tmp_path / "all", list(Part))) == saved
    assert contents(database) == before | {"job": [], "learned": []}
    assert next_asset_id(database) > max(int(str(row[0])) for row in before["asset"])


def test_a_row_of_a_folder_takes_the_place_of_one_with_its_key(
    backups: DatabaseBackups, database: Database, tmp_path: Path
) -> None:
    before = contents(database)
    list(backups.save(tmp_path / "all", list(Part)))
    with database.joined() as session:
        session.execute(text("UPDATE asset SET display_name = 'changed'"))
        session.execute(text("DELETE FROM belief_series"))
    list(backups.load(tmp_path / "all", list(Part)))
    assert contents(database) == before


def test_structure_can_be_saved_without_data(backups: DatabaseBackups, tmp_path: Path) -> None:
    saved = list(backups.save(tmp_path / "structure", [Part.STRUCTURE]))
    assert {"asset", "sensor", "fm_user", "role"} <= set(saved)
    assert not {"belief", "belief_series", "udi_event"} & set(saved)
    assert backups.missing(tmp_path / "structure", [Part.STRUCTURE]) == []
    assert "belief" in backups.missing(tmp_path / "structure", [Part.DATA])


def test_a_missing_file_leaves_its_table_as_it_is(
    backups: DatabaseBackups, database: Database, tmp_path: Path
) -> None:
    before = contents(database)
    list(backups.save(tmp_path / "all", list(Part)))
    (tmp_path / "all" / f"belief{tables.SUFFIX}").unlink()
    assert "belief" not in list(backups.load(tmp_path / "all", list(Part)))
    assert contents(database) == before


def test_a_folder_that_is_there_is_left_alone(backups: DatabaseBackups, tmp_path: Path) -> None:
    with pytest.raises(BackupFailure, match="already exists"):
        list(backups.save(tmp_path, list(Part)))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(backups: DatabaseBackups, tmp_path: Path) -> None:
    with pytest.raises(UnknownBackup, match="does not exist"):
        list(backups.load(tmp_path / "none", list(Part)))


def test_a_broken_file_changes_nothing(backups: DatabaseBackups, database: Database, tmp_path: Path) -> None:
    list(backups.save(tmp_path / "all", list(Part)))
    (tmp_path / "all" / f"belief{tables.SUFFIX}").write_bytes(b"broken")
    empty(database)
    with pytest.raises(BackupFailure, match="Can't load table belief because"):
        list(backups.load(tmp_path / "all", list(Part)))
    assert not any(contents(database).values())


def test_no_folder_is_left_of_a_backup_that_failed(
    backups: DatabaseBackups, database: Database, tmp_path: Path
) -> None:
    with database.joined() as session:
        session.execute(text("ALTER TABLE udi_event RENAME TO gone"))
    try:
        with pytest.raises(BackupFailure, match=r"Can't save table udi_event because .* Removed"):
            list(backups.save(tmp_path / "all", list(Part)))
    finally:
        with database.joined() as session:
            session.execute(text("ALTER TABLE gone RENAME TO udi_event"))
    assert list(tmp_path.iterdir()) == []
