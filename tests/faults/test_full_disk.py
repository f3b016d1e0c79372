"""A disk that is full: who says so, what goes on, and that nothing is lost."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.faults.serving import STARTING, command, processes_of, serving

from flexmeasures.adapters.embedded.home import open_home
from flexmeasures.testing.waiting import eventually

pytestmark = [pytest.mark.services, pytest.mark.full, pytest.mark.timeout(600)]

SIZE = 160
"""Megabytes; a fresh instance needs about 65 of them."""


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of its own in memory, which only root can have."""
    folder = Path(tempfile.mkdtemp(prefix="flexmeasures-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=755", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("A disk of a chosen size can only be mounted by root.")
    folder.chmod(0o755)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


def write_much(instance: Path) -> None:
    """Write more than fits."""
    where = str(open_home(instance).sockets)
    with psycopg.connect(host=where, user="flexmeasures", dbname="flexmeasures") as connection:
        connection.execute("CREATE TABLE filler AS SELECT generate_series(1, 10000000) AS number")


def fill(disk: Path) -> Path:
    """Take all the space that is left, and return the file that holds it."""
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file:
        block = b"x" * 65536
        try:
            while True:
                file.write(block)
        except OSError:
            pass
    return filling


def test_a_full_disk_is_told_and_loses_nothing(small_disk: Path) -> None:
    instance = small_disk / "instance"
    instance.mkdir()
    with serving(instance, "--without-workers") as server:
        assert any("Little space is left" in line for line in server.lines)
        assert command(instance, "add", "account", "--name", "kept").returncode == 0
        filling = fill(small_disk)
        with pytest.raises(psycopg.Error):
            write_much(instance)
        assert server.get("/api/ops/ping")[0] == 200
        beside = command(instance, "add", "account", "--name", "perhaps")
        assert "Traceback" not in beside.stderr
        filling.unlink()
        eventually(server.is_ready, STARTING)
        again = command(instance, "add", "account", "--name", "kept")
        assert "already exists" in again.stderr
        assert command(instance, "add", "account", "--name", "after").returncode == 0
    eventually(lambda: processes_of(instance) == [])


def test_a_start_on_a_full_disk_says_how_much_is_free(small_disk: Path) -> None:
    instance = small_disk / "instance"
    instance.mkdir()
    filling = fill(small_disk)
    with filling.open("r+b") as file:
        file.truncate(filling.stat().st_size - 5_000_000)
    done = command(instance, "run", "--port", "0")
    assert done.returncode == 1
    assert "MB free" in done.stderr
    assert "Traceback" not in done.stderr
    filling.unlink()
    shutil.rmtree(instance / "logs")
    with serving(instance, "--without-workers") as server:
        assert server.is_ready()
