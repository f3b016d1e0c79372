"""What can be wrong when somebody starts the platform, and what they are told."""

import socket
from pathlib import Path

import pytest
from tests.faults.serving import command, processes_of, serving

pytestmark = pytest.mark.services


def test_a_broken_configuration_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "flexmeasures.cfg").write_text("MAIL_PORT = 25\nMAIL_SERVER = 'unfinished\n")
    done = command(tmp_path, "db", "current")
    assert done.returncode == 1
    assert f"The configuration file {tmp_path / 'flexmeasures.cfg'} is no valid Python, line 2" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "postgres").exists()


def test_a_wrong_setting_is_named_before_anything_starts(tmp_path: Path) -> None:
    done = command(tmp_path, "run", "--port", "0", FLEXMEASURES_TIMEZONE="Mars/Olympus")
    assert done.returncode == 1
    assert "FLEXMEASURES_TIMEZONE is 'Mars/Olympus', from the environment" in done.stderr
    assert not (tmp_path / "postgres").exists()


def test_production_does_not_start_without_a_secret_key(tmp_path: Path) -> None:
    done = command(tmp_path, "run", "--port", "0", FLEXMEASURES_ENV="production")
    assert done.returncode == 1
    assert "The setting SECRET_KEY is missing" in done.stderr
    assert str(tmp_path / "flexmeasures.cfg") in done.stderr


def test_a_taken_port_is_named_with_a_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command(tmp_path, "run", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 is taken by another programme." in done.stderr
    assert f"flexmeasures run --port {port + 1}" in done.stderr
    assert not (tmp_path / "postgres").exists()


def test_a_foreign_database_that_is_down_is_named_without_its_password(tmp_path: Path) -> None:
    uri = "postgresql://me:hidden-word@127.0.0.1:1/platform"
    done = command(tmp_path, "run", "--port", "0", SQLALCHEMY_DATABASE_URI=uri, FLEXMEASURES_REDIS_PORT="1")
    assert done.returncode == 1
    assert "platform at 127.0.0.1:1 does not answer" in done.stderr
    assert "hidden-word" not in done.stderr
    assert "Traceback" not in done.stderr


def test_an_instance_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = command(tmp_path, "db", "current", FLEXMEASURES_INSTANCE_PATH=str(tmp_path / "file" / "instance"))
    assert done.returncode == 1
    assert "Set FLEXMEASURES_INSTANCE_PATH to a folder that you may write to" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_setting_is_reported_and_does_no_harm(tmp_path: Path) -> None:
    uri = "postgresql://me@127.0.0.1:1/platform"
    done = command(
        tmp_path, "db", "heads", FLEXMEASURES_TIMEZON="Europe/Amsterdam", SQLALCHEMY_DATABASE_URI=uri
    )
    assert done.returncode == 0
    assert "Did you mean FLEXMEASURES_TIMEZONE?" in done.stderr


@pytest.mark.timeout(300)  # a busy machine starts slowly
def test_a_server_starts_answers_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert server.get("/api/ops/ping")[0] == 200
        assert server.is_ready()
        beside = command(tmp_path, "db", "current")
        assert beside.stdout.strip().endswith("(latest)")
        assert server.stop() == 0
    assert processes_of(tmp_path) == []
    assert "Traceback" not in "".join(server.lines)


def test_help_needs_no_settings(tmp_path: Path) -> None:
    (tmp_path / "flexmeasures.cfg").write_text("broken ==")
    assert command(tmp_path, "--help").returncode == 0
