import shutil
from pathlib import Path

import pytest

from flexmeasures.adapters.embedded import binaries
from flexmeasures.adapters.embedded.binaries import postgres_tool, redis_server
from flexmeasures.domain.errors import ServiceUnavailable


@pytest.fixture
def no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda module: None)


def test_programmes_are_found_in_their_packages() -> None:
    assert Path(postgres_tool("initdb")).is_file()
    assert Path(redis_server()).is_file()


@pytest.mark.usefixtures("no_packages")
def test_postgres_is_never_taken_from_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: "/usr/bin/" + name)
    with pytest.raises(ServiceUnavailable, match="SQLALCHEMY_DATABASE_URI"):
        postgres_tool("initdb")


@pytest.mark.usefixtures("no_packages")
def test_redis_may_be_taken_from_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: "/usr/bin/" + name)
    assert redis_server() == "/usr/bin/redis-server"


@pytest.mark.usefixtures("no_packages")
def test_without_any_redis_there_are_three_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    with pytest.raises(
        ServiceUnavailable, match=r"three ways out: install .* PATH .* FLEXMEASURES_REDIS_URL"
    ):
        redis_server()
