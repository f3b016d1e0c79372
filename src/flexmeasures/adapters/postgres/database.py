"""The database: connections made when they are needed, transactions, and the stores behind the ports."""

from __future__ import annotations

import os
import select
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from json import JSONDecoder

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from flexmeasures.adapters.postgres.accounts import Accounts
from flexmeasures.adapters.postgres.address import address, spoken
from flexmeasures.adapters.postgres.annotations import Annotations
from flexmeasures.adapters.postgres.assets import Assets
from flexmeasures.adapters.postgres.audit import Audit
from flexmeasures.adapters.postgres.beliefs.store import BeliefTable
from flexmeasures.adapters.postgres.changes import take
from flexmeasures.adapters.postgres.events import Events
from flexmeasures.adapters.postgres.jobs import Jobs
from flexmeasures.adapters.postgres.learned import LearnedOfSensors
from flexmeasures.adapters.postgres.logins import Logins
from flexmeasures.adapters.postgres.outages import FAILURES, is_outage, reason
from flexmeasures.adapters.postgres.schema import Schema
from flexmeasures.adapters.postgres.sources import Sources
from flexmeasures.adapters.postgres.tasks import Tasks
from flexmeasures.adapters.postgres.version import demand_supported
from flexmeasures.domain.changes import Change
from flexmeasures.domain.errors import ServiceUnavailable
from flexmeasures.usecases.ports.platform import Store

_OPEN = "transaction is open"

_JSON = JSONDecoder()

PATIENCE = "30s"
"""How long one transaction waits for another."""


class Database:
    """A PostgreSQL database, shared by the threads of a process and safe after a fork.

    Attributes:
        engine: The pool of connections of this process.
        store: Everything that is kept, by subject. Each call joins the open transaction, or is one itself.
        logins: What lets users in.
        schema: Its versions.
        tell: Called with what each transaction has changed, once it is committed.
    """

    def __init__(self, uri: str, engine_options: Mapping[str, object] | None = None) -> None:
        """Describe a database; nothing is connected yet.

        Args:
            uri: Its address, in the documented form.
            engine_options: As ``SQLALCHEMY_ENGINE_OPTIONS`` says.

        Raises:
            InvalidSetting: ``uri`` is no address of a PostgreSQL database.
        """
        self._url = address(uri)
        self.engine = create_engine(self._url, **{"json_deserializer": _read_json, **(engine_options or {})})
        _leave_to_parent(self.engine)
        event.listen(self.engine, "connect", _set_up)
        event.listen(self.engine, "connect", self._demand_supported)
        event.listen(self.engine, "checkout", _demand_open)
        self._session = scoped_session(sessionmaker(self.engine, expire_on_commit=False))
        self.schema = Schema(self.engine, spoken(self._url))
        self.store = Store(
            beliefs=BeliefTable(self.joined),
            sources=Sources(self.joined),
            assets=Assets(self.joined),
            accounts=Accounts(self.joined),
            events=Events(self.joined),
            jobs=Jobs(self.joined),
            tasks=Tasks(self.joined),
            audit=Audit(self.joined),
            annotations=Annotations(self.joined),
            learned=LearnedOfSensors(self.joined),
        )
        self.logins = Logins(self.joined)
        self.tell: Callable[[Change], None] = _tell_nobody

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens meanwhile, or roll it back if something is raised. Joins an open transaction.

        Raises:
            ServiceUnavailable: the database does not answer.
        """
        with self.joined():
            yield

    @contextmanager
    def joined(self) -> Iterator[Session]:
        """Return the session of the open transaction, or of one that ends with this block.

        Raises:
            ServiceUnavailable: the database does not answer.
        """
        session = self._session()
        if session.info.get(_OPEN):
            yield session
            return
        session.info[_OPEN] = True
        try:
            with self._answering():
                yield session
                session.commit()
            if change := take(session):
                self.tell(change)
        finally:
            take(session)
            del session.info[_OPEN]
            session.close()

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to a revision, the newest by default.

        Raises:
            InvalidRevision: there is no such revision.
            ServiceUnavailable: the database does not answer.
        """
        self.schema.upgrade(revision)

    def ping(self) -> None:
        """Check that the database answers.

        Raises:
            ServiceUnavailable: it does not.
        """
        with self._answering(), self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close all connections."""
        self._session.remove()
        self.engine.dispose()

    def _demand_supported(self, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        """Have nothing to do with a server that is too old."""
        demand_supported(connection.info.server_version, spoken(self._url))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except FAILURES as error:
            if not is_outage(error):
                raise
            raise ServiceUnavailable(
                f"The database {spoken(self._url)} does not answer: {reason(error)}"
            ) from error


def _tell_nobody(_: Change) -> None:
    """Do nothing: nobody wants to know."""


def _leave_to_parent(engine: Engine) -> None:
    """Let a forked process make connections of its own."""
    known = weakref.ref(engine)

    def begin_anew() -> None:
        if (mine := known()) is not None:
            mine.dispose(close=False)

    os.register_at_fork(after_in_child=begin_anew)


def _read_json(document: bytes) -> object:
    """Read what the server sends: UTF-8 without space around it, which general readers look for first."""
    return _JSON.raw_decode(document.decode())[0]


def _set_up(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Let nobody wait for ever, and let queries keep their plan: making one takes longer than running it.

    They go through an index in its order, which parallel plans would not keep.
    """
    cursor = connection.cursor()
    cursor.execute(
        f"SET lock_timeout = '{PATIENCE}'; SET plan_cache_mode = force_generic_plan;"
        " SET max_parallel_workers_per_gather = 0"
    )
    cursor.close()
    connection.commit()


def _demand_open(
    connection: DBAPIConnection, _record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Have another connection made if the server has closed this one: then there is something to be read.

    This asks the operating system only, where a ping of the server would take as long as a small query.
    """
    ear = select.poll()
    ear.register(connection.fileno(), select.POLLIN)
    if ear.poll(0):
        raise DisconnectionError("The server has closed the connection.")
