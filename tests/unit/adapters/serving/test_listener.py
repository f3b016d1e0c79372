import os
import socket

import pytest

from flexmeasures.adapters.serving import listener
from flexmeasures.adapters.serving.listener import listen, shown_address
from flexmeasures.domain.errors import InvalidSetting


def test_a_free_port_is_found() -> None:
    with listen("127.0.0.1", 0) as taken:
        assert shown_address("127.0.0.1", taken) == f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_a_taken_port_is_named_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "PATIENCE", 0.1)
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidSetting, match=rf"Port {port} of 127\.0\.0\.1 is taken.*--port {port + 1}"):
            listen("127.0.0.1", port)


def test_a_foreign_address_is_named() -> None:
    with pytest.raises(InvalidSetting, match=r"Cannot listen at 192\.0\.2\.1, port 5000"):
        listen("192.0.2.1", 5000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use any port")
def test_a_forbidden_port_is_named() -> None:
    with pytest.raises(InvalidSetting, match="may not be used by this user"):
        listen("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("host", "shown"),
    [("", "http://127.0.0.1:"), ("::", "http://[::1]:"), ("localhost", "http://localhost:")],
)
def test_a_server_for_all_addresses_is_shown_with_the_local_one(host: str, shown: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert shown_address(host, taken).startswith(shown)
