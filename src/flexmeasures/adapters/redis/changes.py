"""Changes told by publishing and subscribing on Redis: every process hears what any of them commits."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import structlog
from redis import Redis
from redis.client import PubSub
from redis.exceptions import RedisError

from flexmeasures.domain.changes import Change

LISTENING_SECONDS = 2.0
PAUSE_SECONDS = 1.0
SILENT_SECONDS = 5.0
"""For so long nothing is told after an outage: no commit should wait for Redis again and again."""

log = structlog.get_logger()


class RedisChanges:
    """Tells changes to all processes, and hears them."""

    def __init__(self, connection: Redis) -> None:
        self._connection = connection
        database = connection.connection_pool.connection_kwargs.get("db", 0)
        self._silent_until = 0.0
        self._channel = f"flexmeasures:changes:{database}"

    def tell(self, change: Change) -> None:
        """Tell a change that is committed; if Redis does not answer, pages find it when they look again."""
        if time.monotonic() < self._silent_until:
            return
        text = json.dumps({"sensors": sorted(change.sensors), "queues": sorted(change.queues)})
        try:
            self._connection.publish(self._channel, text)
        except RedisError as error:
            self._silent_until = time.monotonic() + SILENT_SECONDS
            log.debug("A change is not told: the queue does not answer.", error=str(error))

    def listen(self, hear: Callable[[Change | None], None]) -> None:
        threading.Thread(target=self._listen, args=(hear,), name="changes", daemon=True).start()

    def _listen(self, hear: Callable[[Change | None], None]) -> None:
        while True:
            try:
                with self._connection.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]  # redis leaves it untyped
                    channel.subscribe(self._channel)
                    hear(None)
                    _follow(channel, hear)
            except RedisError as error:
                log.debug("Changes are not heard: the queue does not answer.", error=str(error))
            time.sleep(PAUSE_SECONDS)


def _follow(channel: PubSub, hear: Callable[[Change | None], None]) -> None:
    while True:
        message = channel.get_message(timeout=LISTENING_SECONDS)
        if message is not None:
            told = json.loads(message["data"])
            hear(Change(frozenset(told["sensors"]), frozenset(told["queues"])))
