"""A PostgreSQL of the instance's own, which listens on a socket in a private folder only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from flexmeasures.adapters.embedded import processes
from flexmeasures.adapters.embedded.binaries import POSTGRES_MAJOR, postgres_tool
from flexmeasures.adapters.embedded.home import SOCKET, Home
from flexmeasures.adapters.embedded.processes import Kind
from flexmeasures.adapters.embedded.server import Answer, State

KEEPER = "embedded"  # superuser; the reserved connections are its own, so that health checks always get in
ROLE = "flexmeasures"
DATABASE = "flexmeasures"

CONFIGURATION = """\
# Written by FlexMeasures when this cluster was made. Put changes into local.conf beside this file.
listen_addresses = ''
max_connections = 100
shared_buffers = 128MB
wal_buffers = 16MB
max_wal_size = 512MB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
include_if_exists 'local.conf'
"""

STRUCTURE = f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n"


@dataclass(frozen=True, slots=True)
class Postgres:
    """PostgreSQL in an instance folder."""

    home: Home

    @property
    def kind(self) -> Kind:
        return processes.POSTGRES

    @property
    def uri(self) -> str:
        """Where SQLAlchemy finds the database."""
        return f"postgresql+psycopg://{ROLE}@/{DATABASE}?host={quote(str(self.home.sockets), safe='')}"

    def ping(self) -> Answer:
        try:
            psycopg.connect(
                host=str(self.home.sockets), user=KEEPER, dbname="postgres", connect_timeout=3
            ).close()
        except psycopg.Error as error:
            return _diagnose(str(error).strip())
        return Answer(State.HEALTHY)

    def start(self) -> subprocess.Popen[bytes]:
        self._sweep()
        if not self._cluster.exists():
            self._make_cluster()
        for stale in (self._cluster / "postmaster.pid", *self.home.sockets.glob(f"{SOCKET}*")):
            stale.unlink(missing_ok=True)
        command = [
            postgres_tool("postgres"),
            *("-D", str(self._cluster)),
            f'-cunix_socket_directories="{self.home.sockets}"',
            "-cunix_socket_permissions=0700",
        ]
        return processes.start(self.home, self.kind.name, command)

    @property
    def _cluster(self) -> Path:
        return self.home.postgres / POSTGRES_MAJOR

    def _sweep(self) -> None:
        """Remove clusters that were being made when somebody pulled the plug."""
        for unfinished in self.home.postgres.glob("new-*"):
            shutil.rmtree(unfinished, ignore_errors=True)

    def _make_cluster(self) -> None:
        """Make a cluster with one database; it gets its name when it is complete."""
        new = Path(tempfile.mkdtemp(prefix="new-", dir=self.home.postgres))
        if self.home.drops_privileges:
            os.chown(new, self.home.uid, self.home.gid)
        initdb = [postgres_tool("initdb"), "-D", str(new), "-U", KEEPER, "-E", "UTF8", "--auth=peer"]
        # the collation of the C library changes with the operating system, this one does not
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        processes.run_as_owner(self.home, [*initdb, *locale])
        (new / "postgresql.conf").write_text(CONFIGURATION, encoding="utf-8")
        (new / "pg_hba.conf").write_text("local all all peer map=embedded\n", encoding="utf-8")
        (new / "pg_ident.conf").write_text(self._who_may_connect(), encoding="utf-8")
        single = [postgres_tool("postgres"), "--single", "-D", str(new), "postgres"]
        processes.run_as_owner(self.home, single, text=STRUCTURE)
        new.rename(self._cluster)

    def _who_may_connect(self) -> str:
        accounts = sorted({"root", self.home.account})
        return "".join(f'embedded "{account}" {role}\n' for account in accounts for role in (KEEPER, ROLE))


def _diagnose(text: str) -> Answer:
    """Tell a server that is busy, or answers with an error, from one that is not there."""
    if "starting up" in text or "recovery" in text:
        return Answer(State.RECOVERING, text)
    if "timeout" in text:
        return Answer(State.SLOW, text)
    if "FATAL" in text and "shutting down" not in text:
        return Answer(State.HEALTHY, text)  # such as too many clients: no reason to kill it
    return Answer(State.MUTE, text)
