"""The log of changes in memory."""

from __future__ import annotations

from dataclasses import dataclass

from flexmeasures.domain.audit import Change
from flexmeasures.testing.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemoryAudit:
    """A fake of the store of changes."""

    tables: Tables

    def note(self, change: Change) -> None:
        """Keep a change."""
        self.tables.changes[self.tables.next_id()] = change

    def about_asset(self, asset_id: int, limit: int = 100) -> list[Change]:
        """Return the changes of an asset, newest first."""
        return [change for change in self._newest() if change.asset_id == asset_id][:limit]

    def about_user(self, user_id: int, limit: int = 100) -> list[Change]:
        """Return the changes of a user, newest first."""
        return [change for change in self._newest() if change.user_id == user_id][:limit]

    def about_account(self, account_id: int, limit: int = 100) -> list[Change]:
        """Return the changes of an account, its users and its assets, newest first."""
        return [change for change in self._newest() if change.account_id == account_id][:limit]

    def about_sensor(self, sensor_id: int, limit: int = 100) -> list[Change]:
        """Return the changes of a sensor, newest first."""
        return [change for change in self._newest() if change.sensor_id == sensor_id][:limit]

    def _newest(self) -> list[Change]:
        ranked = sorted(self.tables.changes.items(), key=lambda kept: (kept[1].time, kept[0]), reverse=True)
        return [change for _, change in ranked]
