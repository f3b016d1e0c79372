"""Folders of tables: one compressed CSV file each, with the names of its columns."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from psycopg import Connection, sql
from psycopg import Error as DriverError
from sqlalchemy import Table
from sqlalchemy.orm import Session

from flexmeasures.adapters.postgres.sessions import Sessions, driver
from flexmeasures.adapters.postgres.tables.all import METADATA
from flexmeasures.domain.errors import BackupFailure, UnknownBackup
from flexmeasures.usecases.ports.backups import Part

SUFFIX = ".csv.gz"

_DATA = (
    "belief_series",
    "belief",
    "udi_event",
    "annotation",
    "annotations_accounts",
    "annotations_assets",
    "annotations_sensors",
    "audit_log",
    "latest_task_run",
)
_PASSING = ("job", "learned")
"""What is of no use later, or can be learned again."""

_CHUNK = 1 << 20
_FAST = 1
"""Level of compression."""


def tables(parts: Collection[Part]) -> list[Table]:
    """Return the tables of some parts; those that others refer to come first."""
    part_of = dict.fromkeys(_DATA, Part.DATA)
    return [
        table
        for table in METADATA.sorted_tables
        if table.name not in _PASSING and part_of.get(table.name, Part.STRUCTURE) in parts
    ]


def save(joined: Sessions, folder: Path, parts: Collection[Part]) -> Iterator[str]:
    """Write tables into a new folder, all as they are at one moment; yield the name of each.

    Raises:
        BackupFailure: the folder is there already, or a table could not be saved. No folder is left then.
    """
    if folder.exists():
        raise BackupFailure(f"Can't save backup, because directory {folder} already exists.")
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    name = ""
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with joined() as session:
            connection = _at_one_moment(session)
            for table in tables(parts):
                name = table.name
                _write(connection, table, unfinished / f"{name}{SUFFIX}")
                yield name
        unfinished.rename(folder)
    except (OSError, DriverError) as error:
        raise BackupFailure(
            f"Can't save table {name} because of the following error: {_told(error)}"
            f" Removed directory {folder}."
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def load(joined: Sessions, folder: Path, parts: Collection[Part]) -> Iterator[str]:
    """Merge tables from a folder into the database, in one transaction; yield the name of each.

    Raises:
        UnknownBackup: there is no such folder.
        BackupFailure: a table could not be loaded. Nothing is changed then.
    """
    if not folder.is_dir():
        raise UnknownBackup(f"Can't load backup, because directory {folder} does not exist.")
    name = ""
    try:
        with joined() as session:
            connection = driver(session)
            for table in tables(parts):
                name = table.name
                file = folder / f"{name}{SUFFIX}"
                if file.exists():
                    _merge(connection, table, file)
                    yield name
    except (OSError, EOFError, DriverError) as error:
        raise BackupFailure(
            f"Can't load table {name} because of the following error: {_told(error)}"
        ) from error


def clear(joined: Sessions) -> None:
    """Empty all tables."""
    names = _list(table.name for table in METADATA.sorted_tables)
    with joined() as session:
        driver(session).execute(sql.SQL("TRUNCATE {} CASCADE").format(names))


def missing(folder: Path, parts: Collection[Part]) -> list[str]:
    """Return the names of the tables that a backup lacks."""
    return [table.name for table in tables(parts) if not (folder / f"{table.name}{SUFFIX}").exists()]


def _told(error: Exception) -> str:
    """Return what went wrong, on one line."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def _at_one_moment(session: Session) -> Connection:
    """Return the connection of a session, which sees what was committed by now until it ends."""
    connection = driver(session)
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return connection


def _write(connection: Connection, table: Table, file: Path) -> None:
    columns = _list(column.name for column in table.columns)
    statement = sql.SQL("COPY {} ({}) TO STDOUT (FORMAT csv, HEADER)").format(
        sql.Identifier(table.name), columns
    )
    with (
        gzip.open(file, "wb", compresslevel=_FAST) as into,
        connection.cursor().copy(statement) as rows,
    ):
        for row in rows:
            into.write(row)


_INSERT = sql.SQL(
    "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {loaded} "
    "ON CONFLICT ({key}) DO {change}"
)


def _merge(connection: Connection, table: Table, file: Path) -> None:
    """Let the rows of a file take the place of those with the same key, and number new rows after them."""
    loaded, name = sql.Identifier(f"loaded_{table.name}"), sql.Identifier(table.name)
    connection.execute(sql.SQL("CREATE TEMP TABLE {} (LIKE {}) ON COMMIT DROP").format(loaded, name))
    columns = _read(connection, file, loaded)
    key = [column.name for column in table.primary_key]
    changes = [
        sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(each)) for each in columns if each not in key
    ]
    change = sql.SQL("UPDATE SET ") + sql.SQL(", ").join(changes) if changes else sql.SQL("NOTHING")
    connection.execute(
        _INSERT.format(table=name, columns=_list(columns), loaded=loaded, key=_list(key), change=change)
    )
    _number_on(connection, table)


def _read(connection: Connection, file: Path, into: sql.Identifier) -> list[str]:
    """Read a file into a table, and return the names of its columns."""
    with gzip.open(file, "rb") as rows:
        columns = rows.readline().decode().strip().split(",")
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(into, _list(columns))
        with connection.cursor().copy(statement) as copy:
            while chunk := rows.read(_CHUNK):
                copy.write(chunk)
    return columns


def _list(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _number_on(connection: Connection, table: Table) -> None:
    for column in table.columns:
        found = connection.execute(
            "SELECT pg_get_serial_sequence(%s, %s)", (table.name, column.name)
        ).fetchone()
        if found is not None and found[0] is not None:
            highest = sql.SQL("SELECT setval(%s, coalesce(max({}), 0) + 1, false) FROM {}").format(
                sql.Identifier(column.name), sql.Identifier(table.name)
            )
            connection.execute(highest, (found[0],))
