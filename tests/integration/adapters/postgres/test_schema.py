from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import inspect, text

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres import schema as schema_module
from flexmeasures.adapters.postgres.database import PATIENCE, Database
from flexmeasures.domain.errors import InvalidRevision, ServiceUnavailable
from flexmeasures.testing.servers import new_database

pytestmark = pytest.mark.services


@pytest.fixture
def fresh(instance: Embedded) -> Iterator[Database]:
    """A migrated database that a test may spoil."""
    database = Database(new_database(instance, f"spoilt_{uuid4().hex}"))
    yield database
    database.dispose()


def test_the_tables_are_as_declared_after_an_upgrade(database: Database) -> None:
    assert database.schema.differences() == []
    assert [database.schema.current()] == database.schema.heads()


def test_the_schema_can_be_taken_back_and_brought_up_again(fresh: Database) -> None:
    fresh.schema.downgrade("base")
    assert fresh.schema.current() is None
    assert inspect(fresh.engine).get_table_names() == ["alembic_version"]
    fresh.upgrade()
    fresh.upgrade()
    assert fresh.schema.differences() == []


def test_a_revision_can_be_noted_without_a_change(fresh: Database) -> None:
    fresh.schema.stamp("base")
    assert fresh.schema.current() is None
    fresh.schema.stamp()
    assert [fresh.schema.current()] == fresh.schema.heads()


def test_an_unknown_revision_is_told(fresh: Database) -> None:
    with pytest.raises(InvalidRevision, match="9999"):
        fresh.upgrade("9999")


def test_history_tells_what_each_revision_does(database: Database) -> None:
    assert database.schema.history()[-1] == "<base> -> 0001: Make the first tables."


def test_a_new_migration_holds_what_differs(
    fresh: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_text((schema_module.FOLDER / name).read_text())
    for version in (schema_module.FOLDER / "versions").glob("*.py"):
        (folder / "versions" / version.name).write_text(version.read_text())
    monkeypatch.setattr(schema_module, "FOLDER", folder)
    with fresh.engine.begin() as connection:
        connection.execute(text("ALTER TABLE sensor DROP COLUMN unit"))
    path = Path(fresh.schema.revision("Add the unit", compare=True))
    assert path.parent == folder / "versions"
    assert "op.add_column('sensor'" in path.read_text()
    fresh.upgrade()
    assert fresh.schema.differences() == []
    fresh.schema.downgrade()
    assert "sensor" in str(fresh.schema.differences())


def test_a_migration_does_not_wait_for_ever_for_a_table_in_use(
    fresh: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_module, "LOCK_TIMEOUT", "100ms")
    with fresh.engine.connect() as busy:
        busy.execute(text("SELECT * FROM belief_series"))
        with pytest.raises(ServiceUnavailable, match="lock"):
            fresh.schema.downgrade("base")
    assert fresh.schema.current() == "0002", "what came later touches no table"
    with fresh.engine.connect() as later:
        assert later.execute(text("SHOW lock_timeout")).scalar_one() == PATIENCE
