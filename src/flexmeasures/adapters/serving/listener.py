"""The port that the platform listens at, taken before anything is started."""

from __future__ import annotations

import errno
import socket
import time

from flexmeasures.domain.errors import InvalidSetting

PATIENCE = 3.0  # s; the children of a server that was killed give the port back about as soon
BACKLOG = 512
POLL = 0.05  # s


def listen(host: str, port: int) -> socket.socket:
    """Take a port; several processes can then answer there, one after the other too.

    Args:
        host: Address to listen at.
        port: Port to listen at; 0 for any that is free.

    Raises:
        InvalidSetting: the port is taken or may not be used, or there is no such address here.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_server((host, port), family=_family(host), backlog=BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(POLL)
                continue
            raise InvalidSetting(_problem(host, port, error)) from error


def shown_address(host: str, listener: socket.socket) -> str:
    """Return where to browse to: a server for all addresses is shown with the local one."""
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  (compared)
    return f"http://{f'[{name}]' if ':' in name and not name.startswith('[') else name}:{port}"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _problem(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken by another programme. Stop that one, or choose another port: "
            f"flexmeasures run --port {port + 1 if port < 65535 else 5000}"
        )
    if error.errno == errno.EACCES:
        return (
            f"Port {port} may not be used by this user (ports below 1024 are the administrator's). "
            "Choose another one: flexmeasures run --port 5000"
        )
    return f"Cannot listen at {host}, port {port}: {error.strerror or error}. Choose another --host."
