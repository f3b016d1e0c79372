"""Mail by SMTP."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator

import pytest

from flexmeasures.adapters.mail.sender import Sender
from flexmeasures.domain.errors import ServiceUnavailable


class PostOffice(socketserver.TCPServer):
    """A mail server that keeps what it gets."""

    allow_reuse_address = True
    received: list[str]


class Clerk(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as sending a mail takes."""

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            word = line.decode().split()[0].upper()
            if word == "DATA":
                self._say("354 go on")
                self._receive()
            self._say({"QUIT": "221 bye"}.get(word, "250 ok"))
            if word == "QUIT":
                return

    def _receive(self) -> None:
        lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
        assert isinstance(self.server, PostOffice)
        self.server.received.append("\n".join(lines))

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice(("127.0.0.1", 0), Clerk) as server:
        server.received = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_mail_arrives_with_sender_recipients_and_text(office: PostOffice) -> None:
    sender = Sender("127.0.0.1", office.server_address[1], sender=("Platform", "me@example.com"))
    sender.send(["ada@example.com", "eve@example.com"], "Problem with task import", "It failed.")
    (mail,) = office.received
    assert "From: Platform <me@example.com>" in mail
    assert "To: ada@example.com, eve@example.com" in mail
    assert "Subject: Problem with task import" in mail
    assert mail.endswith("\nIt failed.")


def test_a_server_that_is_not_there_is_named_and_passwords_are_not() -> None:
    with PostOffice(("127.0.0.1", 0), Clerk) as closed:
        port = closed.server_address[1]
    sender = Sender("127.0.0.1", port, username="me", password="secret")
    with pytest.raises(ServiceUnavailable, match=f"127.0.0.1:{port} does not take mail") as failure:
        sender.send(["ada@example.com"], "Subject", "Text")
    assert "secret" not in f"{failure.value}{sender}"
