"""What the use cases need to keep accounts and users, and to let people in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from flexmeasures.domain.accounts import Account, Login, Look, User


class AccountStore(Protocol):
    """Where accounts, users and roles are kept."""

    def account(self, name: str) -> Account | None:
        """Return the account of this name."""

    def accounts(self) -> list[Account]:
        """Return all accounts, in order of their ids."""

    def delete_account(self, account_id: int) -> None:
        """Remove an account with its users and assets, and all their data."""

    def add_account(self, name: str, roles: Iterable[str] = ()) -> Account:
        """Keep an account unless there is one of this name; give it these roles, made when missing."""

    def set_look(self, account_id: int, look: Look) -> None:
        """Keep how the pages look for members of an account.

        Raises:
            UnknownEntity: there is no such account.
        """

    def add_account_role(self, name: str, description: str = "") -> None:
        """Keep a role that accounts can have, unless there is one of this name."""

    def delete_account_role(self, name: str) -> None:
        """Take a role from all accounts that hold it, and forget it."""

    def add_role(self, name: str, description: str = "") -> None:
        """Keep a role that users can have, unless there is one of this name."""

    def delete_roles(self) -> int:
        """Remove all roles of users and accounts; return how many."""

    def account_roles(self) -> dict[str, str]:
        """Return the descriptions of the roles that accounts can have, by name."""

    def roles(self) -> dict[str, str]:
        """Return the descriptions of the roles that users can have, by name."""

    def role_ids(self) -> dict[str, int]:
        """Return the ids of the roles that users can have, by name."""

    def user(self, user_id: int) -> User:
        """Return a user.

        Raises:
            UnknownEntity: there is none.
        """

    def user_by_email(self, email: str) -> User | None:
        """Return the user with this email address."""

    def users(self) -> list[User]:
        """Return all users, in order of their ids."""

    def add_user(self, user: User, password_hash: str) -> User:
        """Keep a new user, roles made when they are missing, and return it under an id of its own.

        Raises:
            DuplicateEntity: the email address or the name is taken.
        """

    def update_user(self, user: User) -> User:
        """Keep changes of a user: email address, name, roles, time zone and activity.

        Raises:
            DuplicateEntity: the email address or the name is taken.
            UnknownEntity: there is no such user.
        """

    def delete_user(self, user_id: int) -> None:
        """Remove a user and the assets that it owns, with their data."""


class LoginStore(Protocol):
    """Where is kept what lets users in. The edge that lets them in has it; use cases do not."""

    def by_email(self, email: str) -> Login | None:
        """Return the login with this email address, in any case of letters."""

    def by_id(self, user_id: int) -> Login | None:
        """Return the login of a user."""

    def by_uniquifier(self, uniquifier: str) -> Login | None:
        """Return the login that tokens and cookies with this mark belong to."""

    def save(self, login: Login) -> None:
        """Keep password, mark, activity, time and count of a login."""

    def arrive(self, user_id: int, time: datetime) -> None:
        """Keep that a user logged in once more, and nothing else."""
