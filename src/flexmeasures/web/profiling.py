"""Time requests, for developers: ``FLEXMEASURES_PROFILE_REQUESTS``."""

from __future__ import annotations

from time import perf_counter, thread_time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()


def time_requests(app: Flask) -> None:
    """Say in the log and in a header of the answer how long each request took."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = perf_counter(), thread_time()


def _end(response: Response) -> Response:
    wall, processor = g.pop("began", (perf_counter(), thread_time()))
    milliseconds = 1000 * (perf_counter() - wall), 1000 * (thread_time() - processor)
    response.headers["Server-Timing"] = "total;dur={:.1f}, processor;dur={:.1f}".format(*milliseconds)
    log.warning(
        "A request was timed.",
        method=request.method,
        path=request.path,
        status=response.status_code,
        milliseconds=round(milliseconds[0], 1),
        processor_milliseconds=round(milliseconds[1], 1),
    )
    return response
