"""Times FlexMeasures 1.0 from outside: a schedule is asked for over HTTP until it is there.

``python flexmeasures_1_peer.py CASE DATABASE PORT``: the file of a case, the URI of an empty database, and
the port of a Redis. Prints the times [ms] and the cost of the last schedule [EUR] as JSON.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.peers.asking import Server, measure
from benchmarks.peers.case import read

COMMAND = str(Path(sys.executable).parent / "flexmeasures")
PASSWORD = secrets.token_urlsafe(12)
EMAIL = "peer@example.com"


def environment(database: str, redis_port: str, home: str) -> dict[str, str]:
    """Return the variables of its processes."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "FLEXMEASURES_ENV": "development",
        "LOGGING_LEVEL": "WARNING",
        "SECRET_KEY": secrets.token_hex(),
        "SECURITY_TOTP_SECRETS": json.dumps({"1": secrets.token_hex()}),
        "SQLALCHEMY_DATABASE_URI": database,
        "FLEXMEASURES_REDIS_PORT": redis_port,
        "FLEXMEASURES_MODE": "play",  # without limits on how often may be asked
    }


def prepare(variables: dict[str, str]) -> None:
    """Make tables, an account and a user."""
    user = ["--username", "peer", "--email", EMAIL, "--account", "1", "--roles", "admin", "--timezone", "UTC"]
    for arguments, given in (
        (["db", "upgrade"], ""),
        (["add", "initial-structure"], ""),
        (["add", "account", "--name", "Peer"], ""),
        (["add", "user", *user], f"{PASSWORD}\n{PASSWORD}\n"),
    ):
        command = [COMMAND, *arguments]
        done = subprocess.run(
            command,
            env=variables,
            cwd=variables["HOME"],
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stdout[-300:]}{done.stderr[-300:]}")


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def main() -> None:
    """Start server and worker, measure, and stop both."""
    case = read(Path(sys.argv[1]))
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        variables = environment(sys.argv[2], sys.argv[3], home)
        prepare(variables)
        running = [
            subprocess.Popen(
                [COMMAND, *arguments],
                env=variables,
                cwd=home,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for arguments in (
                ["run", "--host", "127.0.0.1", "--port", str(port)],
                ["jobs", "run-worker", "--queue", "scheduling"],
            )
        ]
        try:
            server = Server(f"http://127.0.0.1:{port}")
            server.log_in(EMAIL, PASSWORD)
            print(json.dumps(measure(server, case, account_id=1)))
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait()


if __name__ == "__main__":
    main()
