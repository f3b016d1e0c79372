"""Dumps of all data, in PostgreSQL's own format."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import URL

from flexmeasures.adapters.postgres.backups.tools import complaint, programme, tool
from flexmeasures.adapters.postgres.tables.all import METADATA
from flexmeasures.domain.errors import BackupFailure

VERSIONS = "alembic_version"
"""Table of the version of the schema: no data, and there already where data are restored."""

_ENTRY = re.compile(r"^\d+; \d+ \d+ (?:TABLE DATA|SEQUENCE SET) \S+ (\S+) ")
_UNKNOWN_TO_OLD_SERVERS = b"SET transaction_timeout"


def dump(url: URL, folder: Path, now: Callable[[], datetime]) -> Path:
    """Write all data of a database into a new file.

    Args:
        url: The database.
        folder: Where the file comes.
        now: The time that its name tells.

    Raises:
        BackupFailure: it could not be made; no file is left then.
    """
    file = folder / f"pgbackup_{url.database}_{now():%Y-%m-%d-%H%M}.dump"
    unfinished = file.with_suffix(".unfinished")
    pg_dump = tool("pg_dump", url)
    what = ("--data-only", "--format=custom", "--no-owner", f"--exclude-table={VERSIONS}")
    done = subprocess.run(  # noqa: S603 - own programme, own arguments
        [*pg_dump.command, *what, f"--file={unfinished}"],
        check=False,
        capture_output=True,
        text=True,
        env=pg_dump.environment,
    )
    if done.returncode:
        unfinished.unlink(missing_ok=True)
        raise BackupFailure(complaint(done.stderr))
    return unfinished.replace(file)


def restore(url: URL, file: Path) -> None:
    """Read all data from a dump into empty tables, in one transaction.

    Args:
        url: The database; its tables are those that the dump was made of.
        file: The dump.

    Raises:
        BackupFailure: it could not be read, or the tables are not empty. Nothing is changed then.
    """
    psql = tool("psql", url)
    careful = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    with _listed(_entries(file)) as wanted, tempfile.TemporaryFile() as said:
        what = ("--data-only", "--no-owner", f"--use-list={wanted}", "--file=-", str(file))
        reader = subprocess.Popen(  # noqa: S603 - own programme, own arguments
            [programme("pg_restore"), *what], stdout=subprocess.PIPE, stderr=said
        )
        writer = subprocess.Popen(  # noqa: S603 - own programme, own arguments
            [*psql.command, *careful],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=psql.environment,
        )
        if not _pass_on(reader, writer):
            said.seek(0)
            raise BackupFailure(complaint(said.read().decode(errors="replace")))


@contextmanager
def _listed(entries: list[str]) -> Iterator[str]:
    """Give the name of a file that lists what is to be restored, in order."""
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as wanted:
        wanted.write("\n".join(entries))
        wanted.flush()
        yield wanted.name


def _entries(file: Path) -> list[str]:
    """Return what a dump holds, as pg_restore lists it, in an order that keeps all references.

    Raises:
        BackupFailure: it is no dump.
    """
    listed = subprocess.run(  # noqa: S603 - own programme, own arguments
        [programme("pg_restore"), "--list", str(file)], check=False, capture_output=True, text=True
    )
    if listed.returncode:
        raise BackupFailure(complaint(listed.stderr))
    order = {table.name: place for place, table in enumerate(METADATA.sorted_tables)}
    found = [(entry[1], line) for line in listed.stdout.splitlines() if (entry := _ENTRY.match(line))]
    kept = [(name, line) for name, line in found if name != VERSIONS]
    return [line for _, line in sorted(kept, key=lambda pair: order.get(pair[0], len(order)))]


def _pass_on(reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> bool:
    """Let psql execute what pg_restore writes, and return whether both did their work.

    psql commits at the end of its input. If pg_restore failed, it must not come there.
    """
    if reader.stdout is None or writer.stdin is None:
        return False
    with suppress(BrokenPipeError), reader.stdout:  # psql stops at an error, which it tells
        _copy(reader.stdout, writer.stdin)
    if reader.wait():
        writer.kill()
    with suppress(BrokenPipeError):
        writer.stdin.close()
    return writer.wait() == 0


def _copy(script: IO[bytes], into: IO[bytes]) -> None:
    """Copy a script, without the settings in its head that servers before version 17 do not know."""
    for line in script:
        if not line.startswith(_UNKNOWN_TO_OLD_SERVERS):
            into.write(line)
        if line.startswith(b"COPY "):
            break
    shutil.copyfileobj(script, into)
    into.flush()
