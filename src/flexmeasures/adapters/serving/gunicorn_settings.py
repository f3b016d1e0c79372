"""Settings of gunicorn, which reads the names in this module."""

from __future__ import annotations

import gc
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from flexmeasures.adapters.serving.lifeline import stop_with_parent

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter

worker_class = "gthread"
workers = 2
preload_app = True  # imported once, and the memory is shared
threads = 8
timeout = 60
graceful_timeout = 3
keepalive = 5
loglevel = "warning"
control_socket_disable = True
proc_name = "flexmeasures"
# heartbeats on a disk that is busy look like workers that hang
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (gunicorn makes files safely)


def on_starting(server: Arbiter) -> None:
    """Stop with the process that supervises this one."""
    logging.getLogger("gunicorn.error").propagate = False
    stop_with_parent()
    server.log.debug("Started by a supervisor.")


def when_ready(_: Arbiter) -> None:
    """Leave what is loaded out of the search for garbage: a page is faster, and workers go on sharing it."""
    gc.collect()
    gc.freeze()
