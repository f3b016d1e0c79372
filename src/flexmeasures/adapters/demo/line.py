"""Talks to the platform over HTTP, as the meters and devices of customers do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import structlog

from flexmeasures.domain.timing import write_duration
from flexmeasures.usecases.demo.messages import Message
from flexmeasures.usecases.demo.portfolio import QUARTER

API = "/api/v2_0"
PING = "/api/ops/ping"
PATIENCE = 30.0  # s
OK, UNAUTHORIZED = 200, 401
JSON = {"Content-Type": "application/json"}

log = structlog.get_logger(__name__)


class HttpLine:
    """A line to a platform on this machine. Senders log in once, and again when their token has expired.

    Args:
        port: On which the platform listens.
        emails: Of the users, by user name.
        password: Of all of them.
    """

    def __init__(self, port: int, emails: Mapping[str, str], password: str) -> None:
        self._port = port
        self._emails = emails
        self._password = password
        self._tokens: dict[str, str] = {}

    def is_open(self) -> bool:
        """Return whether the platform answers."""
        try:
            return self._request("GET", PING, None, {})[0] == OK
        except (OSError, HTTPException):
            return False

    def post(self, message: Message) -> bool:
        """Post a message and return whether it was taken, or known already."""
        status, answer = self._call(
            message.sender, "POST", f"{API}/{message.service}", json.dumps(message.body)
        )
        if status == OK or answer.get("status") == "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED":
            return True
        log.warning(
            "A message was not taken.", service=message.service, status=status, answer=answer.get("message")
        )
        return False

    def scheduled_power(self, sender: str, event: str) -> float | None:
        """Return what a device is asked to do in the quarter of its UDI event, if anything. [MW]"""
        query = urlencode(
            {"type": "GetDeviceMessageRequest", "event": event, "duration": write_duration(QUARTER)}
        )
        status, answer = self._call(sender, "GET", f"{API}/getDeviceMessage?{query}")
        values = answer.get("values")
        if status != OK or not isinstance(values, list) or not values:
            log.info("A device was not told what to do.", device_event=event, answer=answer.get("message"))
            return None
        return float(values[0])

    def _call(
        self, sender: str, method: str, path: str, body: str | None = None
    ) -> tuple[int, dict[str, object]]:
        """Call the platform and return status and answer; nothing and status zero if it is not there."""
        try:
            answer = self._request(method, path, body, self._credentials(sender))
            if answer[0] == UNAUTHORIZED:
                self._tokens.pop(sender, None)
                answer = self._request(method, path, body, self._credentials(sender))
        except (OSError, HTTPException) as error:
            log.warning("The platform does not answer.", error=repr(error))
            return 0, {}
        return answer

    def _credentials(self, sender: str) -> dict[str, str]:
        return {"Authorization": self._tokens.get(sender) or self._log_in(sender)}

    def _log_in(self, sender: str) -> str:
        credentials = json.dumps({"email": self._emails[sender], "password": self._password})
        _, answer = self._request("POST", "/api/requestAuthToken", credentials, {})
        token = answer.get("auth_token")
        if not isinstance(token, str):
            log.warning("A simulated meter may not log in.", sender=sender, answer=answer.get("errors"))
            return ""
        self._tokens[sender] = token
        return token

    def _request(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, object]]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {**JSON, **headers})
            response = connection.getresponse()
            return response.status, _object(response.read())
        finally:
            connection.close()


def _object(text: bytes) -> dict[str, object]:
    """Read a JSON object; anything else is none."""
    try:
        answer: object = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
