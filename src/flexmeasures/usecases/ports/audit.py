"""What the use cases need to keep a log of changes."""

from __future__ import annotations

from typing import Protocol

from flexmeasures.domain.audit import Change


class AuditStore(Protocol):
    """Where changes are noted."""

    def note(self, change: Change) -> None:
        """Keep a change, within the transaction that makes it."""

    def about_asset(self, asset_id: int, limit: int = 100) -> list[Change]:
        """Return the changes of an asset, newest first."""

    def about_user(self, user_id: int, limit: int = 100) -> list[Change]:
        """Return the changes of a user, newest first."""

    def about_account(self, account_id: int, limit: int = 100) -> list[Change]:
        """Return the changes of an account, its users and its assets, newest first."""

    def about_sensor(self, sensor_id: int, limit: int = 100) -> list[Change]:
        """Return the changes of a sensor, newest first."""
