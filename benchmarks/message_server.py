"""What the load benchmark serves: the platform, which tells of each answer what it took, and a bare echo."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import psycopg

from flexmeasures import app as platform

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SERVED, WAITED, WORKED = "X-Served-Seconds", "X-Waited-Seconds", "X-Worked-Seconds"
"""Headers: how long an answer took, how much of that was waiting for the database, and how long the processor
worked on it apart from that. [s]"""

_spent = threading.local()


class Timed:
    """A WSGI application that tells how long each answer took."""

    def __init__(self, application: WSGIApplication) -> None:
        """Time an application."""
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, with how long it took."""
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def keep(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
            told.append((status, headers))
            return lambda _: None

        _spent.waited = _spent.worked = 0.0
        begin, began = time.perf_counter(), time.thread_time()
        body = list(self._application(environ, keep))
        took = {
            SERVED: time.perf_counter() - begin,
            WAITED: _spent.waited,
            WORKED: time.thread_time() - began - _spent.worked,
        }
        ((status, headers),) = told
        start_response(status, [*headers, *((name, f"{seconds:.6f}") for name, seconds in took.items())])
        return body


def create() -> WSGIApplication:
    """Make the platform, timed."""
    _time_database()
    return Timed(platform.create())


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    """Send a body back, or as many bytes as the query asks for."""
    asked = parse_qs(environ["QUERY_STRING"]).get("bytes")
    told = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    body = b"0" * int(asked[0]) if asked else told
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    yield body


def _time_database() -> None:
    """Count the time that connections wait for the server, whoever sent the statement."""
    wait = psycopg.Connection.wait

    def timed(connection, *args, **kwargs):  # type: ignore[no-untyped-def]  # takes what the original takes
        begin, began = time.perf_counter(), time.thread_time()
        try:
            return wait(connection, *args, **kwargs)
        finally:
            _spent.waited = getattr(_spent, "waited", 0.0) + time.perf_counter() - begin
            _spent.worked = getattr(_spent, "worked", 0.0) + time.thread_time() - began

    psycopg.Connection.wait = timed  # type: ignore[method-assign, assignment]  # for this process only
