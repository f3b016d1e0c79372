"""Accounts, users and roles in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flexmeasures.domain.accounts import Account, Look, User
from flexmeasures.domain.errors import DuplicateEntity, UnknownEntity
from flexmeasures.testing.memory.removing import remove_account, remove_user
from flexmeasures.testing.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemoryAccounts:
    """A fake of the store of accounts."""

    tables: Tables

    def account(self, name: str) -> Account | None:
        """Return the account of this name."""
        return next((one for one in self.tables.accounts.values() if one.name == name), None)

    def accounts(self) -> list[Account]:
        """Return all accounts, in order of their ids."""
        return [account for _, account in sorted(self.tables.accounts.items())]

    def delete_account(self, account_id: int) -> None:
        """Remove an account with its users and assets, and all their data."""
        remove_account(self.tables, account_id)

    def add_account(self, name: str, roles: Iterable[str] = ()) -> Account:
        """Keep an account unless there is one of this name; give it these roles, made when missing."""
        names = frozenset(roles)
        for role in names:
            self.add_account_role(role)
        known = self.account(name) or Account(self.tables.next_id(), name)
        self._keep(replace(known, roles=known.roles | names))
        return self.tables.accounts[known.id]

    def set_look(self, account_id: int, look: Look) -> None:
        """Keep how the pages look for members of an account."""
        if account_id not in self.tables.accounts:
            raise UnknownEntity(f"There is no account {account_id}.")
        self._keep(replace(self.tables.accounts[account_id], look=look))

    def add_account_role(self, name: str, description: str = "") -> None:
        """Keep a role that accounts can have, unless there is one of this name."""
        self.tables.account_roles.setdefault(name, description)

    def delete_account_role(self, name: str) -> None:
        """Take a role from all accounts that hold it, and forget it."""
        self.tables.account_roles.pop(name, None)
        for account in self.accounts():
            self._keep(replace(account, roles=account.roles - {name}))

    def delete_roles(self) -> int:
        """Remove all roles of users and accounts; return how many."""
        names = list(self.tables.account_roles)
        for name in names:
            self.delete_account_role(name)
        roles = len(self.tables.roles)
        self.tables.roles.clear()
        for user in self.tables.users.values():
            self.tables.users[user.id] = replace(user, roles=frozenset())
        return len(names) + roles

    def account_roles(self) -> dict[str, str]:
        """Return the descriptions of the roles that accounts can have, by name."""
        return dict(self.tables.account_roles)

    def add_role(self, name: str, description: str = "") -> None:
        """Keep a role that users can have, unless there is one of this name."""
        self.tables.roles.setdefault(name, description)

    def roles(self) -> dict[str, str]:
        """Return the descriptions of the roles that users can have, by name."""
        return dict(self.tables.roles)

    def role_ids(self) -> dict[str, int]:
        """Return the ids of the roles that users can have, by name."""
        return {name: number for number, name in enumerate(self.tables.roles, 1)}

    def user(self, user_id: int) -> User:
        """Return a user."""
        if user_id not in self.tables.users:
            raise UnknownEntity(f"There is no user {user_id}.")
        return self.tables.users[user_id]

    def user_by_email(self, email: str) -> User | None:
        """Return the user with this email address."""
        return next((user for user in self.users() if user.email.lower() == email.lower()), None)

    def users(self) -> list[User]:
        """Return all users, in order of their ids."""
        return [user for _, user in sorted(self.tables.users.items())]

    def add_user(self, user: User, password_hash: str) -> User:
        """Keep a new user, roles made when they are missing, and return it under an id of its own."""
        if user.account.id not in self.tables.accounts:
            raise UnknownEntity(f"There is no account {user.account.id}.")
        self._check_unique(user)
        for role in user.roles:
            self.add_role(role)
        kept = replace(user, id=self.tables.next_id(), account=self.tables.accounts[user.account.id])
        self.tables.users[kept.id] = kept
        self.tables.passwords[kept.id] = password_hash
        return kept

    def update_user(self, user: User) -> User:
        """Keep changes of a user: email address, name, roles, time zone and activity."""
        self.user(user.id)
        self._check_unique(user)
        self.tables.users[user.id] = user
        return user

    def delete_user(self, user_id: int) -> None:
        """Remove a user and the assets that it owns, with their data."""
        remove_user(self.tables, user_id)

    def _check_unique(self, user: User) -> None:
        for other in self.users():
            same = other.email.lower() == user.email.lower() or other.username == user.username
            if same and other.id != user.id:
                raise DuplicateEntity(
                    f"A user with email {user.email} or name {user.username} exists already."
                )

    def _keep(self, account: Account) -> None:
        self.tables.accounts[account.id] = account
        for user in self.users():
            if user.account.id == account.id:
                self.tables.users[user.id] = replace(user, account=account)
