"""Set a server for simulations back to a backup."""

from __future__ import annotations

from pathlib import Path

from flexmeasures.domain.errors import UnknownBackup
from flexmeasures.domain.jobs import QUEUES
from flexmeasures.usecases.jobs import clear
from flexmeasures.usecases.ports.backups import Backups, Part
from flexmeasures.usecases.ports.platform import Platform


def restore_data(name: str, folder: Path, backups: Backups, platform: Platform) -> None:
    """Replace everything that is kept by a backup. What it holds no data of begins without any.

    Args:
        name: Of the backup.
        folder: Of all backups.
        backups: Copies of what is kept.
        platform: All that is needed.

    Raises:
        UnknownBackup: there is no such backup, or it is not complete.
        BackupFailure: it could not be read. Nothing is changed then.
        ServiceUnavailable: the queue does not answer.
    """
    place = folder / name
    if Path(name).name != name or name in {"", ".", ".."} or "\x00" in name or not place.is_dir():
        raise UnknownBackup
    missing = backups.missing(place, [Part.STRUCTURE])
    if missing:
        raise UnknownBackup(f"Can't load table, because filename {missing[0]} does not exist.")
    for queue in QUEUES:
        clear(queue, platform)
    backups.clear()
    for _ in backups.load(place, [Part.STRUCTURE, Part.DATA]):
        pass
