import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from flexmeasures.adapters.demo.line import HttpLine
from flexmeasures.usecases.demo.messages import Message

PASSWORD = "secret"
MESSAGE = Message("estate", "postMeterData", {"value": 1.0})
Answer = tuple[int, object]


@dataclass
class Platform:
    """A platform that answers as it is told, and remembers what it was asked."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    logins: int = 0
    port: int = 0

    def answer(self, path: str, token: str | None, body: str) -> Answer:
        if path == "/api/requestAuthToken":
            self.logins += 1
            if json.loads(body)["password"] != PASSWORD:
                return 401, {"errors": ["User password does not match."]}
            return 200, {"auth_token": f"token-{self.logins}"}
        if path == "/api/ops/ping":
            return 200, {}
        self.asked.append((path, token))
        return self.answers.pop(0)


@pytest.fixture
def platform() -> Iterator[Platform]:
    told = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            status, answer = told.answer(
                self.path, self.headers.get("Authorization"), self.rfile.read(size).decode()
            )
            text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815  (as the library calls it)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (as the library calls it)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def line(platform: Platform, password: str = PASSWORD) -> HttpLine:
    return HttpLine(platform.port, {"estate": "estate@example.com"}, password)


def test_a_sender_logs_in_once(platform: Platform) -> None:
    platform.answers = [(200, {}), (200, {})]
    same = line(platform)
    assert same.post(MESSAGE)
    assert same.post(MESSAGE)
    assert platform.logins == 1
    assert platform.asked == [("/api/v2_0/postMeterData", "token-1")] * 2


def test_a_sender_logs_in_again_when_its_token_has_expired(platform: Platform) -> None:
    platform.answers = [(401, {}), (200, {})]
    assert line(platform).post(MESSAGE)
    assert [token for _, token in platform.asked] == ["token-1", "token-2"]


@pytest.mark.parametrize(
    ("answer", "taken"),
    [
        ((200, {"status": "PROCESSED"}), True),
        ((400, {"status": "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED"}), True),
        ((400, {"status": "INVALID_UNIT"}), False),
        ((500, b"<html>"), False),
    ],
)
def test_it_is_told_whether_a_message_was_taken(platform: Platform, answer: Answer, taken: bool) -> None:
    platform.answers = [answer]
    assert line(platform).post(MESSAGE) is taken


def test_a_device_is_told_the_power_of_its_quarter(platform: Platform) -> None:
    platform.answers = [(200, {"values": [0.25, 0.5]})]
    assert line(platform).scheduled_power("estate", "ea1.2021-01.io.flexmeasures:1:2:3:soc") == 0.25
    assert platform.asked[0][0].startswith(
        "/api/v2_0/getDeviceMessage?type=GetDeviceMessageRequest&event=ea1"
    )


@pytest.mark.parametrize("answer", [(400, {"status": "UNKNOWN_SCHEDULE"}), (200, {"values": []})])
def test_a_device_without_schedule_is_told_nothing(platform: Platform, answer: Answer) -> None:
    platform.answers = [answer]
    assert line(platform).scheduled_power("estate", "event") is None


def test_a_wrong_password_posts_nothing(platform: Platform) -> None:
    platform.answers = [(401, {}), (401, {})]
    assert not line(platform, "wrong").post(MESSAGE)


def test_a_platform_that_is_not_there_takes_nothing(platform: Platform) -> None:
    assert line(platform).is_open()
    nobody = HttpLine(1, {"estate": "estate@example.com"}, PASSWORD)
    assert not nobody.is_open()
    assert not nobody.post(MESSAGE)
    assert nobody.scheduled_power("estate", "event") is None
