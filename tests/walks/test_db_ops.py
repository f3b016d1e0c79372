"""An operator moves all data from the instance's own database to a foreign one, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.faults.serving import command

from flexmeasures.adapters.embedded.services import Embedded
from flexmeasures.adapters.postgres.database import Database
from flexmeasures.adapters.postgres.tables.all import METADATA

pytestmark = [pytest.mark.services, pytest.mark.full, pytest.mark.timeout(300)]

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """Return an instance with its own database, which is there during the test."""
    folder = tmp_path / "own"
    with Embedded(folder):
        yield folder


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[str]:
    """Return the URI of a database that is another's."""
    with Embedded(tmp_path / "foreign") as services:
        yield services.database_uri.replace("postgresql+psycopg", "postgresql")


def contents(uri: str) -> Rows:
    """Return all rows of all tables."""
    database = Database(uri)
    with database.joined() as session:
        found = {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }
    database.dispose()
    return found


def own_uri(instance: Path) -> str:
    with Embedded(instance) as services:
        return services.database_uri


def says(instance: Path, *words: str, **variables: str) -> str:
    done = command(instance, *words, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_dump_of_the_own_database_is_restored_there_and_in_a_foreign_one(own: Path, foreign: str) -> None:
    says(own, "add", "structure")
    says(own, "add", "toy-account")
    says(own, "add", "holidays", "--year", "2026", "--country", "NL", "--account", "1", "--asset", "3")
    says(own, "monitor", "last-seen", "--maximum-minutes-since-last-seen", "60")
    before = contents(own_uri(own))
    filled = {name for name, rows in before.items() if rows}
    assert filled >= {
        *("account", "account_role", "annotation", "annotations_accounts", "annotations_assets", "asset"),
        *("asset_type", "belief", "belief_series", "data_source", "fm_user", "latest_task_run", "role"),
        *("roles_accounts", "roles_users", "sensor"),
    }
    said = says(own, "db-ops", "dump")
    assert said.startswith("Backing up flexmeasures at ")
    (file,) = own.glob("pgbackup_flexmeasures_*.dump")
    assert said.endswith(f"db dump successful: saved to {file.name}\n")

    refused = command(own, "db-ops", "restore", file.name)
    assert refused.returncode == 1
    assert "db restore unsuccessful. Nothing was changed." in refused.stderr
    assert contents(own_uri(own)) == before

    assert "The database is empty" in says(own, "db-ops", "reset", "--force")
    assert not any(contents(own_uri(own)).values())
    assert says(own, "db-ops", "restore", file.name).endswith("db restore successful\n")
    assert contents(own_uri(own)) == before

    says(own, "db", "upgrade", SQLALCHEMY_DATABASE_URI=foreign)
    says(own, "db-ops", "restore", file.name, SQLALCHEMY_DATABASE_URI=foreign)
    assert contents(foreign) == before


def test_a_backup_in_a_folder_is_loaded_again(own: Path) -> None:
    says(own, "add", "structure")
    before = contents(own_uri(own))
    relative = {"FLEXMEASURES_DB_BACKUP_PATH": "copies"}
    said = says(own, "db-ops", "save", "--name", "first", "--data", **relative)
    assert "Successfully saved first/belief.\n" in said
    assert (own / "copies" / "first").is_dir()
    says(own, "db-ops", "reset", "--force")
    said = says(own, "db-ops", "load", "--name", "first", "--data", **relative)
    assert "Successfully loaded first/belief.\n" in said
    assert contents(own_uri(own)) == before


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("save",), "You must specify a unique name for the backup: --name <unique name>"),
        (("load",), "You must specify the name of the backup: --name <unique name>"),
        (("load", "--name", "none"), "does not exist."),
        (("save", "--name", "../out"), "'../out' cannot be the name of a folder."),
        (("restore", "none.dump"), "does not exist"),
    ],
)
def test_what_cannot_be_backed_up_is_told_in_a_line(words: tuple[str, ...], reason: str, own: Path) -> None:
    done = command(own, "db-ops", *words)
    assert done.returncode != 0
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
