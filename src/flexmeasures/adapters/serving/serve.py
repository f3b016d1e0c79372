"""Serve the platform: the web server, one worker per queue, and care for the embedded servers."""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

from flexmeasures.adapters.serving.child import Role
from flexmeasures.adapters.serving.listener import shown_address
from flexmeasures.adapters.serving.supervisor import Supervisor, care_for, stop_at_signals

PROGRAM = "flexmeasures.app"
PING = "/api/ops/ping"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is served and how.

    Attributes:
        host: Address to listen at.
        debug: Whether changed code is reloaded.
        queues: Whose jobs are done beside.
        companions: Commands that run beside and get the port.
    """

    host: str
    debug: bool
    queues: tuple[str, ...]
    companions: tuple[str, ...] = ()


def serve(
    plan: Plan,
    listener: socket.socket,
    check: Callable[[], Sequence[str]] | None,
    announce: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM comes, then stop everything in order.

    Args:
        plan: What is served.
        listener: Where, taken already.
        check: Looks after the embedded servers; None where there are none.
        announce: Called with the address when the web server answers.

    Raises:
        ServiceUnavailable: the web server does not start.
    """
    with ExitStack() as stack:
        address = shown_address(plan.host, listener)
        stop = stack.enter_context(stop_at_signals())
        if check is not None:
            stack.enter_context(care_for(check))
        port = listener.getsockname()[1]
        workers = [_worker(queue, port) for queue in plan.queues]
        companions = [_companion(command, port) for command in plan.companions]
        roles = [_web(plan, listener), *workers, *companions]
        Supervisor(roles).run(stop, lambda: answers(address), lambda: announce(address))


def answers(address: str) -> bool:
    """Return whether a web server answers at this address, whatever it says."""
    server = urlsplit(address)
    connection = http.client.HTTPConnection(server.hostname or "", server.port, timeout=2)
    try:
        connection.request("GET", PING)
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _web(plan: Plan, listener: socket.socket) -> Role:
    if plan.debug:
        return _reloading(plan, listener)
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:flexmeasures.adapters.serving.gunicorn_settings",
    ]
    command = [*gunicorn, "--bind", f"fd://{listener.fileno()}", f"{PROGRAM}:create()"]
    return Role("web server", command, descriptors=(listener.fileno(),))


def _reloading(plan: Plan, listener: socket.socket) -> Role:
    """Return Flask's own server, which takes the port itself."""
    port = str(listener.getsockname()[1])
    listener.close()
    flask = [sys.executable, "-m", "flask", "--app", f"{PROGRAM}:create"]
    command = [*flask, "run", "--debug", "--host", plan.host, "--port", port]
    return Role("web server", command, speaks=True)


def _worker(queue: str, port: int) -> Role:
    """Return a worker under a name that its successor has too, and no worker of another server."""
    name = f"{socket.gethostname()}-{port}-{queue}"
    command = [sys.executable, "-m", PROGRAM, "jobs", "run-worker", "--queue", queue, "--name", name]
    return Role(f"worker for {queue}", command)


def _companion(command: str, port: int) -> Role:
    return Role(command, [sys.executable, "-m", PROGRAM, command, "--port", str(port)])
