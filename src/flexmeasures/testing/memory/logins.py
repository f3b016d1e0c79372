"""Logins in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flexmeasures.domain.accounts import Login
from flexmeasures.testing.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemoryLogins:
    """A fake of the store of logins."""

    tables: Tables

    def by_email(self, email: str) -> Login | None:
        """Return the login with this email address, in any case of letters."""
        ids = (user.id for user in self.tables.users.values() if user.email.lower() == email.lower())
        return next((self.by_id(user_id) for user_id in ids), None)

    def by_id(self, user_id: int) -> Login | None:
        """Return the login of a user."""
        user = self.tables.users.get(user_id)
        if user is None:
            return None
        kept = self.tables.logins.get(user_id, Login(user, "", f"mark of {user_id}"))
        return replace(kept, user=user, password_hash=self.tables.passwords[user_id])

    def by_uniquifier(self, uniquifier: str) -> Login | None:
        """Return the login that tokens and cookies with this mark belong to."""
        found = (self.by_id(user_id) for user_id in self.tables.users)
        return next((login for login in found if login and login.uniquifier == uniquifier), None)

    def save(self, login: Login) -> None:
        """Keep password, mark, activity, time and count of a login."""
        self.tables.logins[login.user.id] = login
        self.tables.passwords[login.user.id] = login.password_hash
        self.tables.users[login.user.id] = login.user

    def arrive(self, user_id: int, time: datetime) -> None:
        """Keep that a user logged in once more, and nothing else."""
        login = self.by_id(user_id)
        if login is not None:
            self.save(replace(login, user=replace(login.user, last_login=time), count=login.count + 1))
