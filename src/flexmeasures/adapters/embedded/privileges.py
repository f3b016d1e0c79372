"""As whom servers run: PostgreSQL refuses root, so root starts them as the owner of the instance folder.

Root's own folders, such as its home, can usually not be entered by anybody else. Their permissions stay as
they are; the servers get the one right to pass through folders instead.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flexmeasures.adapters.embedded.home import Home
from flexmeasures.domain.errors import InvalidInstance

CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}  # by the number of their bit, the lesser right first
MAY_SET_SECURE_BITS = 8  # number of the bit of CAP_SETPCAP


@dataclass(frozen=True, slots=True)
class Launch:
    """How a programme is started; ``None`` leaves user and groups as they are."""

    command: list[str]
    user: int | None = None
    group: int | None = None
    groups: list[int] | None = None


def as_owner(home: Home, command: Sequence[str]) -> Launch:
    """Return how to start a programme so that it runs as the servers' user.

    Raises:
        InvalidInstance: that user cannot get at the programme or at the instance folder.
    """
    if not home.drops_privileges:
        return Launch(list(command))
    if all(_may_enter(home, Path(path)) for path in (command[0], home.run / "start.lock")):
        return Launch(list(command), home.uid, home.gid, [])
    setpriv, right = shutil.which("setpriv"), _right_to_pass()
    if setpriv is None or right is None:
        raise unreachable(home, command[0])
    drop = [setpriv, f"--reuid={home.uid}", f"--regid={home.gid}", "--clear-groups"]
    # initdb asks access(2) whether it may run postgres; without this bit that forgets the right
    keep = [f"--inh-caps=+{right}", f"--ambient-caps=+{right}", "--securebits=+no_setuid_fixup"]
    return Launch([*drop, *keep, *command])


def unreachable(home: Home, program: str) -> InvalidInstance:
    """Return the error that says that the servers' user cannot get at what it needs."""
    return InvalidInstance(
        f"User {home.account} may not run {program} or may not enter {home.folder}. Run as an ordinary user, "
        "or keep both out of private folders such as the home of root, or set SQLALCHEMY_DATABASE_URI and "
        "FLEXMEASURES_REDIS_URL to servers of your own."
    )


def _may_enter(home: Home, path: Path) -> bool:
    """Return whether the servers' user may pass all folders above this path."""
    for folder in path.resolve().parents:
        status = folder.stat()
        shift = 6 if status.st_uid == home.uid else 3 if status.st_gid == home.gid else 0
        if not status.st_mode >> shift & 1:
            return False
    return True


def _right_to_pass() -> str | None:
    """Return the least capability that this process can leave to a child to enter any folder."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    permitted = next((int(line.split()[1], 16) for line in lines if line.startswith("CapPrm:")), 0)
    if not permitted >> MAY_SET_SECURE_BITS & 1:
        return None
    return next((name for name, bit in CAPABILITIES.items() if permitted >> bit & 1), None)
