"""Asks weather services over HTTP, again after a while where that may help."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

from flexmeasures.domain.errors import ServiceUnavailable

PATIENCE = 20.0
"""With one answer. [s]"""
PAUSES = (1.0, 4.0)
"""Before the second and the third attempt. [s]"""
LONGEST_PAUSE = 30.0
"""That a service may ask for. [s]"""
LARGEST_ANSWER = 1 << 24
"""[bytes]"""
TOO_MANY = 429
REFUSALS = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Line:
    """A line to one service. What it says of troubles names no path and no query: keys are in them.

    Attributes:
        service: Name of the service.
        url: Its address, without what is asked.
        setting: Which setting has the key; empty for a service that wants none.
        sleep: Waits for some seconds.
    """

    service: str
    url: str
    setting: str = ""
    sleep: Callable[[float], None] = time.sleep

    def ask(self, path: str, query: Mapping[str, str]) -> str:
        """Return the text of an answer.

        Raises:
            ServiceUnavailable: there is none after three attempts, or the service refuses to give one.
        """
        request = urllib.request.Request(  # noqa: S310 - the setting takes http and https alone
            f"{self.url.rstrip('/')}{path}?{urlencode(query)}",
            headers={"Accept": "application/json", "User-Agent": "flexmeasures"},
        )
        for pause in PAUSES:
            try:
                return self._open(request)
            except HTTPError as error:
                self._refuse_unless_passing(error)
                self.sleep(_asked_pause(error, pause))
            except (OSError, HTTPException):
                self.sleep(pause)
        return self._last_attempt(request)

    def _open(self, request: urllib.request.Request) -> str:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - as above
            text: bytes = answer.read(LARGEST_ANSWER)
        return text.decode(errors="replace")

    def _last_attempt(self, request: urllib.request.Request) -> str:
        """Try once more.

        Raises:
            ServiceUnavailable: it fails.
        """
        try:
            return self._open(request)
        except HTTPError as error:
            self._refuse_unless_passing(error)
            reason = f"{error.code} {error.reason}"
        except URLError as error:
            reason = str(error.reason)
        except (OSError, HTTPException) as error:
            reason = f"{type(error).__name__}: {error}"
        host = urlsplit(self.url).netloc
        raise ServiceUnavailable(
            f"The weather service {self.service} at {host} does not answer ({reason}), "
            f"asked {len(PAUSES) + 1} times. Is there a network?"
        )

    def _refuse_unless_passing(self, error: HTTPError) -> None:
        """Go on only after an error that may pass.

        Raises:
            ServiceUnavailable: asking again is of no use.
        """
        said = error.read(500).decode(errors="replace").strip()
        if error.code in REFUSALS and self.setting:
            raise ServiceUnavailable(
                f"The weather service {self.service} refuses the key in {self.setting} ({error.code})."
            ) from error
        if error.code < 500 and error.code != TOO_MANY:
            raise ServiceUnavailable(
                f"The weather service {self.service} refuses the request ({error.code}): {said}"
            ) from error


def _asked_pause(error: HTTPError, usual: float) -> float:
    """Return how long to wait: as the service asks, within limits. [s]"""
    asked = error.headers.get("Retry-After") or ""
    return min(float(asked), LONGEST_PAUSE) if asked.isdecimal() else usual
