from __future__ import annotations

import pytest

from flexmeasures.adapters.postgres.address import address, spoken
from flexmeasures.domain.errors import InvalidSetting


@pytest.mark.parametrize(
    ("uri", "host", "port"),
    [
        ("postgresql://user:secret@127.0.0.1/db", "127.0.0.1", None),
        ("postgresql://user:secret@db.example.com:5433/db", "db.example.com", 5433),
        ("postgres://user:secret@localhost/db", "localhost", None),
        ("postgresql+psycopg2://user:secret@localhost/db", "localhost", None),
        ("postgresql+psycopg://user:secret@localhost/db", "localhost", None),
    ],
)
def test_documented_addresses_are_mapped_to_the_driver(uri: str, host: str, port: int | None) -> None:
    url = address(uri)
    assert url.drivername == "postgresql+psycopg"
    assert (url.host, url.port, url.database) == (host, port, "db")
    assert (url.username, url.password) == ("user", "secret")


def test_an_address_can_name_the_folder_of_a_socket() -> None:
    url = address("postgresql://me@/db?host=%2Fvar%2Frun%2Fpostgresql")
    assert url.query["host"] == "/var/run/postgresql"
    assert spoken(url) == "db at /var/run/postgresql"


@pytest.mark.parametrize(
    "uri", ["mysql://user@host/db", "sqlite:///file.db", "no address", "", "postgresql://h:x/d"]
)
def test_other_addresses_are_refused_without_showing_them(uri: str) -> None:
    with pytest.raises(InvalidSetting, match="SQLALCHEMY_DATABASE_URI") as caught:
        address(uri)
    assert "user@" not in str(caught.value)


def test_people_do_not_see_user_and_password() -> None:
    assert spoken(address("postgresql://user:secret@host:5433/db")) == "db at host:5433"
