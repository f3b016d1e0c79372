"""Takes the connection of a request from the web server, so that a long answer holds none of its threads."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping

KEYS = ("gunicorn.socket", "werkzeug.socket")
PLAIN = frozenset({"HTTP/1.0", "HTTP/1.1"})
SHARED = "HTTP_VERSION"
"""Set by gunicorn for requests that share one connection."""


def take_connection(environ: Mapping[str, object]) -> socket.socket | None:
    """Return the connection of a request, and leave the server one whose other end is closed.

    The server then finds that its visitor is gone, and goes on with other requests.

    Args:
        environ: Of the request.

    Returns:
        The connection, without blocking; None if the server does not give it away: it is encrypted, carries
        other requests too, or comes from another server than gunicorn and Werkzeug.
    """
    served = next((environ[key] for key in KEYS if key in environ), None)
    if not isinstance(served, socket.socket) or isinstance(served, ssl.SSLSocket):
        return None
    if environ.get("SERVER_PROTOCOL") not in PLAIN or SHARED in environ:
        return None
    mine = served.dup()
    left, gone = socket.socketpair()
    gone.close()
    os.dup2(left.fileno(), served.fileno(), inheritable=False)
    left.close()
    mine.setblocking(False)
    return mine
