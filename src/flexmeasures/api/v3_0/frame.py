"""Put routes of version 3.0 into a web application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from threading import BoundedSemaphore
from time import monotonic, sleep

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.http import http_date

from flexmeasures.api.v3_0.answer import Answer
from flexmeasures.api.v3_0.call import Call
from flexmeasures.api.v3_0.refusals import Refused, tell, tell_refused
from flexmeasures.api.v3_0.route import Route
from flexmeasures.domain.accounts import ANONYMOUS, User
from flexmeasures.domain.errors import FlexMeasuresError, NotAuthorized
from flexmeasures.usecases.ports.accounts import LoginStore
from flexmeasures.usecases.ports.platform import Platform, Sunset
from flexmeasures.web.auth import caller
from flexmeasures.web.errors import FORBIDDEN

WAITING = 4
"""So many calls of a process may wait for what is pending: the others need threads too."""

FIRST_PAUSE = 0.005
LONGEST_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Frame:
    """What all routes have in common.

    Attributes:
        platform: All that use cases may touch.
        logins: What lets users in.
        seats: Taken by calls that wait.
    """

    platform: Platform
    logins: LoginStore
    seats: BoundedSemaphore

    def view(self, route: Route) -> Callable[..., ResponseReturnValue]:
        """Return what Flask calls for a route."""

        def answering(**path: object) -> ResponseReturnValue:
            response = _response(self._answer(route, Call(_caller(), self.platform, self.logins, path)))
            if route.is_replaced:
                _add_sunset(response, self.platform.rules.sunset)
            return response

        return answering

    def _answer(self, route: Route, call: Call) -> Answer:
        answer = self._once(route, call)
        if not answer.pending or not self.seats.acquire(blocking=False):
            return answer
        try:
            return self._patiently(route, call, answer)
        finally:
            self.seats.release()

    def _patiently(self, route: Route, call: Call, answer: Answer) -> Answer:
        """Ask again for a moment, as what is pending may be nearly ready."""
        deadline = monotonic() + self.platform.rules.answer_wait.total_seconds()
        pause = FIRST_PAUSE
        while answer.pending and monotonic() + pause < deadline:
            sleep(pause)
            pause = min(1.5 * pause, LONGEST_PAUSE)
            answer = self._once(route, call)
        return answer

    def _once(self, route: Route, call: Call) -> Answer:
        with self.platform.transaction():
            return route.view(call)


def blueprint(routes: Iterable[Route], platform: Platform, logins: LoginStore) -> Blueprint:
    """Return the routes as a part of a web application."""
    frame = Frame(platform, logins, BoundedSemaphore(WAITING))
    made = Blueprint("v3_0", __name__, url_prefix="/api/v3_0")
    for route in routes:
        made.add_url_rule(
            route.path, route.name, frame.view(route), methods=[route.method], strict_slashes=False
        )
    made.register_error_handler(Refused, tell_refused)
    made.register_error_handler(FlexMeasuresError, tell)
    made.after_request(_add_version)
    return made


def _caller() -> User:
    """Return who calls, by token or session.

    Raises:
        NotAuthenticated: nobody is known to be calling.
        NotAuthorized: an anonymous user calls.
    """
    user: User = caller()
    if user.has_role(ANONYMOUS):
        raise NotAuthorized(FORBIDDEN)
    return user


def _response(answer: Answer) -> Response:
    """Return JSON always, for the sake of clients that read any answer so."""
    if answer.body is None:
        return Response(b"", answer.code, mimetype="application/json")
    response: Response = jsonify(answer.body)
    response.status_code = answer.code
    return response


def _add_sunset(response: Response, sunset: Sunset) -> None:
    """Tell that a service has a successor, and when it ends if that is known."""
    response.headers["Deprecation"] = "true"
    if sunset.date is not None:
        response.headers["Sunset"] = http_date(datetime.combine(sunset.date, time(), UTC))
    if sunset.link is not None:
        for relation in ("deprecation", "sunset"):
            response.headers.add("Link", f'<{sunset.link}>; rel="{relation}"')


def _add_version(response: Response) -> Response:
    response.headers["API-Version"] = "v3_0"
    return response
