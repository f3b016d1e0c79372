"""The scene, really served: over HTTP, from PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from flask import abort
from tests.browser.site import Site, site_over
from werkzeug.serving import make_server

from flexmeasures.adapters.postgres.database import Database
from flexmeasures.forecasting.task import Forecast, ForecastTask
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.testing.clock import FixedClock
from flexmeasures.testing.emptying import empty
from flexmeasures.testing.memory.changes import MemoryChanges
from flexmeasures.testing.memory.queue import MemoryQueue
from flexmeasures.usecases.ports.platform import Platform, Rules


@contextmanager
def served(database: Database, settings: Mapping[str, object]) -> Iterator[Site]:
    """Serve the scene with some settings, beside a page that fails with any code at ``/fails/<code>``."""
    clock = FixedClock()
    queue = MemoryQueue(database.store.jobs, clock)
    platform = Platform(
        store=database.store,
        queue=queue,
        now=clock,
        transaction=lambda: queue.transaction(database.transaction()),
        scheduler=_schedule_nothing,
        forecaster=_forecast_nothing,
        rules=Rules(),
    )
    changes = MemoryChanges()
    database.tell = changes.tell
    made = site_over(platform, database.logins, clock, settings, news=changes)
    made.app.add_url_rule("/fails/<int:code>", "fails", view_func=abort)
    server = make_server("127.0.0.1", 0, made.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield replace(made, url=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        empty(database)


def _schedule_nothing(_: Problem) -> Solution:
    """Refuse to work: pages compute nothing."""
    raise AssertionError("A page made a schedule.")


def _forecast_nothing(_: ForecastTask) -> Forecast:
    """Refuse to work: pages compute nothing."""
    raise AssertionError("A page made a forecast.")
