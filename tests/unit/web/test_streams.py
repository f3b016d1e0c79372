"""One thread tells all pages what changes, and holds none of the server's."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from urllib.request import urlopen

import pytest
from flask import Flask, Response, request
from werkzeug.serving import make_server

from flexmeasures.domain.changes import Change
from flexmeasures.testing.memory.changes import MemoryChanges
from flexmeasures.testing.waiting import eventually
from flexmeasures.web.handover import take_connection
from flexmeasures.web.streams import Interest, Streams

FIRST = Change(sensors=frozenset({1}))
JOB = Change(queues=frozenset({"scheduling"}))


Listener = Callable[[Streams, Interest], socket.socket]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Open streams; return the far end of each."""
    ends: list[socket.socket] = []

    def listen(streams: Streams, interest: Interest) -> socket.socket:
        near, far = socket.socketpair()
        near.setblocking(False)
        far.settimeout(5)
        streams.add(near, interest)
        ends.append(far)
        return far

    yield listen
    for far in ends:
        far.close()


def heard(far: socket.socket, until: bytes) -> bytes:
    """Return what is heard until some words come."""
    text = b""
    while until not in text:
        text += far.recv(4096)
    return text


def test_each_page_hears_what_it_shows(listener: Listener) -> None:
    changes = MemoryChanges()
    streams = Streams(changes)
    one = listener(streams, Interest(frozenset({1, 2})))
    tasks = listener(streams, Interest(frozenset({7}), jobs=True))
    for far in (one, tasks):
        heard(far, b"retry")
    changes.tell(FIRST)
    assert b"event: values" in heard(one, b"\n\n")
    changes.tell(JOB)
    text = heard(tasks, b"event: jobs")
    assert b"event: values" not in text
    one.settimeout(0.6)
    with pytest.raises(TimeoutError):
        one.recv(100)


def test_many_changes_are_told_once(listener: Listener) -> None:
    changes = MemoryChanges()
    far = listener(Streams(changes), Interest(frozenset({1}), jobs=True))
    heard(far, b"retry")
    for _ in range(1000):
        changes.tell(FIRST)
    changes.tell(JOB)
    text = heard(far, b"event: jobs")
    assert 1 <= text.count(b"event: values") <= 3


def test_after_an_outage_every_page_looks_again() -> None:
    assert b"values" in Interest(frozenset({1})).events(None)
    assert b"jobs" in Interest(frozenset(), jobs=True).events(None)


def test_a_page_that_goes_away_is_forgotten(listener: Listener) -> None:
    streams = Streams(MemoryChanges())
    far = listener(streams, Interest(frozenset({1})))
    heard(far, b"retry")
    eventually(lambda: streams.count == 1)
    far.close()
    eventually(lambda: streams.count == 0)


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """A server with two threads at most busy, that gives its connections away."""
    app, streams = Flask("streams"), Streams(MemoryChanges())

    @app.get("/live")
    def live() -> Response:
        connection = take_connection(request.environ)
        assert connection is not None
        streams.add(connection, Interest(frozenset({1})))
        return Response(status=204)

    @app.get("/threads")
    def threads() -> str:
        return str(threading.active_count())

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield "127.0.0.1", server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def ask(address: tuple[str, int], path: str) -> socket.socket:
    connection = socket.create_connection(address, timeout=5)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
    return connection


def threads_of(address: tuple[str, int]) -> int:
    """Return how many threads the server has."""
    with urlopen(f"http://{address[0]}:{address[1]}/threads") as answer:
        return int(answer.read())


def test_open_pages_hold_no_thread(address: tuple[str, int]) -> None:
    before = threads_of(address)
    pages = [ask(address, "/live") for _ in range(50)]
    for page in pages:
        assert b"text/event-stream" in heard(page, b"retry")
    eventually(lambda: threads_of(address) < before + 5)
    for page in pages:
        page.close()


def test_other_connections_are_not_taken() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert take_connection({}) is None
        shared = {"gunicorn.socket": one, "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_VERSION": "2"}
        assert take_connection(shared) is None
        assert take_connection({"gunicorn.socket": one, "SERVER_PROTOCOL": "HTTP/2"}) is None
