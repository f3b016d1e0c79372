"""Connections to Redis that say soon when nobody answers."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0


def connect(uri: str) -> Redis:
    """Return a client of a Redis server; nothing is sent yet.

    As it comes, a client tries again for seconds while a request waits; this one does not.

    Args:
        uri: Such as ``redis://host:6379/0`` or ``unix:///path/redis.sock``.
    """
    client: Redis = Redis.from_url(
        uri,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
    )
    return client
