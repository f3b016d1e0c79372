"""What is set back to a backup must be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from flexmeasures.domain.errors import UnknownBackup
from flexmeasures.domain.jobs import SCHEDULING
from flexmeasures.testing.memory.backups import MemoryBackups
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.restore import restore_data


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "missing", "nul\x00"])
def test_a_name_of_no_backup_is_refused(memory_platform: Platform, tmp_path: Path, name: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(UnknownBackup):
        restore_data(name, tmp_path, MemoryBackups(), memory_platform)


def test_a_backup_that_lacks_a_table_changes_nothing(memory_platform: Platform, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with memory_platform.transaction():
        job = memory_platform.queue.put(SCHEDULING, "work", {})
    with pytest.raises(UnknownBackup, match="filename one structure does not exist"):
        restore_data("one", tmp_path, MemoryBackups(), memory_platform)
    assert memory_platform.queue.held(SCHEDULING) == {job.id}
