"""The instance folder: where its parts are, and as whom its servers run."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from flexmeasures.domain.errors import InvalidInstance

LONGEST_SOCKET_PATH = 100  # bytes; sun_path takes 107 on Linux and 103 on macOS
UNQUOTABLE = frozenset('",\n')  # PostgreSQL reads its socket folders as a quoted list
SOCKET = ".s.PGSQL.5432"
LOW_SPACE = 500  # MB; below this PostgreSQL may soon be unable to write its log, and stop


@dataclass(frozen=True, slots=True)
class Home:
    """An instance folder that is fit for use.

    Attributes:
        folder: The instance folder itself.
        uid: User as whom the servers run.
        gid: Group as which the servers run.
        account: Name of that user.
        sockets: Where the servers listen; elsewhere than ``run`` when that path is too long for a socket.
    """

    folder: Path
    uid: int
    gid: int
    account: str
    sockets: Path

    @property
    def run(self) -> Path:
        """Where locks are kept."""
        return self.folder / "run"

    @property
    def logs(self) -> Path:
        """Where servers write what happens."""
        return self.folder / "logs"

    @property
    def postgres(self) -> Path:
        """Where PostgreSQL keeps one folder per major version."""
        return self.folder / "postgres"

    @property
    def redis(self) -> Path:
        """Where Redis keeps one folder per major version."""
        return self.folder / "redis"

    @property
    def drops_privileges(self) -> bool:
        """Whether servers run as another user than this process."""
        return os.geteuid() != self.uid

    def free_space(self) -> int:
        """Return the free space on the disk of this instance. [MB]"""
        return shutil.disk_usage(self.folder).free >> 20

    def private(self, path: Path) -> Path:
        """Make a folder that only the servers' user may enter.

        Raises:
            InvalidInstance: the path belongs to somebody else, is a link or can be entered by others.
        """
        return _private(path, self.uid, self.gid)


def open_home(folder: Path) -> Home:
    """Make an instance folder fit for embedded servers and say where its parts are.

    Raises:
        InvalidInstance: the folder cannot be made, belongs to somebody else, or is not private.
    """
    folder = folder.expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InvalidInstance(
            f"The instance folder {folder} cannot be made ({error}). "
            "Set FLEXMEASURES_INSTANCE_PATH to a folder that you may write to."
        ) from error
    uid, gid = _owner(folder)
    home = Home(folder, uid, gid, _account(uid), folder / "run")
    for part in (home.run, home.logs, home.postgres, home.redis):
        home.private(part)
    return Home(folder, uid, gid, home.account, _sockets(home))


def _owner(folder: Path) -> tuple[int, int]:
    """Return as whom servers run: PostgreSQL refuses root, so root's folders are given to ``nobody``."""
    status = folder.stat()
    if os.geteuid() != 0:
        if status.st_uid != os.geteuid():
            raise InvalidInstance(
                f"The instance folder {folder} belongs to user {status.st_uid}, and you are user "
                f"{os.geteuid()}. Run as its owner, or give it to you (chown -R {os.geteuid()} {folder}), "
                "or set FLEXMEASURES_INSTANCE_PATH to a folder of your own."
            )
        return status.st_uid, status.st_gid
    if status.st_uid == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        return nobody.pw_uid, nobody.pw_gid
    return status.st_uid, status.st_gid


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError as error:
        raise InvalidInstance(
            f"User {uid} has no entry in the list of users, which PostgreSQL needs. Add one to /etc/passwd, "
            "run as another user, or set SQLALCHEMY_DATABASE_URI and FLEXMEASURES_REDIS_URL to servers of "
            "your own."
        ) from error


def _sockets(home: Home) -> Path:
    """Return a folder whose path is short and plain enough for sockets.

    Not below XDG_RUNTIME_DIR: that differs between cron and login and goes at logout.
    """
    too_long = len(os.fsencode(home.run / SOCKET)) > LONGEST_SOCKET_PATH
    if not too_long and not UNQUOTABLE & set(str(home.run)):
        return home.run
    digest = hashlib.sha256(os.fsencode(home.folder)).hexdigest()[:12]
    return home.private(Path("/tmp") / f"flexmeasures-{home.uid}-{digest}")  # noqa: S108  (owner, mode and link are checked)


def _private(path: Path, uid: int, gid: int) -> Path:
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0 and path.lstat().st_uid == 0:
            os.lchown(path, uid, gid)
        status = path.lstat()
    except OSError as error:
        raise InvalidInstance(f"The folder {path} cannot be used ({error}).") from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != uid or status.st_mode & 0o077:
        raise InvalidInstance(
            f"{path} must be a folder of user {uid} that nobody else may enter (mode 700). "
            "Repair or remove it, then try again."
        )
    return path
